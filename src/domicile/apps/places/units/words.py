"""Codes and columns of units in the words of the reader's language."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.core.codes.lists import code_list

KINDS = "unit_kind"
SMALL_PLACE = "small_place"

LABELS: dict[str, Any] = {
    "name": _("Name of the unit"),
    "credit_code": _("Unified social credit code"),
    "kind": _("Kind of unit"),
    "address": _("Address"),
    "responsible": _("Responsible person"),
    "employees": _("Employees"),
    "lodged": _("Employees lodged on site"),
    "in_use_from": _("Open from"),
    "in_use_to": _("Closed on"),
    "remark": _("Note"),
}


def small_places() -> list[str]:
    """The codes of the nine small-place kinds."""
    codes = code_list(KINDS)
    return [code for code in codes.codes if codes.parent(code) == SMALL_PLACE]


def is_small_place(code: str) -> bool:
    """Whether a kind is one of the nine small-place kinds."""
    return code in small_places()


def kind(code: str) -> str:
    """The name of a kind; the code itself where the list does not have it."""
    try:
        return code_list(KINDS).name(code, get_language() or "zh")
    except KeyError:
        return code


def kind_choices() -> list[tuple[Any, Any]]:
    """What a unit may be: the nine small-place kinds together first, then the others."""
    codes, language, nine = code_list(KINDS), get_language() or "zh", small_places()
    others = [code for code in codes.codes if code not in nine and code != SMALL_PLACE]
    small = [(code, codes.name(code, language)) for code in nine]
    return [
        ("", ""),
        (codes.name(SMALL_PLACE, language), small),
        (_("Other units"), [(code, codes.name(code, language)) for code in others]),
    ]


def filter_choices() -> list[tuple[str, Any]]:
    """What units are looked for by: all nine small-place kinds together, or one kind."""
    codes, language = code_list(KINDS), get_language() or "zh"
    return [(code, codes.name(code, language)) for code in codes.codes]


def told(table: str, column: str, value: Any) -> tuple[Any, str] | None:
    """A recorded column of a unit in words; None for what is not told."""
    if table != "places_unit" or (column not in LABELS and column != "phone"):
        return None
    if column == "phone":
        return _("Phone"), str(_("a number")) if value else ""
    return LABELS[column], kind(value) if column == "kind" and value else "" if value is None else str(value)
