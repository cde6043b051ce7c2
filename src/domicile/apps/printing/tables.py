"""A table that fits its page: how wide each column is, how large the letters are."""

import math
import unicodedata
from collections.abc import Sequence
from typing import Any

NARROWEST, WIDEST = 4.0, 26.0
#: Of a hundred texts of a column so many fit on one line where there is room.
FITTING = 95
#: Widths of Noto Sans in half-widths, and what a cell keeps free on both sides.
FIGURE, CAPITAL, AROUND = 1.12, 1.35, 1.8
# Half-widths that a line of A4 across holds at one point of letter size: 275 mm in points, half an em each.
LINE = 780 * 2


def width(text: str) -> int:
    """The width of a text in half-widths: a Chinese character counts two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def printed(text: str) -> float:
    """The same as it is printed: of the letters of the fonts figures are a little wider than half, capitals wider still."""
    return sum(
        2.0 if unicodedata.east_asian_width(character) in "WF" else CAPITAL if character.isupper() else FIGURE
        for character in text
    )


def widths(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[float]:
    """Relative widths of the columns: what most texts need, none so narrow or wide that others cannot be read."""
    found = []
    for place, head in enumerate(heads):
        lengths = sorted(printed(str(row[place])) for row in rows)
        needed = lengths[min(len(lengths) - 1, len(lengths) * FITTING // 100)] if lengths else 0
        found.append(min(max(needed, min(printed(head), 12), NARROWEST), WIDEST) + AROUND)
    return found


def letters(columns: Sequence[float]) -> float:
    """The size of letters in points at which the columns fit across A4: 9 at most; below 6 texts break instead."""
    return max(6.0, min(9.0, math.floor(LINE / max(sum(columns), 1.0) * 2) / 2))
