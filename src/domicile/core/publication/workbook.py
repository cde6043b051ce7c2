"""A table as a workbook: a sheet in Chinese, one in English, each with its title, notes and frozen heads."""

from __future__ import annotations

import datetime as dt
import io
from itertools import product
from typing import Any

import numpy as np
import xlsxwriter

from domicile.core.publication.edition import QUALITY_WORDS, Category, Edition, Sheet

_NAMES = {"zh": "表", "en": "Table"}
_HIDDEN = "…"
_EXPLAINED = {"zh": f"{_HIDDEN} 不公布", "en": f"{_HIDDEN} not shown"}


def to_xlsx(sheet: Sheet, edition: Edition) -> bytes:
    """Rows are areas by all dimensions but the last, columns the last one by measures; the same bytes for the same table."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "nan_inf_to_errors": False})
    day = edition.published
    book.set_properties(
        {
            "title": f"{sheet.code} {sheet.words.zh}",
            "author": edition.publisher.zh,
            "created": dt.datetime.combine(day, dt.time()),
        }
    )
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format(
            {"bold": True, "bottom": 1, "bg_color": "#EEF2F6", "text_wrap": True, "valign": "top", "align": "center"}
        ),
        "area": book.add_format({"bold": True}),
        "figure": book.add_format({"num_format": "#,##0", "align": "right"}),
        "hidden": book.add_format({"align": "right", "font_color": "#777777"}),
        "note": book.add_format({"font_color": "#444444"}),
    }
    for language in _NAMES:
        _write(book.add_worksheet(_NAMES[language]), sheet, edition, language, styles)
    book.close()
    return content.getvalue()


def _write(page: Any, sheet: Sheet, edition: Edition, language: str, styles: dict[str, Any]) -> None:
    page.write_string(0, 0, f"{sheet.code} {sheet.words.of(language)}", styles["title"])
    page.write_string(1, 0, f"{edition.title.of(language)} · {sheet.universe.of(language)}", styles["note"])
    page.write_string(2, 0, edition.publisher.of(language), styles["note"])
    stub = sheet.dimensions[:-1] or sheet.dimensions
    columns = sheet.dimensions[-1] if len(sheet.dimensions) > 1 else None
    first, several = 4, len(sheet.measures) > 1
    for at, one in enumerate(stub):
        page.write_string(first, at, one.words.of(language), styles["head"])
        page.set_column(at, at, 24 if at == 0 else 18)
    heads: list[Category | None] = list(columns.categories) if columns else [None]
    marked = sheet.quality is not None
    for place, (category, (_, words)) in enumerate(product(heads, sheet.measures)):
        said = [category.words.of(language)] if category else []
        said += [words.of(language)] if several or not category else []
        column = len(stub) + place * (2 if marked else 1)
        page.write_string(first, column, " ".join(said), styles["head"])
        page.set_column(column, column, 14)
        if marked:
            page.write_string(first, column + 1, {"zh": "质量", "en": "Quality"}[language], styles["head"])
            page.set_column(column + 1, column + 1, 7)
    page.set_row(first, 32)
    page.freeze_panes(first + 1, len(stub))
    _body(page, sheet, language, styles, first + 1, len(heads))
    end = first + 2 + int(np.prod([len(one.categories) for one in stub]))
    notes = [_EXPLAINED[language], *edition.notes.get(language, "").splitlines()]
    notes += [f"{code} {words.of(language)}" for code, words in QUALITY_WORDS.items()] if marked else []
    for at, note in enumerate(notes):
        page.write_string(end + at, 0, note, styles["note"])


def _body(page: Any, sheet: Sheet, language: str, styles: dict[str, Any], first: int, columns: int) -> None:
    stub = sheet.dimensions[:-1] or sheet.dimensions
    values = np.stack(sheet.values, axis=-1).reshape(-1, columns, len(sheet.measures))
    marks = None if sheet.quality is None else sheet.quality.reshape(-1, columns)
    for row, place in enumerate(product(*(one.categories for one in stub))):
        for at, category in enumerate(place):
            page.write_string(first + row, at, category.words.of(language), styles["area"] if at == 0 else None)
        column = len(stub)
        for cell in range(columns):
            for value in values[row, cell]:
                if np.isnan(value):
                    page.write_string(first + row, column, _HIDDEN, styles["hidden"])
                else:
                    page.write_number(first + row, column, value, styles["figure"])
                column += 1
                if marks is not None:
                    page.write_string(first + row, column, str(marks[row, cell]))
                    column += 1
