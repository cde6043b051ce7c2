"""What lies outside the viewer's areas is not there."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.apps.access.models import Grant
from domicile.apps.access.scopes import restrict, scope_q
from domicile.apps.access.viewers import NOBODY
from domicile.apps.accounts.models import User
from tests import cast


@pytest.fixture
def codes(db: None) -> list[str]:
    user = cast.make_user(cast.WU)
    Grant.objects.all().delete()
    written = [
        cast.GRID,
        cast.OTHER_GRID,
        cast.COMMUNITY + "000",
        cast.OTHER_GRID_ELSEWHERE,
        "770102",
        "7701",
        "780101",
    ]
    for code in written:
        Grant.objects.create(user=user, role="x", scope=code, valid_from=dt.date(2020, 1, 1))
    return written


def seen(viewer: object) -> set[str]:
    return set(restrict(Grant.objects.all(), viewer, "scope").values_list("scope", flat=True))  # type: ignore[arg-type]


def test_each_of_the_cast_sees_their_own(codes: list[str]) -> None:
    assert seen(cast.zhao_viewer()) == {cast.GRID}
    assert seen(cast.qian_viewer()) == {cast.GRID, cast.OTHER_GRID, cast.COMMUNITY + "000"}
    assert seen(cast.sun_viewer()) == {cast.GRID, cast.OTHER_GRID, cast.COMMUNITY + "000"}
    assert seen(cast.li_viewer()) == {cast.OTHER_GRID_ELSEWHERE}


def test_without_a_scope_nothing_is_seen(codes: list[str]) -> None:
    assert seen(NOBODY) == set()
    assert seen(replace(cast.sun_viewer(), scopes=("",))) == set()
    assert scope_q(NOBODY) is None


def test_several_areas_are_seen_together(codes: list[str]) -> None:
    both = replace(cast.zhao_viewer(), scopes=(cast.GRID, cast.OTHER_COMMUNITY))
    assert seen(both) == {cast.GRID, cast.OTHER_GRID_ELSEWHERE}


def test_a_scope_is_read_as_ranges_and_not_by_patterns(codes: list[str]) -> None:
    sql = str(restrict(Grant.objects.all(), cast.sun_viewer(), "scope").query)
    assert "LIKE" not in sql
    assert ">=" in sql


@given(st.text("0123456789", min_size=2, max_size=15), st.text("0123456789", min_size=2, max_size=15))
def test_ranges_hold_exactly_what_begins_with_the_scope(scope: str, code: str) -> None:
    viewer = replace(cast.sun_viewer(), scopes=(scope,))
    assert any(begin <= code < end for begin, end in viewer.ranges()) == code.startswith(scope) == viewer.covers(code)


def test_a_user_of_two_areas_in_one_role_has_both(db: None) -> None:
    from domicile.apps.access.viewers import viewer_for

    user = cast.make_user(cast.ZHAO)
    Grant.objects.create(user=user, role="grid_worker", scope=cast.OTHER_GRID, valid_from=dt.date(2020, 1, 1))
    Grant.objects.create(user=user, role="inspector", scope=cast.COMMUNITY, valid_from=dt.date(2020, 1, 1))
    ended = Grant(user=user, role="grid_worker", scope="770101001002001", valid_from=dt.date(2020, 1, 1))
    ended.valid_to = dt.date(2026, 1, 1)
    ended.save()
    today = dt.date(2026, 1, 1)
    worker = viewer_for(user, "door_visit", today)
    assert (worker.role, worker.scopes) == ("grid_worker", (cast.GRID, cast.OTHER_GRID))
    assert worker.may("view_person")
    inspector = viewer_for(user, "door_visit", today, "inspector")
    assert (inspector.role, inspector.scopes, inspector.purpose) == ("inspector", (cast.COMMUNITY,), "")
    assert not inspector.may("view_person")
    assert isinstance(user, User)


def test_a_role_that_was_not_granted_cannot_be_chosen(db: None) -> None:
    from domicile.apps.access.viewers import viewer_for

    user = cast.make_user(cast.ZHAO)
    assert viewer_for(user, "", dt.date(2026, 1, 1), "county_operator").role == "grid_worker"
