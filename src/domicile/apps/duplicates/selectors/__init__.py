"""Reads of pairs: the list, and two records side by side. Each begins with the viewer's areas and records the look."""

from domicile.apps.duplicates.selectors.compared import Compared, compared
from domicile.apps.duplicates.selectors.listed import Line, Listed, listed
from domicile.apps.duplicates.selectors.merged import joined, merged

__all__ = ["Compared", "Line", "Listed", "compared", "joined", "listed", "merged"]
