"""How accurate are ages and sexes in five-year groups? The age ratios, sex ratios and joint score of the United Nations."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from domicile.core.demography.tables import Column, Numbers, aligned, five_year_groups

#: Below so many people the joint score is judged after the correction for chance.
SMALL = 1_000_000


@dataclass(frozen=True, eq=False)
class Accuracy:
    """Scores, 0 where all runs smoothly, and the ratios they stand on.

    `ages` are the lowest ages of the groups looked at, shape (g,); `sex_ratios` men of 100 women in them, shape (g,); the age
    ratios those of the groups between, shape (g - 2,), for `age_ratio_ages`. `total`: all people of both sexes that were given.
    """

    sex_ratio_score: float
    male_age_ratio_score: float
    female_age_ratio_score: float
    total: float
    ages: np.ndarray
    sex_ratios: Numbers
    age_ratio_ages: np.ndarray
    male_age_ratios: Numbers
    female_age_ratios: Numbers

    @property
    def joint_score(self) -> float:
        """Three times the sex ratio score, plus the age ratio scores of men and of women."""
        return 3 * self.sex_ratio_score + self.male_age_ratio_score + self.female_age_ratio_score

    @property
    def corrected_joint_score(self) -> float:
        """The joint score less what chance alone adds in a population below a million: 3500 / sqrt(total) - 3.5."""
        return self.joint_score - (3500 / math.sqrt(self.total) - 3.5 if self.total < SMALL else 0.0)

    @property
    def judgement(self) -> str:
        """ "accurate" below 20, "inaccurate" up to 40, "highly inaccurate" above, by the corrected score."""
        score = self.corrected_joint_score
        return "accurate" if score < 20 else "inaccurate" if score <= 40 else "highly inaccurate"


def un_age_sex_accuracy(
    males: Column,
    females: Column,
    ages: Column,
    *,
    lowest: int = 0,
    highest: int = 70,
    open_interval: bool = True,
) -> Accuracy:
    """The age-sex accuracy index of the United Nations of people in five-year groups.

    `males`, `females`: people by group, shape (n,); `ages`: the lowest age of each group, shape (n,), five years apart; the last
    group is open unless `open_interval` is False, and an open group is never looked at. Looked at are the groups with lowest ages
    from `lowest` to `highest`, both included, as far as they are there: 0-4 to 70-74. Of these

    - the age ratio of a group is 100 times its people over the mean of those in the group before and the group after; the age
      ratio score is the mean of |ratio - 100| over all groups that have both neighbours (5-9 to 65-69);
    - the sex ratio of a group is 100 times men over women; the sex ratio score is the mean of |ratio - ratio of the group before|;
    - the joint score is three times the sex ratio score plus both age ratio scores.

    Where only ages 10-14 to 65-69 are to be judged by their age ratios, say `lowest=5`: the groups at the ends are neighbours only.

    United Nations, Accuracy tests for census age distributions tabulated in five-year and ten-year groups, Population Bulletin 2,
    1952; Manual II, Methods of Appraisal of Quality of Basic Data for Population Estimates, 1955, chapter 3. The correction
    for small numbers is of there. Wars, migration and real swings of fertility raise the scores, too.

    Raises ValueError for fewer than three groups, for a group that is not five years wide, for counts below 0, and where nobody is
    in a group that has to divide.
    """
    years = five_year_groups(ages)
    men, women = aligned(males, years, "males"), aligned(females, years, "females")
    closed = years[:-1] if open_interval else years
    inside = np.flatnonzero((closed >= lowest) & (closed <= highest))
    if inside.size < 3:
        raise ValueError(
            f"ages: {inside.size} closed groups from {lowest} to {highest}; three at least are wanted (the last one counts as open"
            " unless open_interval=False)"
        )
    groups = years[inside]
    sex_ratios = 100 * men[inside] / _divisor(women[inside], groups, "females")
    male_ratios = _age_ratios(men[inside], groups, "males")
    female_ratios = _age_ratios(women[inside], groups, "females")
    return Accuracy(
        sex_ratio_score=float(np.abs(np.diff(sex_ratios)).mean()),
        male_age_ratio_score=float(np.abs(male_ratios - 100).mean()),
        female_age_ratio_score=float(np.abs(female_ratios - 100).mean()),
        total=float(men.sum() + women.sum()),
        ages=groups,
        sex_ratios=sex_ratios,
        age_ratio_ages=groups[1:-1],
        male_age_ratios=male_ratios,
        female_age_ratios=female_ratios,
    )


def _age_ratios(people: Numbers, groups: np.ndarray, name: str) -> Numbers:
    beside = _divisor((people[:-2] + people[2:]) / 2, groups[1:-1], f"{name} beside the group")
    return 100 * people[1:-1] / beside


def _divisor(values: Numbers, groups: np.ndarray, name: str) -> Numbers:
    if (values == 0).any():
        age = int(groups[np.flatnonzero(values == 0)[0]])
        raise ValueError(
            f"{name}: nobody at {age}-{age + 4}: the ratio is undefined; take a greater area or other ages (lowest, highest)"
        )
    return values
