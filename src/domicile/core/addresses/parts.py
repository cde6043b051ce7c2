"""The parts of an address, and in which of them numbers and names are written."""

from typing import Final

PARTS: Final = (
    "province",
    "prefecture",
    "county",
    "township",
    "community",
    "village",
    "group",
    "street",
    "plate",
    "compound",
    "building",
    "unit",
    "floor",
    "room",
    "detail",
)
NUMBERED: Final = ("group", "plate", "building", "unit", "floor", "room")
NAMED: Final = ("village", "street", "compound")
