"""Who has not answered is found household by household: no plan gathers all answers of the census first."""

import pytest

from domicile.apps.census.answers.models import Answer
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.fieldwork import selectors
from domicile.apps.census.listing.models import Household
from domicile.apps.census.selfenum import actions as codes
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    IN,
    form,
    make_building,
    make_census,
    make_dwelling,
    make_household,
)
from tests.cast import GRID, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
#: How SQLite and PostgreSQL say that a list of all answers, or of all codes, is made beforehand.
GATHERED = ("LIST SUBQUERY", "hashed SubPlan")


def homes(count: int) -> list[Household]:
    building = make_building(make_census(), dwellings=count)
    return [make_household(make_dwelling(building, str(100 + number))) for number in range(count)]


def answer(home: Household, kind: str = "short") -> Answer:
    return receive(
        census=home.census, household=home, road="collect", form=kind, content=form(), instance=f"{kind}:{home.pk}", at=IN,
        by=viewer(ENUMERATOR),
    )  # fmt: skip


def test_a_household_is_open_until_its_own_form_counts() -> None:
    none, short, deaths, kept = homes(4)
    answer(short)
    answer(deaths, "deaths")  # beside the form of the household, which is still to come
    Answer.objects.filter(pk=answer(kept).pk).update(state=Answer.State.KEPT)
    found = selectors.unanswered(viewer(ENUMERATOR), none.census)
    assert {one.pk for one in found} == {none.pk, deaths.pk, kept.pk}
    slips = codes.without_code(viewer(ENUMERATOR), none.census_id, GRID)
    assert [one.pk for one in slips] == [none.pk, kept.pk]
    codes.give(actor=viewer(ENUMERATOR), household_id=none.pk)
    assert [one.pk for one in slips.all()] == [kept.pk]


def test_no_list_of_all_answers_is_made_first() -> None:
    (home,) = homes(1)
    for rows in (
        selectors.unanswered(viewer(ENUMERATOR), home.census), codes.without_code(viewer(ENUMERATOR), home.census_id, GRID),
    ):  # fmt: skip
        plan = rows.explain()
        assert not [word for word in GATHERED if word in plan], plan
