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
from domicile.apps.places.models import Building, Dwelling
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


def doors_of_dwellings(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, registry.Door]:
    """Where tasks about dwellings belong. One query."""
    rows = Dwelling.objects.filter(pk__in=ids).values_list(
        "pk", "place_code", "building_id", "building__key", "key", "address"
    )
    return {
        pk: registry.Door(place, building, f"{house}|{key}", address, reverse("people:dwelling", args=[pk]))
        for pk, place, building, house, key, address in rows
    }


def doors_of_buildings(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, registry.Door]:
    """Where tasks about buildings belong. One query."""
    return {
        row.pk: registry.Door(
            row.place_code, row.pk, row.key, building_address(row), reverse("places:building", args=[row.pk])
        )
        for row in Building.objects.filter(pk__in=ids)
    }


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
    registry.register_doors("dwelling", doors_of_dwellings)
    registry.register_doors("building", doors_of_buildings)
    register_namer("building", building_names)
