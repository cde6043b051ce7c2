"""A kind of task of the tests' own, and tasks about places that nobody else knows."""

import datetime as dt
import uuid

from domicile.apps.common.ids import new_id
from domicile.apps.tasks import registry
from domicile.apps.tasks.models import Task
from tests import factories
from tests.cast import GRID

KIND = "test_visit"
AFTER: list[tuple[str, str]] = []


def after(change, actor, task, outcome, today) -> None:
    AFTER.append((actor.name, outcome))


def register() -> None:
    if registry.known(KIND) is None:
        registry.register(registry.Kind(KIND, "走访", {"dwelling": "people:dwelling"}, after=after))


def task(
    *, at=None, place_code: str = GRID, due: dt.date | None = None, opened: dt.date | None = None, **fields
) -> Task:
    """An open task at a dwelling; each call makes another dwelling unless told which."""
    home = at or factories.dwelling(within=factories.building(place_code=place_code, plate=f"{int(place_code[12:])}号"))
    opened = opened or dt.date(2026, 3, 2)
    values = {
        "kind": "visit", "subject_kind": "dwelling", "subject_id": home.pk, "occurrence": new_id().hex,
        "place_code": home.place_code, "stop_id": home.building_id, "walk": f"{home.building.key}|{home.key}",
        "opened_on": opened, "due_on": due or opened + dt.timedelta(days=30), **fields,
    }  # fmt: skip
    return Task.objects.create(**values)


def worker_id() -> uuid.UUID:
    return new_id()
