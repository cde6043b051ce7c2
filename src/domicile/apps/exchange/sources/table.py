"""What a file comes to: rows of strings under headers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from domicile.apps.exchange import issues
from domicile.apps.exchange.layouts import recognised
from domicile.core.codes.lists import dropped_subject

TITLE_ROWS = 5  # one to three in practice
OWN = ("_sheet", "_row", "_break")
RESERVED = frozenset({*OWN, "_blank", "_faulty", "_block"})  # columns of frames on their way
FINDINGS_HEADING = {"zh": "导入检查", "en": "Import check"}  # the last column of an error workbook


@dataclass(eq=False)  # two frames are not compared by ==
class Source:
    """`frame`: `_sheet`, `_row` (1 is the sheet's first row), `_break` (a blank row stood before it), then the headers."""

    frame: pl.DataFrame
    findings: pl.DataFrame = field(default_factory=issues.empty)
    dropped: list[str] = field(default_factory=list)

    @property
    def headers(self) -> list[str]:
        return [name for name in self.frame.columns if name not in OWN]


def header_at(rows: Sequence[Sequence[str]]) -> int:
    """Index of the row that holds the headers: the one among the first that a layout knows most words of.

    Where no layout knows two, the first row that fills most cells.
    """
    best, known = 0, 0
    for index, row in enumerate(rows[: TITLE_ROWS + 1]):
        words = [cell for cell in row if cell]
        count = max(len(layout.match(list(dict.fromkeys(words)))) for layout in recognised())
        if count > known:
            best, known = index, count
    if known >= 2:
        return best
    widths = [sum(1 for cell in row if cell) for row in rows[: TITLE_ROWS + 1]]
    return widths.index(max(widths)) if widths else 0


def headings(rows: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """Index of the last row of heads, and the heads: of two rows where a wide one stands over several (流动情况)."""
    at = header_at(rows)
    best, known = (at, list(rows[at]) if rows else []), _known(rows[at]) if rows else 0
    for upper in (at - 1, at):
        if upper < 0 or upper + 1 >= len(rows):
            continue
        above, below = rows[upper], rows[upper + 1]
        width = max(len(above), len(below))
        pairs = zip([*above, *[""] * (width - len(above))], [*below, *[""] * (width - len(below))], strict=True)
        joined = [lower or over for over, lower in pairs]
        if _known(joined) > known + 1 and _known(below) == sum(1 for cell in below if cell):
            best, known = (upper + 1, joined), _known(joined)
    return best


def _known(cells: Sequence[str]) -> int:
    """How many of the cells are heads that one layout knows, at best."""
    words = list(dict.fromkeys(cell for cell in cells if cell))
    return max(len(layout.match(words)) for layout in recognised())


def unique_headers(row: Sequence[str]) -> list[str]:
    """Headers as column names: blanks inside removed, empty ones named by letter, repeated ones numbered."""
    names: dict[str, None] = {}  # in order
    counts: dict[str, int] = {}  # a file may repeat one header thousands of times
    for index, cell in enumerate(row):
        plain = "".join(cell.split())
        name = plain or f"({column_letter(index)})"
        count = counts.get(plain, 2)
        while name in names or name in RESERVED:
            name = f"{plain} ({count})"
            count += 1
        counts[plain] = count
        names[name] = None
    return list(names)


def column_letter(index: int) -> str:
    """A, B … Z, AA: the name of a column in a spreadsheet, from its place counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def without_blank_rows(frame: pl.DataFrame, headers: list[str]) -> pl.DataFrame:
    """Drop rows without any value, and mark the row after them."""
    blank = pl.all_horizontal(pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "") for name in headers)
    marked = frame.with_columns(blank.alias("_blank"))
    before = pl.col("_blank").shift(1, fill_value=True) | (pl.col("_sheet") != pl.col("_sheet").shift(1, fill_value=""))
    return marked.with_columns(before.alias("_break")).filter(~pl.col("_blank")).drop("_blank").select(*OWN, *headers)


def drop_refused(source: Source) -> Source:
    """Take away the columns that domicile refuses to hold, and say which."""
    refused = [name for name in source.headers if dropped_subject(name)]
    if not refused:
        return source
    rows = [("", 0, "", "column_dropped", "", name) for name in refused]
    found = pl.concat([source.findings, issues.from_rows(rows)])
    return Source(source.frame.drop(refused), found.filter(~pl.col("column").is_in(refused)), refused)


def drop_findings(source: Source) -> Source:
    """Take away the column of findings that an error workbook carries: its headers are then those of the first file."""
    own = {"".join(heading.split()) for heading in FINDINGS_HEADING.values()}
    written = [name for name in source.headers if name in own]
    if not written:
        return source
    return Source(source.frame.drop(written), source.findings.filter(~pl.col("column").is_in(written)), source.dropped)
