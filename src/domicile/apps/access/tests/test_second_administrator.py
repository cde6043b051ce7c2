"""A role that opens people's records or accounts is held once a second administrator has approved it."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.db import IntegrityError
from django.utils import timezone

from domicile.apps.access import actions
from domicile.apps.access.grants import grants_on
from domicile.apps.access.models import Grant
from domicile.apps.access.roles import matrix
from domicile.apps.access.viewers import machine_viewer, viewer_for
from domicile.apps.accounts.actions import close_account, reset_password
from domicile.apps.accounts.models import User
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "log"])
#: Wu's colleague in the same county, one in a township of it, and one in another county.
FENG = cast.Actor("feng", "冯管理", "administrator", cast.COUNTY, "oversight")
JIANG = cast.Actor("jiang", "蒋乡镇", "administrator", cast.TOWNSHIP, "oversight")
SHEN = cast.Actor("shen", "沈外县", "administrator", "770102", "oversight")
WU, FENG_VIEWER = cast.wu_viewer(), cast.viewer(FENG)


def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture(autouse=True)
def accounts() -> None:
    for actor in (cast.WU, cast.QIAN):
        cast.make_user(actor)
    Grant.objects.filter(user_id=cast.QIAN.id).delete()


@pytest.fixture
def feng() -> User:
    return cast.make_user(FENG)


def give(actor: Viewer = WU, role: str = "grid_worker", scope: str = cast.GRID, **days: dt.date) -> Grant:
    days = {"valid_from": dt.date(2026, 1, 1), **days}
    return actions.grant_role(actor=actor, user_id=cast.QIAN.id, role=role, scope=scope, **days)  # type: ignore[arg-type]


def held() -> list[str]:
    return [grant.role for grant in grants_on(cast.QIAN.id, today())]


def log() -> list[str]:
    return list(Change.objects.filter(subject_id=cast.QIAN.id).order_by("id").values_list("action", flat=True))


def test_which_roles_wait() -> None:
    rules = matrix(today())
    waits = {role for role in rules.roles if rules.needs_second(role)}
    assert waits == {
        "grid_worker", "group_coordinator", "community_officer", "township_operator", "county_operator", "query_clerk",
        "administrator",
    }  # fmt: skip


def test_a_role_that_reads_people_is_held_after_a_second_administrator_approved(feng: User) -> None:
    asked = give()
    assert asked.state == Grant.State.WAITING
    assert held() == []
    assert viewer_for(User.objects.get(pk=cast.QIAN.id), "door_visit", today()).permissions == frozenset()
    with pytest.raises(Refused):
        actions.approve_grant(actor=WU, grant_id=asked.pk, today=today())
    given = actions.approve_grant(actor=FENG_VIEWER, grant_id=asked.pk, today=today())
    assert (given.valid_from, held(), log()) == (today(), ["grid_worker"], ["access.ask", "access.approve"])
    with pytest.raises(Refused):
        actions.approve_grant(actor=FENG_VIEWER, grant_id=asked.pk, today=today())


def test_a_role_that_reads_nobody_is_held_at_once(feng: User) -> None:
    assert give(role="statistician", scope=cast.COUNTY).state == Grant.State.HOLDS
    assert log() == ["access.grant"]


def test_the_machine_itself_waits_for_nobody(feng: User) -> None:
    given = give(machine_viewer("domicile users", cast.COUNTY))
    assert (given.state, given.alone) == (Grant.State.HOLDS, False)


def test_the_only_administrator_gives_roles_that_stay_marked_until_a_second_one_confirms() -> None:
    given = give()
    assert (given.state, given.alone, held(), log()) == ("holds", True, ["grid_worker"], ["access.grant_alone"])
    with pytest.raises(Refused):
        actions.approve_grant(actor=WU, grant_id=given.pk, today=today())
    cast.make_user(FENG)
    confirmed = actions.approve_grant(actor=FENG_VIEWER, grant_id=given.pk, today=today())
    assert not confirmed.unconfirmed
    assert confirmed.valid_from == dt.date(2026, 1, 1)
    assert not actions.reopen_grant(actor=FENG_VIEWER, grant_id=given.pk, today=today()).decided_by
    assert held() == ["grid_worker"]
    assert log() == ["access.grant_alone", "access.confirm", "access.reopen"]


def test_who_gets_a_role_is_no_second_administrator_for_it(feng: User) -> None:
    given = actions.grant_role(
        actor=WU, user_id=FENG.id, role="county_operator", scope=cast.COUNTY, valid_from=dt.date(2026, 1, 1)
    )
    assert given.alone
    with pytest.raises(Refused):
        actions.approve_grant(actor=FENG_VIEWER, grant_id=given.pk, today=today())


def test_an_administrator_of_a_part_or_of_elsewhere_is_no_second_one_but_one_above_is() -> None:
    for actor in (JIANG, SHEN):
        cast.make_user(actor)
    assert give(role="county_operator", scope=cast.COUNTY).alone
    waits = give(scope=cast.GRID)
    assert waits.state == Grant.State.WAITING  # Jiang's township holds that grid
    with pytest.raises(NotAllowed):
        actions.approve_grant(actor=cast.viewer(SHEN), grant_id=waits.pk, today=today())
    actions.approve_grant(actor=cast.viewer(JIANG), grant_id=waits.pk, today=today())
    asked = give(cast.viewer(JIANG), role="community_officer", scope=cast.COMMUNITY)
    actions.approve_grant(actor=WU, grant_id=asked.pk, today=today())
    assert set(held()) == {"community_officer", "county_operator", "grid_worker"}


def shut_by_closing() -> None:
    close_account(actor=WU, user_id=FENG.id, on=today())


def shut_by_taking_the_role() -> None:
    actions.revoke_role(actor=WU, grant_id=Grant.objects.get(user_id=FENG.id).pk, on=today())


@pytest.mark.parametrize("shut", [shut_by_closing, shut_by_taking_the_role])
def test_nobody_becomes_the_only_administrator_by_shutting_out_the_other(feng: User, shut: Callable[[], None]) -> None:
    shut()
    assert give().state == Grant.State.WAITING
    past = today() - dt.timedelta(days=8)
    User.objects.filter(pk=FENG.id, closed_on__isnull=False).update(closed_on=past)
    Grant.objects.filter(user_id=FENG.id, valid_to__isnull=False).update(valid_to=past)
    assert give(role="community_officer", scope=cast.COMMUNITY).alone


def test_nobody_decides_for_whoever_could_sign_in_as_them(feng: User) -> None:
    reset_password(actor=WU, user_id=FENG.id)
    asked = give()
    with pytest.raises(Refused):
        actions.approve_grant(actor=FENG_VIEWER, grant_id=asked.pk, today=today())
    Change.objects.filter(subject_id=FENG.id).update(at=timezone.now() - dt.timedelta(days=8))
    actions.approve_grant(actor=FENG_VIEWER, grant_id=asked.pk, today=today())
    assert held() == ["grid_worker"]


def test_a_role_is_refused_with_a_reason_and_the_decision_can_be_taken_back(feng: User) -> None:
    asked = give()
    with pytest.raises(Refused) as none:
        actions.refuse_grant(actor=FENG_VIEWER, grant_id=asked.pk, note=" ", today=today())
    assert none.value.field == "note"
    actions.refuse_grant(actor=FENG_VIEWER, grant_id=asked.pk, note="不在本网格", today=today())
    assert held() == []
    assert Change.objects.order_by("id").last().reason == "不在本网格"  # type: ignore[union-attr]
    for attempt in (actions.approve_grant, actions.reopen_grant):
        with pytest.raises((NotAllowed, Refused)):
            attempt(actor=WU, grant_id=asked.pk, today=today())
    actions.reopen_grant(actor=FENG_VIEWER, grant_id=asked.pk, today=today())
    actions.approve_grant(actor=FENG_VIEWER, grant_id=asked.pk, today=today())
    actions.reopen_grant(actor=FENG_VIEWER, grant_id=asked.pk, today=today())
    assert held() == []
    assert log() == ["access.ask", "access.refuse", "access.reopen", "access.approve", "access.reopen"]


def test_what_waits_is_taken_back_by_who_asked_and_by_nobody_else(feng: User) -> None:
    asked = give()
    with pytest.raises(Refused):
        give()  # once is enough
    with pytest.raises(Refused):
        actions.revoke_role(actor=FENG_VIEWER, grant_id=asked.pk, on=today())
    with pytest.raises(NotAllowed):
        actions.withdraw_grant(actor=FENG_VIEWER, grant_id=asked.pk)
    actions.withdraw_grant(actor=WU, grant_id=asked.pk)
    assert not Grant.objects.filter(pk=asked.pk).exists()
    assert json.loads(Change.objects.order_by("id").last().values)[0][2] == "delete"  # type: ignore[union-attr]


def test_a_time_that_is_over_and_a_closed_account_are_not_approved(feng: User) -> None:
    over = give(valid_to=dt.date(2026, 1, 2))
    later = give(role="community_officer", scope=cast.COMMUNITY)
    close_account(actor=WU, user_id=cast.QIAN.id, on=today())
    for asked in (over, later):
        with pytest.raises(Refused):
            actions.approve_grant(actor=FENG_VIEWER, grant_id=asked.pk, today=today())
    assert held() == []


def test_others_decide_nothing(feng: User) -> None:
    asked = give()
    for viewer in (cast.sun_viewer(), cast.zheng_viewer(), dataclasses.replace(FENG_VIEWER, scopes=("770102",))):
        for attempt in (
            lambda who=viewer: actions.approve_grant(actor=who, grant_id=asked.pk, today=today()),
            lambda who=viewer: actions.refuse_grant(actor=who, grant_id=asked.pk, note="x", today=today()),
            lambda who=viewer: actions.withdraw_grant(actor=who, grant_id=asked.pk),
            lambda who=viewer: actions.reopen_grant(actor=who, grant_id=asked.pk, today=today()),
        ):
            with pytest.raises(NotAllowed):
                attempt()


@pytest.mark.parametrize("who", [cast.WU.id, cast.QIAN.id])
def test_the_database_knows_that_somebody_else_decides(feng: User, who: object) -> None:
    asked = give()
    with pytest.raises(IntegrityError):
        Grant.objects.filter(pk=asked.pk).update(decided_by=who)
