"""Coverage of both sides: counted from the piles, small counts protected, what staff found out left out."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.sources.coverage import coverage
from domicile.apps.sources.models import ListRow, Load
from domicile.core.demography import Cells, chapman
from tests import factories
from tests.cast import CHEN, chen_viewer, qian_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = dt.date(2026, 11, 20)
ONE, TWO = factories.GRID, factories.FAR_GRID


def load(*rows: tuple[str, str, int], **fields: object) -> Load:
    """A list that was compared: (pile, place, how many)."""
    now = timezone.now()
    made = Load.objects.create(
        source="births", scope="770101", begin=dt.date(2026, 1, 1), end=dt.date(2026, 7, 1), rows=1, loaded_at=now,
        compared_at=now, state="ready",
    )  # fmt: skip
    serial = 0
    for pile, place, count in rows:
        for _ in range(count):
            serial += 1
            ListRow.objects.create(
                load=made, pile=pile, place_code=place, month=dt.date(2026, 1 + serial % 2, 1), mark=serial.to_bytes(16, "big"),
                person=factories.unknown_id(), **fields,
            )  # fmt: skip
    return made


def test_the_estimate_is_chapmans_over_both_areas_and_each() -> None:
    made = load(
        ("agree", ONE, 30),
        ("differ", ONE, 5),
        ("there", ONE, 5),
        ("here", ONE, 7),
        ("agree", TWO, 10),
        ("here", TWO, 4),
    )
    found = coverage(sun_viewer(), made, TODAY)
    whole = chapman(Cells(50, 56, 45))
    assert found.whole.estimate == whole
    assert found.whole.of_register == pytest.approx(45 / 50)
    assert found.whole.of_list == pytest.approx(45 / 56)
    assert [one.line.key for one in found.areas] == ["770101001"]
    assert [one.line.key for one in found.months] == ["2026-01", "2026-02"]
    near = coverage(qian_viewer(), made, TODAY)
    assert near.whole.line.cells == Cells(40, 42, 35)


def test_what_staff_found_to_be_wrong_or_elsewhere_belongs_to_neither_side() -> None:
    made = load(("agree", ONE, 30), ("here", ONE, 3))
    for outcome, count in (("wrong", 2), ("elsewhere", 3), ("done", 1)):
        for place in range(count):
            ListRow.objects.create(
                load=made, pile="there", place_code=ONE, outcome=outcome, answered_at=timezone.now(),
                mark=f"{outcome}{place}".encode().ljust(16),
            )  # fmt: skip
    found = coverage(sun_viewer(), made, TODAY)
    assert found.whole.line.cells == Cells(31, 33, 30)
    assert found.left_out == 5


def test_rows_in_doubt_count_as_both_and_the_other_reading_is_told() -> None:
    made = load(("differ", ONE, 4), sure=False)
    for place in range(20):
        ListRow.objects.create(
            load=made, pile="agree", place_code=ONE, mark=bytes([9, place] * 8), person=factories.unknown_id()
        )
    found = coverage(sun_viewer(), made, TODAY)
    assert found.whole.line.doubtful == 4
    assert found.if_none == chapman(Cells(24, 24, 20))


def test_whoever_may_not_see_people_is_told_no_small_count() -> None:
    made = load(("agree", ONE, 30), ("there", ONE, 2), ("here", ONE, 7))
    found = coverage(chen_viewer(), made, TODAY)
    assert not found.exact
    assert found.areas[0].line.there == -1
    assert found.areas[0].estimate is None
    assert found.whole.line.there in {-1, 0}


def test_who_may_see_neither_figures_nor_people_is_refused() -> None:
    with pytest.raises(NotAllowed):
        coverage(Viewer(None, "", "resident", ("770101",)), load(("agree", ONE, 3)), TODAY)


def test_the_page_says_what_the_figures_mean(client: Client) -> None:
    factories.area_tree()
    made = load(("agree", ONE, 30), ("there", ONE, 5), ("here", ONE, 7))
    sign_in(client, CHEN)
    page = client.get(reverse("sources:coverage", args=[made.pk])).content.decode()
    assert "85.7%" in page
    assert "81.1%" in page
    assert "互不相关" in page


def test_an_empty_list_has_no_estimate(client: Client) -> None:
    found = coverage(sun_viewer(), load(), TODAY)
    assert found.whole.estimate is None
    assert found.areas == []
