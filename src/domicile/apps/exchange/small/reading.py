"""What areas and grids have in common: cells, dates, findings."""

import datetime as dt
from dataclasses import dataclass, field

from domicile.core.codes.dates import DateError, parse_date
from domicile.core.codes.lists import code_list
from domicile.core.codes.text import fold_width


@dataclass
class Row:
    """One row of a file: its cells, where it stands, and what is found."""

    sheet: str
    number: int
    cells: dict[str, str]
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
            read = parse_date(text, today=today, allow_future=True)
        except DateError as fault:
            self.say(f"date_{fault.code}", name, text)
            return ""
        if read.value.isoformat() != text:
            self.say("date_read", name, text, read.value.isoformat())
        return read.value.isoformat()

    def word(self, name: str, listed: str, unknown: str) -> str:
        """The code of a list that the cell stands for; '' when empty or unknown, which is a finding."""
        text = self.cell(name)
        if not text:
            return ""
        match = code_list(listed).match(text)
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
        """A finding unless `code` lies in the scopes; `above` lets the areas pass that the scopes lie in."""
        inside = any(code.startswith(scope) for scope in scopes)
        holds = above and any(scope.startswith(code.rstrip("0")) for scope in scopes)
        if code and not inside and not holds:
            self.say("outside_scope", column, code, "、".join(scopes))
