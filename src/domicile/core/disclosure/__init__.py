"""Disclosure control: counts in, counts that may be shown out."""

from domicile.core.disclosure.small_cells import SMALL, SmallCells

__all__ = ["SMALL", "SmallCells"]
