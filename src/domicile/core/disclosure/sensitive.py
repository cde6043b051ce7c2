"""Which cells of a table may not be shown as they are, and how far from the truth an outsider must be kept.

Rules and protection levels: Hundepool, Domingo-Ferrer, Franconi, Giessing, Schulte Nordholt, Spicer and de Wolf, Statistical
Disclosure Control, 2012, sections 4.2.1 and 4.2.2 and their table of upper protection levels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def p_percent_level(contributions: Sequence[float], p: float) -> float:
    """What is missing so that the second largest contributor cannot tell the largest within p percent.

    contributions: of one cell, 0 or more each, in any order. Above 0: the cell is sensitive, and its upper end has to be that far
    above its value. p / 100 of the largest less all but the two largest.
    """
    ordered = sorted(contributions, reverse=True)
    if not ordered or ordered[0] == 0:
        return 0.0
    return max(0.0, p / 100 * ordered[0] - math.fsum(ordered[2:]))


def dominance_level(contributions: Sequence[float], n: int, k: float) -> float:
    """What is missing so that the n largest make up no more than k percent. Above 0: the cell is sensitive, as above."""
    ordered = sorted(contributions, reverse=True)
    return max(0.0, 100 / k * math.fsum(ordered[:n]) - math.fsum(ordered))


def few(count: float, threshold: float) -> bool:
    """Whether a cell has contributors, but fewer than the threshold."""
    return 0 < count < threshold
