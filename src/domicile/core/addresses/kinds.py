"""What an element of an address is, by its name, and on which floor a room lies.

Kinds are codes of the national list of address element types (`address_element` in core.codes): 34 village group,
41 street or lane, 42 compound, 43 courtyard of a unit, 44 natural village.
"""

import re
from typing import Final

# The rest of an address that stands in the place of a street is a compound: 锦绣花园.
COMPOUND: Final = "42"
ENDINGS: Final[tuple[tuple[str, str], ...]] = (
    (r"(?:大道|大街|胡同|路|街|巷|弄|道|条|段)$", "41"),
    (r"组$", "34"),
    (r"(?:大院|院|宿舍)$", "43"),
    (r"村$", "44"),
)
_FLOOR: Final = re.compile(r"([1-9][0-9]?)F")
_ROOM: Final = re.compile(r"[A-Z]?([1-9][0-9]?)[0-9]{2}(?:-[0-9]+|[A-Z])?")
_BASEMENT: Final = re.compile(r"(?:B|负)([0-9])(?:[0-9]{2}|F)?")


def street_kind(name: str) -> str:
    """The kind of what a building lies on."""
    return next((kind for ending, kind in ENDINGS if re.search(ending, name)), COMPOUND)


def floor_of(room: str) -> int | None:
    """The floor of a room by its number: 501 is on 5, 1203 on 12, B101 on -1; None where the number does not tell.

    `room` is the number in standard form, with or without 室.
    """
    number = room.partition("~")[0].removesuffix("室")
    basement = _BASEMENT.fullmatch(number)
    if basement:
        return -int(basement[1])
    found = _FLOOR.fullmatch(number) or _ROOM.fullmatch(number)
    return int(found[1]) if found else None
