"""Samples that anybody can draw again, and what they tell: allocation, drawing, who checks, error rates with intervals."""

from domicile.core.sampling.allocation import allocate
from domicile.core.sampling.assigning import Checker, Record, assign
from domicile.core.sampling.drawing import draw, rank
from domicile.core.sampling.estimating import Bar, Cluster, Estimate, Standing, estimate, standing
from domicile.core.sampling.systematic import start, systematic
from domicile.core.sampling.wilson import Interval, needed, wilson

__all__ = [
    "Bar", "Checker", "Cluster", "Estimate", "Interval", "Record", "Standing", "allocate", "assign", "draw", "estimate",
    "needed", "rank", "standing", "start", "systematic", "wilson",
]  # fmt: skip
