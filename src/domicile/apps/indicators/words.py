"""The figures in words."""

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from domicile.apps.indicators import expecting
from domicile.apps.indicators.lines import Line
from domicile.apps.indicators.measuring import TIMELINESS
from domicile.apps.vitals.words import TOLD_BY
from domicile.core.indicators import Definition
from domicile.core.policy.parameters import describe

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


#: Groups of sex and age that deaths are told by.
SEXES: dict[str, Any] = {expecting.MEN: _("men"), expecting.WOMEN: _("women")}
NOT_TOLD = _("sex or age not told")


#: Where the shipped rates come from; who puts others in their place writes the source there.
RATES: list[Any] = [
    _(
        "National Bureau of Statistics of China, China Population Census Yearbook 2020 (中国人口普查年鉴2020), November 2019 to "
        "October 2020; the ages add up to the published total fertility of 1.30, to be replaced by those of the province."
    ),
    _(
        "United Nations, Department of Economic and Social Affairs, Population Division, World Population Prospects 2022 "
        "(CC BY 3.0 IGO), China, five-year periods 2015-2020 and 2020-2025 as the R package wpp2022 gives them; the second is "
        "partly projected."
    ),
]


def rates(definition: Definition) -> str:
    """Whose rates the expected events are reckoned by; '' for what is no expectation."""
    if definition.kind != "expected":
        return ""
    return _now(describe(expecting.TABLES[definition.subject]).reference)


def group(key: str) -> str:
    """The sex and age group of a measure: `2:60` is women of 60 to 79."""
    sex, _colon, low = key.partition(":")
    if not low:
        return str(NOT_TOLD)
    above = [age for age in expecting.GROUPS if age > int(low)]
    if not above:
        return _now("{sex} of {low} and over").format(sex=SEXES[sex], low=low)
    return _now("{sex} of {low} to {high}").format(sex=SEXES[sex], low=low, high=above[0] - 1)


def percent(share: float) -> str:
    """A share in per cent with one decimal place."""
    return f"{100 * share:.1f}%"


def source(key: str, definition: Definition) -> str:
    """How records came on file; of events, who reported them."""
    if definition.kind == "expected":
        return group(key)
    known = TOLD_BY if definition.key in TIMELINESS else STAYS
    return str(known.get(key, key) or STAYS[""])


def standing(line: Line) -> str:
    """How the figure stands to its goal, or why that cannot be told yet, in words; '' where it cannot be said at all."""
    if line.begun is not None and not line.few and line.figure is not None:
        return _now("not told yet: the register began on {day}").format(day=line.begun)
    words = ERROR_STANDINGS if line.definition.kind == "error" else STANDINGS
    return str(words[line.standing]) if line.standing else ""


def span(line: Line) -> str:
    """The interval in per cent; a line where it is not known."""
    found = line.figure
    if found is None or found.low is None or found.high is None:
        return "—"
    if line.few and line.definition.kind == "expected":
        return "—"  # of hardly any expected it would reach beyond all sense
    return f"{percent(found.low)} – {percent(found.high)}"


def lacking(line: Line) -> str:
    """Why there is no figure."""
    if line.figure is not None:
        return ""
    if line.definition.kind == "coverage" and line.published is None:
        return _now("No published figure of this area is on file.")
    if line.definition.kind == "expected":
        return _now("Nobody is on file of whom any would be expected, or it was not reckoned yet.")
    return _now("Nothing to be counted in this month.")


def _whole(line: Line, number: float) -> int | str:
    """What is held against: a count, or a number of expected events, which is none."""
    return f"{number:.1f}" if line.definition.kind == "expected" else round(number)


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
        "denominator": _whole(line, figure.denominator) if figure else "",
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
