"""Writes of areas and grids: each names its actor, checks permission and scope, and is on record with what it wrote.

Borders of grids are changed by `boundaries`, which needs the library of geometry and is imported by itself.
"""

from domicile.apps.areas.actions.areas import create_area, edit_area, retire_area
from domicile.apps.areas.actions.carrying import Outcome
from domicile.apps.areas.actions.changes import merge_area, preview, recode_area, rename_area, split_area
from domicile.apps.areas.actions.grids import create_grid, edit_grid, retire_grid
from domicile.apps.areas.actions.undoing import undo_area_change

__all__ = [
    "Outcome",
    "create_area",
    "create_grid",
    "edit_area",
    "edit_grid",
    "merge_area",
    "preview",
    "recode_area",
    "rename_area",
    "retire_area",
    "retire_grid",
    "split_area",
    "undo_area_change",
]
