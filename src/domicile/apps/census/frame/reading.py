"""From the tables of a file to what it says: areas, buildings, stairwells, neighbours, lines; and what is wrong, by line."""

import hashlib
import math
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from domicile.apps.census.frame import tables
from domicile.apps.census.frame.tables import NoTable, Table
from domicile.core.codes import frame_layout as layout
from domicile.core.codes.frame_layout import Sheet

#: More findings are counted and not kept: somebody corrects these first.
MOST_FINDINGS = 500
#: More people or dwellings than this in one building is a slip of the pen.
MOST = 100_000
ERROR, NOTE = "error", "note"
COMMUNITY = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """Something of the file: `code` of `words.FINDINGS`, where it stands, what stands there, how severe it is."""

    code: str
    line: int = 0
    sheet: str = ""
    column: str = ""
    said: str = ""
    severity: str = ERROR


@dataclass
class Frame:
    """What a file says, as plain rows; the last value of each is its line."""

    areas: list[dict[str, Any]] = field(default_factory=list)
    buildings: list[dict[str, Any]] = field(default_factory=list)
    stairwells: list[dict[str, Any]] = field(default_factory=list)
    ways: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    errors: int = 0

    def tell(self, finding: Finding) -> None:
        """Keep a finding; beyond MOST_FINDINGS it is only counted."""
        self.errors += finding.severity == ERROR
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)

    def counts(self) -> dict[str, int]:
        """How many rows of each kind there are."""
        return {sheet.name: len(getattr(self, sheet.name)) for sheet in layout.SHEETS}

    def said(self) -> dict[str, list[dict[str, Any]]]:
        """The rows by kind."""
        return {sheet.name: getattr(self, sheet.name) for sheet in layout.SHEETS}

    def packed(self) -> bytes:
        """The rows as they are kept until they are loaded."""
        return zlib.compress(orjson.dumps(self.said()), 6)

    def digest(self) -> str:
        """SHA-256 of what is said, whatever the order of the rows and the file that it stands in."""
        plain = {
            name: sorted(
                orjson.dumps(
                    {key: value for key, value in row.items() if key not in WHERE}, option=orjson.OPT_SORT_KEYS
                )
                for row in rows
            )
            for name, rows in self.said().items()
        }
        return hashlib.sha256(
            b"\n".join(b"\0".join([name.encode(), *rows]) for name, rows in plain.items())
        ).hexdigest()

    def told(self) -> list[dict[str, Any]]:
        """The findings as plain values, in the order of the file."""
        return [asdict(finding) for finding in sorted(self.findings, key=lambda one: (one.sheet, one.line))]


def unpacked(content: bytes) -> Frame:
    """The frame that `packed` kept."""
    return Frame(**orjson.loads(zlib.decompress(content)))


def read(content: bytes) -> Frame:
    """What a file says. Findings tell what is wrong; a file that holds no table of the layout has one finding."""
    frame = Frame()
    try:
        found = tables.read(content)
    except NoTable as problem:
        frame.tell(Finding(str(problem)))
        return frame
    known = 0
    for table in found:
        known += _table(frame, table)
    if not known and not frame.errors:
        heads = max((row for _line, row in found[0].rows[: tables.FIRST]), key=lambda row: sum(map(bool, row)))
        frame.tell(Finding("unknown_layout", said="、".join(layout.lacking(heads))))
    _twice(frame)
    return frame


def _table(frame: Frame, table: Table) -> bool:
    """Read one table; False where it is none of the layout, which is told and left alone."""
    known = [layout.recognised(heads) for _line, heads in table.rows[: tables.FIRST]]
    place = next((place for place, one in enumerate(known) if one is not None), -1)
    if place < 0:
        if table.title:
            frame.tell(Finding("sheet_unknown", sheet=table.title, severity=NOTE))
        return False
    heads = table.rows[place][1]
    sheet, columns = known[place] or (layout.SHEETS[0], {})
    ours = set(columns.values())
    for number, head in enumerate(heads):
        if head and number not in ours:
            frame.tell(Finding("column_ignored", sheet=table.title, said=head[:40], severity=NOTE))
    rows = getattr(frame, sheet.name)
    for line, cells in table.rows[place + 1 :]:
        row = _row(frame, sheet, table.title, line, {name: _at(cells, at) for name, at in columns.items()})
        if row is not None:
            rows.append(row)
    return True


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _row(frame: Frame, sheet: Sheet, title: str, line: int, cells: Mapping[str, str]) -> dict[str, Any] | None:
    """A row with its values typed; None where it has an error, which is told."""
    before = frame.errors
    heads = {column.name: column.heads[0] for column in sheet.columns}
    row: dict[str, Any] = {}
    for column in sheet.columns:
        text = cells.get(column.name, "")
        if column.needed and not text:
            frame.tell(Finding("empty", line, title, column.heads[0]))
        try:
            row[column.name] = READERS.get(column.name, _text)(text)
        except ValueError as problem:
            frame.tell(Finding(str(problem), line, title, column.heads[0], text[:60]))
            row[column.name] = None
    if "longitude" in row:
        for code in _place(row, cells):
            frame.tell(
                Finding(
                    code, line, title, heads["longitude"], f"{cells.get('longitude', '')} {cells.get('latitude', '')}"
                )
            )
    if sheet.name == "ways" and row["one"] and row["one"] == row["other"]:
        frame.tell(Finding("same_building", line, title, heads["other"], row["one"]))
    return {**row, "sheet": title, "line": line} if frame.errors == before else None


