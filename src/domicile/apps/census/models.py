"""Everything the census stores; each slice keeps its own in its folder."""

from domicile.apps.census.answers.models import Answer, Envelope
from domicile.apps.census.coding.models import Wording
from domicile.apps.census.coverage.models import CoverageArea, CoverageCase, CoverageHousehold, CoverageSurvey
from domicile.apps.census.ending.models import Destruction, MatchingEnd
from domicile.apps.census.fieldwork.models import Call, Reinterview
from domicile.apps.census.frame.models import Building, Division, FrameFile, Line, Stairwell, Way
from domicile.apps.census.keying.models import Sheet
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.plan.models import Census, Need, Phase, Ruling, Supply
from domicile.apps.census.quickcount.models import OutsideTotal, QuickAges, QuickCount, QuickFigure
from domicile.apps.census.sample.models import SampleDraw, SampleUnit
from domicile.apps.census.selfenum.models import HouseholdCode
from domicile.apps.census.staff.models import Recruit

__all__ = [
    "Answer",
    "Building",
    "Call",
    "Census",
    "CoverageArea",
    "CoverageCase",
    "CoverageHousehold",
    "CoverageSurvey",
    "Destruction",
    "Division",
    "Dwelling",
    "Envelope",
    "FrameFile",
    "Household",
    "HouseholdCode",
    "Line",
    "MatchingEnd",
    "Need",
    "OutsideTotal",
    "Phase",
    "QuickAges",
    "QuickCount",
    "QuickFigure",
    "Recruit",
    "Reinterview",
    "Ruling",
    "SampleDraw",
    "SampleUnit",
    "Sheet",
    "Stairwell",
    "Supply",
    "Way",
    "Wording",
]
