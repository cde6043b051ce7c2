"""Reads of places: addresses found, dwellings and what stands around them."""

from domicile.apps.places.selectors.addresses import PAGE, AddressParts, DwellingLine, find_dwellings, read_address
from domicile.apps.places.selectors.buildings import codes_of, former_addresses, house_table

__all__ = [
    "PAGE",
    "AddressParts",
    "DwellingLine",
    "codes_of",
    "find_dwellings",
    "former_addresses",
    "house_table",
    "read_address",
]
