"""The declared set of tables and the groupings of its columns, read from tables.yaml and recodes.yaml and checked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal

from domicile.core import declared
from domicile.core.enumeration import Words, items

PACKAGE: Final = "domicile.core.tabulation"
Of = Literal["persons", "households"]
#: Digits of an area code that tell an area of each level; 0 is the whole census area.
DIGITS: Final = {"whole": 0, "county": 6, "township": 9, "community": 12}
#: The code of a total in every dimension, and of what is not stated.
TOTAL, UNSTATED = "_T", "_U"
#: Columns that every file of records has besides items.
GIVEN: Final = ("area", "household", "record_key")


class Undeclarable(ValueError):
    """The declaration is wrong; the message names the table or grouping and what to mend."""


@dataclass(frozen=True, slots=True)
class Category:
    """One category of a grouping: the values in [low, high) of a banded column, or the listed values."""

    code: str
    words: Words
    low: int | None = None
    high: int | None = None
    values: frozenset[int | str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grouping:
    """How a column is divided. Values in none of the categories are told as not stated."""

    name: str
    column: str
    words: Words
    categories: tuple[Category, ...]
    banded: bool
    text: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """The values of a column that count: listed ones, or those in [low, high), each end open where None."""

    column: str
    values: frozenset[int | str] = frozenset()
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Universe:
    """Whose records count: those for which all conditions of one alternative hold."""

    name: str
    of: Of
    words: Words
    alternatives: tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the set. `areas` names its smallest areas; `sums` is empty where records are counted."""

    code: str
    words: Words
    of: Of
    universe: Universe
    only: tuple[Condition, ...]
    by: tuple[Grouping, ...]
    areas: str
    sums: tuple[str, ...]
    long: bool
    threshold: int

    @property
    def digits(self) -> int:
        """How many digits of an area code its smallest areas have."""
        return DIGITS[self.areas]


@dataclass(frozen=True, slots=True)
class TableSet:
    """All tables by code, with the words of their source."""

    tables: Mapping[str, Table]
    source: str

    def some(self, codes: Sequence[str]) -> TableSet:
        """Only these. Raises Undeclarable for a code that there is not."""
        missing = [code for code in codes if code not in self.tables]
        if missing:
            raise Undeclarable(f"There is no table {', '.join(missing)}; there are {', '.join(self.tables)}.")
        return TableSet({code: self.tables[code] for code in codes}, self.source)


@cache
def declared_set() -> TableSet:
    """The set that comes with the product."""
    return read(_text("tables.yaml"), _text("recodes.yaml"))


@cache
def groupings() -> Mapping[str, Grouping]:
    """The groupings that come with the product."""
    return {name: _grouping(name, one) for name, one in declared.read(_text("recodes.yaml"))["groupings"].items()}


def thresholds(tables: Path | None = None) -> Mapping[str, int]:
    """How many people an area of each level must have to be shown by itself."""
    text = tables.read_text(encoding="utf-8") if tables else _text("tables.yaml")
    found: Mapping[str, int] = declared.read(text)["thresholds"]
    return found


def read_set(tables: Path, recodes: Path | None = None) -> TableSet:
    """A set of one's own, with the product's groupings unless others are given. Raises Undeclarable, OSError."""
    other = recodes.read_text(encoding="utf-8") if recodes else _text("recodes.yaml")
    return read(tables.read_text(encoding="utf-8"), other)


def declaration(tables: Path | None = None, recodes: Path | None = None) -> bytes:
    """The two texts that say what is made, from which a release tells whether it is of one piece."""
    given = [
        path.read_text(encoding="utf-8") if path else _text(name)
        for path, name in ((tables, "tables.yaml"), (recodes, "recodes.yaml"))
    ]
    return "\0".join(given).encode()


def _text(name: str) -> str:
    return resources.files(PACKAGE).joinpath(name).read_text(encoding="utf-8")


def read(tables: str, recodes: str) -> TableSet:
    """Both declarations as texts of YAML. Raises Undeclarable naming what is wrong and where."""
    from domicile.core.tabulation.checking import check

    raw = declared.read(tables)
    known = {name: _grouping(name, one) for name, one in declared.read(recodes)["groupings"].items()}
    universes = {name: _universe(name, one) for name, one in raw["universes"].items()}
    found = {
        str(code): _table(str(code), one, universes, known, raw["thresholds"]) for code, one in raw["tables"].items()
    }
    made = TableSet(found, " ".join(str(raw["source"]).split()))
    check(made)
    return made


