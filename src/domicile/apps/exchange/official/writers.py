"""The kinds of files that a sheet can be taken away as; all are written as the rows are read."""

import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from domicile.apps.screens.downloads import File, csv_file, xlsx_file

ODS = "application/vnd.oasis.opendocument.spreadsheet"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    f'<office:document-content xmlns:office="{_OFFICE}office:1.0" xmlns:table="{_OFFICE}table:1.0" '
    f'xmlns:text="{_OFFICE}text:1.0" office:version="1.3"><office:body><office:spreadsheet>'
)
_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    f'<manifest:manifest xmlns:manifest="{_OFFICE}manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_NO_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])
_EMPTY = "<table:table-cell/>"
MOST_IN_A_CELL = 32_767  # characters: no spreadsheet holds more


def csv_gb18030(file: File) -> HttpResponseBase:
    """CSV for programs that know no UTF-8."""
    plain: Any = csv_file(file)
    found = (chunk.decode("utf-8-sig").encode("gb18030", errors="replace") for chunk in plain.streaming_content)
    headers = {"Content-Disposition": plain["Content-Disposition"], "Cache-Control": "no-store"}
    return StreamingHttpResponse(found, content_type="text/csv; charset=gb18030", headers=headers)


def xlsx(file: File) -> HttpResponseBase:
    """A workbook; a text longer than a cell holds (a boundary of many corners) is left out: CSV has it."""
    return xlsx_file(replace(file, rows=_fitting(file.rows)))


def ods(file: File) -> HttpResponseBase:
    """An OpenDocument sheet of text cells, packed as it is read."""
    folder = settings.HOME / "downloads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - the response closes it
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), ODS)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        with archive.open("content.xml", "w", force_zip64=True) as content:
            content.write(f'{_HEAD}<table:table table:name="{escape(file.title)}">'.encode())
            for row in ([file.title], [file.mark], file.header):
                content.write(_row(row))
            for row in _fitting(file.rows):
                content.write(_row(row))
            content.write(_TAIL.encode())
    made.seek(0)
    return FileResponse(
        made, as_attachment=True, filename=f"{file.name}.ods", content_type=ODS, headers={"Cache-Control": "no-store"}
    )


def _fitting(rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    for row in rows:
        yield ["" if isinstance(cell, str) and len(cell) > MOST_IN_A_CELL else cell for cell in row]


def _row(cells: list[Any]) -> bytes:
    found = "".join(_cell(str(cell)) if cell not in ("", None) else _EMPTY for cell in cells)
    return f"<table:table-row>{found}</table:table-row>".encode()


def _cell(text: str) -> str:
    clean = escape(text.translate(_NO_XML))
    return f'<table:table-cell office:value-type="string"><text:p>{clean}</text:p></table:table-cell>'


WRITERS: dict[str, Callable[[File], HttpResponseBase]] = {
    "xlsx": xlsx, "csv": csv_file, "csv-gb18030": csv_gb18030, "ods": ods,
}  # fmt: skip
LABELS = {
    "xlsx": _("Spreadsheet (xlsx)"),
    "csv": _("CSV (UTF-8)"),
    "csv-gb18030": _("CSV (GB18030), for older programs"),
    "ods": _("OpenDocument (ods)"),
}
