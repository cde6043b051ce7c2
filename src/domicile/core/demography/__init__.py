"""Demography: how many there are when two lists name some of them each (dual-system estimates)."""

from domicile.core.demography.dual import Cells, Estimate, chandrasekar_deming, chapman, stratified

__all__ = ["Cells", "Estimate", "chandrasekar_deming", "chapman", "stratified"]
