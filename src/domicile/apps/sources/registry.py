"""The sources of lists, as data: shipped/*.yaml, one file a source. A recipe: docs/develop/add-a-source.md.

A source names its columns (by whose words a file's heads are recognised), what the words in its cells stand for, who keeps
it, how often it is compared and how many rows are to be expected, and what of the register it is compared with. Upper apps
add their own by `register`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any, Final

from domicile.core.codes.headings import Column, Layout
from domicile.core.codes.lists import dropped_subject
from domicile.core.declared import read as read_declared

#: All that a list may say of somebody. Nothing else is taken over, whatever a file holds (P-3).
FIELDS: Final = ("name", "sex", "birth_date", "number", "day", "other_name", "other_number", "address", "area")
#: What of the register a list may be compared with.
ABOUTS: Final = ("births", "deaths", "marriages", "children", "registered")
#: Whether a list covers the time between two days, or says how it is on one day.
PERIODS: Final = ("span", "moment")
MASKED: Final = frozenset({"number", "other_number"})
#: A field of a list -> the column of the register's frame that says the same.
SAME_AS: Final = {"birth_date": "birth"}
#: Fields that are compared but for their script.
WORDS: Final = frozenset({"name", "other_name"})


class Malformed(ValueError):
    """A declaration of a source that cannot be; the message names the file's key and what is wrong."""


@dataclass(frozen=True)
class Source:
    """One source. `ages`: from and to (without) which age a list of children names them; `expected`: rows a year for 1,000
    residents, least and most; `identified`: sets of fields of which one must be filled for a row to name anybody;
    `values`: field -> word -> code, beside the words of the code list."""

    key: str
    names: Mapping[str, str]
    owner: Mapping[str, str]
    about: str
    period: str
    columns: tuple[Column, ...]
    identified: tuple[tuple[str, ...], ...]
    compared: tuple[str, ...]
    expected: tuple[float, float]
    expected_reference: str
    ages: tuple[int, int] | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def layout(self) -> Layout:
        return Layout(f"list_{self.key}", self.names["zh"], self.names["en"], self.columns)

    @property
    def required(self) -> list[Column]:
        return [column for column in self.columns if column.required]

    def name(self, language: str) -> str:
        return self.names["en" if language.startswith("en") else "zh"]

    def kept_by(self, language: str) -> str:
        return self.owner["en" if language.startswith("en") else "zh"]

    def label(self, field: str, language: str) -> str:
        column = self.layout.by_name.get(field)
        return column.label("en" if language.startswith("en") else "zh") if column else field

    def is_event(self) -> bool:
        return self.about in {"births", "deaths", "marriages"}

    def usual_rows(self, residents: int, begin: dt.date, end: dt.date) -> tuple[int, int]:
        """How many rows are to be expected, least and most, of so many residents in [begin, end)."""
        years = (end - begin).days / 365.25 if self.period == "span" else 1.0
        low, high = (rate * residents / 1000 * years for rate in self.expected)
        return int(low), int(high + 1)


_added: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source. Raises ValueError for a key twice."""
    if source.key in {one.key for one in sources()}:
        raise ValueError(f"there is a source {source.key} already")
    _added[source.key] = source


def sources() -> list[Source]:
    """Every source, those shipped first."""
    return [*_shipped().values(), *_added.values()]


def source(key: str) -> Source:
    """One source. Raises KeyError for an unknown key."""
    found = {one.key: one for one in sources()}
    return found[key]


def keys() -> list[str]:
    return [one.key for one in sources()]


@cache
def _shipped() -> dict[str, Source]:
    folder = resources.files("domicile.apps.sources").joinpath("shipped")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    read = [declared(read_declared(file.read_text(encoding="utf-8"))) for file in files]
    return {one.key: one for one in read}


def declared(data: Mapping[str, Any]) -> Source:
    """A source from its declaration. Raises Malformed."""
    key = str(data.get("key", "?"))
    try:
        columns = tuple(_column(name, told) for name, told in data["columns"].items())
        found = Source(
            key=key, names={"zh": data["zh"], "en": data["en"]}, owner={"zh": data["owner_zh"], "en": data["owner_en"]},
            about=data["about"], period=data["period"], columns=columns,
            identified=tuple(tuple(one) for one in data["identified_by"]), compared=tuple(data["compared"]),
            expected=(float(data["expected"]["least"]), float(data["expected"]["most"])),
            expected_reference=str(data["expected"]["reference"]),
            ages=tuple(data["ages"]) if "ages" in data else None,  # type: ignore[arg-type]
            values={name: {str(word): str(code) for word, code in words.items()} for name, words in data.get("values", {}).items()},
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as missing:
        raise Malformed(f"{key}: {missing} is missing or has another form") from missing
    _check(found)
    return found


def _column(name: str, told: Mapping[str, Any]) -> Column:
    words: Sequence[str] = told.get("words", ())
    return Column(name, told["zh"], told["en"], bool(told.get("required")), tuple(words), name in MASKED)


def _check(found: Source) -> None:
    names = {column.name for column in found.columns}
    used = {name for group in found.identified for name in group} | set(found.compared) | set(found.values)
    wrong = [
        ("about", found.about not in ABOUTS),
        ("period", found.period not in PERIODS),
        ("columns", not names <= set(FIELDS)),
        ("identified_by", not found.identified or not used <= names),
        ("ages", (found.about == "children") != (found.ages is not None)),
        ("expected", not 0 <= found.expected[0] <= found.expected[1]),
    ]
    refused = [word for column in found.columns for word in (column.zh, *column.synonyms) if dropped_subject(word)]
    faults = [name for name, is_wrong in wrong if is_wrong] + refused
    if faults:
        raise Malformed(f"{found.key}: {', '.join(faults)} cannot be so")
