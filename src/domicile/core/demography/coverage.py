"""Coverage of a census from a sample of areas that were enumerated a second time: how many people there are, missed and wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from domicile.core.demography.samples import replicate_factors, replicate_variance
from domicile.core.demography.tables import Column, Numbers, aligned, column, total_of

#: So many groups of areas at most are left out in turn.
GROUPS = 100


@dataclass(frozen=True, slots=True)
class Coverage:
    """`census` people were counted; `number` there are by the estimate, with its variance and the interval [low, high].

    `erroneous` of those counted do not belong to the set (twice, dead, of elsewhere, never there), `omitted` of those who
    belong to it were not counted.
    """

    census: float
    number: float
    variance: float
    low: float
    high: float
    erroneous: float

    @property
    def omitted(self) -> float:
        """Gross omissions: the number less those rightly counted; not below 0."""
        return max(0.0, self.number - self.census + self.erroneous)

    @property
    def net_undercount(self) -> float:
        """The number less the census; below 0 where more were counted than there are."""
        return self.number - self.census

    @property
    def coverage_rate(self) -> float:
        """The census over the number: net, errors of both kinds set off against each other."""
        return self.census / self.number


def coverage_of_sample(
    survey: Column,
    matched: Column,
    listed: Column,
    correct: Column,
    *,
    census: float,
    weights: Column | None = None,
    fraction: float = 0.0,
    level: float = 0.95,
) -> Coverage:
    """The dual-system estimate of a whole from a sample of areas: census * (correct / listed) * (survey / matched).

    One value of each area drawn, shape (n,), in the order of drawing: `survey`, people that the survey found; `matched`, those
    of them whom the census has; `listed`, people whom the census has there; `correct`, those of them who belong there. `census`:
    the count of the whole (an area, an age and sex group of it). `weights`: how many areas each stands for; equal without them.
    `fraction`: the share of areas drawn. Sums are weighted before they are divided, so that small areas do not have their way.

    H. Hogan, The 1990 Post-Enumeration Survey: operations and results, Journal of the American Statistical Association 88, 1993;
    United Nations, Post Enumeration Surveys: Operational Guidelines, 2010. The variance is by a jackknife that leaves out areas
    in turn (in at most `GROUPS` groups), of the logarithm of the number; the interval is even on that scale. It stands on thirty
    areas or more, and on the conditions of `dual` within what is added up.

    Raises ValueError for fewer than two areas, columns of unequal length, more matched than found or more correct than listed,
    and sums of matched, listed or correct people that are 0 (in all, or without one group of areas).
    """
    found = column(survey, "survey")
    places = np.arange(found.size)
    both, there, right = (
        aligned(one, places, name) for one, name in ((matched, "matched"), (listed, "listed"), (correct, "correct"))
    )
    raised = np.ones(found.size) if weights is None else aligned(weights, places, "weights")
    _not_more(both, found, "matched", "survey")
    _not_more(right, there, "correct", "listed")
    if not census > 0 or not math.isfinite(census):
        raise ValueError(f"census: {census}; the count of the whole is more than 0")
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    columns = np.stack([right, found, there, both]) * raised
    totals = [
        total_of(one, f"{name} (weighted)")
        for one, name in zip(columns, ("correct", "survey", "listed", "matched"), strict=True)
    ]
    share = math.log(totals[0] * totals[1] / (totals[2] * totals[3]))
    groups = min(found.size, GROUPS)
    without = columns @ replicate_factors(found.size, method="jackknife", replicates=groups)
    if (without <= 0).any():
        raise ValueError(
            "areas: without one group of them nobody is correct, matched, listed or found; draw more, or join sets"
        )
    shares = np.log(without[0] * without[1] / (without[2] * without[3]))
    of_logarithm = replicate_variance(share, shares, method="jackknife", fraction=fraction)
    number = census * math.exp(share)
    reach = math.exp(NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(of_logarithm))
    erroneous = census * (1 - totals[0] / totals[2])
    return Coverage(float(census), number, number**2 * of_logarithm, number / reach, number * reach, erroneous)


def _not_more(part: Numbers, whole: Numbers, name: str, of: str) -> None:
    if (part > whole).any():
        at = int(np.flatnonzero(part > whole)[0])
        raise ValueError(
            f"{name}: {part[at]:g} of {whole[at]:g} ({of}) in the area at place {at}; no more than there are"
        )
