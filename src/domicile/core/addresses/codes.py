"""Codes of places: streets, number plates, buildings, entrances and rooms.

    770101S00012                street        county of issue, S, serial
    770101P0000345              number plate  county of issue, P, serial
    770101B0000067              building      county of issue, B, serial
    770101B0000067U02           entrance      its building, U, number (00: no entrance)
    770101B0000067U02R0017      room          its entrance, R, number inside the building

A code is given out once and says nothing that can change: not the name, not the number on the door, not the grid. The
county is where it was given out. Written for people it ends in a check character (ISO 7064, Mod 37,36), which finds
every single wrong character, and two neighbours that changed places in all but one of 630 cases (one of 180 of two digits:
some that follow each other, as 1 and 2, behind one in 36 beginnings): 770101B0000067-K.
"""

import re
from typing import Final, Literal

Kind = Literal["street", "plate", "building", "unit", "room"]

LETTERS: Final[dict[Kind, str]] = {"street": "S", "plate": "P", "building": "B"}
_WIDTHS: Final[dict[Kind, int]] = {"street": 5, "plate": 7, "building": 7}
_CHARACTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHAPES: Final[dict[Kind, re.Pattern[str]]] = {
    "street": re.compile(r"[0-9]{6}S[0-9]{5}"),
    "plate": re.compile(r"[0-9]{6}P[0-9]{7}"),
    "building": re.compile(r"[0-9]{6}B[0-9]{7}"),
    "unit": re.compile(r"[0-9]{6}B[0-9]{7}U[0-9]{2,3}"),
    "room": re.compile(r"[0-9]{6}B[0-9]{7}U[0-9]{2,3}R[0-9]{4,5}"),
}


class CodeError(ValueError):
    """A text that is no code of a place; the message says why and what to do."""


def issued(kind: Kind, county: str, serial: int) -> str:
    """The code with this serial (from 1) of a county (6 digits). Raises CodeError when the county has no more."""
    width = _WIDTHS[kind]
    if len(county) != 6 or not county.isdigit() or not 0 < serial < 10**width:
        raise CodeError(f"No {kind} code has the county {county!r} and the serial {serial}.")
    return f"{county}{LETTERS[kind]}{serial:0{width}d}"


def serial_of(code: str) -> int:
    """The serial of a street, plate or building; 0 for ''."""
    return int(code[7:]) if code else 0


def unit_code(building: str, unit: int) -> str:
    """The code of an entrance of a building."""
    return f"{building}U{unit:02d}"


def room_code(building: str, unit: int, number: int) -> str:
    """The code of a room, flat or house: `number` counts through the building, whatever stands on the door."""
    return f"{unit_code(building, unit)}R{number:04d}"


def kind_of(code: str) -> Kind:
    """What a code (without its check character) names. Raises CodeError."""
    for kind, shape in _SHAPES.items():
        if shape.fullmatch(code):
            return kind
    raise CodeError(f"{code!r} is no code of a place. Copy it from the plate, with its letters.")


def check_character(code: str) -> str:
    """ISO 7064, Mod 37,36."""
    product = 36
    for character in code:
        total = (product + _CHARACTERS.index(character)) % 36 or 36
        product = total * 2 % 37
    return _CHARACTERS[(37 - product) % 36]


def written(code: str) -> str:
    """The code as it stands on a plate, with its check character; '' for ''."""
    return f"{code}-{check_character(code)}" if code else ""


def read(text: str) -> str:
    """The code in what somebody typed or scanned: spaces and small letters are allowed, the check character is needed.

    Raises CodeError when it is none, or when the check character does not fit.
    """
    compact = "".join(text.split()).upper().replace("－", "-").replace("—", "-")
    code, _, check = compact.partition("-")
    kind_of(code)
    if check_character(code) != check:
        raise CodeError(f"A character of the code {text!r} is wrong. Compare it with the plate.")
    return code
