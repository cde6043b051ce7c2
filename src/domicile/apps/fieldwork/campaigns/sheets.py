"""The sheets of a campaign: the doors of one worker, or of a grid that nobody has in particular, in the order of a walk."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.selectors import names_of
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.campaigns import reckoning, selectors
from domicile.apps.fieldwork.campaigns.models import Campaign, Door
from domicile.apps.tasks.walking import Place, natural, tour

GRID_LENGTH = 15


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its key in addresses, whose it is, how many doors, how many of them have an outcome."""

    key: str
    name: str
    doors: int
    settled: int
    worker: bool


def sheets(viewer: Viewer, campaign: Campaign) -> list[Sheet]:
    """The sheets inside the viewer's areas: of each worker, then of grids whose doors nobody has. Three queries."""
    rows = selectors.doors(viewer, campaign).filter(task__worker=None).order_by()
    bare: dict[str, reckoning.Line] = {}
    for place, status, count in rows.values_list("place_code", "status").annotate(Count("pk")):
        bare.setdefault(place, reckoning.Line(place)).counts[status] += count
    held = reckoning.progress(viewer, campaign).workers
    held.pop(None, None)
    people, places = selectors.worker_names(list(held)), names_of(bare)
    found = [
        Sheet(key.hex, people.get(key, ""), line.total, line.settled, True)
        for key, line in held.items()
        if key is not None
    ]
    found.sort(key=lambda row: (row.name, row.key))
    found += [
        Sheet(code, places.get(code, code), line.total, line.settled, False) for code, line in sorted(bare.items())
    ]
    return found


def doors_of(viewer: Viewer, campaign: Campaign, key: str, part: int = 0) -> list[Any]:
    """The doors of one sheet in the order of a walk, of all parts or one. One query. Raises OutOfReach for no such sheet."""
    rows = selectors.doors(viewer, campaign)
    if len(key) == GRID_LENGTH and key.isascii() and key.isdigit():
        rows = rows.filter(place_code=key, task__worker=None)
    else:
        try:
            rows = rows.filter(task__worker=uuid.UUID(key))
        except ValueError:
            raise OutOfReach from None
    found = in_walk(rows.select_related("dwelling__building", "task"))
    if not found:
        raise OutOfReach
    return [row for row in found if row.part == part] if part else found


def in_walk(doors: Iterable[Door]) -> list[Door]:
    """Doors grid by grid, building by building in a short walk, and in each by entrance and room."""
    grids: dict[str, dict[uuid.UUID, list[Door]]] = {}
    for door in doors:
        grids.setdefault(door.place_code, {}).setdefault(door.dwelling.building_id, []).append(door)
    found: list[Door] = []
    for _code, buildings in sorted(grids.items()):
        stops = list(buildings.values())
        places = [_place(there[0]) for there in stops]
        for at in tour(places):
            found += sorted(stops[at], key=lambda door: (natural(door.dwelling.key), str(door.pk)))
    return found


def _place(door: Door) -> Place:
    building = door.dwelling.building
    return Place(building.key, building.longitude, building.latitude)


def sheet_name(key: str) -> str:
    """Whose sheet it is, in words."""
    if len(key) == GRID_LENGTH and key.isdigit():
        return names_of([key]).get(key, key)
    return selectors.worker_names([uuid.UUID(key)]).get(uuid.UUID(key), "")
