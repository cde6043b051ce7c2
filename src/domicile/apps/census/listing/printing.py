"""The listing book of an enumeration area on paper (户主姓名底册). In Chinese whatever the page is in."""

from itertools import groupby
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from domicile.apps import printing
from domicile.apps.areas.selectors import trails
from domicile.apps.census.listing import selectors, words
from domicile.apps.census.listing.models import Dwelling
from domicile.apps.census.plan.models import Census
from domicile.apps.common.viewer import Viewer

TEMPLATE = Path(__file__).resolve().parent / "printed" / "book.typ"
#: Empty lines after each building, for doors that are found and not on the list.
BLANK_LINES = 3


def book_data(viewer: Viewer, census: Census, place_code: str) -> dict[str, Any]:
    """The book: buildings, their doors, and who is listed, after the look is recorded."""
    buildings = selectors.by_building(viewer, census, place_code)
    within = Dwelling.objects.filter(building__census=census, place_code=place_code)
    printing.check_rows(within.count())
    doors = selectors.doors(viewer, within, "listing_book")
    by_building = {key: list(some) for key, some in groupby(doors, key=lambda door: door.dwelling.building_id)}
    where = " ".join(trails([place_code]).get(place_code, [])) or place_code
    return {
        "frame": printing.frame(
            viewer, title=_("Listing book"), area=f"{where} {place_code}", day=timezone.localdate(), notes=census.name
        ),
        "buildings": [
            {
                "label": f"{one.number} {one.address}",
                "expected": _("expected: {doors} doors, {people} people").format(doors=one.dwellings, people=one.expected),
                "rows": [line for door in by_building.get(one.pk, []) for line in _lines(door)],
            }
            for one, _listed in buildings
        ],
        "blank": BLANK_LINES,
        "words": {
            "heads": [
                _("Door"), _("Use"), _("Household"), _("Head of household"), _("People"), _("Phone"), _("Form"),
                _("At the reference moment"), _("Checked again"),
            ],
            "rule": _(
                "Only for the census. Names are told at the door and never taken from another register. Give the book back when "
                "the census is over; no copy is kept."
            ),
            "none": _("No building stands in this area yet."),
        },
        "signatures": [_("Enumerator"), _("Supervisor"), _("Date")],
    }  # fmt: skip


def _lines(door: selectors.Door) -> list[list[str]]:
    """The lines of a door: one a household that is on the list, or one that says how it is used."""
    use = str(words.USES[door.dwelling.use])
    held = [one for one in door.households if one[0].ended_on is None]
    if not held:
        return [[door.dwelling.number, use, *[""] * 7]]
    return [
        [
            door.dwelling.number, use, str(row.serial), name, str(row.expected), phone, str(words.FORMS[row.form]),
            "" if row.absence == "none" else str(words.ABSENCES[row.absence]),
            row.checked_on.isoformat() if row.checked_on else "",
        ]
        for row, name, phone in held
    ]  # fmt: skip


def printed(viewer: Viewer, census: Census, place_code: str) -> HttpResponse:
    """The book as PDF."""
    with translation.override("zh-hans"):
        data = book_data(viewer, census, place_code)
        return printing.respond(TEMPLATE, data, name=f"{data['frame']['title']}-{place_code}")
