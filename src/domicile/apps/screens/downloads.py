"""Ledgers as files: CSV sent as it is read, spreadsheets written with flat memory, printed pages. No cell is a formula.

Each begins as the official sheets do: a row with the title, a row that says who took it, for what and when, the heads.
"""

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.apps import printing
from domicile.apps.access.roles import matrix
from domicile.apps.common.viewer import Viewer
from domicile.apps.printing import tables
from domicile.apps.screens import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet program takes for the beginning of a formula in a CSV (OWASP, CSV injection).
# Programs set to Chinese take the wide forms for the narrow ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FIRST = frozenset(FORMULA_STARTS)
#: Rows written, and characters sent, at a time.
ROWS_AT_ONCE, SENT_AT_ONCE = 500, 65_536


@dataclass(frozen=True)
class File:
    """What is written: `rows` is read once. `mark` says who took it, for what and when."""

    name: str
    title: str
    mark: str
    header: list[str]
    rows: Iterator[Sequence[Any]]
    printed: "Printed | None" = None


def mark(viewer: Viewer, *more: str) -> str:
    """Who took a file, for what purpose and when, and perhaps more: it stands in the file."""
    purpose = matrix(timezone.localdate()).known_purposes.get(viewer.purpose)
    stated = purpose.label.name(get_language() or "zh") if purpose else ""
    return " · ".join(part for part in (viewer.name, stated, f"{timezone.localtime():%Y-%m-%d %H:%M}", *more) if part)


@dataclass(frozen=True)
class Printed:
    """What a printed page needs besides: who prints, for which areas, whom people sign for, how many rows there are."""

    viewer: Viewer
    count: Callable[[], int]
    area: str = ""
    signatures: Sequence[str | Promise] = ()
    people: bool = True


def harmless(value: Any) -> Any:
    """A text that would begin a formula, with an apostrophe before it; all else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def csv_file(file: File) -> HttpResponseBase:
    """UTF-8 with the mark that spreadsheet programs need to read Chinese, row by row as it is read."""
    return StreamingHttpResponse(
        _csv_lines(file),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file.name}.csv"', "Cache-Control": "no-store"},
    )


def _csv_lines(file: File) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    writer.writerows([[harmless(text)] for text in (file.title, file.mark) if text])
    writer.writerow([harmless(label) for label in file.header])
    while part := list(islice(file.rows, ROWS_AT_ONCE)):
        writer.writerows([[f"'{v}" if type(v) is str and v[:1] in _FIRST else v for v in row] for row in part])
        if buffer.tell() > SENT_AT_ONCE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def xlsx_file(file: File) -> HttpResponseBase:
    """A workbook of one sheet. It is written into the data folder, closed to others, and is gone once it is sent."""
    folder = settings.HOME / "downloads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - the response closes it
    workbook.write(made, title=file.title, mark=file.mark, header=file.header, rows=file.rows)
    made.seek(0)
    name = f"{file.name}.xlsx"
    return FileResponse(
        made, as_attachment=True, filename=name, content_type=XLSX, headers={"Cache-Control": "no-store"}
    )


def pdf_file(file: File) -> HttpResponseBase:
    """A printed page, A4 across, the head on each page. Raises NotPrinted where there are too many rows, unread."""
    if file.printed is None:
        raise ValueError(f"{file.name} does not say who prints it")
    printing.check_rows(file.printed.count())
    rows = [[printed(value) for value in row] for row in file.rows]
    printing.check_rows(len(rows))
    widths = tables.widths(file.header, rows)
    frame = printing.frame(file.printed.viewer, title=file.title, area=file.printed.area, watermark=file.printed.people)
    data = {
        "frame": frame,
        "heads": file.header,
        "rows": rows,
        "widths": widths,
        "size": tables.letters(widths),
        "signatures": [str(label) for label in file.printed.signatures],
    }
    return printing.respond(printing.LEDGER, data, name=f"{file.title}-{frame['day']}")


def printed(value: Any) -> str:
    """A value as it stands on paper."""
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)


WRITERS: dict[str, Callable[[File], HttpResponseBase]] = {"csv": csv_file, "xlsx": xlsx_file, "pdf": pdf_file}
LABELS: dict[str, str | Promise] = {"xlsx": _("Spreadsheet (xlsx)"), "csv": _("CSV"), "pdf": _("Print (PDF)")}

_area_namers: list[Callable[[Viewer], Mapping[str, str]]] = []


def name_areas_with(namer: Callable[[Viewer], Mapping[str, str]]) -> None:
    """Lets the app that knows areas name the viewer's, by scope, on printed ledgers and where views are shared. Twice adds once."""
    if namer not in _area_namers:
        _area_namers.append(namer)


def named_areas(viewer: Viewer) -> dict[str, str]:
    """The viewer's areas by scope, each by name as far as one is known."""
    return {scope: name for namer in _area_namers for scope, name in namer(viewer).items()}


def area_names(viewer: Viewer) -> str:
    """The same names in one line."""
    return "、".join(named_areas(viewer).values())
