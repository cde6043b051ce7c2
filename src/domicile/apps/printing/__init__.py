"""Printed pages: a Typst template and plain data in, a PDF out."""

from domicile.apps.printing.pages import (
    MOST_ROWS,
    CannotPrint,
    NotPrinted,
    answer,
    check_rows,
    frame,
    render,
    respond,
)

__all__ = ["MOST_ROWS", "CannotPrint", "NotPrinted", "answer", "check_rows", "frame", "render", "respond"]
