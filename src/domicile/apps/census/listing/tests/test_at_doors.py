"""A phone holds buildings and households of the censuses for which people go to doors today, and of no other."""

import datetime as dt

import pytest
from django.utils import timezone

from domicile.apps.census.ending.models import Destruction
from domicile.apps.census.listing import collected
from domicile.apps.census.phones import lists
from domicile.apps.census.plan.models import Census, Phase
from domicile.apps.census.tests.making import ENUMERATOR, make_building, make_census, make_dwelling, make_household
from tests.cast import OTHER_GRID, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = timezone.localdate()


def planned(code: str, **phases: tuple[int, int]) -> tuple[Census, str, str]:
    """A census with phases [begin, end) in days from today; its building and its household, as a phone knows them."""
    census = make_census(code=code)
    for kind, (begin, end) in phases.items():
        begins, ends = TODAY + dt.timedelta(days=begin), TODAY + dt.timedelta(days=end)
        Phase.objects.create(census=census, kind=kind, begins_on=begins, ends_on=ends)
    building = make_building(census, number=f"B{code}")
    make_building(census, number=f"far{code}", place_code=OTHER_GRID)
    return census, str(building.pk), str(make_household(make_dwelling(building)).pk)


def held() -> tuple[set[str], set[str]]:
    enumerator = viewer(ENUMERATOR)
    return {row[0] for row in collected.rows(enumerator)}, {row[0] for row in lists.rows(enumerator)}


def test_a_phone_lists_what_is_at_work_today_in_the_own_areas() -> None:
    planned("over", list=(-90, -60), enumerate=(-50, -40), publish=(-9, 90))
    planned("coming", prepare=(-9, 9), list=(1, 30), enumerate=(40, 50))
    planned("ended-today", list=(-20, 0))
    _listing, *listing = planned("listing", list=(0, 1))
    _between, *between = planned("between", list=(-9, -1), enumerate=(5, 9))
    assert held() == ({listing[0], between[0]}, {listing[1], between[1]})


def test_without_days_a_census_is_listed_until_its_forms_are_destroyed() -> None:
    census, *told = planned("no-days")
    assert held() == ({told[0]}, {told[1]})
    office = viewer(ENUMERATOR)
    assert office.user_id is not None
    Destruction.objects.create(
        census=census, asked_at=timezone.now(), asked_by=census.pk, asked_by_name="方普查", done_at=timezone.now(),
        done_by=office.user_id, done_by_name="包监督",
    )  # fmt: skip
    assert held() == (set(), set())


def test_what_was_filled_in_before_the_end_is_taken_after_it() -> None:
    census, building, _home = planned("over", list=(-30, -1))
    assert {str(key) for key in collected.there(viewer(ENUMERATOR), [row.pk for row in census.buildings.all()])} == {
        building
    }
