"""Reads of rentals, owners and managers."""

from domicile.apps.tenure.selectors.holdings import holding_lines, holdings_of, owners_card
from domicile.apps.tenure.selectors.rentals import (
    contracts_ended,
    contracts_ending,
    find_rental,
    landlords,
    rental_card,
    rental_lines,
    rentals,
    residents,
    shown_persons,
    tenant_persons,
)

__all__ = [
    "contracts_ended",
    "contracts_ending",
    "find_rental",
    "holding_lines",
    "holdings_of",
    "landlords",
    "owners_card",
    "rental_card",
    "rental_lines",
    "rentals",
    "residents",
    "shown_persons",
    "tenant_persons",
]