def _place(row: dict[str, Any], cells: Mapping[str, str]) -> Iterator[str]:
    x, y = row["longitude"], row["latitude"]
    if bool(cells.get("longitude")) != bool(cells.get("latitude")):
        yield "half_a_place"
    elif x is not None and y is not None and (abs(y) > 90 or abs(x) > 180):
        yield "swapped" if abs(x) <= 90 and abs(y) <= 180 else "no_place"


def _text(text: str) -> str:
    if len(text) > 200:
        raise ValueError("too_long")
    return text


def _short(text: str) -> str:
    if len(text) > 32:
        raise ValueError("too_long")
    return text


def _count(text: str) -> int:
    if not text:
        return 0
    if not re.fullmatch(r"[0-9]{1,6}(\.0+)?", text) or float(text) > MOST:
        raise ValueError("no_count")
    return int(float(text))


def _number(text: str) -> float | None:
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        raise ValueError("no_number") from None
    if not math.isfinite(found):
        raise ValueError("no_number")
    return found


def _metres(text: str) -> float | None:
    found = _number(text)
    if found is not None and found < 0:
        raise ValueError("no_number")
    return found


def _code(text: str) -> str:
    if text and not re.fullmatch(r"[0-9]{12}", text):
        raise ValueError("no_code")
    return text


def _kind(text: str) -> str:
    found = layout.KINDS.get(text.lower(), "")
    if text and not found:
        raise ValueError("no_kind")
    return found


def _points(text: str) -> list[list[float]]:
    """LINESTRING (x y, x y) or x y; x y …: two points at least."""
    if not text:
        return []
    bare = re.sub(r"(?i)^\s*linestring\s*\(|\)\s*$", "", text)
    found = []
    for part in re.split(r"[,;，；]", bare):
        numbers = part.split()
        if len(numbers) != 2:
            raise ValueError("no_line")
        try:
            x, y = map(float, numbers)
        except ValueError:
            raise ValueError("no_line") from None
        if not (abs(x) <= 180 and abs(y) <= 90):
            raise ValueError("no_line")
        found.append([x, y])
    if len(found) < 2:
        raise ValueError("no_line")
    return found


READERS = {
    "code": _code, "community": _code, "number": _short, "name": _short, "one": _short, "other": _short, "dwellings": _count,
    "expected": _count, "longitude": _number, "latitude": _number, "metres": _metres, "kind": _kind, "points": _points,
}  # fmt: skip
#: What is said of a row beside what it says.
WHERE = frozenset({"line", "sheet"})
#: What tells a row of each kind from the others.
KEYS: Mapping[str, tuple[str, ...]] = {
    "areas": ("code",), "buildings": ("number",), "stairwells": ("number", "name"), "ways": ("one", "other"),
    "lines": ("kind", "name"),
}  # fmt: skip


def key_of(kind: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells a row from others of its kind; a pair of neighbours is one whichever is named first."""
    values = tuple(row[name] for name in KEYS[kind])
    return tuple(sorted(values)) if kind == "ways" else values


def _twice(frame: Frame) -> None:
    """Rows that say a second time what another line says: an error for anything but the very same."""
    for kind, rows in frame.said().items():
        seen: dict[tuple[str, ...], dict[str, Any]] = {}
        kept = []
        for row in rows:
            first = seen.setdefault(key_of(kind, row), row)
            if first is row:
                kept.append(row)
            elif {**first, "line": 0, "sheet": ""} != {**row, "line": 0, "sheet": ""}:
                frame.tell(
                    Finding("twice", row["line"], row["sheet"], said=f"{' '.join(key_of(kind, row))} ({first['line']})")
                )
        rows[:] = kept
