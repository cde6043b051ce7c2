"""The official layouts, as declarations of columns (recipe: docs/develop/add-an-import-layout.md)."""

from collections.abc import Callable

from domicile.apps.exchange.layouts import areas, dwellings, grids, movers, people, units
from domicile.core.codes.headings import Column, Layout, header_key

_ALL = (
    people.LAYOUT, grids.LAYOUT, areas.LAYOUT, dwellings.DWELLINGS, dwellings.RENTALS, units.LAYOUT, movers.OUTFLOW,
    movers.INFLOW,
)  # fmt: skip
LAYOUTS: dict[str, Layout] = {layout.key: layout for layout in _ALL}
_heads: list[Callable[[], list[Layout]]] = []

__all__ = ["LAYOUTS", "Column", "Layout", "header_key", "recognise_heads", "recognised"]


def recognise_heads(layouts: Callable[[], list[Layout]]) -> None:
    """Know the heads of tables that are read here and taken in by another app; they are asked for when a file is read."""
    _heads[:] = [layouts]


def recognised() -> list[Layout]:
    """Every layout by whose words the row of heads is found in a file."""
    return [*LAYOUTS.values(), *(layout for layouts in _heads for layout in layouts())]