def _grouping(name: str, raw: Mapping[str, Any]) -> Grouping:
    if "item" in raw:
        item = items().get(raw["item"])
        if item is None or not item.choices:
            raise Undeclarable(f"Grouping {name}: {raw['item']} is no item with choices.")
        groups = raw.get("groups")
        if groups is None:
            listed = [Category(str(one.value), one.words, values=frozenset({one.value})) for one in item.choices]
        else:
            unknown = {value for one in groups.values() for value in one["values"]} - item.values
            if unknown:
                raise Undeclarable(f"Grouping {name}: {item.name} has no choice {', '.join(map(str, unknown))}.")
            listed = [
                Category(str(code), _words(name, one), values=frozenset(one["values"])) for code, one in groups.items()
            ]
        return Grouping(name, item.name, item.words, tuple(listed), banded=False)
    words, column = _words(f"Grouping {name}", raw), raw["column"]
    if "prefix" in raw:
        letters = [
            Category(str(code), _words(name, one), values=frozenset({str(code)})) for code, one in raw["groups"].items()
        ]
        if odd := [one.code for one in letters if len(one.code) != 1 or not one.code.isascii()]:
            raise Undeclarable(
                f"Grouping {name}: a group by first character is one ASCII character, not {', '.join(odd)}."
            )
        return Grouping(name, column, words, tuple(letters), banded=False, text=True)
    return Grouping(name, column, words, tuple(_bands(name, raw)), banded=True)


def _bands(name: str, raw: Mapping[str, Any]) -> list[Category]:
    given = raw["bands"]
    if isinstance(given, Mapping):
        given = list(range(given["first"], given["last"] + 1, given["width"]))
    if given != sorted(set(given)):
        raise Undeclarable(f"Grouping {name}: the lowest values of bands rise, each once.")
    ends: list[int | None] = [*given[1:], raw.get("until")]
    units = Words(raw["unit_zh"], raw["unit_en"])
    return [
        Category(_band_code(low, high), _band_words(low, high, units), low, high)
        for low, high in zip(given, ends, strict=True)
    ]


def _band_code(low: int, high: int | None) -> str:
    return f"Y_GE{low}" if high is None else f"Y{low}" if high == low + 1 else f"Y{low}T{high - 1}"


def _band_words(low: int, high: int | None, units: Words) -> Words:
    if high is None:
        return Words(f"{low}{units.zh}及以上", f"{low} {units.en} and over")
    if high == low + 1:
        return Words(f"{low}{units.zh}", f"{low} {units.en[:-1] if low == 1 and units.en.endswith('s') else units.en}")
    return Words(f"{low}至{high - 1}{units.zh}", f"{low} to {high - 1} {units.en}")


def _universe(name: str, raw: Mapping[str, Any]) -> Universe:
    alternatives = tuple(tuple(_conditions(one)) for one in raw["any"])
    return Universe(name, raw["of"], _words(f"Universe {name}", raw), alternatives)


def _conditions(raw: Mapping[str, Any]) -> list[Condition]:
    return [
        Condition(column, low=given.get("from"), high=given.get("below"))
        if isinstance(given, Mapping)
        else Condition(column, values=frozenset(given))
        for column, given in raw.items()
    ]


def _table(
    code: str, raw: Mapping[str, Any], universes: Mapping[str, Universe], groupings: Mapping[str, Grouping],
    thresholds: Mapping[str, int],
) -> Table:  # fmt: skip
    unknown = [name for name in raw["by"] if name not in groupings]
    for kind, name, known in (("universe", raw["universe"], universes), ("level of areas", raw["areas"], DIGITS)):
        if name not in known:
            raise Undeclarable(f"Table {code}: there is no {name}; each {kind} is one of {', '.join(known)}.")
    if unknown:
        raise Undeclarable(f"Table {code}: there is no {', '.join(unknown)} among the groupings.")
    return Table(
        code, _words(f"Table {code}", raw), raw.get("of", "persons"), universes[raw["universe"]],
        tuple(_conditions(raw.get("only", {}))), tuple(groupings[name] for name in raw["by"]), raw["areas"],
        tuple(raw.get("sum", ())), bool(raw.get("long", False)), int(raw.get("threshold", thresholds[raw["areas"]])),
    )  # fmt: skip


def _words(where: str, raw: Mapping[str, Any]) -> Words:
    if not raw.get("zh") or not raw.get("en"):
        raise Undeclarable(f"{where}: give zh and en.")
    return Words(raw["zh"], raw["en"])
