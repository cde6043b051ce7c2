"""Moves in the words of the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from domicile.apps.moves.models import MoveChange, MoveEnd, Side, Where
from domicile.core.moves import states, steps

SIDES = {Side.ORIGIN.value: _("place left"), Side.DESTINATION.value: _("destination")}
WHERE = {
    Where.AREA.value: _("an area of this register or of a linked one"),
    Where.ELSEWHERE.value: _("another place in the country"),
    Where.ABROAD.value: _("abroad"),
    Where.UNKNOWN.value: _("not known"),
}
MATTERS = {"destination": _("Where to"), "day": _("Day of leaving, day of arrival"), "people": _("Who")}
PARTIES = {
    "origin": _("place left"),
    "destination": _("destination"),
    "above": _("a level above both"),
    "rule": _("follows by itself"),
    "clock": _("the day has come"),
    "for_origin": _("destination, for the place left"),
    "for_destination": _("place left, for the destination"),
}
WAYS = {"number": _("same document number"), "name": _("name, birth date and place left")}
DIFFERS = {
    "name": _("name"),
    "birth_date": _("birth date"),
    "number": _("document number"),
    "origin": _("place left"),
}


def _in_words(zh: str, en: str) -> str:
    return zh if (get_language() or "zh").startswith("zh") else en


def state(key: str) -> str:
    """How a move stands."""
    found = states()[key]
    return _in_words(found.zh, found.en)


def step(key: str) -> str:
    """What was done."""
    found = steps()[key]
    return _in_words(found.zh, found.en)


def party(row: MoveChange) -> str:
    """Who took a step; of a level above both also for which end it spoke."""
    side = _acted_for(row)
    if not side:
        return str(PARTIES[row.by])
    return _now("{party}, for: {end}").format(party=PARTIES[row.by], end=SIDES[side])


def _acted_for(row: MoveChange) -> str:
    """The end for which a level above both acted; '' where it is nobody's in particular."""
    if row.by != "above" or row.side:
        return row.side
    if row.step == "cancel":
        return Side.DESTINATION.value if row.before == "asked" else Side.ORIGIN.value
    sides = [one for one in steps()[row.step].who if one in SIDES]
    return sides[0] if len(sides) == 1 else ""


def state_choices() -> list[tuple[str, Any]]:
    """Every state, as choices."""
    return [(key, state(key)) for key in states()]


def to_where(end: MoveEnd, areas: Mapping[str, str]) -> str:
    """Where an end says that they go, `areas` naming the codes."""
    if not end.to_where:
        return ""
    named = areas.get(end.to_code, end.to_code) if end.to_code else ""
    if end.to_where == Where.AREA:
        return " · ".join(filter(None, [named, end.to_text]))
    words = str(WHERE[end.to_where])
    if end.to_where == Where.ELSEWHERE and (named or end.to_text):
        words = ""
    return " · ".join(filter(None, [words, named, end.to_text]))


def end_name(end: MoveEnd, areas: Mapping[str, str], *, other: MoveEnd | None = None) -> str:
    """Which place an end is; where it is beyond any code, what the other end says of it."""
    if end.code:
        return areas.get(end.code, end.code)
    return to_where(other, areas) if other is not None and end.side == Side.DESTINATION else _now("not known")


def unknown_year(year: int) -> str:
    """That working days cannot be counted in a year, and what to do."""
    return _now("The working days of {year} are not known yet: load the calendar under Tasks, Rules.").format(year=year)
