"""Progress as a drawing for a page: paths in a box, north up. It needs neither script nor tiles, and tells nothing that the table
beside it does not tell.

An area is drawn with its border; without one, as the ground around its buildings; where no place of it is known, not at all. Of
more areas than can be told apart the next larger ones are drawn: census areas, townships, counties.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import shapely
from django.db.models import Avg
from django.db.models.functions import Coalesce, Substr
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from shapely.geometry import MultiPoint, shape
from shapely.geometry.base import BaseGeometry

from domicile.apps.areas import sheets
from domicile.apps.areas.checks import METRES_PER_DEGREE
from domicile.apps.areas.models import Area, Grid
from domicile.apps.census.fieldwork.selectors import Progress
from domicile.apps.census.frame.models import Building, Stairwell
from domicile.apps.census.plan.models import Census
from domicile.core.districting import Plane

#: Digits of the codes of enumeration areas, census areas, townships and counties, and how many are drawn on one map.
LEVELS: Final = (15, 12, 9, 6)
MOST: Final = 200
WIDTH, TALLEST = 200.0, 190.0
#: Metres of ground around buildings that are drawn in place of a border, and around the middle of a larger area.
AROUND, AROUND_MIDDLE = 20.0, 250.0
#: Units of the drawing: a point nearer to a line than this is left out; letters and digits are so high and so wide.
FINE = 0.2
HIGH, WIDE = 6.0, 3.6
#: Units for the scale bar.
BELOW = 10.0


@dataclass(frozen=True, slots=True)
class Step:
    """From so many of a hundred households on; its ground, light enough for dark letters, and what it is called."""

    percent: int
    fill: str
    words: str | Promise


STEPS: Final = (
    Step(100, "#5d9fd6", _("all have answered")),
    Step(80, "#8fbfe6", _("80 % and more")),
    Step(50, "#b9d7ef", _("50 % to under 80 %")),
    Step(1, "#dcebf7", _("under 50 %")),
    Step(0, "#ffffff", _("under 1 %")),
)


@dataclass(slots=True)
class Unit:
    """What is drawn as one: an enumeration area, or all of them in a larger area. `code` has as many digits as its level."""

    number: int
    code: str
    progress: Progress
    step: Step


@dataclass(frozen=True, slots=True)
class Mark:
    """A text on the drawing, around this place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A unit on the drawing: its outline, and its number and share where there is room for both, for one, or for none."""

    unit: Unit
    path: str
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it in a box `width` units wide from `top` down; `bar` is the length of a scale bar and what it stands for."""

    width: float
    top: float
    height: float
    shapes: list[Drawn]
    bar: tuple[float, str]

    @property
    def foot(self) -> float:
        """Where the scale bar lies."""
        return round(self.top + self.height - 3.0, 1)


def step_of(progress: Progress) -> Step:
    """The step of an area: everybody has answered only where nobody is left."""
    if progress.listed and not progress.open:
        return STEPS[0]
    return next(step for step in STEPS[1:] if progress.percent >= step.percent)


def units(rows: Sequence[Progress]) -> list[Unit]:
    """The rows as they are drawn: as they are, or taken together into the smallest areas of which there are not too many."""
    whole: dict[str, Progress] = {}
    for level in LEVELS:
        whole = {}
        for row in rows:
            whole.setdefault(row.code[:level], Progress(row.code[:level])).add(row)
        if len(whole) <= MOST:
            break
    found = sorted(whole.items())
    return [Unit(number, code, one, step_of(one)) for number, (code, one) in enumerate(found, start=1)]


