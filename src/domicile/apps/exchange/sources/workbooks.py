"""Spreadsheets: xlsx, xls and ods, read by calamine after the container has been found harmless."""

import datetime as dt
import io
import re
import zipfile
from typing import Any

import polars as pl
import python_calamine

from domicile.apps.exchange import issues
from domicile.apps.exchange.layouts import LAYOUTS, recognised
from domicile.apps.exchange.messages import refuse
from domicile.apps.exchange.sources.opening import require_harmless
from domicile.apps.exchange.sources.table import Source, headings, unique_headers, without_blank_rows

WORKBOOK_LIMIT = 32 * 1024**2
UNPACKED_LIMIT = 400 * 1024**2
MOST_PARTS = 2000
RATIO_LIMIT = 200  # real sheets pack 10 to 30 times
FIRST = 12  # heads stand among these rows
EXACT_DIGITS = 10**15  # a spreadsheet's number holds 15 digits
# Cells merged over the members of a household; of the others only the first is meant.
_WAY = frozenset({"left", "to", "day", "inflow_reason", "back"})
MERGED_FOR_ALL = {
    "people": frozenset({"address", "grid", "registered_address", "workers"}), "outflow": _WAY, "inflow": _WAY | {"address"},
}  # fmt: skip
# Lengths are bounded: a tag that never ends must not be read again from each of its places.
_FORMULA = re.compile(
    rb'<c\b[^<>]{0,400}?\br="([A-Z]{1,3})(\d{1,7})"[^<>]{0,400}>\s*'
    rb"<f\b(?:[^<>]{0,400}/>|[^<>]{0,400}>[^<]*</f>)\s*(?:<v>([^<]*)</v>|<v\s*/>)?\s*</c>"
)


def read_workbook(content: bytes) -> Source:
    """Read all sheets that have rows and are not hidden. Raises ImportRefused: too large, a zip bomb, protected or broken."""
    if len(content) > WORKBOOK_LIMIT:
        raise refuse("workbook_too_large", detail=f"{WORKBOOK_LIMIT // 1024**2} MB")
    formulas = _inspect(content) if content.startswith(b"PK") else {}
    require_harmless(content)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [one.name for one in book.sheets_metadata if one.visible == python_calamine.SheetVisibleEnum.Visible]
        hidden = [name for name in book.sheet_names if name not in names]
    except python_calamine.PasswordError as failed:
        raise refuse("workbook_protected") from failed
    except (python_calamine.CalamineError, OSError, ValueError) as failed:
        raise refuse("workbook_broken") from failed
    found = _join([_sheet(book, name, formulas) for name in names])
    told = issues.from_rows((name, 0, "", "sheet_hidden", "", "") for name in hidden)
    found.findings = pl.concat([found.findings, told])
    return found


def _inspect(content: bytes) -> dict[str, dict[tuple[int, int], bool]]:
    """Refuse a container that would unpack to too much; return formula cells by sheet: (row, column) → has a value."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as failed:
        raise refuse("workbook_broken") from failed
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or total > UNPACKED_LIMIT or total > RATIO_LIMIT * len(content) + 16 * 1024**2:
        raise refuse("zip_bomb", detail=f"{total // 1024**2} MB")
    sheets = {part.filename: part for part in parts if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part.filename)}
    for part in parts:
        _refuse_liar(archive, part)
    if not sheets:
        return {}
    by_sheet = {}
    for name, path in _sheet_paths(archive).items():
        if path in sheets:
            by_sheet[name] = _formulas(archive.read(path))
    return by_sheet


def _refuse_liar(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack a part piece by piece without keeping it; its stated size may be a lie."""
    size = 0
    try:
        with archive.open(part) as stream:
            while piece := stream.read(1024 * 1024):
                size += len(piece)
                if size > part.file_size:
                    raise refuse("zip_bomb", detail=f"> {size // 1024**2} MB")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as failed:
        raise refuse("workbook_broken") from failed


