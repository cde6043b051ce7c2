"""Give patterns written for polars (Rust) to Python's engine, so that one definition serves a column and a single text.

Both engines prefer the first alternative, and the grammar has no look-around: translated, a pattern matches alike.
"""

import re
from functools import cache
from typing import Final

# What Rust calls white space; Python's own class has four control characters more.
_SPACE: Final = "[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]"
_POINT: Final = re.compile(r"\\x\{([0-9A-F]+)\}")
_DIFFERENCE: Final = re.compile(r"\[([^\[\]]*)&&\[\^([^\]]*)\]\]")


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the pattern for Python: code points, differences of classes, white space and the end of the text."""
    pattern = _POINT.sub(lambda found: chr(int(found[1], 16)), pattern)
    pattern = _DIFFERENCE.sub(lambda found: _difference(found[1], found[2]), pattern)
    return re.compile(pattern.replace("\\s", _SPACE).replace("$", r"\Z"))


def replaced(text: str, pattern: str, standard: str, *, count: int = 1) -> str:
    """Return `text` with the first `count` matches (0: all) replaced; `${1}` in `standard` is the first group."""
    return compiled(pattern).sub(_template(standard), text, count=count)


@cache
def _template(standard: str) -> str:
    return re.sub(r"\$\{(\d)\}", r"\\\1", standard)


@cache
def _difference(held: str, taken: str) -> str:
    """Return a class of the characters in `held` that are not in `taken`."""
    spans = _spans(held)
    for first, last in _spans(taken):
        spans = [
            kept
            for start, end in spans
            for kept in ((start, min(end, first - 1)), (max(start, last + 1), end))
            if kept[0] <= kept[1]
        ]
    return "[" + "".join(f"\\U{start:08x}-\\U{end:08x}" for start, end in sorted(set(spans))) + "]"


def _spans(held: str) -> list[tuple[int, int]]:
    """The (first, last) code points of the single characters and ranges inside a class."""
    return [
        (ord(found[1] or found[3]), ord(found[2] or found[3])) for found in re.finditer("(.)-(.)|(.)", held, re.DOTALL)
    ]
