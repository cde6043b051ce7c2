"""Reads of places: addresses found, dwellings and what stands around them."""

from domicile.apps.places.selectors.addresses import PAGE, AddressParts, DwellingLine, find_dwellings, read_address

__all__ = ["PAGE", "AddressParts", "DwellingLine", "find_dwellings", "read_address"]
