"""Indicators of a register (ST-1): their definitions as data, and how sure a figure is."""

from domicile.core.indicators.definitions import Definition, definitions
from domicile.core.indicators.figures import Figure, coverage, share

__all__ = ["Definition", "Figure", "coverage", "definitions", "share"]
