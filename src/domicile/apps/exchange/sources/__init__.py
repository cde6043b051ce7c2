"""From the bytes of a file to a frame of strings that still knows sheet and row."""

import polars as pl

from domicile.apps.exchange import issues
from domicile.apps.exchange.messages import refuse
from domicile.apps.exchange.sources.delimited import read_delimited
from domicile.apps.exchange.sources.table import Source, drop_findings, drop_refused
from domicile.apps.exchange.sources.workbooks import read_workbook

WORKBOOK_SIGNS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# How pictures and PDF begin, and how these, texts and archives are named: read as a table they would be told of in signs that
# nobody can read, or as a damaged workbook.
NO_TABLE_SIGNS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"%PDF-")
NO_TABLE_NAMES = (
    ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".heic", ".webp", ".pdf", ".doc", ".docx", ".wps", ".zip", ".rar",
)  # fmt: skip

__all__ = ["Source", "drop_findings", "drop_refused", "read", "read_delimited", "read_workbook"]


def read(file_name: str, content: bytes) -> Source:
    """Read a file of any kind that is understood; raises ImportRefused with the place and the cure otherwise."""
    if content.startswith(NO_TABLE_SIGNS) or file_name.lower().endswith(NO_TABLE_NAMES):
        raise refuse("no_table")
    if content.startswith(WORKBOOK_SIGNS):
        return _with_formula_texts(read_workbook(content))
    if file_name.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods")):
        raise refuse("workbook_not_one")
    return _with_formula_texts(read_delimited(content))


def _with_formula_texts(source: Source) -> Source:
    """A text that begins like a formula would be calculated wherever the register is handed out: it is no value."""
    found = [
        issues.where(source.frame, pl.col(name).str.starts_with("="), "formula_text", name, pl.col(name))
        for name in source.headers
    ]
    source.findings = pl.concat([source.findings, *(frame for frame in found if frame.height)])
    return source