def _sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → path of its part, from the workbook's relations."""
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
    except KeyError:
        return {}
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^<>]{0,2000}>", relations):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        targets[found.get("Id", "")] = found.get("Target", "").removeprefix("/xl/").removeprefix("/")
    paths = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^<>]{0,2000}>", book):
        found = dict(re.findall(r'([\w:]+)="([^"]*)"', tag))
        target = targets.get(found.get("r:id", ""), "")
        paths[_unescape(found.get("name", ""))] = target if target.startswith("xl/") else f"xl/{target}"
    return paths


def _unescape(text: str) -> str:
    for code, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(code, sign)
    return text


def _formulas(xml: bytes) -> dict[tuple[int, int], bool]:
    if b"<f" not in xml:
        return {}
    return {
        (int(row) - 1, _column_index(letters.decode())): bool(value) for letters, row, value in _FORMULA.findall(xml)
    }


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _sheet(book: Any, name: str, formulas: dict[str, dict[tuple[int, int], bool]]) -> Source | None:
    """One sheet as a source; None when it holds nothing."""
    sheet = book.get_sheet_by_name(name)
    raw = sheet.to_python(skip_empty_area=False)
    rows = [[_text(cell) for cell in row] for row in raw]
    if not any(any(row) for row in rows):
        return None
    at, heads = headings([[cell.strip() for cell in row] for row in rows[:FIRST]])
    headers = unique_headers(heads)
    found: list[tuple[str, int, str, str, str, str]] = []
    _fill_merged(sheet, rows, at, headers, name, found)
    for (row, column), has_value in formulas.get(name, {}).items():
        if row > at and column < len(headers):
            code = "formula_value" if has_value else "formula_empty"
            found.append((name, row + 1, headers[column], code, "", ""))
    if at:
        found.append((name, 0, "", "title_rows", "", str(at)))
    body = rows[at + 1 :]
    columns = {header: [row[index] or None for row in body] for index, header in enumerate(headers)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(headers, pl.String)).with_columns(
        pl.lit(name).alias("_sheet"),
        pl.int_range(at + 2, at + 2 + len(body), dtype=pl.UInt32, eager=True).alias("_row"),
    )
    used = [header for header in headers if not header.startswith("(") or frame[header].drop_nulls().len()]
    return Source(without_blank_rows(frame, used), issues.from_rows(found))


def _text(cell: Any) -> str:
    """A cell as text. A number of more digits than a spreadsheet keeps stays in exponent form: its end is lost."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        if not cell.is_integer():
            return repr(cell)
        return str(int(cell)) if abs(cell) < EXACT_DIGITS else f"{cell:.14E}"
    if isinstance(cell, int):
        return str(cell) if abs(cell) < EXACT_DIGITS else f"{cell:.14E}"
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _fill_merged(
    sheet: Any,
    rows: list[list[str]],
    at: int,
    headers: list[str],
    name: str,
    found: list[tuple[str, int, str, str, str, str]],
) -> None:
    """Repeat the value of cells merged downwards in the columns where it is meant for everybody, and say so."""
    key = max(MERGED_FOR_ALL, key=lambda key: len(LAYOUTS[key].match(headers, lent=False)))
    known = LAYOUTS[key].match(headers)
    meant = {header for column, header in known.items() if column in MERGED_FOR_ALL[key]}
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or []:
        if top <= at or bottom == top or left >= len(headers) or headers[left] not in meant:
            continue
        for row in range(top + 1, min(bottom + 1, len(rows))):
            if not rows[row][left] and any(rows[row]):
                rows[row][left] = rows[top][left]
                found.append((name, row + 1, headers[left], "merged_filled", "", ""))


def _join(sheets: list[Source | None]) -> Source:
    filled = [sheet for sheet in sheets if sheet is not None and sheet.frame.height]
    if not filled:
        raise refuse("file_empty")
    known = [sheet for sheet in filled if any(len(layout.match(sheet.headers)) >= 2 for layout in recognised())]
    kept = known or filled[:1]
    skipped = [(str(sheet.frame["_sheet"][0]), 0, "", "sheet_skipped", "", "") for sheet in filled if sheet not in kept]
    frame = pl.concat([sheet.frame for sheet in kept], how="diagonal")
    return Source(frame, pl.concat([*(sheet.findings for sheet in kept), issues.from_rows(skipped)]))
