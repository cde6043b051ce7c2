"""The figures of every area on file as one table, written whole or not at all."""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TextIO

from domicile.apps.areas.models import Area
from domicile.apps.areas.recoding import scope_of
from domicile.apps.common.months import months_after
from domicile.apps.indicators import counting
from domicile.apps.indicators.lines import (
    Known,
    Line,
    Sums,
    line,
    published_of,
    register_began,
    since_the_register_began,
)
from domicile.apps.indicators.measuring import COMMUNITY, Reckoned
from domicile.core.indicators import Figure, definitions
from domicile.core.indicators.counting import uncounted

#: Of each figure its area (code shortened to its level), its month, and the closed interval [low, high] of the ratio where it is
#: known; `few` says that there are too few cases to say much, `not_counted` why an indicator has no figures.
COLUMNS: Final = (
    "indicator", "area", "month", "numerator", "denominator", "ratio", "low", "high", "goal", "standing", "few", "not_counted",
)  # fmt: skip


def table(made: Reckoned, language: str) -> Iterator[Sequence[object]]:
    """The rows below COLUMNS, by indicator, area and month; what was not counted has one row that says why. Three queries."""
    codes = Area.objects.filter(valid_to__isnull=True).order_by("code").values_list("code", flat=True)
    areas = [code for code in dict.fromkeys(scope_of(code) for code in codes) if len(code) <= COMMUNITY]
    sums = _by_month(made, areas)
    known = published_of(areas, months_after(made.month, 1), counting.KINDS.keys() | {"residents"})
    began = register_began()

    def events(subject: str, code: str, published: Known) -> int:
        return sum(
            one.part
            for one in made.happened
            if one.kind == counting.KINDS[subject] and one.community.startswith(code) and one.day is not None
            and published.start <= one.day < published.end
        )  # fmt: skip

    for definition in definitions().values():
        if definition.key in made.uncounted:
            yield (definition.key, *[""] * (len(COLUMNS) - 2), uncounted()[definition.key].of(language))
            continue
        # What is held against something is told of the month that runs, what happened month by month.
        months = [made.month] if definition.kind in ("coverage", "expected") else sorted(sums)
        for area in areas:
            for month in months:
                found = line(definition, area, month, sums.get(month, {}), known, events)
                found = since_the_register_began(found, month, began)
                if found.figure is not None:
                    yield _row(found, found.figure, area, month)


def _by_month(made: Reckoned, areas: Iterable[str]) -> Mapping[dt.date, Sums]:
    """What was measured, added up for each area."""
    held = set(areas)
    found: dict[dt.date, dict[tuple[str, str], dict[str, int]]] = {}
    lengths = sorted({len(area) for area in held})
    for row in made.rows:
        sums = found.setdefault(row.month, {})
        for area in {row.community[:length] for length in lengths} & held:
            each = sums.setdefault((row.key, area), {"part": 0, "whole": 0, "each": 0})
            each["part"] += row.numerator
            each["whole"] += row.denominator
            each["each"] += row.units
    return found


def _row(found: Line, figure: Figure, area: str, month: dt.date) -> Sequence[object]:
    return (
        found.definition.key, area, f"{month:%Y-%m}", _number(figure.numerator), _number(figure.denominator),
        _number(figure.ratio), _number(figure.low), _number(figure.high), found.goal, found.standing,
        "yes" if found.few else "", "",
    )  # fmt: skip


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


def write(rows: Iterable[Sequence[object]], path: Path) -> int:
    """Write the table as CSV (UTF-8 with its mark) in the place of what stands there; how many rows.

    It takes its name when it is whole: what a killed run leaves is a hidden file, which the next run writes over. Raises OSError.
    """
    fresh = path.with_name(f".{path.name}.part")
    with fresh.open("w", encoding="utf-8-sig", newline="") as stream:
        count = write_to(rows, stream)
    fresh.replace(path)
    return count


def write_to(rows: Iterable[Sequence[object]], stream: TextIO) -> int:
    """Write the table as CSV into an open file; how many rows."""
    writer, count = csv.writer(stream), 0
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(row)
        count += 1
    return count
