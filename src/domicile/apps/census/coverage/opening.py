"""Open what is compared: forms of the census in the communities of the drawn areas, and the households of the survey.

Whoever calls this logs the look.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
from django.utils import timezone

from domicile.apps.census.answers import quick
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.coverage.models import CoverageHousehold, CoverageSurvey
from domicile.apps.census.plan.models import Census
from domicile.apps.census.quickcount import reckoning
from domicile.apps.common.fields import prefix_q
from domicile.apps.vault import sealing

COMMUNITY = 12


class Resident(NamedTuple):
    """A resident on a form: where, on which form (hexadecimal) and at which place on it, and what they are told apart by.

    `month` of birth is 0 where it is not known; `age` is in whole years at the reference moment, -1 where it is not known.
    """

    place_code: str
    household: str
    person: int
    name: str
    sex: int
    year: int
    month: int
    number: str
    age: int


def of_census(census: Census, communities: Sequence[str]) -> Iterator[Resident]:
    """The residents on the forms that count in these communities. Two queries a community."""
    for community in communities:
        rows = Answer.objects.filter(
            prefix_q("place_code", community), census=census, state=Answer.State.COUNTS, form__in=("short", "long")
        ).defer("quick")
        held = list(rows.order_by("place_code", "household_id"))
        keys = sealing.data_keys(row.envelope_id for row in held)
        for row in held:
            yield from _residents(census, row.place_code, row.household_id.hex, opened(keys[row.envelope_id], row))


def of_survey(survey: CoverageSurvey) -> Iterator[Resident]:
    """The residents whom the survey found, area by area in the order of drawing. Two queries."""
    held = list(
        CoverageHousehold.objects.filter(area__survey=survey)
        .select_related("area")
        .order_by("area__position", "number")
    )
    keys = sealing.data_keys(row.envelope_id for row in held)
    for row in held:
        told = opened(keys[row.envelope_id], row)
        yield from _residents(survey.census, row.area.place_code, row.pk.hex, told)


def opened(key: bytes, row: Answer | CoverageHousehold) -> dict[str, Any]:
    """The content of a form. Raises Tampered where it was changed."""
    binding = sealing.binding(row._meta.db_table, "content", row.pk)
    told: dict[str, Any] = orjson.loads(sealing.decrypt(key, bytes(row.content), binding))
    return told


def _residents(census: Census, place: str, household: str, content: Mapping[str, Any]) -> Iterator[Resident]:
    persons = quick.persons_of(content)
    rows = np.frombuffer(quick.pack(content)[quick.WIDTH :], dtype=quick.PERSON)
    ages = reckoning.ages(rows["birth_year"], rows["birth_month"], timezone.localdate(census.reference_at))
    counts = reckoning.is_resident(rows) & (ages != -2)
    for at in np.flatnonzero(counts).tolist():
        row, told = rows[at], persons[at]
        yield Resident(
            place, household, at, str(told.get("name") or "").strip(), int(row["sex"]) if row["sex"] in (1, 2) else 0,
            int(row["birth_year"]), int(row["birth_month"]) if row["birth_month"] <= 12 else 0,
            str(told.get("id_number") or "").strip(), int(ages[at]),
        )  # fmt: skip
