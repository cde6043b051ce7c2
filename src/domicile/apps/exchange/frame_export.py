"""The file that is carried into a census: addresses, and how many dwellings and people to expect (P-4). It names nobody.

The census collects heads, names and registrations afresh at the door: nothing else goes this way. Sheets and heads stand in
core/codes/frame_layout.py.
"""

import io
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from django.db.models import Count

from domicile.apps.access.log import record_look
from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Area
from domicile.apps.areas.selectors import chain
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.people.models import Spell
from domicile.apps.places.models import Building, Dwelling
from domicile.core.codes.frame_layout import SHEETS

PERMISSION = "export"
#: So many hexadecimal digits of its key stand for a building that was given no code yet.
DIGITS = 12


def workbook(viewer: Viewer, place: str) -> bytes:
    """The buildings in use inside `place`, a code prefix in the viewer's areas, as an xlsx workbook. On record. Raises NotAllowed.

    Seven queries, however many buildings.
    """
    if not viewer.may(PERMISSION) or not place or not viewer.covers(place):
        raise NotAllowed(f"{viewer.role}/{viewer.purpose or '-'} may not export the frame of {place or '-'}")
    record_look(viewer, question="export_frame")
    tables = rows(viewer, place)
    target = io.BytesIO()
    with xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        text = book.add_format({"num_format": "@"})
        for sheet in SHEETS:
            if sheet.name not in tables:
                continue
            page = book.add_worksheet(sheet.titles[0])
            page.set_column(0, len(sheet.columns), 18, text)
            page.write_row(0, 0, [column.heads[0] for column in sheet.columns])
            for line, row in enumerate(tables[sheet.name], start=1):
                page.write_row(line, 0, row)
    return target.getvalue()


def rows(viewer: Viewer, place: str) -> dict[str, list[list[Any]]]:
    """The rows of each sheet: areas from the province down, buildings, stairwells of those that have several."""
    inside = prefix_q("place_code", place)
    houses = list(
        restrict(Building.objects.filter(inside, in_use_to=None), viewer).order_by("community_code", "sort_key", "pk")
    )
    doors = restrict(Dwelling.objects.filter(inside, in_use_to=None), viewer).order_by()
    homes = doors.values_list("building", "unit").annotate(count=Count("pk"))
    living = restrict(Spell.objects.filter(end=None, kind=Spell.Kind.USUAL), viewer, "dwelling__place_code").order_by()
    living = living.filter(prefix_q("dwelling__place_code", place), dwelling__in_use_to=None)
    people = living.values_list("dwelling__building", "dwelling__unit").annotate(count=Count("person", distinct=True))
    of_units = _by_unit(list(homes), list(people))
    buildings, stairwells = [], []
    for house in houses:
        units = of_units.get(house.pk, {})
        number = house.code or house.pk.hex[-DIGITS:]
        counts = [sum(column) for column in zip(*units.values(), strict=True)] or [0, 0]
        at = ["", ""] if house.longitude is None else [house.longitude, house.latitude]
        buildings.append([number, _written(house), house.community_code, *counts, *at])
        if len(units) > 1 and all(units):
            stairwells += [[number, unit, *of, "", ""] for unit, of in sorted(units.items())]
    codes = {step for house in houses for step in chain(house.community_code)}
    areas = Area.objects.filter(code__in=codes, valid_to=None).order_by("code").values_list("code", "name")
    return {"areas": [list(row) for row in areas], "buildings": buildings, "stairwells": stairwells}


def _by_unit(homes: Sequence[Any], people: Sequence[Any]) -> Mapping[uuid.UUID, dict[str, list[int]]]:
    found: dict[uuid.UUID, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for place, counted in enumerate((homes, people)):
        for building, unit, count in counted:
            found[building][unit][place] += count
    return found


def _written(house: Building) -> str:
    """The address as it stands on the wall."""
    plate = f"{house.plate}号" if house.plate.isdigit() else house.plate
    name = f"{house.name}栋" if house.name.isdigit() else house.name
    return f"{house.street}{plate}{name}" or house.key.replace("|", "")
