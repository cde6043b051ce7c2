"""What is divided: the buildings of a community with what they weigh, and who is whose neighbour.

The register knows no roads: those buildings are neighbours whose lands touch, within the border of the community and across none
of the lines that the plan names. Buildings of special grids (a school, a factory) stay what they are and are no part of it.
A building that is not on the map is taken to stand beside the nearest number of its street that is, else beside one of its grid of
today, else beside the address before it.
"""

import datetime as dt
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from django.db.models import Count
from shapely.geometry.base import BaseGeometry

from domicile.apps.areas.actions.boundaries_geometry import of_json
from domicile.apps.areas.division import ground as division
from domicile.apps.areas.models import Area, Grid
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.gridding.models import Proposal
from domicile.apps.maps import counting
from domicile.apps.people.models import Spell
from domicile.apps.places.models import Building, Dwelling, Unit
from domicile.apps.places.writing import building_address
from domicile.core.districting import town
from domicile.core.policy.parameters import parameter

#: Buildings of which none is on the map are drawn in rows of so many, this far apart in degrees.
ROW, STEP = 10, 0.0002
Measure = Proposal.Measure


@dataclass(frozen=True, slots=True)
class Atom:
    """A building of the register; `people` is what it weighs, by the measure of the plan."""

    house: uuid.UUID
    address: str
    place_code: str
    people: float
    dwellings: int

    @property
    def key(self) -> str:
        """How a plan names it."""
        return self.house.hex

    @property
    def name(self) -> str:
        """What a map calls it."""
        return self.address


#: A community of the register to be divided.
Ground = division.Ground[Atom]


def ground(
    viewer: Viewer, community: str, *, measure: str, lines: Sequence[Sequence[Any]], today: dt.date
) -> Ground | None:
    """The community as it is divided; None where no building of it can be. Eight queries at most, however many buildings."""
    special, closed = _special(community)
    rows = Building.objects.filter(prefix_q("place_code", community), in_use_to=None).exclude(place_code__in=special)
    houses = list(rows.order_by("sort_key", "pk"))
    if not houses:
        return None
    weights, doors = _weights(viewer, community, measure, today)
    atoms = [
        Atom(house.pk, building_address(house), house.place_code, weights.get(house.pk, 0.0), doors.get(house.pk, 0))
        for house in houses
    ]
    points, known = _points(houses)
    located = any(known)
    border = Area.objects.filter(code=community, valid_to=None).values_list("boundary", flat=True).first()
    made = town(
        np.array(points, dtype=np.float64), lines=lines if located else (),
        outline=_outline(of_json(border), closed) if located else None,
    )  # fmt: skip
    made = replace(made, placed=np.array(known, dtype=np.bool_))
    return Ground(community, atoms, made, [], [("", line) for line in lines] if located else [], located)


def closed_ground(community: str) -> BaseGeometry | None:
    """The ground of the special grids of a community, in degrees; None where no border of one is known. One query."""
    return _special(community)[1]


def _special(community: str) -> tuple[list[str], BaseGeometry | None]:
    """The special grids of a community: their codes, and the ground of those whose border is known."""
    rows = Grid.objects.filter(prefix_q("code", community), valid_to=None, tier=Grid.Tier.SMALL).exclude(
        special_kind=""
    )
    held = list(rows.values_list("code", "boundary"))
    shapes = [shape for _code, boundary in held if (shape := of_json(boundary)) is not None]
    return [code for code, _boundary in held], shapely.union_all(shapes) if shapes else None


def _outline(border: BaseGeometry | None, closed: BaseGeometry | None) -> BaseGeometry | None:
    return border if border is None or closed is None else border.difference(closed)


def _weights(
    viewer: Viewer, community: str, measure: str, today: dt.date
) -> tuple[Mapping[uuid.UUID, float], Mapping[uuid.UUID, int]]:
    """What each building weighs, and its dwellings; counts as the map shows them to this viewer."""
    counted = counting.by_building(replace(viewer, scopes=(community,)), today)
    doors = {key: row[2] for key, row in counted.of.items()}
    hidden = counted.rule.counted_as  # what stands for a count that this viewer may not see
    people = {key: float(row[0]) if row[0] >= 0 else hidden for key, row in counted.of.items()}
    homes = {key: float(row[1]) if row[1] >= 0 else hidden for key, row in counted.of.items()}
    if measure == Measure.PEOPLE:
        return people, doors
    if measure == Measure.HOUSEHOLDS:
        return homes, doors
    loads: Counter[uuid.UUID] = Counter()
    loads.update(homes)
    for rows, name in _beside(community, today):
        weight = float(parameter(f"grids.{name}", today))
        for key, count in rows:
            if key is not None:
                loads[key] += weight * count
    # In households, so that the mean of a plan is the number of households that was asked for.
    scale = sum(homes.values()) / (sum(loads.values()) or 1.0)
    return {key: load * (scale or 1.0) for key, load in loads.items()}, doors


def _beside(community: str, today: dt.date) -> list[tuple[Any, str]]:
    """What makes work beside households, counted by building: people of great age, dwellings let, open units."""
    old = _years_before(today, int(parameter("grids.care_age", today)))
    inside = prefix_q("place_code", community)
    elders = Spell.objects.filter(
        prefix_q("dwelling__place_code", community), end=None, kind=Spell.Kind.USUAL, person__birth_date__lte=old
    )
    let = Dwelling.objects.filter(inside, in_use_to=None, use=Dwelling.Use.LET)
    units = Unit.objects.filter(inside, in_use_to=None)
    return [
        (elders.order_by().values_list("dwelling__building").annotate(count=Count("person", distinct=True)), "care_weight"),
        (let.order_by().values_list("building").annotate(count=Count("pk")), "let_weight"),
        (_by_house(units), "unit_weight"),
    ]  # fmt: skip


def _by_house(units: Any) -> list[tuple[uuid.UUID | None, int]]:
    found: Counter[uuid.UUID | None] = Counter()
    for house, through in units.values_list("building", "dwelling__building"):
        found[house or through] += 1
    return list(found.items())


def _years_before(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _points(houses: Sequence[Building]) -> tuple[list[tuple[float, float]], list[bool]]:
    """Longitude and latitude of each building, and whether that is known or taken from another."""
    known = [house.longitude is not None and house.latitude is not None for house in houses]
    if not any(known):
        return [(place % ROW * STEP, -(place // ROW) * STEP) for place in range(len(houses))], known
    placed = [place for place, there in enumerate(known) if there]
    streets, grids = defaultdict(list), defaultdict(list)
    for place in placed:
        streets[houses[place].street].append(place)
        grids[houses[place].place_code].append(place)
    points = []
    for place, house in enumerate(houses):
        if not known[place]:
            near = (streets.get(house.street) if house.street else None) or _mates(grids, house) or placed
            house = houses[min(near, key=lambda other: (_apart(house, houses[other]), abs(other - place)))]
        points.append((float(house.longitude or 0.0), float(house.latitude or 0.0)))
    return points, known


def _mates(grids: Mapping[str, list[int]], house: Building) -> list[int] | None:
    return None if house.place_code.endswith("000") else grids.get(house.place_code)


def _apart(one: Building, other: Building) -> int:
    """How far the numbers of two plates of one street lie apart; equal where one has none."""
    left, right = (re.match(r"[0-9]+", plate) for plate in (one.plate, other.plate))
    return abs(int(left[0]) - int(right[0])) if left and right and one.street == other.street else 0
