"""Division into areas: buildings with people on a street graph in, contiguous areas of like size out, each plan with its worth."""

from domicile.core.districting.certifying import Certificate, continued, evaluate
from domicile.core.districting.graph import Unusable
from domicile.core.districting.plans import Plan, partition
from domicile.core.districting.sizes import Impossible
from domicile.core.districting.towns import Plane, Town, town

__all__ = [
    "Certificate",
    "Impossible",
    "Plan",
    "Plane",
    "Town",
    "Unusable",
    "continued",
    "evaluate",
    "partition",
    "town",
]
