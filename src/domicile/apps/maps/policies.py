"""Which counts a viewer may be shown."""

import datetime as dt

from domicile.apps.common.viewer import Viewer
from domicile.core.disclosure import SmallCells
from domicile.core.policy.parameters import parameter

#: Sees areas, grids and buildings with counts.
VIEW = "view_areas"
#: Keeps borders and the places of buildings.
KEEP = "manage_areas"
#: Who may see the people themselves is shown every count as it is.
PEOPLE = "view_person"
#: What is protected; dwellings are things that anyone can count from the street.
PROTECTED = ("people", "households")


def sees_exact(viewer: Viewer) -> bool:
    """Whether the viewer may, with the purpose stated, see the people in their areas, and so how many they are."""
    return viewer.may(PEOPLE)


def rule(today: dt.date) -> SmallCells:
    """How small counts are hidden from everybody else (core/policy/parameters/small_cells.yaml)."""
    return SmallCells(parameter("small_cells.below", today), parameter("small_cells.counted_as", today))
