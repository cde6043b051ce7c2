"""Population projection by the cohort-component method, and the survival ratios it takes from a life table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domicile.core.demography.tables import Ages, Column, Numbers, aligned, column, lowest_ages, one_or_column

#: A column that holds for all steps, of shape (k,), or one row a step, of shape (steps, k).
Schedule = Column | NDArray[Any]


@dataclass(frozen=True, eq=False)
class Projection:
    """What comes of a projection: s steps of `step` years, g age groups.

    `females`, `males`: people by group at the start and after each step, shape (s + 1, g). `female_births`, `male_births`: born
    in each step, shape (s,). `female_deaths`, `male_deaths`: died in each step, shape (s, g + 1): first those born in the step,
    then those of each group at its start (with half of its migrants). `female_migrants`, `male_migrants`: net, shape (s, g).
    Always people after = people before + births - deaths + migrants.
    """

    step: int
    ages: Ages
    females: Numbers
    males: Numbers
    female_births: Numbers
    male_births: Numbers
    female_deaths: Numbers
    male_deaths: Numbers
    female_migrants: Numbers
    male_migrants: Numbers

    @property
    def total(self) -> Numbers:
        """All people at the start and after each step, shape (s + 1,)."""
        return np.asarray(self.females.sum(axis=1) + self.males.sum(axis=1))

    @property
    def births(self) -> Numbers:
        """All born in each step, shape (s,)."""
        return self.female_births + self.male_births


def project_cohort_component(
    females: Column,
    males: Column,
    ages: Column,
    *,
    survival_females: Schedule,
    survival_males: Schedule,
    fertility: Schedule,
    sex_ratio_at_birth: float | Column = 1.05,
    migration_females: Schedule | None = None,
    migration_males: Schedule | None = None,
    steps: int = 1,
) -> Projection:
    """Project people of both sexes by age over `steps` steps, each as long as an age group is wide (one or five years).

    `females`, `males`: people at the start, shape (g,); `ages`: lowest ages of the groups, shape (g,), from 0 on and equally far
    apart; groups are half-open [x, x + step), the last is open. The rest holds for all steps, or has a row for each:

    - `survival_females`, `survival_males`: shape (g + 1,), shares that live at the end of a step, as `survival_ratios` gives them:
      first of the born, into the first group; then at i of group i - 1, into group i; last of the open group, which stays;
    - `fertility`: births a year of one woman of each group, shape (g,). It is 0 in the first group;
    - `sex_ratio_at_birth`: boys of one girl, a number or shape (steps,);
    - `migration_females`, `migration_males`: net migrants of the whole step in people by group, shape (g,); without them nobody
      moves. Half come at the start and live through the step with the group, half come at its end, of the age they then have.

    Births of a step are step * sum of fertility * mean of the women of a group at its start (with half of its migrants) and at its
    end (with all of them), as box 6.2 has them. S. H. Preston, P. Heuveline, M. Guillot, Demography, 2001, chapter 6 (box 6.1
    closed, box 6.2 with migration); P. H. Leslie, Biometrika 33, 1945; United Nations, Manual III, Methods for Population
    Projections by Sex and Age, 1956.

    Raises ValueError for columns of other lengths, shares beyond 0 to 1, rates or people below 0, births in the first group, a
    sex ratio that is 0 or of 100 girls, and where more would move away than there are.
    """
    years, step = _equal_groups(ages)
    if steps < 1:
        raise ValueError(f"steps: {steps}; one at least is wanted")
    size = years.size
    people = [aligned(females, years, "females"), aligned(males, years, "males")]
    survival = [
        _schedule(survival_females, "survival_females", steps, size + 1),
        _schedule(survival_males, "survival_males", steps, size + 1),
    ]
    for held, name in zip(survival, ("survival_females", "survival_males"), strict=True):
        _at_most_one(held, name)
    births = _schedule(fertility, "fertility", steps, size)
    if births[:, 0].any():
        raise ValueError(f"fertility: births to girls of 0 to {step - 1} years; the first value is 0")
    ratio = _sex_ratios(sex_ratio_at_birth, steps)
    moving = [
        _schedule(one if one is not None else np.zeros(size), name, steps, size, negative=True)
        for one, name in ((migration_females, "migration_females"), (migration_males, "migration_males"))
    ]
    return _run(years, step, people, survival, births, ratio, moving)


def survival_ratios(years_lived: Column, ages: Column, *, radix: float = 100_000, step: int = 5) -> Numbers:
    """Shares that live on over a step of `step` years, from the years lived (L) of a life table, shape (g + 1,).

    `years_lived`, `ages`: shape (n,), as in `LifeTable`, the last group open; narrower groups (0 and 1-4, single years) are added
    up to groups of `step` years, which gives g of them. First L(0) / (step radix), the share of the born of a step that lives at
    its end; then L(x + step) / L(x); into the open group, and out of it, T(last) / T(last - step) (Preston, Heuveline and
    Guillot, 2001, section 6.2). Raises ValueError where an edge of the wanted groups is missing, or nobody lives to divide by.
    """
    years = lowest_ages(ages)
    lived = aligned(years_lived, years, "years_lived")
    if not radix > 0:
        raise ValueError("radix: more than 0 are born")
    if years[0] != 0 or years[-1] % step:
        raise ValueError(
            f"ages: from 0 to an open group that begins at a multiple of {step}; they go from {years[0]} to {years[-1]}"
        )
    edges = np.arange(0, years[-1] + 1, step)
    missing = np.setdiff1d(edges, years)
    if missing.size:
        raise ValueError(f"ages: {int(missing[0])} is missing; groups of {step} years cannot be made of wider ones")
    if edges.size < 2:
        raise ValueError("ages: one closed group at least is wanted")
    grouped = np.add.reduceat(lived, np.searchsorted(years, edges))
    if (grouped[:-1] == 0).any():
        raise ValueError(
            f"years_lived: nobody lives at {int(edges[np.flatnonzero(grouped[:-1] == 0)[0]])}; end the table before that"
        )
    last = grouped[-1] / (grouped[-1] + grouped[-2])
    return np.concatenate(([grouped[0] / (step * radix)], grouped[1:-1] / grouped[:-2], [last, last]))


def _run(
    years: Ages,
    step: int,
    people: list[Numbers],
    survival: list[Numbers],
    births: Numbers,
    ratio: Numbers,
    moving: list[Numbers],
) -> Projection:
    """One step after the other; each list holds females, then males."""
    steps, size = births.shape
    stock = [np.vstack([start, np.zeros((steps, size))]) for start in people]
    died = [np.zeros((steps, size + 1)) for _sex in people]
    born = np.zeros((2, steps))
    for at in range(steps):
        starting = [stock[sex][at] + moving[sex][at] / 2 for sex in (0, 1)]
        for sex in (0, 1):
            _nobody_missing(starting[sex], years, sex, at)
        ending = [_survivors(starting[sex], survival[sex][at]) for sex in (0, 1)]
        total = step * float(births[at] @ (starting[0] + ending[0] + moving[0][at] / 2)) / 2
        born[:, at] = total / (1 + ratio[at]), total * ratio[at] / (1 + ratio[at])
        for sex in (0, 1):
            share = survival[sex][at]
            ending[sex][0] = born[sex, at] * share[0]
            died[sex][at, 0] = born[sex, at] * (1 - share[0])
            died[sex][at, 1:] = starting[sex] * (1 - share[1:])
            stock[sex][at + 1] = ending[sex] + moving[sex][at] / 2
            _nobody_missing(stock[sex][at + 1], years, sex, at)
    return Projection(step, years, *stock, *born, *died, *moving)


def _survivors(starting: Numbers, share: Numbers) -> Numbers:
    """Those alive at the end, in the group they then are of; the first group is left empty for the born."""
    ending = np.zeros_like(starting)
    ending[1:] = starting[:-1] * share[1:-1]
    ending[-1] += starting[-1] * share[-1]
    return ending


def _nobody_missing(people: Numbers, years: Ages, sex: int, at: int) -> None:
    if (people < 0).any():
        group = int(years[np.flatnonzero(people < 0)[0]])
        who = ("females", "males")[sex]
        raise ValueError(
            f"migration_{who}: in step {at + 1} more {who} of the group from {group} on leave than there are; lower it"
        )


def _equal_groups(ages: Column) -> tuple[Ages, int]:
    years = lowest_ages(ages)
    if years.size < 2 or years[0] != 0:
        raise ValueError("ages: two groups at least are wanted, the first from 0 on")
    widths = np.diff(years)
    if (widths != widths[0]).any():
        at = int(np.flatnonzero(widths != widths[0])[0])
        raise ValueError(
            f"ages: from {years[at]} to {years[at + 1]} are not {widths[0]} years; equal groups are wanted (add up 0 and 1-4)"
        )
    return years, int(widths[0])


def _schedule(values: Schedule, name: str, steps: int, size: int, *, negative: bool = False) -> Numbers:
    """A row a step, shape (steps, size)."""
    try:
        held = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: numbers are wanted, one column or rows of equal length") from None
    rows = held if held.ndim == 2 else np.broadcast_to(column(values, name, negative=negative), (steps, held.size))
    if rows.shape != (steps, size):
        raise ValueError(
            f"{name}: shape {held.shape}; ({size},) is wanted, or ({steps}, {size}) with a row for each step"
        )
    return np.array([column(row, f"{name}, step {at + 1}", negative=negative) for at, row in enumerate(rows)])


def _at_most_one(shares: Numbers, name: str) -> None:
    if (shares > 1).any():
        at, place = (int(one[0]) for one in np.nonzero(shares > 1))
        raise ValueError(
            f"{name}: in step {at + 1} at place {place} (counted from 0) {shares[at, place]:g} live on; a share is 1 at most"
        )


def _sex_ratios(given: float | Column, steps: int) -> Numbers:
    held = one_or_column(given, "sex_ratio_at_birth")
    if np.asarray(given).ndim == 0:
        held = np.repeat(held, steps)
    if held.shape != (steps,):
        raise ValueError(
            f"sex_ratio_at_birth: {held.size} values for {steps} steps; give one number, or one for each step"
        )
    if not ((held > 0) & (held < 10)).all():
        raise ValueError("sex_ratio_at_birth: boys of one girl are wanted, 1.05 for instance, not of 100 girls")
    return held
