"""What a file of the frame means for what is on file: what is wrong with it there, what it adds and what it changes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from domicile.apps.areas.models import Area
from domicile.apps.census.frame.models import Building, Line, Stairwell, Way
from domicile.apps.census.frame.reading import COMMUNITY, NOTE, Finding, Frame
from domicile.apps.census.plan.models import Census
from domicile.apps.common.viewer import Viewer
from domicile.core.codes.areas import NO_GRID, AreaError, parse_area_code

#: Degrees: a line further than this from every building was drawn elsewhere.
FAR = 0.05
Model = Building | Stairwell | Way | Line


@dataclass
class Kind:
    """Of one kind of row: new ones, those that differ from what is on file with the fields that do, and how many are alike.

    Each stands under the place code that a record of it bears.
    """

    new: list[tuple[str, Model]] = field(default_factory=list)
    changed: list[tuple[str, Model, dict[str, Any]]] = field(default_factory=list)
    same: int = 0

    def figures(self) -> dict[str, int]:
        """Counts as they are kept in a report."""
        return {"new": len(self.new), "changed": len(self.changed), "same": self.same}


@dataclass
class Differences:
    """All that a file would write; `areas` are codes and names of new ones, the outer before the inner."""

    areas: list[tuple[str, str]] = field(default_factory=list)
    kinds: dict[str, Kind] = field(default_factory=lambda: defaultdict(Kind))

    def figures(self) -> dict[str, dict[str, int]]:
        """Counts by kind."""
        return {"areas": {"new": len(self.areas), "changed": 0, "same": 0}} | {
            name: kind.figures() for name, kind in self.kinds.items()
        }

    @property
    def idle(self) -> bool:
        """Whether all of it is on file already."""
        return not self.areas and not any(kind.new or kind.changed for kind in self.kinds.values())


def check(viewer: Viewer, census: Census, frame: Frame) -> None:
    """Tell what of a file cannot be loaded into this census by this viewer. A fixed number of queries."""
    fresh = {row["code"] for row in frame.areas}
    held = set(Area.objects.filter(valid_to=None).values_list("code", flat=True))
    for row in frame.areas:
        if row["code"] not in held:
            for code in _area(census, viewer, row["code"], held | fresh):
                _tell(frame, code, row, "区划代码", row["code"])
    for row in frame.buildings:
        for code in _community(census, viewer, row["community"], held | fresh):
            _tell(frame, code, row, "社区代码", row["community"])
    known = {row["number"] for row in frame.buildings}
    known |= set(Building.objects.filter(census=census).values_list("number", flat=True))
    for row in frame.stairwells:
        if row["number"] not in known:
            _tell(frame, "building_unknown", row, "所在建筑物编号", row["number"])
    for row in frame.ways:
        for head, name in (("建筑物编号一", "one"), ("建筑物编号二", "other")):
            if row[name] not in known:
                _tell(frame, "building_unknown", row, head, row[name])
    _notes(census, frame)


def _tell(frame: Frame, code: str, row: Mapping[str, Any], column: str, said: str, severity: str = "error") -> None:
    frame.tell(Finding(code, row["line"], row["sheet"], column, said, severity))


def _area(census: Census, viewer: Viewer, code: str, known: set[str]) -> Iterator[str]:
    try:
        found = parse_area_code(code)
    except AreaError:
        yield "no_code"
        return
    if not (code.startswith(census.scope) or census.scope.startswith(found.prefix)):
        yield "outside_census"
    elif not viewer.covers(found.prefix):
        yield "outside_reach"
    elif found.parent is not None and found.parent.code not in known:
        yield "parent_unknown"


def _community(census: Census, viewer: Viewer, code: str, known: set[str]) -> Iterator[str]:
    if not code.startswith(census.scope):
        yield "outside_census"
    elif not viewer.covers(code):
        yield "outside_reach"
    elif code not in known or code.endswith(NO_GRID):
        yield "area_unknown"


def _notes(census: Census, frame: Frame) -> None:
    """What looks odd and may be right."""
    people: dict[str, int] = defaultdict(int)
    for row in frame.stairwells:
        people[row["number"]] += row["expected"]
    for row in frame.buildings:
        if people.get(row["number"], row["expected"]) != row["expected"]:
            _tell(frame, "people_differ", row, "预计人数", str(people[row["number"]]), NOTE)
    placed = [(row["longitude"], row["latitude"]) for row in frame.buildings if row["longitude"] is not None]
    placed = placed or list(
        Building.objects.filter(census=census, longitude__isnull=False).values_list("longitude", "latitude")
    )
    if not placed:
        return
    west, south, east, north = box(placed)
    for row in frame.lines:
        w, s, e, n = box(row["points"])
        if w > east + FAR or e < west - FAR or s > north + FAR or n < south - FAR:
            _tell(frame, "line_elsewhere", row, "坐标串", row["name"], NOTE)


def box(points: Iterable[Any]) -> tuple[float, float, float, float]:
    """West, south, east and north of some points."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def compare(census: Census, frame: Frame) -> Differences:
    """What a sound file would write. A fixed number of queries."""
    found = Differences()
    held = set(Area.objects.filter(valid_to=None).values_list("code", flat=True))
    found.areas = sorted((row["code"], row["name"]) for row in frame.areas if row["code"] not in held)
    buildings = {row.number: row for row in Building.objects.filter(census=census)}
    for row in frame.buildings:
        _building(found.kinds["buildings"], census, buildings, row)
    stairwells: dict[Any, Stairwell] = {}
    if frame.stairwells:
        rows = Stairwell.objects.filter(building__census=census)
        stairwells = {(row.building_id, row.name): row for row in rows}
    for row in frame.stairwells:
        house = buildings[row["number"]]
        fresh = Stairwell(building=house, place_code=house.place_code, name=row["name"])
        values = {name: row[name] for name in ("dwellings", "expected", "longitude", "latitude")}
        held_row = stairwells.get((house.pk, row["name"]))
        _sorted_in(found.kinds["stairwells"], house.place_code, held_row, fresh, values)
    _ways(found, census, buildings, frame)
    lines = {(row.kind, row.name): row for row in Line.objects.filter(census=census)} if frame.lines else {}
    for row in frame.lines:
        west, south, east, north = box(row["points"])
        values = {"points": row["points"], "west": west, "south": south, "east": east, "north": north}
        line = Line(census=census, kind=row["kind"], name=row["name"])
        _sorted_in(found.kinds["lines"], census.scope, lines.get((line.kind, line.name)), line, values)
    return found