def drawing(census: Census, found: Sequence[Unit]) -> Drawing | None:
    """The drawing of some units, all of one level; None where the place of none is known. Three queries at most."""
    lands = _lands(census, [one.code for one in found])
    if not lands:
        return None
    bounds = shapely.total_bounds(list(lands.values()))
    sheet = sheets.fitted(bounds.tolist(), WIDTH, TALLEST)
    fine = FINE * sheet.denominator / 1000.0 / METRES_PER_DEGREE
    labels = sheets.Labels(WIDTH, TALLEST)
    shapes = []
    # The largest first, so that a small one is never hidden under it; labels go to the large ones first as well.
    for unit in sorted((one for one in found if one.code in lands), key=lambda one: -lands[one.code].area):
        land = shapely.simplify(lands[unit.code], fine)
        shapes.append(Drawn(unit, _path(sheet.rings(land)), _marks(sheet, labels, land, unit)))
    top = round(sheet.point(bounds[0], bounds[3])[1] - sheets.EDGE, 1)
    bottom = round(sheet.point(bounds[0], bounds[1])[1] + sheets.EDGE, 1)
    return Drawing(WIDTH, top, round(bottom + BELOW - top, 1), shapes, sheet.bar())


def _marks(sheet: sheets.Sheet, labels: sheets.Labels, land: BaseGeometry, unit: Unit) -> list[Mark]:
    share = f"{unit.progress.percent} %"
    spots = [sheet.point(x, y) for x, y in sheets.spots(max(shapely.get_parts(land), key=lambda piece: piece.area))]
    for lines in ([str(unit.number), share], [str(unit.number)]):
        wide = max(len(line) for line in lines) * WIDE
        corner = labels.inside(spots, wide, HIGH * len(lines))
        if corner is not None:
            x, y = corner
            return [
                Mark(round(x + wide / 2, 1), round(y + HIGH * (line + 0.8), 1), text) for line, text in enumerate(lines)
            ]
    return []


def _path(rings: Iterable[Sequence[tuple[float, float]]]) -> str:
    return " ".join("M" + "L".join(f"{x},{y}" for x, y in ring) + "Z" for ring in rings)


def _lands(census: Census, codes: Sequence[str]) -> dict[str, BaseGeometry]:
    """The ground of each area, in degrees; those of which nothing is known are left out."""
    level = len(codes[0]) if codes else LEVELS[0]
    named: Any = Grid.objects if level == LEVELS[0] else Area.objects
    full = {code.ljust(12, "0"): code for code in codes}
    borders = named.filter(code__in=full, valid_to=None).exclude(boundary=None).values_list("code", "boundary")
    found = {full[code]: shapely.make_valid(shape(boundary)) for code, boundary in borders}
    found = {code: land for code, land in found.items() if land.area > 0}
    missing = [code for code in codes if code not in found]
    if missing:
        around = AROUND if level == LEVELS[0] else AROUND_MIDDLE
        places = _places(census, missing) if level == LEVELS[0] else _middles(census, missing, level)
        found |= {code: _around(points, around) for code, points in places.items()}
    return found


def _around(points: Sequence[tuple[float, float]], metres: float) -> BaseGeometry:
    plane = Plane(*points[0])
    ground = MultiPoint(plane.metres(points)).convex_hull.buffer(metres, quad_segs=3)
    return plane.degrees(ground)


def _places(census: Census, codes: Collection[str]) -> dict[str, list[tuple[float, float]]]:
    """Where the buildings of enumeration areas stand, and stairwells, which may lie in another area than most of theirs.

    Two queries.
    """
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    houses = Building.objects.filter(census=census, place_code__in=codes)
    stairs = Stairwell.objects.filter(building__census=census, place_code__in=codes)
    columns = ("place_code", "longitude", "latitude")
    stood = stairs.annotate(
        east=Coalesce("longitude", "building__longitude"), north=Coalesce("latitude", "building__latitude")
    )
    for rows in (
        houses.exclude(longitude=None).order_by("pk").values_list(*columns),
        stood.exclude(east=None).order_by("pk").values_list("place_code", "east", "north"),
    ):
        for code, east, north in rows:
            found[code].append((east, north))
    return found


def _middles(census: Census, codes: Collection[str], level: int) -> dict[str, list[tuple[float, float]]]:
    """The middle of the buildings of larger areas. One query."""
    rows = (
        Building.objects.filter(census=census).exclude(longitude=None).annotate(within=Substr("place_code", 1, level))
        .filter(within__in=codes).order_by().values_list("within")
        .annotate(east=Avg("longitude"), north=Avg("latitude"))
    )  # fmt: skip
    return {code: [(east, north)] for code, east, north in rows}
