"""Demography: how many there are when two lists name some of them each (dual-system estimates), how accurate reported ages are,
life tables, ages divided into single years, projections, pyramids, estimates from a weighted sample, and how many births and
deaths rates of another source lead one to expect.

docs/develop/demography.md has each method with its source and a worked example.
"""

from typing import TYPE_CHECKING

from domicile.core.at_use import loader
from domicile.core.demography.expected import Rates, expected, rates_of

if TYPE_CHECKING:
    from domicile.core.demography.accuracy import Accuracy, un_age_sex_accuracy
    from domicile.core.demography.coverage import Coverage, coverage_of_sample
    from domicile.core.demography.digits import bachi, bachi_by_digit, myers, myers_by_digit, whipple
    from domicile.core.demography.dual import Cells, Estimate, chandrasekar_deming, chapman, dual_system, stratified
    from domicile.core.demography.graduation import sprague
    from domicile.core.demography.lifetables import LifeTable, lifetable_abridged, lifetable_from_rates
    from domicile.core.demography.projection import Projection, project_cohort_component, survival_ratios
    from domicile.core.demography.pyramids import Pyramid, pyramid
    from domicile.core.demography.samples import (
        SampleEstimate,
        replicate_factors,
        replicate_variance,
        weighted_estimate,
    )

__all__ = [
    "Accuracy",
    "Cells",
    "Coverage",
    "Estimate",
    "LifeTable",
    "Projection",
    "Pyramid",
    "Rates",
    "SampleEstimate",
    "bachi",
    "bachi_by_digit",
    "chandrasekar_deming",
    "chapman",
    "coverage_of_sample",
    "dual_system",
    "expected",
    "lifetable_abridged",
    "lifetable_from_rates",
    "myers",
    "myers_by_digit",
    "project_cohort_component",
    "pyramid",
    "rates_of",
    "replicate_factors",
    "replicate_variance",
    "sprague",
    "stratified",
    "survival_ratios",
    "un_age_sex_accuracy",
    "weighted_estimate",
    "whipple",
]
#: Where each stands: what expects births and deaths by rates, as every process of a register can, loads no NumPy.
_HOMES = {
    "dual": ("Cells", "Estimate", "chandrasekar_deming", "chapman", "dual_system", "stratified"),
    "accuracy": ("Accuracy", "un_age_sex_accuracy"),
    "coverage": ("Coverage", "coverage_of_sample"),
    "digits": ("bachi", "bachi_by_digit", "myers", "myers_by_digit", "whipple"),
    "graduation": ("sprague",),
    "lifetables": ("LifeTable", "lifetable_abridged", "lifetable_from_rates"),
    "projection": ("Projection", "project_cohort_component", "survival_ratios"),
    "pyramids": ("Pyramid", "pyramid"),
    "samples": ("SampleEstimate", "replicate_factors", "replicate_variance", "weighted_estimate"),
}

__getattr__ = loader(__name__, _HOMES)
