"""What the small layouts have in common: cells, dates, words, numbers, findings."""

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from domicile.apps.areas.models import Area
from domicile.apps.exchange.issues import mask
from domicile.core.codes.areas import AreaCode
from domicile.core.codes.dates import DateError, parse_date
from domicile.core.codes.lists import Match, code_list
from domicile.core.codes.phones import PhoneError, parse_phone
from domicile.core.codes.text import fold_width

_DIVIDERS = re.compile(r"[、,，;；\n/|]+")
_FIGURE = re.compile(r"([0-9]+(?:\.[0-9]+)?) *(?:平方米|平米|平方|㎡|m2|m²|间|人|个)?")


@dataclass
class Ground:
    """What all rows of a file are checked against, and what its earlier rows said."""

    scopes: tuple[str, ...]
    today: dt.date
    seen: dict[Any, int] = field(default_factory=dict)

    @cached_property
    def communities(self) -> set[str]:
        """Codes of the communities there are."""
        return set(Area.objects.filter(valid_to__isnull=True, level=5).values_list("code", flat=True))


@lru_cache(maxsize=10_000)
def _match(listed: str, text: str) -> Match | None:
    return code_list(listed).match(text)


@lru_cache(maxsize=50_000)
def _day(text: str, today: dt.date) -> str:
    return parse_date(text, today=today, allow_future=True).value.isoformat()


def divided(text: str) -> list[str]:
    """The pieces of a list in one cell."""
    return [piece.strip() for piece in _DIVIDERS.split(text) if piece.strip()]


@dataclass
class Row:
    """One row of a file: its cells, where it stands, and what is found."""

    sheet: str
    number: int
    cells: dict[str, str]
    place: int | None = None  # number of its address among the places of the file
    values: dict[str, str] = field(default_factory=dict)
    findings: list[tuple[str, int, str, str, str, str]] = field(default_factory=list)

    def cell(self, name: str) -> str:
        return fold_width(self.cells.get(name) or "").strip()

    def say(self, code: str, column: str, excerpt: str = "", detail: str = "") -> None:
        self.findings.append((self.sheet, self.number, column, code, excerpt[:60], detail))

    def digits(self, name: str) -> str:
        """A code without blanks; a spreadsheet's 12.0 or exponent form is a finding."""
        text = self.cell(name).replace(" ", "").lstrip("'")
        if text.endswith(".0"):
            text = text[:-2]
        if "E+" in text.upper():
            self.say("code_lost_digits", name, text)
            return ""
        if text != (self.cells.get(name) or "").strip():
            self.say("text_cleaned", name, self.cells.get(name) or "")
        return text

    def day(self, name: str, today: dt.date) -> str:
        """A date as YYYY-MM-DD; '' when empty or unreadable, which is a finding."""
        text = self.cell(name)
        if not text:
            return ""
        try:
            read = _day(text, today)
        except DateError as fault:
            self.say(f"date_{fault.code}", name, text)
            return ""
        if read != text:
            self.say("date_read", name, text, read)
        return read

    def word(self, name: str, listed: str, unknown: str) -> str:
        """The code of a list that the cell stands for; '' when empty or unknown, which is a finding."""
        text = self.cell(name)
        if not text:
            return ""
        match = _match(listed, text)
        if match is None:
            self.say(unknown, name, text)
            return ""
        if match.quality == "synonym":
            self.say("word_read", name, text, match.code)
        return match.code

    def text(self, name: str, limit: int, missing: str = "") -> str:
        value = " ".join(self.cell(name).split())
        if not value and missing:
            self.say(missing, name)
        if len(value) > limit:
            self.say("text_too_long", name, value, str(limit))
        return value[:limit]

    def within(self, code: str, scopes: tuple[str, ...], column: str, *, above: bool = False) -> None:
        """A finding unless `code` lies in the scopes; `above` lets areas (12 digits) pass, with a note, that hold them."""
        inside = any(code.startswith(scope) for scope in scopes)
        # Not by its zeros taken away: the town 100 of a county holds nothing of its town 101.
        holds = above and any(scope.startswith(AreaCode(code).prefix) for scope in scopes)
        if code and not inside:
            self.say("area_above" if holds else "outside_scope", column, code, "、".join(scopes))

    def figure(self, name: str, most: float, *, decimals: int = 0) -> str:
        """A number from 0 to `most`, with or without its unit; '' when empty or none, which is a finding."""
        text = self.cell(name)
        found = _FIGURE.fullmatch(text)
        if not text:
            return ""
        if found is None or float(found[1]) > most or (not decimals and not float(found[1]).is_integer()):
            self.say("figure_bad", name, text, f"{most:g}")
            return ""
        return f"{float(found[1]):.{decimals}f}"

    def phone(self, name: str) -> str:
        """One phone; '' when empty or unreadable, which is a finding."""
        text = self.cell(name)
        if not text:
            return ""
        try:
            return parse_phone(text).number
        except PhoneError as fault:
            self.say(f"phone_{fault.code}", name, mask(text))
            return ""

    def once(self, ground: Ground, key: Any, name: str, excerpt: str) -> None:
        """A finding when an earlier row of the file has the same key."""
        if key in ground.seen:
            self.say("row_twice", name, excerpt, str(ground.seen[key]))
        ground.seen[key] = self.number
