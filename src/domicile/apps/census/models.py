"""Everything the census stores; each slice keeps its own in its folder."""

from domicile.apps.census.answers.models import Answer, Envelope
from domicile.apps.census.frame.models import Building, Division, FrameFile, Line, Stairwell, Way
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.plan.models import Census, Need, Phase, Ruling, Supply
from domicile.apps.census.staff.models import Recruit

__all__ = [
    "Answer",
    "Building",
    "Census",
    "Division",
    "Dwelling",
    "Envelope",
    "FrameFile",
    "Household",
    "Line",
    "Need",
    "Phase",
    "Recruit",
    "Ruling",
    "Stairwell",
    "Supply",
    "Way",
]
