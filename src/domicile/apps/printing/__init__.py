"""Printed pages: a Typst template and plain data in, a PDF out."""

from domicile.apps.printing.pages import (
    LEDGER,
    MOST_ROWS,
    CannotPrint,
    NotPrinted,
    answer,
    check_rows,
    frame,
    render,
    respond,
)

__all__ = ["LEDGER", "MOST_ROWS", "CannotPrint", "NotPrinted", "answer", "check_rows", "frame", "render", "respond"]
