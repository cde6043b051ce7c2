"""What places bring to tasks: visits of dwellings and buildings, wrong addresses, what one walks to, codes that move."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.recoding import Recoding
from domicile.apps.areas.registry import Moved
from domicile.apps.audit.recording import Recorder
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Building
from domicile.apps.places.scope import building_in_scope, dwelling_in_scope
from domicile.apps.places.writing import building_address
from domicile.apps.tasks import registry
from domicile.apps.tasks.actions import follow_up
from domicile.apps.tasks.models import Level, Task
from domicile.apps.tasks.naming import Named, register_namer

VISIT, CHECK = "visit", "check_address"
PAGES = {"dwelling": "people:dwelling", "building": "places:building"}


def walk_key(dwelling: str = "") -> Concat:
    """The address key by which doors of a street stand together, of rows that lead to a dwelling by `dwelling`."""
    return Concat(
        F(f"{dwelling}building__key"), Value("|"), F(f"{dwelling}key"), output_field=CharField(max_length=240)
    )


def buildings(viewer: Viewer, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, registry.Stop]:
    """The stops of a walk. One query."""
    rows = restrict(Building.objects.filter(pk__in=ids), viewer)
    return {
        row.pk: registry.Stop(
            building_address(row), reverse("places:building", args=[row.pk]), row.longitude, row.latitude
        )
        for row in rows.only("street", "plate", "name", "key", "longitude", "latitude")
    }


def building_names(viewer: Viewer, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Named]:
    """What buildings are called in lists. One query."""
    return {key: Named(stop.label) for key, stop in buildings(viewer, ids).items()}


def door_of_dwelling(viewer: Viewer, key: uuid.UUID) -> registry.Door:
    """Where a task about a dwelling belongs. Raises OutOfReach outside the areas."""
    row = dwelling_in_scope(viewer, key)
    walk = f"{row.building.key}|{row.key}"
    return registry.Door(row.place_code, row.building_id, walk, row.address, reverse("people:dwelling", args=[key]))


def door_of_building(viewer: Viewer, key: uuid.UUID) -> registry.Door:
    """Where a task about a building belongs. Raises OutOfReach outside the areas."""
    row = building_in_scope(viewer, key)
    return registry.Door(row.place_code, key, row.key, building_address(row), reverse("places:building", args=[key]))


def after_visit(change: Recorder, actor: Viewer, task: Task, outcome: str, today: dt.date) -> None:
    """A wrong address found at the door becomes a task of the community."""
    if outcome == Task.Outcome.WRONG_ADDRESS:
        follow_up(change, task, kind=CHECK, rule=CHECK, level=Level.COMMUNITY, today=today)


def move(recoding: Recoding) -> None:
    """Tasks follow their places to new codes."""
    recoding.rewrite(Task, "place_code")


def follow(moved: Sequence[Moved], change: Recorder) -> None:
    """Tasks of buildings that go to another grid go along: one statement for each pair of grids."""
    groups: dict[tuple[str, str], list[uuid.UUID]] = {}
    for row in moved:
        groups.setdefault((row.old, row.new), []).append(row.id)
    for (old, new), ids in groups.items():
        tasks: QuerySet[Task] = Task.objects.filter(stop_id__in=ids, place_code=old)
        tasks.update(place_code=new)


def register_all() -> None:
    """Called once at start-up."""
    answered = frozenset({registry.VISIT, registry.RENTAL, registry.ROUND})
    registry.register(registry.Kind(VISIT, _("Visit"), PAGES, by_hand=True, after=after_visit, answered_by=answered))
    registry.register(registry.Kind(CHECK, _("Check an address"), PAGES, outcomes=(Task.Outcome.DONE,), by_hand=True))
    registry.register_stops(buildings)
    registry.register_door("dwelling", door_of_dwelling)
    registry.register_door("building", door_of_building)
    register_namer("building", building_names)
