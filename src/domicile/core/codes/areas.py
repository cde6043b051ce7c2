"""Statistical area codes (12 digits, 2+2+2+3+3), grid and place codes (15), and scopes as ranges of codes.

Source of the structure and of the ranges of kinds: the coding rules for statistical divisions and for the
urban-rural division, State Statistics document 91 of 2009. The upper bounds of the quasi-committees (4xx, 5xx) are
those seen in the 2023 edition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

AREA_LENGTH: Final = 12
PLACE_LENGTH: Final = 15
NO_GRID: Final = "000"
LEVELS: Final = ("province", "prefecture", "county", "township", "village")
_ENDS: Final = {"province": 2, "prefecture": 4, "county": 6, "township": 9, "village": 12}
_TOWNSHIP_KINDS: Final = (
    (1, 99, "street_office"),
    (100, 199, "town"),
    (200, 399, "township"),
    (400, 599, "quasi_township"),
)
_VILLAGE_KINDS: Final = (
    (1, 199, "neighbourhood_committee"),
    (200, 399, "village_committee"),
    (400, 499, "quasi_neighbourhood_committee"),
    (500, 599, "quasi_village_committee"),
)
KIND_NAMES: Final = {
    "province": ("省级", "Province"),
    "prefecture": ("地级", "Prefecture"),
    "county": ("县级", "County"),
    "street_office": ("街道", "Subdistrict"),
    "town": ("镇", "Town"),
    "township": ("乡", "Township"),
    "quasi_township": ("类似乡级单位", "Quasi-township"),
    "neighbourhood_committee": ("居民委员会", "Neighbourhood committee"),
    "village_committee": ("村民委员会", "Village committee"),
    "quasi_neighbourhood_committee": ("类似居民委员会", "Quasi-neighbourhood committee"),
    "quasi_village_committee": ("类似村民委员会", "Quasi-village committee"),
}


class AreaError(ValueError):
    """A code that can be no area, grid or place; the message names the code and the cure."""


class CodeRange(NamedTuple):
    """Codes from `low` up to, and without, `high`, compared as text; `high` is None where no upper end exists."""

    low: str
    high: str | None

    def holds(self, code: str) -> bool:
        return self.low <= code and (self.high is None or code < self.high)


@dataclass(frozen=True, slots=True, order=True)
class AreaCode:
    """A 12-digit area code, filled up with zeros below its level."""

    code: str

    @property
    def level(self) -> str:
        for level in LEVELS[:-1]:
            if not self.code[_ENDS[level] :].strip("0"):
                return level
        return "village"

    @property
    def prefix(self) -> str:
        """The code without the zeros below its level: 2, 4, 6, 9 or 12 digits; what a scope is named by."""
        return self.code[: _ENDS[self.level]]

    @property
    def parent(self) -> AreaCode | None:
        """The area one level up; None for a province. Levels that a code leaves out (00) are passed over."""
        own = LEVELS.index(self.level)
        for level in reversed(LEVELS[:own]):
            candidate = AreaCode(self.code[: _ENDS[level]].ljust(AREA_LENGTH, "0"))
            if candidate.level == level:
                return candidate
        return None

    @property
    def kind(self) -> str:
        """One of KIND_NAMES; for townships and villages told by the range of the last segment."""
        if self.level == "township":
            return _by_range(_TOWNSHIP_KINDS, int(self.code[6:9]), "quasi_township")
        if self.level == "village":
            return _by_range(_VILLAGE_KINDS, int(self.code[9:]), "quasi_village_committee")
        return self.level

    def at(self, level: str) -> AreaCode:
        """Return the area of `level` that holds this one."""
        if LEVELS.index(level) > LEVELS.index(self.level):
            raise AreaError(f"{self.code} is a {self.level}; it lies in no single {level}.")
        return AreaCode(self.code[: _ENDS[level]].ljust(AREA_LENGTH, "0"))

    @property
    def range(self) -> CodeRange:
        """The range of area and place codes at and below this area."""
        return code_range(self.prefix)


def _by_range(ranges: tuple[tuple[int, int, str], ...], value: int, otherwise: str) -> str:
    return next((kind for low, high, kind in ranges if low <= value <= high), otherwise)


def parse_area_code(text: str) -> AreaCode:
    """Read an area code of 2, 4, 6, 9 or 12 digits (shorter ones are filled up with zeros); raise AreaError."""
    code = text.strip()
    if not (code.isascii() and code.isdigit()) or len(code) not in _ENDS.values():
        raise AreaError(f"'{text}' is no area code; write 12 digits (or the first 2, 4, 6 or 9 of them).")
    if code[:2] == "00":
        raise AreaError(f"'{text}' begins with 00; the first two digits name the province.")
    full = code.ljust(AREA_LENGTH, "0")
    if full[9:] != "000" and full[6:9] == "000":
        raise AreaError(f"'{text}' names a village in no township; digits 7 to 9 cannot be 000.")
    return AreaCode(full)


def code_range(prefix: str) -> CodeRange:
    """Return the half-open range of codes that begin with `prefix` (1 to 15 digits): 440306 gives 440306 to 440307.

    One range scan on an ordinary index finds all rows of a scope. Raises AreaError when `prefix` is no run of digits.
    """
    if not (prefix.isascii() and prefix.isdigit()) or len(prefix) > PLACE_LENGTH:
        raise AreaError(f"'{prefix}' is no scope; a scope is the first 1 to {PLACE_LENGTH} digits of a code.")
    following = str(int(prefix) + 1).zfill(len(prefix))
    return CodeRange(prefix, following if len(following) == len(prefix) else None)


def contains(scope: str, code: str) -> bool:
    """Tell whether `code` (area or place) lies in the scope named by a prefix."""
    return code.startswith(scope)


def place_code(community: str, serial: int | str | None) -> str:
    """Return the 15-digit place code: the community's 12 digits and the grid's serial, or 000 for no grid.

    Raises AreaError when the community is no 12-digit village code or the serial lies outside 1 to 999.
    """
    area = parse_area_code(community)
    if len(community.strip()) != AREA_LENGTH or area.level != "village":
        raise AreaError(f"'{community}' is no community; a place belongs to a 12-digit village or community code.")
    if serial is None:
        return area.code + NO_GRID
    digits = f"{serial:03d}" if isinstance(serial, int) else serial.strip().zfill(3)
    if len(digits) != 3 or not (digits.isascii() and digits.isdigit()) or digits == NO_GRID:
        raise AreaError(f"'{serial}' is no grid serial; grids of a community are numbered 001 to 999.")
    return area.code + digits


def parse_place_code(text: str) -> tuple[AreaCode, str | None]:
    """Split a place code into its community and the grid's serial (None where in no grid); raise AreaError."""
    code = text.strip()
    if len(code) != PLACE_LENGTH or not (code.isascii() and code.isdigit()):
        raise AreaError(f"'{text}' is no grid code; write 15 digits: the community's 12 and the grid's 3.")
    area = parse_area_code(code[:AREA_LENGTH])
    if area.level != "village":
        raise AreaError(f"'{text}' lies in no community; digits 10 to 12 cannot be 000.")
    return area, None if code[AREA_LENGTH:] == NO_GRID else code[AREA_LENGTH:]
