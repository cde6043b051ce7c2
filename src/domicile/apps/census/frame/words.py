"""What is said of the frame: findings of its file with their cures, kinds of rows, states."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Pair = tuple[str | Promise, str | Promise]
#: Code → what is wrong, and what to do.
FINDINGS: dict[str, Pair] = {
    "file_empty": (_("The file holds no rows."), _("Save it with its rows, and choose it again.")),
    "no_table": (_("This is a picture or a PDF, not a table."), _("Choose the xlsx or CSV file of the frame.")),
    "too_large": (_("The workbook is too large to be read."), _("Split it by township, or save it as CSV.")),
    "protected": (_("The workbook is protected by a password."), _("Save it without a password.")),
    "broken": (
        _("The file is damaged and cannot be read."),
        _("Open it in a spreadsheet program, save it anew, and choose it again."),
    ),
    "encoding": (_("The letters of this file cannot be read."), _("Save it as CSV UTF-8 or as xlsx.")),
    "unknown_layout": (
        _("The heads of the columns are not those of a frame. Missing: {said}"),
        _("Take the empty workbook below and copy your columns into it."),
    ),
    "sheet_unknown": (
        _("This sheet is none of the layout: it was not read."),
        _("Nothing to do, unless it was meant."),
    ),
    "column_ignored": (
        _("The column {said} is none of the layout: it was not read and is not kept."),
        _("Nothing to do. A frame holds addresses and counts, no person."),
    ),
    "empty": (_("A value is missing."), _("Fill it in.")),
    "too_long": (
        _("This is too long: {said}"),
        _("Shorten it: 32 characters for a number or name, 200 for an address."),
    ),
    "no_count": (_("This is no count: {said}"), _("Write a whole number from 0 to 100000.")),
    "no_number": (
        _("This is no number: {said}"),
        _("Write digits with a point, such as 113.324521; leave it empty where it is not known."),
    ),
    "no_code": (
        _("This is no area code: {said}"),
        _("Write the 12 digits of the community. In a spreadsheet, format the column as text."),
    ),
    "no_kind": (_("This is no kind of line: {said}"), _("Write 街道 (street) or 界线 (barrier).")),
    "no_line": (
        _("These are no points of a line: {said}"),
        _("Write longitude and latitude of each point, points parted by commas: 113.1 23.1, 113.2 23.1"),
    ),
    "half_a_place": (_("Longitude or latitude is missing: {said}"), _("Give both or neither.")),
    "swapped": (_("Longitude and latitude are in each other's place: {said}"), _("Exchange the two columns.")),
    "no_place": (_("There is no such place on earth: {said}"), _("Write longitude and latitude in degrees.")),
    "same_building": (_("A building cannot be its own neighbour: {said}"), _("Correct one of the two numbers.")),
    "twice": (_("Another line says something else of the same: {said}"), _("Keep one of the two lines.")),
    "outside_census": (
        _("{said} lies outside the area of this census."),
        _("Correct the code, or load it into the census of that area."),
    ),
    "outside_reach": (_("{said} lies outside the areas that you keep."), _("Ask the office above to load it.")),
    "area_unknown": (
        _("There is no area {said}."),
        _("Correct the code, or add a sheet 区划 with the codes and names of the areas."),
    ),
    "parent_unknown": (_("The area around {said} is not on file."), _("Name it in the sheet 区划 as well.")),
    "building_unknown": (
        _("There is no building {said}, neither in this file nor on file."),
        _("Correct the number, or add the building."),
    ),
    "line_elsewhere": (_("This line lies far from every building."), _("Look whether its degrees are right.")),
    "people_differ": (
        _("The stairwells have {said} people together, the building another number."),
        _("Correct one of the two, or leave it: the stairwells count where a building is divided."),
    ),
}
KINDS: Mapping[str, str | Promise] = {
    "areas": _("Areas"),
    "buildings": _("Buildings"),
    "stairwells": _("Stairwells"),
    "ways": _("Pairs of neighbours"),
    "lines": _("Streets and lines"),
}
STATES: Mapping[str, str | Promise] = {
    "read": _("Read, not loaded"),
    "loading": _("Being loaded"),
    "loaded": _("Loaded"),
    "failed": _("Not loaded"),
    "undoing": _("Being taken back"),
    "undone": _("Taken back"),
    "discarded": _("Thrown away"),
}
PLANS: Mapping[str, str | Promise] = {
    "waiting": _("being made"),
    "ready": _("proposal"),
    "failed": _("could not be made"),
    "adopted": _("adopted"),
}


def finding(row: Mapping[str, Any]) -> dict[str, Any]:
    """A finding in words: where, what, what to do."""
    message, cure = FINDINGS[row["code"]]
    return {**row, "message": str(message).replace("{said}", row["said"]), "cure": cure}
