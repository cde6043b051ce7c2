"""Finds a planted number in files, however it is spelled or encoded."""

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")


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
    return {needle: name for needle, name in found.items() if len(needle) >= 6}


def scan(numbers: list[str], *folders: Path, texts: dict[str, str] | None = None) -> list[str]:
    """`file: spelling` for each planted number found in a file of the folders, packed or not, or in a text.

    The key folder is read like any other: a number has no more business there.
    """
    pattern, names = _pattern(numbers)
    found = []
    for folder in folders:
        for path in sorted([folder] if folder.is_file() else folder.rglob("*")):
            if path.is_file():
                for place, content in _contents(path.name, path.read_bytes()):
                    found += _hits(f"{path}{place}", content, pattern, names)
    for name, text in (texts or {}).items():
        found += _hits(name, text.encode(), pattern, names)
    return found


def _pattern(numbers: list[str]) -> tuple[re.Pattern[bytes], dict[bytes, str]]:
    names = {needle: name for number in numbers for needle, name in needles(number).items()}
    return re.compile(b"|".join(re.escape(needle) for needle in sorted(names, key=len, reverse=True))), names


def _hits(place: str, content: bytes, pattern: re.Pattern[bytes], names: dict[bytes, str]) -> list[str]:
    return [f"{place}: {names[needle]}" for needle in sorted({hit.group() for hit in pattern.finditer(content)})]


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
