"""The official layouts, as declarations of columns (recipe: docs/develop/add-an-import-layout.md)."""

from domicile.apps.exchange.layouts import areas, dwellings, grids, movers, people, units
from domicile.apps.exchange.layouts.columns import Column, Layout, header_key

_ALL = (
    people.LAYOUT, grids.LAYOUT, areas.LAYOUT, dwellings.DWELLINGS, dwellings.RENTALS, units.LAYOUT, movers.OUTFLOW,
    movers.INFLOW,
)  # fmt: skip
LAYOUTS: dict[str, Layout] = {layout.key: layout for layout in _ALL}

__all__ = ["LAYOUTS", "Column", "Layout", "header_key"]
