"""Finds a planted number in files, however it is spelled or encoded."""

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
# Shorter byte strings stand everywhere by chance.
LEAST = 6


def written(number: str) -> set[str]:
    """The ways people and programs write a number."""
    forms = {number, number.lower(), number.translate(FULL_WIDTH), number.translate(CHINESE), number[::-1]}
    for gap in (" ", "-", "\u3000", "\u00a0"):
        forms.add(gap.join(number))
        forms.add(gap.join([number[:6], number[6:14], number[14:]]))
        forms.add(gap.join([number[:3], number[3:7], number[7:]]))
    forms |= {f"'{number}", number + ".0", number.replace("X", "Ｘ"), number.replace("X", "ｘ")}
    if number.isdigit():
        forms.add(f"{int(number):.14E}")
        forms.add(f"{int(number):,}")
    return forms


def needles(number: str) -> dict[bytes, str]:
    """Byte strings that betray a number, with their names."""
    found: dict[bytes, str] = {}
    for form in written(number):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
            found[form.encode(encoding)] = f"{form!r} in {encoding}"
    for encoding in ("utf-8", "utf-16-le"):
        raw = number.encode(encoding)
        for shift in range(3):  # base64 reads the same bytes in three ways, after where they begin
            text = base64.b64encode(b"\0" * shift + raw)
            core = text[4 if shift else 0 : len(text) - 4]
            found[core] = f"base64 of {number!r} in {encoding}"
            found[core.replace(b"+", b"-").replace(b"/", b"_")] = f"base64url of {number!r} in {encoding}"
        found[raw.hex().encode()] = f"hex of {number!r} in {encoding}"
        found[raw.hex().upper().encode()] = f"HEX of {number!r} in {encoding}"
    if number.isdigit():
        found[int(number).to_bytes(8, "big")] = f"{number} as a big-endian integer"
        found[int(number).to_bytes(8, "little")] = f"{number} as a little-endian integer"
        # As SQLite keeps an integer: big-endian in as few of 6 or 8 bytes as it takes.
        found[int(number).to_bytes(8, "big").lstrip(b"\0").rjust(6, b"\0")] = f"{number} as SQLite's integer"
    return {needle: name for needle, name in found.items() if len(needle) >= LEAST}


def scan(numbers: list[str], *folders: Path, texts: dict[str, str] | None = None) -> list[str]:
    """`file: spelling` for each planted number found in a file of the folders, packed or not, or in a text.

    The key folder is read like any other: a number has no more business there.
    """
    sought = Needles(numbers)
    found = []
    for folder in folders:
        for path in sorted([folder] if folder.is_file() else folder.rglob("*")):
            if path.is_file():
                for place, content in _contents(path.name, path.read_bytes()):
                    found += _hits(f"{path}{place}", content, sought)
    for name, text in (texts or {}).items():
        found += _hits(name, text.encode(), sought)
    return found


class Needles:
    """Byte strings to look for all at once. One pattern of all of them would take seconds for each megabyte."""

    def __init__(self, numbers: list[str]) -> None:
        self.names = {needle: name for number in numbers for needle, name in needles(number).items()}
        self.by_start: dict[bytes, list[bytes]] = {}
        for needle in sorted(self.names, key=len, reverse=True):
            self.by_start.setdefault(needle[:LEAST], []).append(needle)
        # Which two bytes a needle may have at its places 0, 2 and 4.
        self.pairs = numpy.zeros((LEAST // 2, 1 << 16), dtype=bool)
        for start in self.by_start:
            for place in range(LEAST // 2):
                self.pairs[place, start[2 * place] << 8 | start[2 * place + 1]] = True

    def within(self, content: bytes) -> set[bytes]:
        """Those that the content holds; of several at one place the longest, and none inside another."""
        if len(content) < LEAST:
            return set()
        each = numpy.frombuffer(content, dtype=numpy.uint8).astype(numpy.uint16)
        pairs = each[:-1] << 8 | each[1:]
        count = len(content) - LEAST + 1
        may = self.pairs[0][pairs[:count]]
        for place in range(1, LEAST // 2):
            may &= self.pairs[place][pairs[2 * place : 2 * place + count]]
        found, end = set(), 0
        for start in numpy.flatnonzero(may).tolist():
            if start >= end:
                known = self.by_start.get(content[start : start + LEAST], [])
                hit = next((needle for needle in known if content.startswith(needle, start)), None)
                if hit is not None:
                    found.add(hit)
                    end = start + len(hit)
        return found


def _hits(place: str, content: bytes, sought: Needles) -> list[str]:
    return [f"{place}: {sought.names[needle]}" for needle in sorted(sought.within(content))]


def _contents(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """A file's bytes, and what is packed in it: workbooks and archives, gzip, deflated streams of dumps."""
    yield "", content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                yield f"!{entry.filename}", archive.read(entry)
    elif content.startswith(b"\x1f\x8b"):
        yield "!gzip", gzip.decompress(content)
    elif b"PGDMP" in content[:2048] or name.endswith((".dump", ".backup")):
        yield "!deflated", b"".join(_inflated(content))


def _inflated(content: bytes) -> Iterator[bytes]:
    """Everything in a pg_dump file that a zlib header begins."""
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content):
        stream = zlib.decompressobj()
        try:
            yield stream.decompress(content[start.start() :], 1 << 26)
        except zlib.error:
            continue
