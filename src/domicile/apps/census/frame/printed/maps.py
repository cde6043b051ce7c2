"""Maps of enumeration areas as data for their pages: outline, streets, numbered buildings, and the list of buildings.

They name nobody: no look is recorded. Nothing comes from outside: what is drawn is what the frame and the division say.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from domicile.apps import printing
from domicile.apps.areas import sheets
from domicile.apps.areas.division.drawing import FILLS
from domicile.apps.areas.models import Grid
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.census.frame.grounds import Atom, Ground
from domicile.apps.census.plan.models import Census
from domicile.apps.common.viewer import Viewer
from domicile.apps.printing import tables

TEMPLATE = Path(__file__).resolve().parent / "maps.typ"
#: Width and height of a drawing in millimetres on each paper, and of its letters.
DRAWINGS = {"a4": (184.0, 148.0), "a3": (394.0, 205.0)}
LETTERS = {"a4": 2.4, "a3": 2.8}
#: Half the side of the square that stands for a building, with the air around it; the square of an area's number.
MARK, NAME = 1.0, 8.0
#: Metres around an area that its map shows.
AROUND = 40.0


def data(
    viewer: Viewer,
    census: Census,
    ground: Ground,
    name: str,
    grids: Sequence[Grid],
    *,
    paper: str,
    today: dt.date,
    whole: bool,
) -> dict[str, Any]:
    """The pages: with `whole` first all areas of the community, then one page for each of `grids`."""
    printing.check_rows(len(ground.atoms) + len(grids))
    lands = _lands(ground)
    title = _("{area}: maps for enumerators").format(area=name if whole or len(grids) != 1 else grids[0].name)
    trail = trails([ground.community], from_level=3).get(ground.community, [])
    pages = [_whole(ground, lands, name, grids, paper)] if whole else []
    pages += [_area(ground, lands, grid, paper) for grid in grids]
    width, height = DRAWINGS[paper]
    return {
        "frame": printing.frame(viewer, title=title, area=in_one(trail), day=today, notes=census.name, watermark=False),
        "paper": paper, "width": width, "height": height, "letters": LETTERS[paper], "pages": pages,
        "words": {
            "north": _("N"), "scale": _("Scale"), "census": census.name, "trail": in_one(trail),
            "missing": _("* not on the map: the place is not known"),
            "empty": _("The places of these buildings are not known: there is no map, only the list."),
            "alt": _("Map of an enumeration area. The list names every building."),
            "river": _("line that is not crossed"),
        },
    }  # fmt: skip


def _lands(ground: Ground) -> dict[str, BaseGeometry]:
    """The land of each area of today, in degrees."""
    if not ground.located:
        return {}
    codes = np.array([atom.place_code for atom in ground.atoms])
    return {
        str(code): ground.town.land(np.flatnonzero(codes == code))
        for code in np.unique(codes)
        if not code.endswith("000")
    }


def _whole(
    ground: Ground, lands: dict[str, BaseGeometry], name: str, grids: Sequence[Grid], paper: str
) -> dict[str, Any]:
    rows = []
    for grid in grids:
        own = [atom for atom in ground.atoms if atom.place_code == grid.code]
        rows.append([_short(grid), grid.code, *_counts(own)])
    return {
        "title": _("{area}: all enumeration areas").format(area=name),
        "facts": _facts("", ground.atoms),
        "drawing": _drawing(ground, lands, "", paper),
        "heads": [_("Enumeration area"), _("Code"), _("Buildings"), _("Dwellings"), _("People expected")],
        "rows": rows,
        "missing": False,
    }


def _area(ground: Ground, lands: dict[str, BaseGeometry], grid: Grid, paper: str) -> dict[str, Any]:
    own = [(number, atom) for number, atom in enumerate(ground.atoms) if atom.place_code == grid.code]
    placed = ground.town.placed
    rows = [
        [
            str(serial), atom.name, atom.address if placed[number] else f"{atom.address} *", str(atom.dwellings),
            str(round(atom.people)), "",
        ]
        for serial, (number, atom) in enumerate(own, start=1)
    ]  # fmt: skip
    return {
        "title": _("Map of the enumeration area {area}").format(area=grid.name),
        "facts": _facts(grid.code, [atom for _number, atom in own]),
        "drawing": _drawing(ground, lands, grid.code, paper),
        "heads": [_("No."), _("Building number"), _("Address"), _("Dwellings"), _("People expected"), _("Done")],
        "rows": rows,
        "missing": any(not placed[number] for number, _atom in own) and ground.located,
    }


def _facts(code: str, atoms: Sequence[Atom]) -> list[list[str]]:
    buildings, dwellings, people = _counts(atoms)
    facts = [[_("Buildings"), buildings], [_("Dwellings"), dwellings], [_("People expected"), people]]
    return [*([[_("Code"), code]] if code else []), *facts]


def _counts(atoms: Sequence[Atom]) -> list[str]:
    return [
        str(len({atom.building.pk for atom in atoms})),
        str(sum(atom.dwellings for atom in atoms)),
        str(round(sum(atom.people for atom in atoms))),
    ]


def _short(grid: Grid) -> str:
    return str(int(grid.code[12:]))


def _drawing(ground: Ground, lands: dict[str, BaseGeometry], code: str, paper: str) -> dict[str, Any] | None:
    """One area with what lies around it, or with '' all of them. None where no place is known."""
    if not ground.located or (code and code not in lands):
        return None
    width, height = DRAWINGS[paper]
    plane = ground.town.plane
    if code:
        shown = plane.degrees(plane.ground(lands[code]).buffer(AROUND))
    else:
        shown = plane.degrees(shapely.box(*shapely.union_all(ground.town.cells).bounds))
    sheet = sheets.fitted(shown.bounds, width, height)
    labels = sheets.Labels(width, height)
    length, text = sheet.bar()
    labels.taken += [shapely.box(0, height - 14, length + 26, height), shapely.box(width - 14, 0, width, 18)]
    marks = _marks(ground, code, sheet, labels, LETTERS[paper])
    fills = sheets.colours(list(lands.values()), len(FILLS))
    return {
        "areas": [
            {
                "rings": sheet.rings(land), "own": own == code,
                "fill": (FILLS[fill] if not code else "#ffffff" if own == code else "#f1f3f6"),
                **_name(own, land, sheet, labels, hidden=own == code),
            }
            for (own, land), fill in zip(lands.items(), fills, strict=True)
        ],
        "streets": [_line(name, points, shown, sheet, labels, LETTERS[paper]) for name, points in ground.streets],
        "barriers": [_line(name, points, shown, sheet, labels, LETTERS[paper]) for name, points in ground.barriers],
        "marks": marks,
        "bar": {"length": length, "text": text},
        "scale": f"1 : {sheet.denominator:,.0f}".replace(",", " "),
    }  # fmt: skip


def _marks(
    ground: Ground, code: str, sheet: sheets.Sheet, labels: sheets.Labels, letters: float
) -> list[dict[str, Any]]:
    """Buildings with their numbers in the list, those of other areas as pale squares without one."""
    spots = [sheet.point(*_degrees(ground, number)) for number in range(len(ground.atoms))]
    ours = [not code or atom.place_code == code for atom in ground.atoms]
    seen = [
        bool(placed) and 0 <= x <= sheet.width and 0 <= y <= sheet.height
        for placed, (x, y) in zip(ground.town.placed, spots, strict=True)
    ]
    for at, shown in zip(spots, seen, strict=True):
        if shown:
            labels.hold(at, 2 * MARK, 2 * MARK)
    marks: list[dict[str, Any]] = []
    serial = 0
    for at, atom, own, shown in zip(spots, ground.atoms, ours, seen, strict=True):
        serial += own
        if not shown:
            continue
        mark: dict[str, Any] = {"at": at, "own": own, "number": "", "number_at": None}
        if own and code:
            number = str(serial)
            place = labels.beside(at, len(number) * letters * 0.62 + 0.4, letters * 1.15, MARK + 0.3)
            mark |= {"number": number if place else "", "number_at": place}
            mark["text"] = atom.name
        marks.append(mark)
    for mark in marks:
        text = mark.pop("text", "")
        size = tables.width(text) * letters * 0.45 + 0.6, letters
        place = labels.beside(mark["at"], *size, MARK + 0.5) if text and text != mark["number"] else None
        mark |= {"text": text if place else "", "text_at": place}
    return marks


def _degrees(ground: Ground, number: int) -> tuple[float, float]:
    point = ground.town.plane.degrees(shapely.Point(ground.town.points[number]))
    return point.x, point.y


def _name(code: str, land: BaseGeometry, sheet: sheets.Sheet, labels: sheets.Labels, *, hidden: bool) -> dict[str, Any]:
    """The number of an area where it is free; of the area that the map is of there is none."""
    if hidden:
        return {"number": "", "number_at": None}
    spots = (sheet.point(*spot) for spot in sheets.spots(land))
    at = labels.inside(spots, NAME, NAME)
    return {"number": str(int(code[12:])) if at else "", "number_at": at}


def _line(
    name: str, points: Any, shown: BaseGeometry, sheet: sheets.Sheet, labels: sheets.Labels, letters: float
) -> dict[str, Any]:
    """The pieces of a line that the map shows, and its name in the middle of the longest."""
    pieces = [
        piece for piece in shapely.get_parts(LineString(points).intersection(shapely.box(*shown.bounds)))
        if piece.geom_type == "LineString" and piece.length > 0
    ]  # fmt: skip
    found: dict[str, Any] = {"pieces": [[sheet.point(x, y) for x, y in piece.coords] for piece in pieces], "name": ""}
    if pieces:
        longest = max(pieces, key=lambda piece: piece.length)
        spots = (longest.interpolate(share, normalized=True) for share in (0.5, 0.3, 0.7, 0.15, 0.85))
        size = tables.width(name) * letters * 0.5 + 0.8, letters * 1.3
        at = labels.inside((sheet.point(spot.x, spot.y) for spot in spots), *size)
        found |= {"name": name if at else "", "name_at": at}
    return found
