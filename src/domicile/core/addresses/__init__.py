"""Parse, normalise and compare written addresses; `frame` reads a column of them."""

from domicile.core.addresses.address import (
    ELEMENT_TYPES,
    Address,
    AddressError,
    Agreement,
    ParsedAddress,
    community_name,
    compare,
    parse,
)
from domicile.core.addresses.parts import PARTS

__all__ = [
    "ELEMENT_TYPES",
    "PARTS",
    "Address",
    "AddressError",
    "Agreement",
    "ParsedAddress",
    "community_name",
    "compare",
    "parse",
]
