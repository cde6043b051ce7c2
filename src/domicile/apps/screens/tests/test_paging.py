"""Any page at the cost of the first, and none of the rows passed over."""

import datetime as dt

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from domicile.apps.access.models import Grant
from domicile.apps.areas.models import Area
from domicile.apps.screens.paging import Marks, Pages
from domicile.apps.screens.table import in_order
from tests.cast import QIAN, make_user

pytestmark = pytest.mark.django_db(databases=["default", "log"])
ROWS = 47
DAY = dt.date(2020, 1, 1)


@pytest.fixture
def areas():
    for number in range(ROWS):
        add(number)
    return Area.objects.filter(code__startswith="99")


def add(number, name=""):
    """One more area; with a name another edition of the same code, which is past."""
    past = {"valid_from": dt.date(2010, 1, 1), "valid_to": DAY} if name else {"valid_from": DAY}
    return Area.objects.create(code=f"99{number:010d}", name=name or f"区{number % 5}", level=5, **past)


@pytest.mark.parametrize("order", [("code",), ("-code",), ("name", "code"), ("-name", "-code"), ("level", "id")])
def test_pages_hold_every_row_once_in_order_however_they_are_reached(areas, order):
    found = areas.order_by(*order)
    marks = {}
    jumped = [Pages(found, 10, marks).page(number) for number in (5, 3, 4, 1, 2)]
    rows = [row for place in (3, 4, 1, 2, 0) for row in jumped[place][0]]
    assert rows == list(found)
    assert [more for _rows, more in jumped] == [False, True, True, True, True]


def test_a_page_beyond_the_end_is_empty(areas):
    assert Pages(areas.order_by("code"), 10).page(6) == ([], False)
    assert Pages(areas.order_by("valid_to"), 10).page(6) == ([], False)


def test_a_row_that_is_added_in_between_is_not_passed_over(areas):
    found, marks = areas.order_by("code"), {}
    first, second = Pages(found, 10, marks).page(1)[0], Pages(found, 10, marks).page(2)[0]
    new = add(3, "新")
    again = Pages(in_order(found, ""), 10, {2: (second[0].code, second[0].pk)}).page(1)[0]
    assert new in again
    assert len(again) == len(first) + 1


def test_a_known_page_is_reached_without_stepping_over_the_pages_before(areas):
    found, marks = in_order(areas.order_by("code"), ""), {}
    Pages(found, 10, marks).page(4)
    with CaptureQueriesContext(connections["default"]) as told:
        Pages(found, 10, marks).page(4)
    assert len(told) == 1
    assert "OFFSET" not in told[0]["sql"]


@pytest.mark.parametrize("sort", ["valid_to", "name", "-name", ""])
def test_ties_and_empty_columns_are_put_into_one_order(areas, sort):
    found = in_order(areas.order_by("code"), sort)
    rows = [row for number in range(1, 6) for row in Pages(found, 10, {}).page(number)[0]]
    assert len({row.pk for row in rows}) == ROWS


def test_a_path_across_a_key_that_may_be_empty_is_stepped_over():
    user = make_user(QIAN)
    grants = Grant.objects.order_by("user__real_name", "id")
    assert Pages(grants, 10, {}).page(1)[0][0].user == user
    assert not Pages(grants.order_by("valid_to", "id"), 10)._by_key()


def test_marks_are_forgotten_and_never_grow_without_end():
    marks = Marks()
    marks.of("a")[2] = (1,)
    assert marks.of("a") == {2: (1,)}
    for number in range(300):
        marks.of(number)
    assert marks.of("a") == {}
