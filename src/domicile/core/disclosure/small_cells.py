"""Small counts, and totals that do not give them away.

A threshold rule alone leaks: whoever knows an exact total and all parts but one has the missing part by subtraction
(complementary disclosure; Hundepool et al., Statistical Disclosure Control, 2012, section 4.2.3). Here a total is
reckoned from the shown parts alone, each hidden part as one fixed number: it is a function of what is shown already, so
it can tell nothing more, however many totals over however many overlapping areas somebody compares.

A shown count is one integer: n >= 0 is exact, SMALL (-1) is "fewer than the threshold but not 0", and -n with n at or
above the threshold is "about n", a total with hidden parts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SMALL: Final = -1


@dataclass(frozen=True, slots=True)
class SmallCells:
    """The rule: counts in [1, below) are hidden and enter totals as `counted_as`. Raises ValueError when below < 2."""

    below: int
    counted_as: float

    def __post_init__(self) -> None:
        if self.below < 2 or not 1 <= self.counted_as <= self.below - 1:
            raise ValueError("counts below 2 hide nothing, and a hidden count enters totals as one that it can be.")

    def cell(self, count: int) -> int:
        """The count as it may be shown."""
        return SMALL if 0 < count < self.below else count

    def total(self, cells: Iterable[int]) -> int:
        """The total of shown counts (not totals of totals: roundings would add up), as it may be shown."""
        exact, hidden = 0, 0
        for cell in cells:
            if cell >= 0:
                exact += cell
            else:
                hidden += 1
        return self.of(exact, hidden)

    def of(self, exact: int, hidden: int) -> int:
        """The total of cells of which `hidden` are SMALL and the others add up to `exact`."""
        if not hidden:
            return exact
        about = math.floor(exact + hidden * self.counted_as + 0.5)
        return SMALL if about < self.below else -about
