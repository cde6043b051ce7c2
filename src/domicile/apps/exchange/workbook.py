"""The error workbook: the file again, in the same layout, with the faulty cells coloured and explained."""

import io
import re
from collections.abc import Sequence
from typing import Any

import polars as pl
import xlsxwriter

from domicile.apps.exchange import staging
from domicile.apps.exchange.layouts import LAYOUTS
from domicile.apps.exchange.messages import issue, language, refuse, severity_of
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.sources.table import FINDINGS_HEADING, OWN

WHOLE_UP_TO = 100_000
_REFUSED_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
Said = dict[tuple[str, int], list[tuple[str, str, str]]]  # (sheet, row) → severity, header, text


def error_workbook(batch: Batch) -> bytes:
    """The rows as an xlsx in the same layout: cells with errors coloured and commented; correct and send again.

    All rows, since a batch goes in whole; of files above WHOLE_UP_TO rows only the households with errors, of a sheet of
    moves that was loaded only the rows left for staff. Nothing is written to disk on the way. Raises ImportRefused before
    the batch is checked.
    """
    if not staging.exists(batch.pk, "issues"):
        raise refuse("not_ready", detail=batch.state)
    said = _said(batch)
    raw = pl.concat(list(staging.parts(batch.pk, "raw")))
    if batch.state == Batch.State.COMMITTED and "left" in batch.report:
        raw = raw.join(_rows(batch.report["left"]), on=["_sheet", "_row"], how="semi", maintain_order="left")
    elif raw.height > WHOLE_UP_TO:
        raw = _faulty_blocks(raw, said, batch.column_map.get("address", ""))
    headers = [name for name in raw.columns if name not in OWN]
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, options) as book:
        formats = {
            "text": book.add_format({"num_format": "@"}),
            "head": book.add_format({"bold": True, "bg_color": "#E6EBF1"}),
            "error": book.add_format({"num_format": "@", "bg_color": "#F8C4C4"}),
            "warning": book.add_format({"num_format": "@", "bg_color": "#FBE7B2"}),
        }
        taken: set[str] = set()
        for name in raw["_sheet"].unique(maintain_order=True).to_list():
            title = _title(name, taken)
            _sheet(book, formats, title, raw.filter(pl.col("_sheet") == name), headers, said)
    return held.getvalue()


def _said(batch: Batch) -> Said:
    """Errors and warnings by row, in the reader's language."""
    found = staging.read(batch.pk, "issues")
    kinds = {code: severity_of(code) for code in found["code"].unique().to_list()}
    wanted = found.filter(
        pl.col("code").is_in([code for code, kind in kinds.items() if kind != "note"]) & (pl.col("row") > 0)
    )
    layout, lang, said = LAYOUTS[batch.layout], language(), Said()
    for sheet, row, column, code, excerpt, detail in wanted.rows():
        label = layout.by_name[column].label(lang) if column in layout.by_name else column
        view = issue(code, sheet=sheet, row=row, column=column, label=label, excerpt=excerpt, detail=detail)
        header = batch.column_map.get(column, column)
        said.setdefault((sheet, row), []).append((view.severity, header, f"{view.message} {view.cure}"))
    return said


def _faulty_blocks(raw: pl.DataFrame, said: Said, address: str) -> pl.DataFrame:
    """Rows of households with an error: a household begins where an address stands that is not the one above."""
    keys = [place for place, views in said.items() if any(view[0] == "error" for view in views)]
    wanted = _rows(keys).with_columns(_faulty=True)
    marked = raw.join(wanted, on=["_sheet", "_row"], how="left", maintain_order="left")
    if not address:
        return marked.filter(pl.col("_faulty")).drop("_faulty")
    given = pl.col(address)
    begins = given.is_not_null() & (given != given.forward_fill().shift(1)).fill_null(value=True)
    marked = marked.with_columns(begins.cum_sum().alias("_block"))
    return marked.filter(pl.col("_faulty").any().over("_sheet", "_block")).drop("_faulty", "_block")


def _rows(keys: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """Sheets and numbers of rows."""
    return pl.DataFrame(keys, schema={"_sheet": pl.String, "_row": pl.UInt32}, orient="row")


def _title(name: str, taken: set[str]) -> str | None:
    """A sheet's name as xlsx takes it: other programs allow more signs, more of them, and names that differ in case."""
    plain = _REFUSED_IN_TITLES.sub("-", name)[:31].strip("'")
    title, count = plain, 2
    while title.lower() in taken:
        title = f"{plain[:26]} ({count})"
        count += 1
    taken.add(title.lower())
    return title or None


def _sheet(
    book: xlsxwriter.Workbook,
    formats: dict[str, object],
    name: str | None,
    rows: pl.DataFrame,
    headers: list[str],
    said: Said,
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for column, header in enumerate(headers):
        sheet.set_column(column, column, _width(header, rows[header]))
    sheet.set_column(len(headers), len(headers), 80)
    for column, header in enumerate([*headers, FINDINGS_HEADING[language()]]):
        sheet.write_string(0, column, header, formats["head"])  # write_row would take {=…} for a formula
    at = 1
    for number, record in enumerate(rows.select(*OWN, *headers).iter_rows(named=True)):
        if record["_break"] and number:
            at += 1  # the blank row that divides two households
        views = said.get((record["_sheet"], record["_row"]), [])
        for column, header in enumerate(headers):
            value = record[header]
            here = [view for view in views if view[1] == header]
            worst = next((kind for kind in ("error", "warning") if any(view[0] == kind for view in here)), "text")
            if value is not None or here:
                sheet.write_string(at, column, value or "", formats[worst])
            if here:
                sheet.write_comment(at, column, "\n".join(view[2] for view in here), {"x_scale": 2, "y_scale": 1.4})
        if views:
            sheet.write_string(
                at, len(headers), "；".join(f"{view[1]} {view[2]}".strip() for view in views), formats["text"]
            )
        at += 1


def _width(header: str, values: pl.Series) -> float:
    """Wide enough for what most cells hold, in characters; Chinese ones count two."""
    wide = values.drop_nulls().str.replace_all(r"[^\x00-\xff]", "xx").str.len_chars().quantile(0.9)
    return min(44.0, 2 + max(float(wide or 0), 2.0 * len(header), 6.0))
