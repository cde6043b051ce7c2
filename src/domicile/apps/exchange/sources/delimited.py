"""CSV and other delimited text: UTF-8 (with or without mark) or GB18030."""

import csv
import io

import polars as pl

from domicile.apps.exchange import issues
from domicile.apps.exchange.messages import refuse
from domicile.apps.exchange.sources.table import Source, headings, unique_headers, without_blank_rows

DELIMITERS = (",", "\t", ";", "|", "，")
CSV_LIMIT = 2 * 1024**3
_HEAD = 64 * 1024


def read_delimited(content: bytes) -> Source:
    """Read delimited text. Raises ImportRefused: empty, too large, a NUL byte, neither encoding, a quote never closed."""
    if len(content) > CSV_LIMIT:
        raise refuse("file_too_large", detail=f"{CSV_LIMIT // 1024**2} MB")
    content, encoding = _as_utf8(content)
    if not content.strip():
        raise refuse("file_empty")
    head = content[:_HEAD].decode("utf-8", errors="ignore")
    delimiter = _delimiter(head)
    if delimiter == "，":  # a full-width comma is no single byte: exchange it once it is known to be the delimiter
        content, head, delimiter = content.replace("，".encode(), b","), head.replace("，", ","), ","
    rows = _first_rows(head, delimiter)
    at, heads = headings(rows)
    filled = [index for index, cell in enumerate(heads) if cell]
    headers = unique_headers(heads[: filled[-1] + 1] if filled else heads)
    width = max(len(row) for row in rows)
    frame = _parse(content, delimiter, max(len(headers), width) + 1)
    return _as_source(frame, headers, at, encoding)


def _as_source(frame: pl.DataFrame, headers: list[str], at: int, encoding: str) -> Source:
    beyond = frame.columns[len(headers) :]
    frame = frame.with_row_index("_row", offset=1).with_columns(
        pl.col("_row").cast(pl.UInt32), pl.lit("").alias("_sheet")
    )
    body = frame.slice(at + 1)
    too_wide = issues.where(body, pl.any_horizontal(pl.col(beyond).is_not_null()), "too_many_cells", "")
    renamed = body.drop(beyond).rename(dict(zip(frame.columns[1 : len(headers) + 1], headers, strict=True)))
    used = [name for name in headers if not name.startswith("(") or renamed[name].drop_nulls().len()]
    findings = [too_wide]
    if encoding == "GB18030":
        findings.append(issues.from_rows([("", 0, "", "read_gb18030", "", "")]))
    if at:
        findings.append(issues.from_rows([("", 0, "", "title_rows", "", str(at))]))
    return Source(without_blank_rows(renamed, used), pl.concat(findings))


def _as_utf8(content: bytes) -> tuple[bytes, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse("encoding_utf16")
    content = content.removeprefix(b"\xef\xbb\xbf")
    at = content.find(b"\0")
    if at >= 0:
        row, column = _place(content, at)
        raise refuse("nul_byte", row=row, label=column)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as failed:
        wrong = failed.start
    else:
        return content, "UTF-8"
    try:
        return content.decode("gb18030").encode(), "GB18030"
    except UnicodeDecodeError as other:
        row, column = _place(content, max(wrong, other.start))
        raise refuse("encoding_unknown", row=row, label=column) from other


def _place(content: bytes, at: int) -> tuple[int, str]:
    """Row number, and the name of the column, of the byte at `at`; the column by counting delimiters of its line."""
    row = content.count(b"\n", 0, at) + 1
    line_start = content.rfind(b"\n", 0, at) + 1
    delimiter = b"\t" if b"\t" in content[:200] else b","
    index = content.count(delimiter, line_start, at)
    first = content[: content.find(b"\n") if b"\n" in content else len(content)].split(delimiter)
    name = first[index].decode("utf-8", errors="replace").strip() if index < len(first) else ""
    return row, name or str(index + 1)


def _delimiter(head: str) -> str:
    lines = head.splitlines()[:20]
    counts = {sign: sorted(line.count(sign) for line in lines)[len(lines) // 2] for sign in DELIMITERS}
    best = max(DELIMITERS, key=lambda sign: counts[sign])
    return best if counts[best] else ","


def _first_rows(head: str, delimiter: str) -> list[list[str]]:
    rows = []
    try:
        for row in csv.reader(io.StringIO(head), delimiter=delimiter):
            rows.append([cell.strip() for cell in row])
            if len(rows) >= 12:
                break
    except csv.Error as failed:
        raise refuse("csv_broken", row=len(rows) + 1) from failed
    return rows


def _parse(content: bytes, delimiter: str, width: int) -> pl.DataFrame:
    try:
        return pl.read_csv(
            content,
            has_header=False,
            schema={f"c{index}": pl.String for index in range(width)},
            separator=delimiter,
            missing_columns="insert",
            truncate_ragged_lines=True,
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError as failed:
        raise refuse("csv_broken", row=_broken_row(content, delimiter)) from failed


def _broken_row(content: bytes, delimiter: str) -> int:
    """The row where quotes stop making sense, found by the strict reader of the standard library."""
    text = io.StringIO(content.decode("utf-8"), newline="")
    reader, row = csv.reader(text, delimiter=delimiter, strict=True), 0
    begun = 1
    try:
        for _ in reader:
            row += 1
            begun = reader.line_num + 1
    except csv.Error:
        pass
    return begun
