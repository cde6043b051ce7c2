"""How many births and deaths of a year rates of another source lead one to expect among the people of a place.

Indirect standardisation: rates by age (and sex) that hold elsewhere, a whole country for instance, times the people of the place
by age and sex. What is registered of what is expected is the ratio that N. E. Breslow and N. E. Day (Statistical Methods in
Cancer Research II, 1987, chapter 2) call the standardised one; held against births and deaths it tells whether many are
missing (United Nations, Principles and Recommendations for a Vital Statistics System, Revision 3, 2014, on evaluating the
completeness of registration by comparison with external figures). It stands on three things:

1. people at the middle of the year stand for the years lived in it (S. H. Preston, P. Heuveline, M. Guillot, Demography, 2001,
   chapter 1);
2. the rates hold here as there. By how much they may not is `relative_error`, which the interval takes in;
3. the people on file are those who live here. Who is missing on file leads to too few being expected.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Rates:
    """Events a year for each person, by sex and the lowest age of each group: a rate holds up to the next group's age.

    `until` is the age at which the last group ends; None: it does not. `relative_error` is the standard error of the level, as a
    share of it. Raises ValueError for what are no rates.
    """

    by_sex: Mapping[str, Mapping[int, float]]
    relative_error: float
    until: int | None = None
    _ages: Mapping[str, list[int]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for sex, rates in self.by_sex.items():
            if list(rates) != sorted(rates) or not rates:
                raise ValueError(f"ages of {sex!r} are not in order")
            if not all(rate >= 0 and math.isfinite(rate) for rate in rates.values()):
                raise ValueError(f"a rate of {sex!r} is below 0 or none")
        if not 0 <= self.relative_error < 1:
            raise ValueError("a relative error is a share")
        object.__setattr__(self, "_ages", {sex: list(rates) for sex, rates in self.by_sex.items()})

    def rate(self, sex: str, age: int) -> float:
        """The rate at an age in completed years; 0 where there is none."""
        ages = self._ages.get(sex)
        if not ages or age < ages[0] or (self.until is not None and age >= self.until):
            return 0.0
        return self.by_sex[sex][ages[bisect_right(ages, age) - 1]]


def expected(people: Mapping[tuple[str, int], float], rates: Rates) -> float:
    """Expected events of a year among `people`: how many by sex and age in completed years, at the middle of the year."""
    return math.fsum(number * rates.rate(sex, age) for (sex, age), number in people.items())


def rates_of(tables: Mapping[str, Mapping[Any, float]], *, per: float, error: float, until: int | None = None) -> Rates:
    """Rates from tables as they are published (sex -> lowest age -> events a year of `per` people)."""
    return Rates(
        {sex: {int(age): float(rate) / per for age, rate in table.items()} for sex, table in tables.items()},
        error,
        until,
    )
