"""One address: its parts, its standard form, its keys, and how far two addresses agree."""

from dataclasses import dataclass, fields
from enum import IntEnum
from functools import lru_cache
from typing import Final

from domicile.core.addresses.line import keys_of, parse_line, standard_name
from domicile.core.addresses.parts import PARTS

LONGEST_TEXT: Final = 500

# Kinds of address elements, as police and grid systems exchange them (10 area … 62 room).
ELEMENT_TYPES: Final[dict[str, str]] = {
    "province": "11",
    "prefecture": "12",
    "county": "13",
    "township": "20",
    "community": "30",
    "group": "34",
    "street": "41",
    "compound": "42",
    "village": "44",
    "building": "50",
    "unit": "61",
    "room": "62",
}

NOTES: Final[dict[str, str]] = {
    "full_width": "full-width characters were read as half-width ones",
    "spaces": "spaces were taken out",
    "punctuation": "brackets were taken out, and other punctuation read as dashes",
    "traditional": "traditional characters were read as simplified ones",
    "letter_case": "letters were made capital",
    "numerals": "Chinese numerals were read as digits",
    "leading_zeros": "zeros before a number were taken out",
    "shorthand": "numbers without 幢, 单元 or 室 were read by their place",
    "floor_joined": "floor and door were joined to a room number",
    "not_understood": "the end was not understood and is kept as detail",
    "no_number": "there is no number of a plate, building or room",
}


class AddressError(ValueError):
    """An address in which no place can be found. The message says what is missing and how to write it."""


class Agreement(IntEnum):
    """How far one part of two addresses agrees; a higher value is better."""

    DIFFERENT = 0
    SIMILAR = 1
    """One is contained in the other, or one character differs (names), or one digit (numbers of 3 or more)."""
    UNKNOWN = 2
    """Absent on one side or on both."""
    EQUAL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The parts of an address in standard form, without the words for their kind; None where absent.

    `plate`, `building`, `unit`, `floor`, `room` and `group` are numbers or letters (`12`, `12-1`, `12附1`, `A`, `501`);
    areas, `street`, `compound` and `village` are names with their last word (`桂花路`). `detail` is what was left over.
    """

    province: str | None = None
    prefecture: str | None = None
    county: str | None = None
    township: str | None = None
    community: str | None = None
    village: str | None = None
    group: str | None = None
    street: str | None = None
    plate: str | None = None
    compound: str | None = None
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    detail: str | None = None

    def key(self) -> str:
        """Return street|plate|building|unit|room: equal keys are one dwelling of a given community."""
        return self._keys()[0]

    def building_key(self) -> str:
        """Return street|plate|building: equal keys are one building of a given community."""
        return self._keys()[1]

    def text(self, *, areas: bool = True) -> str:
        """Return the standard written form; without the areas down to the community if not `areas`."""
        upper = [self.province, self.prefecture, self.county, self.township, self.community] if areas else []
        lower = [
            self.village,
            _with(self.group, "组"),
            self.street,
            _plate(self.plate),
            self.compound,
            _with(self.building, "座" if (self.building or "").isalpha() else "幢"),
            _with(self.unit, "单元"),
            _with(self.floor, "楼") if self._floor_shown() else None,
            _with(self.room, "户" if self.room in _SIDES else "室"),
            self.detail,
        ]
        return "".join(part for part in upper + lower if part)

    def _floor_shown(self) -> bool:
        """Tell whether the floor says more than the room: 501 is on the fifth floor anyway."""
        room, floor = self.room or "", self.floor or ""
        return not (room[: len(floor)] == floor and len(room) == len(floor) + 2 and room.isdigit())

    def _keys(self) -> tuple[str, str]:
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        return keys_of(parts)


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """An address, and the codes (see `NOTES`) of what was normalised on the way."""

    address: Address
    notes: tuple[str, ...]


_SIDES: Final = frozenset("东西南北中左右")


@lru_cache(maxsize=4096)
def parse(text: str) -> ParsedAddress:
    """Return the parts of a written address.

    Raises AddressError when `text` is too long, or names nothing below the community.
    """
    if len(text) > LONGEST_TEXT:
        raise AddressError(f"The address has {len(text)} characters; write one address of at most {LONGEST_TEXT}.")
    parts, ok, notes = parse_line(text)
    if not ok:
        raise AddressError(
            f"No street, number, building or room was found in the address {text!r}. "
            "Write it as 桂花路12号3幢2单元501室, or in a village as 柳溪村8组12号."
        )
    return ParsedAddress(Address(**parts), tuple(notes))


def community_name(text: str) -> str:
    """Return the name of a community without its office: 柳溪社区居委会 is 柳溪社区, 柳溪村委会 is 柳溪村."""
    return standard_name(text)


def compare(left: Address, right: Address) -> dict[str, Agreement]:
    """Return the agreement of every part but `detail`, in the order from province to room."""
    return {part: _agreement(getattr(left, part), getattr(right, part)) for part in PARTS if part != "detail"}


def _agreement(left: str | None, right: str | None) -> Agreement:
    if left is None or right is None:
        return Agreement.UNKNOWN
    if left == right:
        return Agreement.EQUAL
    if left.isdigit() and right.isdigit():
        alike = len(left) == len(right) >= 3 and _differing(left, right) == 1
        return Agreement.SIMILAR if alike else Agreement.DIFFERENT
    contained = min(len(left), len(right)) > 1 and (left in right or right in left)
    alike = contained or (len(left) == len(right) >= 3 and _differing(left, right) == 1)
    return Agreement.SIMILAR if alike else Agreement.DIFFERENT


def _differing(left: str, right: str) -> int:
    return sum(one != two for one, two in zip(left, right, strict=True))


def _with(part: str | None, word: str) -> str | None:
    return None if part is None else part + word


def _plate(plate: str | None) -> str | None:
    if plate is None:
        return None
    number, attached, rest = plate.partition("附")
    return f"{number}号附{rest}号" if attached else f"{plate}号"
