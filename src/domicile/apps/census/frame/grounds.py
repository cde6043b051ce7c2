"""What is divided: the buildings of a community as atoms with their people, and the graph between them."""

import datetime as dt
import re
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from domicile.apps.areas.actions.boundaries_geometry import of_json
from domicile.apps.areas.division import ground as division
from domicile.apps.areas.models import Area
from domicile.apps.census.frame.comparing import box
from domicile.apps.census.frame.models import Building, Line, Stairwell, Way
from domicile.apps.census.plan.models import Census
from domicile.apps.common.fields import prefix_q
from domicile.core.codes.areas import NO_GRID
from domicile.core.districting import town
from domicile.core.policy.parameters import parameter

#: Degrees around the buildings of a community within which streets and lines matter to it.
NEAR = 0.003
#: Buildings without any place are drawn in rows of so many, this far apart in degrees.
ROW, STEP = 10, 0.0002


@dataclass(frozen=True, slots=True)
class Atom:
    """A building, or a stairwell of one that is too large for an area; `people` expected there, more than none counted once."""

    key: str
    building: Building
    stairwell: Stairwell | None
    people: float
    dwellings: int

    @property
    def house(self) -> uuid.UUID:
        """The key of the building."""
        return self.building.pk

    @property
    def place_code(self) -> str:
        """The area that it lies in today, or its community followed by 000."""
        return self.building.place_code if self.stairwell is None else self.stairwell.place_code

    @property
    def name(self) -> str:
        """Number, and the stairwell, as it is written on maps."""
        return self.building.number if self.stairwell is None else f"{self.building.number}-{self.stairwell.name}"

    @property
    def address(self) -> str:
        """Address with the stairwell."""
        return self.building.address if self.stairwell is None else f"{self.building.address}{self.stairwell.name}"


#: A community of the frame to be divided.
Ground = division.Ground[Atom]


def natural(text: str) -> list[tuple[int, str]]:
    """A key by which 2 comes before 10."""
    return [(int(digits), "") if digits else (0, other) for digits, other in re.findall(r"([0-9]+)|([^0-9]+)", text)]


def ground(census: Census, community: str, *, size: float, tolerance: float, today: dt.date) -> Ground | None:
    """The community as it is divided into areas of `size` people; None where it has no building. Six queries.

    A building of more people than an area may have is taken by its stairwells where it has several.
    """
    inside = prefix_q("place_code", community)
    houses = sorted(Building.objects.filter(inside, census=census), key=lambda row: natural(row.number))
    if not houses:
        return None
    stairs: dict[uuid.UUID, list[Stairwell]] = defaultdict(list)
    for row in Stairwell.objects.filter(building__in=[house.pk for house in houses]):
        stairs[row.building_id].append(row)
    each = float(parameter("census_areas.people_a_dwelling", today))
    most = size * (1 + tolerance)
    atoms: list[Atom] = []
    of: dict[uuid.UUID, list[int]] = {}
    for house in houses:
        own = _atoms(house, sorted(stairs[house.pk], key=lambda row: natural(row.name)), most, each)
        of[house.pk] = list(range(len(atoms), len(atoms) + len(own)))
        atoms += own
    ways = Way.objects.filter(census=census, one__in=list(of)).values_list("one_id", "other_id")
    pairs = [(one, other) for left, right in ways if right in of for one in of[left] for other in of[right]]
    together = [pair for numbers in of.values() for pair in pairwise(numbers)]
    points = [_point(atom) for atom in atoms]
    located = any(x is not None for x, _y in points)
    if not located:
        points = [(place % ROW * STEP, -(place // ROW) * STEP) for place in range(len(atoms))]
    lines = _lines(census, points) if located else {}
    border = Area.objects.filter(code=community, valid_to=None).values_list("boundary", flat=True).first()
    made = town(
        np.array(points, dtype=np.float64), pairs=pairs, together=together, outline=of_json(border) if located else None,
        streets=[points for _name, points in lines.get(Line.Kind.STREET, [])],
        lines=[points for _name, points in lines.get(Line.Kind.BARRIER, [])],
    )  # fmt: skip
    return Ground(community, atoms, made, lines.get(Line.Kind.STREET, []), lines.get(Line.Kind.BARRIER, []), located)


def _atoms(house: Building, stairs: Sequence[Stairwell], most: float, each: float) -> list[Atom]:
    people = house.expected or house.dwellings * each
    if people <= most or len(stairs) < 2:
        return [Atom(house.pk.hex, house, None, people, house.dwellings)]
    return [Atom(row.pk.hex, house, row, row.expected or row.dwellings * each, row.dwellings) for row in stairs]


def _point(atom: Atom) -> tuple[float | None, float | None]:
    row = atom.stairwell
    if row is not None and row.longitude is not None:
        return row.longitude, row.latitude
    return atom.building.longitude, atom.building.latitude


def _lines(census: Census, points: Sequence[tuple[Any, Any]]) -> dict[str, list[tuple[str, Any]]]:
    west, south, east, north = box([point for point in points if point[0] is not None])
    found: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    rows = Line.objects.filter(
        census=census, west__lte=east + NEAR, east__gte=west - NEAR, south__lte=north + NEAR, north__gte=south - NEAR
    )
    for row in rows.order_by("name"):
        found[row.kind].append((row.name, row.points))
    return found


def communities(census: Census) -> list[str]:
    """The codes of the communities with buildings, in order. One query."""
    rows = Building.objects.filter(census=census).values_list("place_code", flat=True).distinct()
    return sorted({code[: -len(NO_GRID)] for code in rows})
