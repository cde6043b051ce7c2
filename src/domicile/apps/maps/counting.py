"""How many people, households and dwellings stand in each building, and what of it a viewer is shown.

Three aggregated statements, however many buildings. The map, the list beside it, the panel of a building and the file
all take their figures from here, so that none tells more than another.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count

from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.maps import policies
from domicile.apps.people.models import Household, Spell
from domicile.apps.places.models import Dwelling
from domicile.core.disclosure import SmallCells

KINDS = ("people", "households", "dwellings")
Counts = tuple[int, int, int]
NONE: Counts = (0, 0, 0)


@dataclass(frozen=True)
class Counted:
    """Counts of buildings as they may be shown, in the order of KINDS (see core.disclosure.small_cells)."""

    of: Mapping[uuid.UUID, Counts]
    rule: SmallCells

    def building(self, key: uuid.UUID) -> Counts:
        return self.of.get(key, NONE)

    def total(self, keys: Iterable[uuid.UUID]) -> Counts:
        """The counts of several buildings together, as they may be shown."""
        rows = [self.of[key] for key in keys if key in self.of]
        people, households, dwellings = (
            (self.rule.total(column) for column in zip(*rows, strict=True)) if rows else NONE
        )
        return people, households, dwellings


def by_building(viewer: Viewer, today: dt.date) -> Counted:
    """The counts of all buildings inside the viewer's areas. Three queries."""
    dwellings = restrict(Dwelling.objects.filter(in_use_to=None), viewer)
    households = restrict(
        Household.objects.filter(side=Household.Side.LIVING, ended_on=None), viewer, "dwelling__place_code"
    )
    stays = restrict(Spell.objects.filter(end=None), viewer, "dwelling__place_code")
    columns = (
        stays.order_by().values_list("dwelling__building").annotate(count=Count("person", distinct=True)),
        households.order_by().values_list("dwelling__building").annotate(count=Count("pk")),
        dwellings.order_by().values_list("building").annotate(count=Count("pk")),
    )
    return _shown(viewer, today, [dict(rows) for rows in columns])


def of_building(viewer: Viewer, building: uuid.UUID, today: dt.date) -> Counts:
    """The counts of one building inside the viewer's areas, as the map shows them. Three queries."""
    households = Household.objects.filter(side=Household.Side.LIVING, ended_on=None, dwelling__building=building)
    stays = Spell.objects.filter(end=None, dwelling__building=building)
    own = (
        stays.aggregate(count=Count("person", distinct=True))["count"],
        households.count(),
        Dwelling.objects.filter(building=building, in_use_to=None).count(),
    )
    return _shown(viewer, today, [{building: count} for count in own]).building(building)


def people_by_dwelling(building: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many people live at each dwelling of one building, as it is: for whoever may see them. One query."""
    stays = Spell.objects.filter(end=None, dwelling__building=building)
    return dict(stays.order_by().values_list("dwelling").annotate(count=Count("person", distinct=True)))


def _shown(viewer: Viewer, today: dt.date, columns: list[dict[uuid.UUID, int]]) -> Counted:
    found: dict[uuid.UUID, list[int]] = defaultdict(lambda: [0, 0, 0])
    rule, exact = policies.rule(today), policies.sees_exact(viewer)
    for place, (kind, rows) in enumerate(zip(KINDS, columns, strict=True)):
        hide = not exact and kind in policies.PROTECTED
        for key, count in rows.items():
            found[key][place] = rule.cell(count) if hide else count
    return Counted({key: (row[0], row[1], row[2]) for key, row in found.items()}, rule)
