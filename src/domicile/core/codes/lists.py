"""National code lists and the product's own, and what people write for them.

Each list is a CSV file in `data/` whose first line names its source. Columns: code, Chinese and English name, parent
code, `synonyms` (other words, divided by |) and `loose` (words taken with a warning, as word:warning). Matching folds
width, case, blanks and traditional characters; it never changes what was typed, it only finds the code.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from domicile.core.codes.text import comparison_key

if TYPE_CHECKING:
    import polars as pl

Quality = Literal["exact", "synonym", "warning"]

#: What a warning's note means, in English; the interface translates by note.
NOTES: Final = {
    "married_unspecified": "Married, without saying whether for the first time; ask at the next visit.",
    "remarried_again": "Taken as remarried to the former spouse.",
    "no_schooling": "The list has no code for no schooling; taken as other.",
    "below_school_age": "The list has no code for children below school age; taken as other.",
    "relation_unspecified": "A relationship that says nothing more than other.",
    "older_scheme": "A code of an older scheme, read through the crosswalk.",
    "leading_zero_lost": "The leading zero of the code was lost, most likely by a spreadsheet.",
}


class UnknownList(LookupError):
    """No code list has this name."""


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a list; `parent` is the broader code or empty."""

    code: str
    name: str
    name_en: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A code found for a text: `exact` for its code or name, `synonym`, or `warning` with a note from NOTES."""

    code: str
    quality: Quality
    note: str = ""


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list in its printed order, with the words that stand for its codes."""

    key: str
    source: str
    entries: Mapping[str, Code]
    _words: Mapping[str, Match] = field(repr=False)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.entries)

    def name(self, code: str, lang: str = "zh") -> str:
        """Return the name of `code` in Chinese, or in English where `lang` begins with en; KeyError if unknown."""
        entry = self.entries[code]
        return entry.name_en if lang.startswith("en") else entry.name

    def choices(self, lang: str = "zh") -> list[tuple[str, str]]:
        """Return (code, name) pairs in the printed order, for a form."""
        return [(code, self.name(code, lang)) for code in self.entries]

    def parent(self, code: str) -> str | None:
        return self.entries[code].parent or None

    def is_within(self, code: str, ancestor: str) -> bool:
        """Tell whether `code` is `ancestor` or stands below it."""
        step: str | None = code
        while step is not None and step != ancestor:
            step = self.parent(step)
        return step is not None

    def match(self, text: str) -> Match | None:
        """Return the code that `text` (a code, a name, a usual word) stands for, or None."""
        return self._words.get(comparison_key(text))

    def words(self) -> Iterator[tuple[str, Match]]:
        """Yield every comparison key that is understood, with its match."""
        yield from self._words.items()


def list_names() -> tuple[str, ...]:
    """Return the names of all code lists."""
    names = (path.name.removesuffix(".csv") for path in _DATA.iterdir() if path.name.endswith(".csv"))
    return tuple(sorted(name for name in names if name not in _NO_LISTS))


@cache
def code_list(key: str) -> CodeList:
    """Return the list named `key` (see `list_names`); raise UnknownList."""
    if key not in list_names():
        raise UnknownList(f"There is no code list '{key}'; there are: {', '.join(list_names())}.")
    source, rows = read_data(key)
    entries = {row["code"]: Code(row["code"], row["name"], row["name_en"], row["parent"]) for row in rows}
    return CodeList(key, source, MappingProxyType(entries), MappingProxyType(_understood(key, rows)))


@cache
def crosswalk(key: str, scheme: str) -> Mapping[str, str]:
    """Return how codes of an older scheme read in today's list, for a whole column known to use that scheme.

    `crosswalk("education", "gb4658_1984")` maps 79 to 73. Schemes reuse each other's codes with other meanings, so a
    column is read by one scheme or the other. Raises UnknownList when there is no such crosswalk.
    """
    found = {row["code"]: row["to_code"] for row in _crosswalk_rows(key) if row["scheme"] == scheme}
    if not found:
        raise UnknownList(f"There is no crosswalk from '{scheme}' to the list '{key}'.")
    return MappingProxyType(found)


def lookup_table(key: str) -> pl.DataFrame:
    """Return the words of a list as a frame (text, code, quality, note), to be joined on `text`.

    `text` holds comparison keys: join it with `text.comparison_key_column` of what was typed.
    """
    import polars as pl

    rows = [(word, match.code, match.quality, match.note) for word, match in code_list(key).words()]
    schema = {"text": pl.String, "code": pl.String, "quality": pl.String, "note": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


@cache
def dropped_words() -> Mapping[str, str]:
    """Return the words (comparison keys) that make a column header one that is dropped, each with its subject."""
    _, rows = read_data("dropped_columns")
    return MappingProxyType(
        {comparison_key(word): row["subject"] for row in rows for word in row["words"].split("|") if word}
    )


def dropped_subject(header: str) -> str | None:
    """Return the subject (民族, 政治面貌 …) for which a column of this header is dropped unread, or None.

    A header that holds one of the words anywhere counts, so that a column called 本人民族成分 does not slip through.
    """
    key = comparison_key(header)
    return next((subject for word, subject in dropped_words().items() if word in key), None)


_DATA: Final = resources.files("domicile.core.codes") / "data"
_NO_LISTS: Final = frozenset({"crosswalks", "dropped_columns"})


def read_data(name: str) -> tuple[str, list[dict[str, str]]]:
    """Return the source line and the rows of `data/NAME.csv`."""
    text = (_DATA / f"{name}.csv").read_text(encoding="utf-8")
    first, _, rest = text.partition("\n")
    if not first.startswith("# source: "):
        raise ValueError(f"{name}.csv does not begin with '# source: '; say where its facts come from.")
    return first.removeprefix("# source: "), list(csv.DictReader(rest.splitlines()))


def _crosswalk_rows(key: str) -> list[dict[str, str]]:
    return [row for row in read_data("crosswalks")[1] if row["list"] == key]


def _older_readings(key: str) -> dict[str, set[str]]:
    """Return what each older code means today; more than one meaning where older schemes disagree."""
    readings: dict[str, set[str]] = {}
    for row in _crosswalk_rows(key):
        readings.setdefault(row["code"], set()).add(row["to_code"])
    return readings


def _understood(key: str, rows: list[dict[str, str]]) -> dict[str, Match]:
    """Collect the words of a list; the surer reading of a word wins: loose, exact, synonym, crosswalk, lost zero."""
    words: dict[str, Match] = {}

    def understand(word: str, match: Match) -> None:
        if word:
            words.setdefault(comparison_key(word), match)

    for row in rows:
        for pair in filter(None, row["loose"].split("|")):
            word, _, note = pair.partition(":")
            understand(word, Match(row["code"], "warning", note))
    for row in rows:
        for word in (row["code"], row["name"], row["name_en"]):
            understand(word, Match(row["code"], "exact"))
    for row in rows:
        for word in row["synonyms"].split("|"):
            understand(word, Match(row["code"], "synonym"))
    for code, readings in _older_readings(key).items():
        if len(readings) == 1:
            understand(code, Match(readings.pop(), "warning", "older_scheme"))
    for row in rows:
        if len(row["code"]) == 2 and row["code"].startswith("0"):
            understand(row["code"][1:], Match(row["code"], "warning", "leading_zero_lost"))
    return words
