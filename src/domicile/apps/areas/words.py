"""Codes of areas and grids in the words of the reader's language."""

import datetime as dt

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from domicile.core.codes.areas import KIND_NAMES, AreaCode
from domicile.core.codes.lists import code_list

LEVELS = {
    1: gettext_lazy("Province"),
    2: gettext_lazy("Prefecture"),
    3: gettext_lazy("County"),
    4: gettext_lazy("Township or subdistrict"),
    5: gettext_lazy("Village or community"),
}


TALLIES = {
    "buildings": gettext_lazy("Buildings"),
    "dwellings": gettext_lazy("Dwellings"),
    "units": gettext_lazy("Units"),
    "residents": gettext_lazy("People who live there"),
    "registered": gettext_lazy("People registered there"),
    "lived": gettext_lazy("People who lived there"),
}


CHANGES = {
    "areas.rename_area": gettext_lazy("New name"),
    "areas.recode_area": gettext_lazy("New code"),
    "areas.merge_area": gettext_lazy("Merge into another"),
    "areas.split_area": gettext_lazy("Split"),
}


def tally(kind: str) -> str:
    """What a carrier of codes counted."""
    return str(TALLIES.get(kind, kind))


def english() -> bool:
    return (get_language() or "").startswith("en")


def kind(code: str) -> str:
    """The kind of area that the range of its code tells."""
    return KIND_NAMES[AreaCode(code).kind][english()]


def coded(name: str, code: str) -> str:
    """The name of a code of a list; the code itself where the list does not have it."""
    if not code:
        return ""
    try:
        return code_list(name).name(code, get_language() or "zh")
    except KeyError:
        return code


def urban_rural(code: str) -> str:
    """The urban–rural class with its code."""
    return f"{code} {coded('urban_rural', code)}" if code else ""


def span(valid_from: dt.date, valid_to: dt.date | None) -> str:
    """From when to when something exists."""
    if valid_to is None:
        return _("since {day}").format(day=valid_from.isoformat())
    return _("{first} to {last}, not included").format(first=valid_from.isoformat(), last=valid_to.isoformat())


def square_metres(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f} m²"
