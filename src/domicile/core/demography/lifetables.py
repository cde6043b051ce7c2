"""Abridged life tables: how long people live under the death rates of a place and time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from domicile.core.demography.tables import Ages, Column, Numbers, aligned, lowest_ages

#: Years lived in the first year and from 1 to 4 by those who die in it: (constant, slope by the death rate of age 0, value from
#: the rate 0.107 on). A. J. Coale and P. Demeny, Regional Model Life Tables and Stable Populations, 1983, West, in the form by
#: death rates of Preston, Heuveline and Guillot, Demography, 2001, table 3.3. Both sexes: the mean, as there.
INFANTS = {"male": (0.045, 2.684, 0.330), "female": (0.053, 2.800, 0.350), "both": (0.049, 2.742, 0.340)}
TODDLERS = {"male": (1.651, -2.816, 1.352), "female": (1.522, -1.518, 1.361), "both": (1.5865, -2.167, 1.3565)}
HIGH_INFANT_RATE = 0.107
METHODS = ("greville", "midpoint", "constant")


@dataclass(frozen=True, eq=False)
class LifeTable:
    """The columns of a life table by age group, all of shape (n,); the last group is open.

    `ages`: lowest ages x. `widths`: years in the group, inf in the last. `death_rate` (m): deaths a year lived. `lived_by_dying`
    (a): years that those who die in the group live in it. `death_chance` (q): the chance to die in the group for who reaches
    it, 1 in the last. `survivors` (l): who reaches x of `radix` born. `deaths` (d), `years_lived` (L) in the group, `years_left`
    (T) from x on, `expectancy` (e): years left for one who reaches x. `expectancy_variance`: Chiang's variance of e by chance
    alone; None where the table was made from rates without numbers of deaths.
    """

    radix: float
    ages: Ages
    widths: Numbers
    death_rate: Numbers
    lived_by_dying: Numbers
    death_chance: Numbers
    survivors: Numbers
    deaths: Numbers
    years_lived: Numbers
    years_left: Numbers
    expectancy: Numbers
    expectancy_variance: Numbers | None = None

    def interval(self, at: int = 0, *, level: float = 0.95) -> tuple[float, float]:
        """The interval of the expectancy in the group with index `at`: e -+ z sqrt(variance). Raises ValueError without deaths."""
        if self.expectancy_variance is None:
            raise ValueError("a life table of rates alone has no variance; make it of deaths and population")
        if not 0 < level < 1:
            raise ValueError("a level lies between 0 and 1")
        reach = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(self.expectancy_variance[at])
        return float(self.expectancy[at]) - reach, float(self.expectancy[at]) + reach


def lifetable_abridged(
    deaths: Column,
    population: Column,
    ages: Column,
    *,
    sex: str = "both",
    method: str = "greville",
    lived_by_dying: Column | None = None,
    radix: float = 100_000,
) -> LifeTable:
    """A period life table from deaths and years lived (people at the middle of the year, times years) by age group.

    `deaths`, `population`: shape (n,), aligned with `ages`, the lowest ages of the groups: 0, 1, 5, 10, … are usual, other
    widths do as well; groups are half-open [x, x + width), the last is open. `sex`: "male", "female" or "both".

    Years lived in a group by those who die in it (a) are `lived_by_dying` where given, shape (n,) (the last one is not used);
    otherwise

    - group 0: Coale and Demeny's West rule by the death rate (`INFANTS`); group 1-4: theirs, too (`TODDLERS`);
    - from 5 on by `method`. "greville": half the width n/2 up to age 14, from 15 on n/2 - n^2/12 (m - k) with
      k = log(m after / m before) / (the years between the middles of both), where the last closed group takes the k of the one
      before it (T. N. E. Greville, Short Methods of Constructing Abridged Life Tables, Record of the American Institute of
      Actuaries 32, 1943; as the United Nations use it: Model Life Tables for Developing Countries, 1982, and MORTPAK, 1988);
      n/2 where a rate beside is 0 or the result lies outside the group. "midpoint": n/2 in all. "constant": as under a constant
      rate in each group (also in those before 5), n + 1/m - n / (1 - exp(-n m)).

    Then q = n m / (1 + (n - a) m) (Preston, Heuveline, Guillot, Demography, 2001, box 3.1; the last q is 1), and in the open
    group L = l / m. The variance is C. L. Chiang's (The Life Table and its Applications, 1984, chapter 8): q^2 (1 - q) / deaths for
    each q, nothing for the open group.

    Raises ValueError for counts below 0, a group without people, fewer than two groups, an open group without deaths (its
    people would live for ever: end the table at a younger age), and a rate so high that more would die than enter.
    """
    years = lowest_ages(ages)
    died, people = aligned(deaths, years, "deaths"), aligned(population, years, "population")
    if (people == 0).any():
        age = int(years[np.flatnonzero(people == 0)[0]])
        raise ValueError(
            f"population: nobody from age {age} on, so there is no death rate; join this group with the next"
        )
    return _table(years, died / people, died, sex, method, lived_by_dying, radix)


def lifetable_from_rates(
    rates: Column,
    ages: Column,
    *,
    sex: str = "both",
    method: str = "greville",
    lived_by_dying: Column | None = None,
    radix: float = 100_000,
) -> LifeTable:
    """The same from death rates a year (deaths over years lived), shape (n,); it has no variance."""
    years = lowest_ages(ages)
    return _table(years, aligned(rates, years, "rates"), None, sex, method, lived_by_dying, radix)


def _table(
    ages: Ages, rate: Numbers, died: Numbers | None, sex: str, method: str, given: Column | None, radix: float
) -> LifeTable:
    if ages.size < 2:
        raise ValueError("ages: two groups at least are wanted, the last of them open")
    if rate[-1] == 0:
        raise ValueError(f"nobody dies from age {ages[-1]} on, the open group; let the table end at a younger age")
    if not radix > 0:
        raise ValueError("radix: more than 0 are born")
    widths = np.append(np.diff(ages).astype(np.float64), np.inf)
    lived = (
        _lived_by_dying(ages, widths, rate, sex, method)
        if given is None
        else aligned(given, ages, "lived_by_dying").copy()
    )
    if (lived[:-1] > widths[:-1]).any():
        at = int(np.flatnonzero(lived[:-1] > widths[:-1])[0])
        raise ValueError(
            f"lived_by_dying: {lived[at]:g} years in the group of {widths[at]:g} years from age {ages[at]} on"
        )
    lived[-1] = 1 / rate[-1]
    chance = np.ones(ages.size)
    n, m, a = widths[:-1], rate[:-1], lived[:-1]
    chance[:-1] = n * m / (1 + (n - a) * m)
    if (chance > 1).any():
        age = int(ages[np.flatnonzero(chance > 1)[0]])
        raise ValueError(
            f"from age {age} on more would die than enter (rate {rate[ages == age][0]:g}); join it with a group beside"
        )
    survivors = radix * np.append(1.0, np.cumprod(1 - chance[:-1]))
    deaths = survivors * chance
    years_lived = np.append(n * (survivors[:-1] - deaths[:-1]) + a * deaths[:-1], survivors[-1] / rate[-1])
    years_left = np.cumsum(years_lived[::-1])[::-1]
    expectancy = np.divide(years_left, survivors, out=np.zeros(ages.size), where=survivors > 0)
    variance = None if died is None else _variance(widths, lived, chance, survivors, expectancy, died)
    return LifeTable(
        radix, ages, widths, rate, lived, chance, survivors, deaths, years_lived, years_left, expectancy, variance
    )


def _lived_by_dying(ages: Ages, widths: Numbers, rate: Numbers, sex: str, method: str) -> Numbers:
    """The column a up to the last closed group; the open one is filled by who asks."""
    if sex not in INFANTS:
        raise ValueError(f"sex: {sex!r}; give one of {', '.join(INFANTS)}")
    if method not in METHODS:
        raise ValueError(f"method: {method!r}; give one of {', '.join(METHODS)}")
    lived = np.append(widths[:-1] / 2, 0.0)
    if method == "constant":
        for at in range(ages.size - 1):
            lived[at] = _under_constant_rate(widths[at], rate[at])
        return lived
    for at, age in enumerate(ages[:-1]):
        if age in (0, 1) and ages[0] == 0 and widths[at] == (1, 4)[age]:
            constant, slope, high = (INFANTS, TODDLERS)[age][sex]
            lived[at] = high if rate[0] >= HIGH_INFANT_RATE else constant + slope * rate[0]
        elif age >= 15 and at and method == "greville":
            lived[at] = _greville(widths, rate, at)
    return lived


def _greville(widths: Numbers, rate: Numbers, at: int) -> float:
    """Greville's a of a closed group. The last one has no closed group after it and takes the growth of the one before."""
    middle = at if at + 2 < widths.size or at < 2 else at - 1
    before, after = rate[middle - 1], rate[middle + 1]
    n = float(widths[at])
    if before <= 0 or after <= 0:
        return n / 2
    following = widths[middle + 1] if np.isfinite(widths[middle + 1]) else widths[middle]
    growth = math.log(after / before) / (widths[middle - 1] / 2 + widths[middle] + following / 2)
    found = n / 2 - n * n / 12 * (rate[at] - growth)
    return float(found) if 0 < found < n else n / 2


def _under_constant_rate(n: float, m: float) -> float:
    """Where n m is small, the difference of two great numbers would be lost; its series is n/2 - n^2 m / 12 there."""
    if n * m < 1e-4:
        return n / 2 - n * n * m / 12
    return n + 1 / m + n / math.expm1(-n * m)


def _variance(
    widths: Numbers, lived: Numbers, chance: Numbers, survivors: Numbers, expectancy: Numbers, died: Numbers
) -> Numbers:
    """Of e: the sum from x on of l_y^2 ((n - a_y) + e_(y+n))^2 var q_y, over l_x^2."""
    closed = slice(None, -1)
    of_chance = np.divide(
        chance[closed] ** 2 * (1 - chance[closed]), died[closed], out=np.zeros(died.size - 1), where=died[closed] > 0
    )
    weight = survivors[closed] ** 2 * (widths[closed] - lived[closed] + expectancy[1:]) ** 2
    summed = np.append(np.cumsum((weight * of_chance)[::-1])[::-1], 0.0)
    of_expectancy: Numbers = np.zeros(died.size)
    np.divide(summed, survivors**2, out=of_expectancy, where=survivors > 0)
    return of_expectancy
