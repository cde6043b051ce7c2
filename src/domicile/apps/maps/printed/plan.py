"""The house plan (房屋平面图) of a community as data for its page. It names no resident: no look is recorded."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import shapely
from django.db.models import Q
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from domicile.apps import printing
from domicile.apps.access.scopes import restrict
from domicile.apps.areas import sheets as geometry
from domicile.apps.areas.actions.boundaries_geometry import of_json
from domicile.apps.areas.models import Area, Grid, GridStaff
from domicile.apps.areas.selectors import trails
from domicile.apps.areas.tree import valid_on
from domicile.apps.common.viewer import Viewer
from domicile.apps.maps import counting, policies, words
from domicile.apps.maps.selectors import label, natural
from domicile.apps.places.models import Building
from domicile.apps.printing import tables

TEMPLATE = Path(__file__).resolve().parent / "plan.typ"
#: Width and height of the drawing in millimetres on each paper; the legend stands right of it.
DRAWINGS = {"a3": (300.0, 249.0), "a4": (196.0, 170.0)}
FILLS = ("#dcebf7", "#fdeccf", "#dff0dc", "#f6dde4", "#e8e1f4", "#fbf6c8", "#d9f0ee")
# Half the side of the square that stands for a building, with the air around it.
MARK = 1.0
#: The square in which the number of a grid stands.
NAME = 7.0
LETTERS = {"a3": 2.5, "a4": 2.1}


@dataclass(frozen=True, slots=True)
class House:
    """A building with the number that it has on the plan."""

    number: int
    building: Building
    text: str
    counts: counting.Counts


def plan_data(viewer: Viewer, area: Area, *, today: dt.date, paper: str, names: bool) -> dict[str, Any]:
    """The plan of a community inside the viewer's areas; with `names` who works each grid. Raises NotAllowed.

    Counts are those of the map: small ones are hidden from whoever may not see the people. A fixed number of queries.
    """
    viewer.require(policies.VIEW)
    grids = _grids(viewer, area, today)
    rows = restrict(Building.objects.filter(community_code=area.code, in_use_to=None), viewer)
    counted = counting.by_building(_within(viewer, area), today)
    found = sorted(rows, key=lambda row: (row.place_code, natural(label(row)), row.pk))
    printing.check_rows(len(found))
    houses = [House(place, row, label(row), counted.building(row.pk)) for place, row in enumerate(found, start=1)]
    below = policies.rule(today).below
    shapes = {grid.code: ground for grid in grids if (ground := of_json(grid.boundary)) is not None}
    own = of_json(Area.objects.values_list("boundary", flat=True).get(pk=area.pk))
    fills = dict(zip(shapes, geometry.colours(list(shapes.values()), len(FILLS)), strict=True))
    trail = trails([area.code], from_level=3).get(area.code, [])
    width, height = DRAWINGS[paper]
    frame = printing.frame(
        viewer, title=_("{area}: house plan").format(area=area.name), area=" ".join(trail), day=today, watermark=False
    )
    return {
        "frame": frame,
        "paper": paper,
        "width": width,
        "height": height,
        "letters": LETTERS[paper],
        "drawing": _drawing(shapes, fills, own, houses, paper),
        "legend": _legend(area, grids, fills, houses, counted, below, _workers(grids) if names else {}),
        "legend_heads": [*_counted_heads(), *([_("Who works it")] if names else [])],
        "index": [_line(house, below) for house in houses],
        "index_heads": [_("No."), _("Building"), _("Grid"), _("Number of dwellings"), _("Number of households")],
        "words": _words(houses),
    }


def _within(viewer: Viewer, area: Area) -> Viewer:
    """The viewer with what of their areas lies in this one: a county is not counted for a community."""
    inside = (scope for scope in viewer.scopes if scope.startswith(area.code))
    return replace(viewer, scopes=(area.code,) if viewer.covers(area.code) else tuple(inside))


def _counted_heads() -> list[str]:
    return [_("Grid"), _("Number of buildings"), _("Number of dwellings"), _("Number of households")]


def _grids(viewer: Viewer, area: Area, today: dt.date) -> list[Grid]:
    inside = Q(code__gte=area.code + "000", code__lte=area.code + "999", tier=Grid.Tier.SMALL)
    return list(valid_on(restrict(Grid.objects.filter(inside), viewer, "code"), today).order_by("code"))


def _workers(grids: Sequence[Grid]) -> dict[str, str]:
    staff = GridStaff.objects.filter(grid__in=grids, valid_to=None, duty=GridStaff.Duty.WORKER)
    found = defaultdict(list)
    for code, name in staff.order_by("id").values_list("grid__code", "name"):
        found[code].append(name)
    return {code: "、".join(names) for code, names in found.items()}


def _legend(
    area: Area,
    grids: Sequence[Grid],
    fills: dict[str, int],
    houses: Sequence[House],
    counted: counting.Counted,
    below: int,
    workers: dict[str, str],
) -> list[dict[str, Any]]:
    by_grid = defaultdict(list)
    for house in houses:
        by_grid[house.building.place_code].append(house.building.pk)
    known = {grid.code for grid in grids}
    outside = [key for code, keys in by_grid.items() if code not in known for key in keys]
    lines = [(grid.name.removeprefix(area.name) or grid.name, grid.code, by_grid.get(grid.code, [])) for grid in grids]
    if outside:
        lines.append((_("in no grid"), "", outside))
    found = []
    for name, code, keys in lines:
        _people, households, dwellings = counted.total(keys)
        cells = [str(len(keys)), words.count(dwellings, below), words.count(households, below)]
        fill = FILLS[fills[code]] if code in fills else ""
        number = code[12:].lstrip("0")
        found.append({"fill": fill, "number": number, "name": name, "cells": cells, "worker": workers.get(code, "")})
    return found


def _line(house: House, below: int) -> list[str]:
    _people, households, dwellings = house.counts
    grid = house.building.place_code[12:].lstrip("0")
    place = house.text if _located(house) else f"{house.text} *"
    return [str(house.number), place, grid, words.count(dwellings, below), words.count(households, below)]


def _located(house: House) -> bool:
    return house.building.longitude is not None and house.building.latitude is not None


def _words(houses: Sequence[House]) -> dict[str, str]:
    missing = sum(not _located(house) for house in houses)
    return {
        "index": _("Index of the buildings"),
        "missing": _("* not on the plan: the place is not known ({count})").format(count=missing) if missing else "",
        "north": _("N"),
        "scale": _("Scale"),
        "empty": _("No border and no place of a building is on file yet: draw them on the map."),
        "alt": _("House plan: grids and buildings. The index lists every building."),
    }


def _drawing(
    shapes: dict[str, BaseGeometry],
    fills: dict[str, int],
    own: BaseGeometry | None,
    houses: Sequence[House],
    paper: str,
) -> dict[str, Any] | None:
    located = [house for house in houses if _located(house)]
    points = [shapely.Point(house.building.longitude, house.building.latitude) for house in located]
    everything = [*shapes.values(), *points, *([own] if own is not None else [])]
    if not everything:
        return None
    width, height = DRAWINGS[paper]
    sheet = geometry.fitted(shapely.union_all(everything).bounds, width, height)
    labels = geometry.Labels(width, height)
    length, text = sheet.bar()
    labels.taken.append(shapely.box(0, height - 14, length + 26, height))
    labels.taken.append(shapely.box(width - 14, 0, width, 18))
    marks = _marks(located, sheet, labels, LETTERS[paper])
    return {
        "area": sheet.rings(own) if own is not None else [],
        "grids": [
            {"rings": sheet.rings(ground), "fill": FILLS[fills[code]], **_grid_name(code, ground, sheet, labels)}
            for code, ground in shapes.items()
        ],
        "marks": marks,
        "bar": {"length": length, "text": text},
        "scale": f"1 : {sheet.denominator:,.0f}".replace(",", " "),
    }


def _marks(
    houses: Sequence[House], sheet: geometry.Sheet, labels: geometry.Labels, letters: float
) -> list[dict[str, Any]]:
    """Dots with numbers, and beside each its address where there is room; the index has what finds none."""
    spots = [sheet.point(house.building.longitude or 0.0, house.building.latitude or 0.0) for house in houses]
    for at in spots:
        labels.hold(at, 2 * MARK, 2 * MARK)
    marks = []
    for house, at in zip(houses, spots, strict=True):
        number = str(house.number)
        size = (len(number) * letters * 0.62 + 0.4, letters * 1.15)
        numbered = labels.beside(at, *size, MARK + 0.3)
        marks.append({"at": at, "number": number, "number_at": numbered})
    for mark, house, at in zip(marks, houses, spots, strict=True):
        text = house.text
        size = (tables.width(text) * letters * 0.52 + 0.6, letters * 1.15)
        placed = labels.beside(at, *size, MARK + 0.5)
        mark.update({"text": text if placed else "", "text_at": placed})
    return marks


def _grid_name(code: str, ground: BaseGeometry, sheet: geometry.Sheet, labels: geometry.Labels) -> dict[str, Any]:
    points = [sheet.point(*spot) for spot in geometry.spots(ground)]
    at = labels.inside(points, NAME, NAME)
    return {"number": code[12:].lstrip("0"), "number_at": at or (points[0][0] - NAME / 2, points[0][1] - NAME / 2)}