def _building(kind: Kind, census: Census, buildings: dict[str, Building], row: Mapping[str, Any]) -> None:
    values = {name: row[name] for name in ("address", "dwellings", "expected", "longitude", "latitude")}
    held = buildings.get(row["number"])
    if held is None or held.place_code[:COMMUNITY] != row["community"]:
        values["place_code"] = row["community"] + NO_GRID
    fresh = buildings.setdefault(row["number"], Building(census=census, number=row["number"]))
    _sorted_in(kind, values.get("place_code") or fresh.place_code, held, fresh, values)


def _ways(found: Differences, census: Census, buildings: Mapping[str, Building], frame: Frame) -> None:
    held = {(row.one_id, row.other_id): row for row in Way.objects.filter(census=census)} if frame.ways else {}
    for row in frame.ways:
        one, other = (buildings[number] for number in sorted((row["one"], row["other"])))
        fresh = Way(census=census, one=one, other=other)
        _sorted_in(found.kinds["ways"], one.place_code, held.get((one.pk, other.pk)), fresh, {"metres": row["metres"]})


def _sorted_in(kind: Kind, place: str, held: Any, fresh: Any, values: dict[str, Any]) -> None:
    """Among the new, the changed or the same."""
    if held is None:
        for name, value in values.items():
            setattr(fresh, name, value)
        kind.new.append((place, fresh))
        return
    other = {name: value for name, value in values.items() if getattr(held, name) != value}
    if other:
        kind.changed.append((place, held, other))
    else:
        kind.same += 1
