"""The figures in words."""

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from domicile.apps.indicators.measuring import TIMELINESS
from domicile.apps.indicators.selectors import Line
from domicile.apps.vitals.words import TOLD_BY
from domicile.core.indicators import Definition

SUBJECTS: dict[str, Any] = {
    "residents": _("Residents of a day"),
    "births": _("Births of a period"),
    "deaths": _("Deaths of a period"),
}
STANDINGS: dict[str, Any] = {
    "met": _("goal reached"),
    "missed": _("below the goal"),
    "open": _("cannot be told for sure"),
}
ERROR_STANDINGS: dict[str, Any] = {
    "met": _("within the limit"),
    "missed": _("above the limit"),
    "open": STANDINGS["open"],
}
#: How a stay came on file.
STAYS: dict[str, Any] = {"import": _("by an import"), "staff": _("by staff"), "move": _("by a move"), "": _("not told")}


def percent(share: float) -> str:
    """A share in per cent with one decimal place."""
    return f"{100 * share:.1f}%"


def source(key: str, definition: Definition) -> str:
    """How records came on file; of events, who reported them."""
    known = TOLD_BY if definition.key in TIMELINESS.values() else STAYS
    return str(known.get(key, key) or STAYS[""])


def standing(line: Line) -> str:
    """How the figure stands to its goal, in words; '' where that cannot be said at all."""
    words = ERROR_STANDINGS if line.definition.kind == "error" else STANDINGS
    return str(words[line.standing]) if line.standing else ""


def span(line: Line) -> str:
    """The interval in per cent; a line where it is not known."""
    found = line.figure
    if found is None or found.low is None or found.high is None:
        return "—"
    return f"{percent(found.low)} – {percent(found.high)}"


def lacking(line: Line) -> str:
    """Why there is no figure."""
    if line.figure is not None:
        return ""
    if line.definition.kind == "coverage" and line.published is None:
        return _now("No published figure of this area is on file.")
    return _now("Nothing to be counted in this month.")


def cells(line: Line, language: str) -> dict[str, Any]:
    """A line as a page shows it."""
    figure, definition = line.figure, line.definition
    return {
        "key": definition.key,
        "name": definition.name.of(language),
        "of": line.of,
        "ratio": figure.ratio if figure else None,
        "percent": percent(figure.ratio) if figure else "—",
        "numerator": round(figure.numerator) if figure else "",
        "denominator": round(figure.denominator) if figure else "",
        "span": span(line),
        "goal": percent(line.goal).replace(".0%", "%"),
        "goal_share": line.goal,
        "is_error": definition.kind == "error",
        "standing": line.standing,
        "standing_words": standing(line),
        "few": line.few and figure is not None,
        "lacking": lacking(line),
        "published": line.published,
    }
