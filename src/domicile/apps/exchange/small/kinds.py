"""The small layouts: how the rows of each are checked and written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domicile.apps.exchange.small import areas, dwellings, grids, units
from domicile.apps.exchange.small.book import Book
from domicile.apps.exchange.small.reading import Ground, Row


@dataclass(frozen=True)
class Kind:
    """`check` fills the values of rows and says what is wrong; `write` puts staged rows into the book."""

    check: Callable[[list[Row], Ground], None]
    write: Callable[[Book, list[dict[str, Any]]], None]
    stored: tuple[str, ...] = ()  # names of values besides those of the layout's columns
    makes_dwellings: bool = False  # where an address has none yet


KINDS = {
    "areas": Kind(areas.check, areas.write, ("level",)),
    "grids": Kind(grids.check, grids.write, ("special_kind",)),
    "dwellings": Kind(dwellings.check, dwellings.write, ("owner_kind",), makes_dwellings=True),
    "rentals": Kind(dwellings.check_rentals, dwellings.write, ("owner_kind",), makes_dwellings=True),
    "units": Kind(units.check, units.write),
}
