"""Reads of the survey of coverage: areas with their counts, which name nobody; cases of an area, which do."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.census.answers import quick
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.coverage.models import CoverageArea, CoverageCase, CoverageHousehold, CoverageSurvey
from domicile.apps.census.coverage.opening import opened
from domicile.apps.common.viewer import Viewer
from domicile.apps.vault import sealing

SEE = "view_answer"


@dataclass(frozen=True)
class Person:
    """What a page shows of somebody: as written on the form."""

    name: str
    sex: str
    year: str
    month: str


@dataclass(frozen=True)
class Shown:
    """A case with its person and whoever may be meant on the other side (None: nobody)."""

    case: CoverageCase
    person: Person
    partner: Person | None


def areas(viewer: Viewer, survey: CoverageSurvey) -> list[CoverageArea]:
    """The drawn areas inside the viewer's, each with `people` found again, `cases` and `open` of them. One query."""
    rows = restrict(CoverageArea.objects.filter(survey=survey), viewer, "place_code").order_by("place_code")
    return list(
        rows.annotate(
            found=Count("cases", filter=Q(cases__side="survey")),
            counted=Count("cases", filter=Q(cases__side="census")),
            open=Count("cases", filter=Q(cases__outcome="open")),
        )
    )


def area(viewer: Viewer, survey: CoverageSurvey, place_code: str) -> CoverageArea:
    """A drawn area. Raises OutOfReach outside the viewer's areas, also where it was not drawn."""
    viewer.require(SEE)
    row = (
        CoverageArea.objects.filter(survey=survey, place_code=place_code).first() if viewer.covers(place_code) else None
    )
    if row is None:
        raise OutOfReach()
    return row


def cases(viewer: Viewer, drawn: CoverageArea, *, only_open: bool) -> list[Shown]:
    """The cases of an area with the people on both sides, those to be decided first, after the look is recorded."""
    rows = CoverageCase.objects.filter(area=drawn).order_by("side", "household", "person")
    held = list(rows.filter(outcome="open") if only_open else rows)
    both = {row.household for row in held} | {row.partner_household for row in held if row.partner_household}
    record_look(viewer, question="coverage_cases", persons=sorted(both))
    persons = _persons(drawn.survey, held)
    unknown = Person("", "", "", "")
    return [
        Shown(
            row, persons.get((row.side, row.household, row.person), unknown),
            persons.get((_other(row.side), row.partner_household, row.partner_person)),
        )
        for row in sorted(held, key=lambda row: row.outcome != "open")
    ]  # fmt: skip


def _other(side: str) -> str:
    return "census" if side == "survey" else "survey"


def _persons(survey: CoverageSurvey, rows: Sequence[CoverageCase]) -> dict[tuple[str, object, object], Person]:
    """Everybody on the forms that these cases and their partners stand on."""
    forms: dict[str, set[uuid.UUID]] = {"survey": set(), "census": set()}
    for row in rows:
        forms[row.side].add(row.household)
        if row.partner_household is not None:
            forms[_other(row.side)].add(row.partner_household)
    own = list(CoverageHousehold.objects.filter(pk__in=forms["survey"], area__survey=survey))
    theirs = list(
        Answer.objects.filter(
            census=survey.census_id, household_id__in=forms["census"], state="counts", form__in=("short", "long")
        ).defer("quick")
    )
    keys = sealing.data_keys([one.envelope_id for one in own] + [one.envelope_id for one in theirs])
    told = [("survey", one.pk, opened(keys[one.envelope_id], one)) for one in own]
    told += [("census", one.household_id, opened(keys[one.envelope_id], one)) for one in theirs]
    found: dict[tuple[str, object, object], Person] = {}
    for side, key, content in told:
        for place, person in enumerate(quick.persons_of(content)):
            shown = (str(person.get(name) or "") for name in ("name", "sex", "birth_year", "birth_month"))
            found[side, key, place] = Person(*shown)
    return found
