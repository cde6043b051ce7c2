"""Tables as they are published: what every format is written from. Words in both languages, figures, marks, nothing secret."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from domicile.core.enumeration import Words, items
from domicile.core.tabulation.areas import names_of
from domicile.core.tabulation.model import TOTAL, UNSTATED, Table
from domicile.core.tabulation.protecting import QUALITY, Told

LANGUAGES: Final = ("zh", "en")
_TOTAL_WORDS: Final = Words("合计", "Total")
_UNSTATED_WORDS: Final = Words("未说明", "Not stated")
_WHOLE: Final = Words("全部", "Whole area")
_AREA: Final = Words("地区", "Area")
MEASURES: Final[Mapping[str, Words]] = {
    "persons": Words("人数", "People"),
    "households": Words("户数", "Households"),
    "estimate": Words("推算数", "Estimate"),
    "error": Words("标准误", "Standard error"),
}
SUBJECTS: Final[Mapping[str, Words]] = {
    "P": Words("人口", "People"),
    "E": Words("受教育程度", "Education"),
    "M": Words("户口登记地与迁移", "Registration and moves"),
    "H": Words("住户与住房", "Households and homes"),
    "L": Words("长表：人口", "Long form: people"),
    "D": Words("长表：住房", "Long form: homes"),
}
#: What the places of QUALITY mean to who reads a table.
QUALITY_WORDS: Final[Mapping[str, Words]] = {
    "A": Words("可靠", "reliable"),
    "B": Words("误差较大，慎用", "uncertain, use with care"),
    "C": Words("误差太大，不宜使用", "too uncertain to be used"),
    "X": Words("样本太少，不公布", "too few records, not shown"),
}


@dataclass(frozen=True, slots=True)
class Edition:
    """One publication: of which census, by whom, of which day and version. Nothing in it changes from one run to the next."""

    title: Words
    publisher: Words
    agency: str
    moment: dt.datetime
    published: dt.date
    version: str
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Category:
    """A category as published. `level`: of areas, the digits of their code."""

    code: str
    words: Words
    level: int = 0


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a table is divided by. The total, where there is one, comes first."""

    code: str
    words: Words
    categories: tuple[Category, ...]

    @property
    def codes(self) -> list[str]:
        return [one.code for one in self.categories]


@dataclass(frozen=True, eq=False)
class Sheet:
    """One table: figures of the shape of its dimensions (areas first), one array a measure, NaN where nothing is shown.

    quality: of estimates "A", "B", "C", "X" by cell, "" where there is nobody.
    """

    code: str
    words: Words
    universe: Words
    dimensions: tuple[Dimension, ...]
    measures: tuple[tuple[str, Words], ...]
    values: tuple[NDArray[np.float64], ...]
    quality: NDArray[np.str_] | None
    long: bool

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(one.categories) for one in self.dimensions)

    def cells(self) -> Iterator[tuple[tuple[Category, ...], tuple[float, ...], str]]:
        """Every cell: its categories, its figures, its mark; the last dimension runs fastest."""
        flat = [values.ravel() for values in self.values]
        marks = None if self.quality is None else self.quality.ravel()
        for at, place in enumerate(product(*(one.categories for one in self.dimensions))):
            yield place, tuple(float(one[at]) for one in flat), "" if marks is None else str(marks[at])


def sheet(told: Told, names: Mapping[str, str]) -> Sheet:
    """A protected table with its words. names: of areas, by code of 12 digits, as the register of areas has them."""
    table = told.table
    areas = tuple(
        Category(one.code, _WHOLE if not one.parts else Words(*[names_of(one, names, "")] * 2), one.digits)
        for one in told.areas
    )
    dimensions = [Dimension("AREA", _AREA, areas), *_dimensions(table, told.unstated)]
    quality = None if told.marks is None else np.array(QUALITY)[told.marks]
    return Sheet(
        table.code, table.words, table.universe.words, tuple(dimensions), _measures(table, told),
        tuple(_total_first(one.values) for one in told.measures), None if quality is None else _total_first(quality), table.long,
    )  # fmt: skip


def _dimensions(table: Table, unstated: Sequence[bool]) -> Iterator[Dimension]:
    for grouping, some in zip(table.by, unstated, strict=True):
        listed = [Category(one.code, one.words) for one in grouping.categories]
        rest = [Category(UNSTATED, _UNSTATED_WORDS)] if some else []
        yield Dimension(grouping.name.upper(), grouping.words, (Category(TOTAL, _TOTAL_WORDS), *listed, *rest))


def _total_first(values: NDArray[Any]) -> NDArray[Any]:
    for axis in range(1, values.ndim):
        values = np.roll(values, 1, axis=axis)
    return values


def _measures(table: Table, told: Told) -> tuple[tuple[str, Words], ...]:
    known = items()
    return tuple(
        (one.name.upper(), known[one.name].words)
        if table.sums
        else (one.name.upper() if table.long else "COUNT", MEASURES[one.name if table.long else table.of])
        for one in told.measures
    )


def number(value: float) -> str:
    """A figure without a fraction as text; empty where none is shown."""
    return "" if np.isnan(value) else str(int(value))
