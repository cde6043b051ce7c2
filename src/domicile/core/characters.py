"""Written forms of Chinese characters: traditional to simplified, one character to one character.

Whole-text conversion looks at phrases, so the same character may come out differently in two texts. Keys and sounds
need the opposite: a table in which every character has one image.
"""

from functools import cache
from typing import Final

_BLOCKS: Final = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))


@cache
def simplified_by_traditional() -> dict[str, str]:
    """Return {traditional character: simplified character} for the characters that have a different simplified form.

    A character that GB 2312 itself holds is standard in simplified writing (as 乾 in 乾县, 於 as a surname) and is left
    alone. Source of the pairs: OpenCC's `t2s` table.
    """
    from opencc import OpenCC

    characters = [chr(point) for start, stop in _BLOCKS for point in range(start, stop)]
    # A line each: no phrase of the table can reach over a line break.
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, converted, strict=True)
    return {old: new for old, new in pairs if old != new and len(new) == 1 and not _in_gb2312(old)}


def simplify(text: str) -> str:
    """Return `text` with every traditional character replaced by its simplified form; the length stays."""
    table = simplified_by_traditional()
    return "".join(table.get(character, character) for character in text)


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
