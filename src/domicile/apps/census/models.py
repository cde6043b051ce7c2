"""Everything the census stores; each slice keeps its own in its folder."""

from domicile.apps.census.frame.models import Building
from domicile.apps.census.plan.models import Census, Phase, Ruling, Supply

__all__ = ["Building", "Census", "Phase", "Ruling", "Supply"]
