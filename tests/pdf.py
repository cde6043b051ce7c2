"""Reads PDFs in tests: what a reader of the paper or of the file would find."""

import io
import re
from typing import Any

from pypdf import PdfReader


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def pages(pdf: bytes) -> int:
    """The number of pages."""
    return len(reader(pdf).pages)


def text(pdf: bytes) -> str:
    """All text without blanks and line ends: where a line was broken does not matter."""
    return re.sub(r"[\s\u200b]+", "", "".join(page.extract_text() for page in reader(pdf).pages))


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, as `text`."""
    return [re.sub(r"[\s\u200b]+", "", page.extract_text()) for page in reader(pdf).pages]


def root(pdf: bytes) -> Any:
    """The document's catalogue: language, tags, metadata."""
    return reader(pdf).trailer["/Root"]


def size(pdf: bytes) -> tuple[int, int]:
    """Width and height of the first page in millimetres."""
    box = reader(pdf).pages[0].mediabox
    return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)
