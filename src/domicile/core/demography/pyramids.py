"""The data of a population pyramid: both sexes by age group, as people and as shares of all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domicile.core.demography.tables import Ages, Column, Numbers, aligned, lowest_ages, total_of


@dataclass(frozen=True, eq=False)
class Pyramid:
    """Bars from the youngest group up; all columns of shape (g,), the last group is open.

    `ages`: lowest ages; `males`, `females`: people; `male_percent`, `female_percent`: of all people of both sexes, so that
    both sides together are 100.
    """

    ages: Ages
    males: Numbers
    females: Numbers
    male_percent: Numbers
    female_percent: Numbers

    @property
    def labels(self) -> list[str]:
        """ "0-4", …, "85+"; a single year is its own label."""
        above = [*(int(age) for age in self.ages[1:]), None]
        return [
            f"{low}+" if high is None else str(low) if high == low + 1 else f"{low}-{high - 1}"
            for low, high in zip(self.ages.tolist(), above, strict=True)
        ]


def pyramid(males: Column, females: Column, ages: Column, *, width: int = 5, top: int = 85) -> Pyramid:
    """Add up people by age to groups of `width` years and an open one from `top` on.

    `males`, `females`: people, shape (n,); `ages`: lowest ages they belong to, shape (n,): single years, or groups whose edges
    are among those wanted. Where the ages end below `top`, the last of them is the open group. Shares are of all people of
    both sexes (H. S. Shryock, J. S. Siegel, The Methods and Materials of Demography, 1976, chapter 9). Raises ValueError where an
    edge is missing, `top` is no multiple of `width`, counts are below 0, and where nobody is counted at all.
    """
    years = lowest_ages(ages)
    men, women = aligned(males, years, "males"), aligned(females, years, "females")
    if width < 1 or top % width or top < width:
        raise ValueError(f"top: {top} is no multiple of {width} years")
    end = min(top, int(years[-1]) // width * width)
    edges = np.arange(int(years[0]) // width * width, end + 1, width)
    missing = np.setdiff1d(edges[1:], years)
    if missing.size or years[0] != edges[0]:
        at = int(years[0] if years[0] != edges[0] else missing[0])
        raise ValueError(
            f"ages: no group begins where one of {width} years should (near {at}); take single years or another width"
        )
    first = np.searchsorted(years, edges)
    men, women = np.add.reduceat(men, first), np.add.reduceat(women, first)
    total = total_of(men + women, "counted")
    return Pyramid(edges.astype(np.int64), men, women, 100 * men / total, 100 * women / total)
