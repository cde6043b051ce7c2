"""Error rates of a stratified sample of records with several items each, and whether a target holds."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from domicile.core.sampling.wilson import Interval, needed, wilson


@dataclass(frozen=True, slots=True)
class Cluster:
    """One checked record: how many records it stands for (`weight`), how many of its items were checked and wrong."""

    weight: float
    checked: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """`wrong` of `checked` items in `records` records as counted; `rate` as the design weighs them.

    `effective` is how many records of equal weight would tell as much; the interval is made with it.
    """

    records: int
    checked: int
    wrong: int
    rate: float
    effective: float
    interval: Interval


class Standing(Enum):
    """Whether the rate holds a target: its interval lies at or below it, above it, or on both sides."""

    HOLDS = "holds"
    MISSED = "missed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a rate stands to its target, and about how many more records would tell (None: none that can be counted)."""

    standing: Standing
    more: int | None = None


def estimate(clusters: Iterable[Cluster], level: float) -> Estimate:
    """Return the rate of wrong items with its interval.

    The rate is the ratio of weighted sums (Cochran, Sampling Techniques, 3rd ed. 1977, chapter 6), each record
    weighted by the inverse of its chance to be drawn and checked. The interval is Wilson's with the effective sample
    size in place of the count (Kish, Survey Sampling, 1965, section 11.7; for Wilson's interval Franco et al.,
    Journal of Survey Statistics and Methodology 7 (2019), 334-364): (sum of w)² / (sum of w²), where w is a record's
    weight times its items. Items of one record are so taken to stand and fall together, and the share of the frame
    that was drawn earns nothing: both make the interval rather too wide than too narrow. Records without a checked
    item count nothing.
    """
    kept = [cluster for cluster in clusters if cluster.checked]
    masses = [cluster.weight * cluster.checked for cluster in kept]
    total = sum(masses)
    if not total:
        return Estimate(0, 0, 0, 0.0, 0.0, wilson(0.0, 0, level))
    rate = min(1.0, sum(cluster.weight * cluster.wrong for cluster in kept) / total)
    effective = total**2 / sum(mass**2 for mass in masses)
    return Estimate(
        records=len(kept),
        checked=sum(cluster.checked for cluster in kept),
        wrong=sum(cluster.wrong for cluster in kept),
        rate=rate,
        effective=effective,
        interval=wilson(rate, effective, level),
    )


def standing(found: Estimate, target: float, level: float, *, least: int, most: int) -> Bar:
    """Return where an estimate stands to a target, and how many more records like these would tell, if at most `most`.

    Fewer than `least` records tell nothing, whatever their interval: a single error would condemn whoever made it.
    """
    enough = found.records >= max(least, 1)
    if enough and found.interval.high <= target:
        return Bar(Standing.HOLDS)
    if enough and found.interval.low > target:
        return Bar(Standing.MISSED)
    trials = needed(found.rate, target, level)
    efficiency = found.effective / found.records if found.records else 1.0
    if math.isinf(trials):
        return Bar(Standing.OPEN)
    more = max(1, least - found.records, math.ceil(trials / efficiency) - found.records)
    return Bar(Standing.OPEN, more if more <= most else None)
