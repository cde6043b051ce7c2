"""The official layouts, as declarations of columns (recipe: docs/develop/add-an-import-layout.md)."""

from domicile.apps.exchange.layouts import areas, grids, people
from domicile.apps.exchange.layouts.columns import Column, Layout, header_key

LAYOUTS: dict[str, Layout] = {layout.key: layout for layout in (people.LAYOUT, grids.LAYOUT, areas.LAYOUT)}

__all__ = ["LAYOUTS", "Column", "Layout", "header_key"]
