"""How many people there are, by the census and the survey together: of all, by sex and by age (core.demography).

Until somebody decides, who is found on one side and like nobody of the other counts as missed by that other side; a case in
which somebody may be meant is spread as the decided ones of the same set are. The report says how many are open. The share of
areas that was drawn takes nothing off the variance: also where all are asked again, whom both missed in an area is a matter of
chance.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from domicile.apps.census.coverage.matching import GROUPS
from domicile.apps.census.coverage.models import CoverageArea, CoverageCase, CoverageSurvey
from domicile.apps.census.quickcount.models import QuickCount
from domicile.apps.census.quickcount.reckoning import AGES, SEXES
from domicile.core.demography import Cells, Coverage, Estimate, chandrasekar_deming, chapman, coverage_of_sample

SURVEY, CENSUS = CoverageCase.Side.SURVEY, CoverageCase.Side.CENSUS
OUTCOMES = CoverageCase.Outcome
FIVE = 5
ALL, MALE, FEMALE = "all", "1", "2"
#: How many of each in an area; those of either side in whom somebody may be meant stand last.
COLUMNS = ("survey", "matched", "listed", "correct", "open", "unclear_survey", "unclear_census")
Counts = Mapping[str, np.ndarray]
#: Area, side, sex, age, outcome, and the place of whoever may be meant.
Row = tuple[Any, str, int, int, str, int | None]


@dataclass(frozen=True)
class Told:
    """A set of people (all, a sex, an age group): the counts of the drawn areas together, and the estimates.

    `coverage` is of the whole census, with the variance of drawing areas; `chapman` and `deming` are of the drawn areas alone,
    without those wrongly counted. None where the drawn areas hold too little to tell; `why` then says so in a code.
    """

    key: str
    survey: int
    matched: int
    listed: int
    wrong: int
    open: int
    coverage: Coverage | None
    chapman: Estimate | None
    deming: Estimate | None


def estimates(survey: CoverageSurvey) -> list[Told]:
    """All, by sex, by age group. Three queries and one for the count of main figures, without which there is no whole."""
    areas = list(CoverageArea.objects.filter(survey=survey).order_by("position").values_list("pk", flat=True))
    columns = ("area_id", "side", "sex", "age", "outcome", "partner_person")
    cases: list[Row] = list(CoverageCase.objects.filter(area__survey=survey).values_list(*columns))
    whole = _whole(survey)
    return [
        _told(key, _counts(areas, [one for one in cases if _in(key, one[2], one[3])]), whole.get(key, 0.0))
        for key in keys()
    ]


def keys() -> list[str]:
    """The sets in the order in which they are told: `a15` is the ages from 15 to the next group."""
    return [ALL, MALE, FEMALE, *(f"a{low}" for low in GROUPS)]


def _in(key: str, sex: int, age: int) -> bool:
    if key == ALL:
        return True
    if key in {MALE, FEMALE}:
        return sex == int(key)
    return age == int(key[1:])


def _counts(areas: Sequence[object], cases: Iterable[Row]) -> Counts:
    """Of each area how many of each of COLUMNS."""
    at = {area: place for place, area in enumerate(areas)}
    found = {name: np.zeros(len(areas)) for name in COLUMNS}
    for area, side, _sex, _age, outcome, partner in cases:
        place, open_ = at[area], outcome == OUTCOMES.OPEN
        unclear = open_ and partner is not None
        found["open"][place] += open_
        if side == SURVEY and outcome != OUTCOMES.OUT:
            found["survey"][place] += 1
            found["matched"][place] += outcome == OUTCOMES.MATCHED
            found["unclear_survey"][place] += unclear
        elif side == CENSUS:
            found["listed"][place] += 1
            found["correct"][place] += outcome in {OUTCOMES.MATCHED, OUTCOMES.CORRECT} or (open_ and not unclear)
            found["unclear_census"][place] += unclear
    return found


def _told(key: str, counts: Counts, census: float) -> Told:
    matched = _spread(counts["matched"], counts["survey"], counts["unclear_survey"])
    correct = _spread(counts["correct"], counts["listed"], counts["unclear_census"])
    survey, listed = counts["survey"], counts["listed"]
    whole = None
    if census > 0 and len(survey) > 1 and matched.sum() and correct.sum() and listed.sum():
        try:
            whole = coverage_of_sample(survey, matched, listed, correct, census=census)
        except ValueError:  # one group of areas holds nearly all of the set: there is no variance
            whole = None
    cells = _cells(survey.sum(), matched.sum(), correct.sum())
    return Told(
        key, int(survey.sum()), int(counts["matched"].sum()), int(listed.sum()),
        int((listed - counts["correct"] - counts["unclear_census"]).sum()), int(counts["open"].sum()), whole,
        chapman(cells) if cells else None, chandrasekar_deming(cells) if cells and cells.both else None,
    )  # fmt: skip


def _spread(held: np.ndarray, of: np.ndarray, undecided: np.ndarray) -> np.ndarray:
    """With the undecided added in the share that the decided have, over all areas."""
    decided = (of - undecided).sum()
    return held + undecided * (held.sum() / decided if decided else 0.0)


def _cells(survey: float, matched: float, correct: float) -> Cells | None:
    """The census without those wrongly counted, the survey, and both, in the drawn areas."""
    first, second, both = round(correct), round(survey), round(matched)
    both = min(both, first, second)  # whoever was found next door is no case of the census here
    return Cells(first, second, both) if second else None


def _whole(survey: CoverageSurvey) -> dict[str, float]:
    """Residents of the whole census in each set, from the latest count of main figures."""
    run = QuickCount.objects.filter(census=survey.census_id, state=QuickCount.State.DONE).order_by("-asked_at").first()
    if run is None:
        return {}
    by_age = np.zeros((SEXES, AGES))
    for told in run.ages.values_list("by_age", flat=True):
        by_age += np.array(told, dtype=float).reshape(SEXES, AGES)
    found = {ALL: by_age.sum(), MALE: by_age[1].sum(), FEMALE: by_age[2].sum()}
    for low, high in zip(GROUPS, [*GROUPS[1:], FIVE * (AGES - 1)], strict=True):
        found[f"a{low}"] = by_age[:, low // FIVE : high // FIVE].sum()
    return {key: float(value) for key, value in found.items()}


def told_row(one: Told) -> list[Any]:
    """A set as a row of the file of estimates: its key, then figures; empty where nothing can be told."""
    whole, near, first = one.coverage, one.chapman, one.deming
    told = [
        whole.census, round(whole.number, 1), round(whole.low, 1), round(whole.high, 1), round(whole.net_undercount, 1),
        round(100 * whole.net_undercount / whole.number, 3), round(whole.omitted, 1), round(whole.erroneous, 1),
    ] if whole else [""] * 8  # fmt: skip
    areas = [round(near.number, 1), round(near.low, 1), round(near.high, 1)] if near else [""] * 3
    counts = [one.key, one.survey, one.matched, one.listed, one.wrong, one.open]
    return [*counts, *told, *areas, round(first.number, 1) if first else ""]
