"""The order in which people list addresses: 1号, 2号, 11号, and not 1号, 11号, 2号."""

import re
from functools import lru_cache
from typing import Final

_DIGITS: Final = re.compile(r"[0-9]+")


def sort_key(building_key: str, dwelling_key: str = "") -> str:
    """Text that sorts, character by character, as the keys of an address (street|plate|building and unit|room) are listed.

    Before each number stands a character for how many digits it has, so that 9 comes before 10. Parts are divided by a
    blank, which sorts before all else: 12号 before 12-1号, and 12-1号 before 12附1号.
    """
    return f"{_natural(building_key)} {_natural(dwelling_key)}"


@lru_cache(maxsize=8192)
def _natural(key: str) -> str:
    return _DIGITS.sub(_counted, key).replace("|", " ")


def _counted(found: re.Match[str]) -> str:
    digits = found.group().lstrip("0") or "0"
    return chr(ord("0") + len(digits)) + digits
