"""Who of the survey is whom of the census (core.linkage.lists, run by the engine), and what is left for people to decide.

Whoever the survey found is looked for in the whole community of the area: forms that stand in the area next door are still
forms. Whom the census has in the area itself is a case of its own: matched, or to be asked about.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.log import record_look
from domicile.apps.audit.recording import recording
from domicile.apps.census.coverage import opening
from domicile.apps.census.coverage.bringing import check_open
from domicile.apps.census.coverage.models import CoverageArea, CoverageCase, CoverageSurvey
from domicile.apps.census.coverage.opening import COMMUNITY, Resident
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

MATCH = "census.match_coverage"
PERMISSION = "review_change"
SURVEY, CENSUS = CoverageCase.Side.SURVEY, CoverageCase.Side.CENSUS
OPEN, MATCHED = CoverageCase.Outcome.OPEN, CoverageCase.Outcome.MATCHED
#: The lowest ages of the groups that are told, each in whole groups of five years.
GROUPS = (0, 15, 30, 45, 60)
#: Several are equally likely.
TIED = "tied"


@dataclass(frozen=True)
class Told:
    """How many cases there are, how many of them the matching settled, and how many people have to look at."""

    cases: int
    matched: int
    open: int


Found = dict[int, tuple[int, str, bool]]


def may_match(viewer: Viewer, survey: CoverageSurvey) -> bool:
    """Whether the viewer compares forms of the whole census."""
    return viewer.may(PERMISSION) and viewer.covers(survey.census.scope)


def match(*, actor: Viewer, survey: CoverageSurvey) -> Told:
    """Compare anew; what people decided stays. Raises Refused before the survey has found anybody, and once matching is over."""
    if not may_match(actor, survey):
        raise NotAllowed("compare the survey with the census")
    check_open(survey)
    areas = list(survey.areas.order_by("position"))
    record_look(actor, question="coverage_matching")
    left = list(opening.of_survey(survey))
    if not left:
        raise Refused(_("The survey has found nobody yet. Bring its households first."))
    communities = sorted({area.place_code[:COMMUNITY] for area in areas})
    right = list(opening.of_census(survey.census, communities))
    found = _pairs(left, right, communities)
    cases = [*_of_survey(areas, left, right, found), *_of_census(areas, left, right, found)]
    with transaction.atomic(), recording(
        actor=actor, action=MATCH, subject_kind="census", subject_id=survey.census_id, place_code=survey.census.scope
    ) as change:  # fmt: skip
        held = CoverageSurvey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
        check_open(held)
        told = _store(held, cases)
        change.update(held, matched_at=timezone.now())
    return told


def _pairs(left: Sequence[Resident], right: Sequence[Resident], communities: Sequence[str]) -> Found:
    """By row of the survey the row of the census that is meant, by which step, and whether that is sure."""
    from domicile.engines.lists import match_lists  # a large library, where somebody compares

    found: Found = {}
    for community in communities:
        matched = match_lists(_frame(left, community), _frame(right, community))
        for one, other, step, sure in matched.pairs.iter_rows():
            found[one] = (other, step, sure)
        for one, other in matched.tied.iter_rows():
            found.setdefault(one, (other, TIED, False))
    return found


def _frame(rows: Sequence[Resident], community: str) -> pl.DataFrame:
    """A side as the engine takes it; of a birth that is known by its month the first day stands for it."""
    return pl.DataFrame(
        [
            {
                "row": at, "name": one.name or None, "sex": str(one.sex) if one.sex else None, "number": one.number or None,
                "birth": dt.date(one.year, one.month, 1) if 0 < one.year < dt.MAXYEAR and one.month else None,
            }
            for at, one in enumerate(rows)
            if one.place_code.startswith(community)
        ],
        schema={"row": pl.Int64, "name": pl.String, "sex": pl.String, "number": pl.String, "birth": pl.Date},
    ).with_columns(
        day=pl.lit(None, pl.Date), other_name=pl.lit(None, pl.String), other_number=pl.lit(None, pl.String)
    )  # fmt: skip


def _of_survey(
    areas: Sequence[CoverageArea], left: Sequence[Resident], right: Sequence[Resident], found: Found
) -> list[CoverageCase]:
    by_code = {area.place_code: area for area in areas}
    made = []
    for at, one in enumerate(left):
        other, step, sure = found.get(at, (None, "", False))
        made.append(
            _case(by_code[one.place_code], SURVEY, one, right[other] if other is not None else None, step, sure=sure)
        )
    return made


def _of_census(
    areas: Sequence[CoverageArea], left: Sequence[Resident], right: Sequence[Resident], found: Found
) -> list[CoverageCase]:
    by_code = {area.place_code: area for area in areas}
    meant: dict[int, tuple[int, str, bool]] = {}
    for one, (other, step, sure) in found.items():
        if other not in meant or sure:
            meant[other] = (one, step, sure)
    made = []
    for at, row in enumerate(right):
        if row.place_code in by_code:
            pair = meant.get(at)
            partner, step, sure = (left[pair[0]], pair[1], pair[2]) if pair is not None else (None, "", False)
            made.append(_case(by_code[row.place_code], CENSUS, row, partner, step, sure=sure))
    return made


def group_of(age: int) -> int:
    """The lowest age of the group that estimates are told by, so that no more than that is kept of anybody; -1: not known."""
    return max((low for low in GROUPS if low <= age), default=-1)


def _case(
    area: CoverageArea, side: str, one: Resident, partner: Resident | None, step: str, *, sure: bool
) -> CoverageCase:
    return CoverageCase(
        area=area, side=side, household=uuid.UUID(one.household), person=one.person, sex=one.sex, age=group_of(one.age),
        outcome=MATCHED if sure else OPEN, step=step,
        partner_household=uuid.UUID(partner.household) if partner else None,
        partner_person=partner.person if partner else None,
    )  # fmt: skip


def _store(survey: CoverageSurvey, cases: Sequence[CoverageCase]) -> Told:
    """The cases as they are now, but for those that people decided, as long as the form has the same person in that place."""
    held = CoverageCase.objects.filter(area__survey=survey)
    now = {_key(row): (row.sex, row.age) for row in cases}
    decided = {_key(row): row for row in held.exclude(decided_at=None) if now.get(_key(row)) == (row.sex, row.age)}
    held.exclude(pk__in=[row.pk for row in decided.values()]).delete()
    fresh = [row for row in cases if _key(row) not in decided]
    CoverageCase.objects.bulk_create(fresh, batch_size=500)
    outcomes = [row.outcome for row in [*fresh, *decided.values()]]
    return Told(len(outcomes), outcomes.count(MATCHED), outcomes.count(OPEN))


def _key(row: CoverageCase) -> tuple[object, ...]:
    return row.area_id, row.side, row.household, row.person
