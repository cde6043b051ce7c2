"""Demography: how many there are when two lists name some of them each (dual-system estimates), and how many births and deaths
rates of another source lead one to expect."""

from domicile.core.demography.dual import Cells, Estimate, chandrasekar_deming, chapman, stratified
from domicile.core.demography.expected import Rates, expected, rates_of

__all__ = ["Cells", "Estimate", "Rates", "chandrasekar_deming", "chapman", "expected", "rates_of", "stratified"]
