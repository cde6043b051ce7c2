"""Look at a checked batch, page by page, and take its errors away as a workbook."""

from dataclasses import dataclass, field

import polars as pl

from domicile.apps.exchange import staging
from domicile.apps.exchange.discreet import discreet
from domicile.apps.exchange.issues import mask
from domicile.apps.exchange.layouts import LAYOUTS
from domicile.apps.exchange.messages import OF_PLACES, IssueView, catalogue, issue, language, refuse, severity_of
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.workbook import error_workbook
from domicile.core.codes.lists import code_list

__all__ = ["Page", "PreviewRow", "error_workbook", "preview"]

LONGEST_CELL = 80
MOST_NOTES = 1_000_000  # beyond, notes are counted and not shown beside each row
WORDED = {
    "people": {name: name for name in ("relation", "sex", "education", "marital", "inflow_reason")},
    "units": {"kind": "unit_kind"},
    "outflow": {"inflow_reason": "inflow_reason"},
    "inflow": {"inflow_reason": "inflow_reason"},
}
# Stored as words of the program; the typed ones say the same.
AS_TYPED = frozenset({"use", "let", "safety"})


@dataclass(frozen=True)
class PreviewRow:
    """One row of the file as it will be stored; numbers and phones masked."""

    sheet: str
    row: int
    cells: dict[str, str]  # column name → value
    issues: list[IssueView] = field(default_factory=list)

    @property
    def severity(self) -> str:
        """The worst severity among the issues, '' when there is none."""
        found = {issue.severity for issue in self.issues}
        return next((severity for severity in ("error", "warning", "note") if severity in found), "")


@dataclass(frozen=True)
class Page:
    """One page of a preview. `columns` are (name, label); `summary` one example issue of each code, and how many."""

    columns: list[tuple[str, str]]
    rows: list[PreviewRow]
    number: int
    pages: int
    total: int
    summary: list[tuple[IssueView, int]] = field(default_factory=list)


def preview(batch: Batch, page: int = 1, only_errors: bool = False, per_page: int = 50) -> Page:
    """Rows of a checked batch in the file's order; `only_errors` keeps rows with an error. Raises ImportRefused."""
    if not staging.exists(batch.pk, "issues"):
        raise refuse("not_ready", detail=batch.state)
    layout, lang = LAYOUTS[batch.layout], language()
    found = staging.read(batch.pk, "issues")
    labels = {column.name: column.label(lang) for column in layout.columns}
    if only_errors:
        keys = faulty_rows(found)
        total = keys.height
    else:
        keys, total = None, sum(staging.read(batch.pk, name).height for name in staging.part_names(batch.pk, "raw"))
    pages = max(1, -(-total // per_page))
    number = min(max(1, page), pages)
    start = (number - 1) * per_page
    raw = _rows_at(batch, start, per_page) if keys is None else _rows_with(batch, keys.slice(start, per_page))
    rows = _shown(batch, raw, found, labels)
    columns = [(column.name, labels[column.name]) for column in layout.columns if batch.column_map.get(column.name)]
    return Page(columns, rows, number, pages, total, _summary(found, labels))


def faulty_rows(found: pl.DataFrame) -> pl.DataFrame:
    """sheet and row of every row with an error, in order of sheet and row."""
    errors = [code for code in found["code"].unique().to_list() if severity_of(code) == "error"]
    return (
        found.filter(pl.col("code").is_in(errors) & (pl.col("row") > 0))
        .select("sheet", "row")
        .unique()
        .sort("sheet", "row")
    )


def _rows_at(batch: Batch, start: int, count: int) -> pl.DataFrame:
    first = start // staging.ROWS_A_PART
    names = staging.part_names(batch.pk, "raw")[first : first + 2]
    inside = start - first * staging.ROWS_A_PART
    if inside + count <= staging.ROWS_A_PART:
        names = names[:1]
    return pl.concat([staging.read(batch.pk, name) for name in names]).slice(inside, count)


def _rows_with(batch: Batch, keys: pl.DataFrame) -> pl.DataFrame:
    wanted = keys.rename({"sheet": "_sheet", "row": "_row"})
    found = [part.join(wanted, on=["_sheet", "_row"], how="semi") for part in staging.parts(batch.pk, "raw")]
    return pl.concat(found) if found else pl.DataFrame()


def _shown(batch: Batch, raw: pl.DataFrame, found: pl.DataFrame, labels: dict[str, str]) -> list[PreviewRow]:
    if raw.is_empty():
        return []
    keys = raw.select(pl.col("_sheet").alias("sheet"), pl.col("_row").alias("row"))
    if found.height > MOST_NOTES:
        notes = [code for code, entry in catalogue().items() if entry["severity"] == "note"]
        found = found.filter(~pl.col("code").is_in(notes))
    said: dict[tuple[str, int], list[IssueView]] = {}
    for sheet, row, column, code, excerpt, detail in found.join(keys, on=["sheet", "row"], how="semi").rows():
        view = issue(
            code, sheet=sheet, row=row, column=column, label=labels.get(column, column), excerpt=excerpt, detail=detail
        )
        said.setdefault((sheet, row), []).append(view)
    stored = _stored(batch, raw)
    rows = []
    for record in raw.iter_rows(named=True):
        place = (record["_sheet"], record["_row"])
        cells = {
            name: _cell(batch.layout, name, record.get(header), stored.get(place, {}))
            for name, header in batch.column_map.items()
        }
        rows.append(PreviewRow(*place, cells, said.get(place, [])))
    return rows


def _stored(batch: Batch, raw: pl.DataFrame) -> dict[tuple[str, int], dict[str, object]]:
    """Staged values of these rows."""
    keys, found = raw.select("_sheet", "_row"), {}
    for part in staging.parts(batch.pk, "part"):
        for record in part.join(keys, on=["_sheet", "_row"], how="semi").iter_rows(named=True):
            found[record["_sheet"], record["_row"]] = record
        if len(found) >= keys.height:
            break
    return found


def _cell(layout: str, name: str, typed: object, stored: dict[str, object]) -> str:
    """The value to be stored in words, or what was typed where nothing will be."""
    column = LAYOUTS[layout].by_name[name]
    text = "" if typed is None else str(typed)
    if column.masked:
        return mask(text) if text else ""
    value = stored.get(name)
    if value in (None, "") or isinstance(value, list):
        return _brief(name, text)
    if name in AS_TYPED:
        return _brief(name, text)
    listed = WORDED.get(layout, {}).get(name)
    if listed and value in code_list(listed).codes:
        return code_list(listed).name(str(value), language())
    return _brief(name, str(value))


def _brief(name: str, text: str) -> str:
    """A cell short enough to look at (a boundary runs to pages), without a number typed in the wrong column."""
    told = text if name == "boundary" else discreet(text, codes=name in OF_PLACES)
    return told if len(told) <= LONGEST_CELL else f"{told[:LONGEST_CELL]}…"


def _summary(found: pl.DataFrame, labels: dict[str, str]) -> list[tuple[IssueView, int]]:
    examples = found.group_by("code", maintain_order=True).agg(pl.all().first(), pl.len().alias("count"))
    views = []
    for record in examples.iter_rows(named=True):
        count = record.pop("count")
        code, column = record.pop("code"), record["column"]
        views.append((issue(code, label=labels.get(column, column), **record), count))
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(views, key=lambda pair: (order[pair[0].severity], -pair[1]))
