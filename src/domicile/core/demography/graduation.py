"""Groups of five years divided into single ages: the multipliers of Sprague."""

from __future__ import annotations

from typing import Final

import numpy as np

from domicile.core.demography.tables import Column, Numbers, aligned, column, five_year_groups

#: Shares of five groups (columns) that make up the five single ages (rows) of one of them, in ten thousandths. T. B. Sprague,
#: Explanation of a new formula for interpolation, Journal of the Institute of Actuaries 22, 1880; as tables of multipliers in
#: H. S. Shryock and J. S. Siegel, The Methods and Materials of Demography, 1976, appendix C, table C-1.
FIRST: Final = (
    (3616, -2768, 1488, -336, 0),
    (2640, -960, 400, -80, 0),
    (1840, 400, -320, 80, 0),
    (1200, 1360, -720, 160, 0),
    (704, 1968, -848, 176, 0),
)
SECOND: Final = (
    (336, 2272, -752, 144, 0),
    (80, 2320, -480, 80, 0),
    (-80, 2160, -80, 0, 0),
    (-160, 1840, 400, -80, 0),
    (-176, 1408, 912, -144, 0),
)
MIDDLE: Final = (
    (-128, 848, 1504, -240, 16),
    (-16, 144, 2224, -416, 64),
    (64, -336, 2544, -336, 64),
    (64, -416, 2224, 144, -16),
    (16, -240, 1504, 848, -128),
)


def sprague(counts: Column, ages: Column | None = None, *, open_interval: bool = False) -> Numbers:
    """People by single years of age from people in groups of five years, by Sprague's fifth-difference multipliers.

    `counts`: people by group, shape (g,); `ages`: lowest ages of the groups, shape (g,), five years apart (0, 5, 10, … without it).
    The answer has the single years from the first of `ages` on, shape (5 g,). With `open_interval` the last group is open: it takes
    no part and stands undivided at the end, shape (5 (g - 1) + 1,). Five closed groups at least are wanted.

    The five ages of a group add up to the group. Inner groups are divided by the two before and the two after, the two at each
    end by the four (of five) that there are. Polynomials up to the third degree in age come out exactly. Where numbers change
    abruptly (at the oldest ages, after a war) single ages may come out below 0; they are left so, since cutting them
    off would change the group: divide those groups by another method.

    Raises ValueError for fewer groups, for groups that are not five years wide (add up 0 and 1-4), and for counts below 0.
    """
    if ages is None:
        held = column(counts, "counts")
    else:
        held = aligned(counts, five_year_groups(ages), "counts")
    closed = held[:-1] if open_interval else held
    groups = closed.size
    if groups < 5:
        raise ValueError(f"counts: {groups} closed groups; Sprague's multipliers want five at least")
    first, second, middle = (np.array(table, dtype=np.float64) / 10_000 for table in (FIRST, SECOND, MIDDLE))
    single = np.empty((groups, 5))
    single[0], single[1] = first @ closed[:5], second @ closed[:5]
    for at in range(2, groups - 2):
        single[at] = middle @ closed[at - 2 : at + 3]
    backwards = closed[::-1][:5]
    single[-2], single[-1] = (second @ backwards)[::-1], (first @ backwards)[::-1]
    return np.append(single.ravel(), held[-1]) if open_interval else single.ravel()
