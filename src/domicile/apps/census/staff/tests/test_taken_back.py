"""An undertaking that is taken back takes posts and roles with it, at once; the undo gives back the posts."""

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.access.models import Grant
from domicile.apps.accounts.models import User
from domicile.apps.audit.models import Change
from domicile.apps.census.staff import granting
from domicile.apps.census.staff.actions import assigning, recruits, undo
from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.tests.working import DAY, ENUMERATOR, OFFICE, TODAY, ground, plan, won
from domicile.apps.staffing.models import Holding
from tests.cast import COMMUNITY, make_user, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def working(start: int = 3) -> tuple[Recruit, User]:
    """An enumerator with an account, an area since so many days, the role over it, and one over an area by hand."""
    codes, census = ground(), plan()
    account = make_user(ENUMERATOR)
    row = won(census, "何普查", account=account.pk)
    given = assigning.Plan({codes[0]: row.pk})
    assigning.assign(actor=viewer(OFFICE), census_id=census.pk, community=COMMUNITY, plan=given, on=TODAY - start * DAY)
    Grant.objects.create(user=account, role="enumerator", scope=codes[3], valid_from=TODAY - DAY)
    waiting = {"state": Grant.State.WAITING, "valid_from": TODAY}
    Grant.objects.create(user=account, role="census_supervisor", scope=codes[2], **waiting)
    return row, account


def held(account: User) -> list[Grant]:
    return [one for one in account.grants.all() if one.holds_on(TODAY) or one.state == Grant.State.WAITING]


@pytest.mark.parametrize("start", [3, 0])
def test_who_takes_it_back_sees_nothing_from_then_on_and_the_areas_are_free(client: Client, start: int) -> None:
    row, account = working(start)
    page = reverse("census:listed_area", args=[row.census.code, COMMUNITY + "001"])
    sign_in(client, ENUMERATOR)
    assert client.get(page).status_code == 200
    recruits.sign_undertaking(actor=viewer(OFFICE), recruit_id=row.pk, on=None, today=TODAY)
    assert held(account) == []
    assert client.get(page).status_code == 403
    assert not Holding.objects.filter(worker=row.worker, end=None).exists()
    told = set(Change.objects.filter(actor_id=viewer(OFFICE).user_id).values_list("action", flat=True))
    assert told >= {"census.sign_undertaking", "staffing.end_holding", "access.revoke"}
    assert granting.rights(row.census, TODAY, viewer(OFFICE)) == set()


def test_the_undo_gives_back_paper_and_posts_and_an_administrator_the_roles() -> None:
    row, account = working()
    recruits.sign_undertaking(actor=viewer(OFFICE), recruit_id=row.pk, on=None, today=TODAY)
    taken = Change.objects.filter(action="census.sign_undertaking").latest("pk")
    undo.undo(actor=viewer(OFFICE), change_id=taken.pk)
    row.refresh_from_db()
    assert row.undertaking_signed_on == TODAY - 10 * DAY
    assert Holding.objects.filter(worker=row.worker, end=None).count() == 1
    assert held(account) == []
    assert len(granting.rights(row.census, TODAY, viewer(OFFICE))) == 1


def test_an_undertaking_for_another_census_keeps_what_stands() -> None:
    row, account = working()
    pilot = Recruit.objects.create(
        census=plan("pilot"), worker=row.worker, duty="enumerator", near_code=row.near_code, recruited_on=TODAY,
        undertaking_signed_on=TODAY,
    )  # fmt: skip
    before = len(held(account))
    recruits.sign_undertaking(actor=viewer(OFFICE), recruit_id=row.pk, on=None, today=TODAY)
    assert len(held(account)) == before
    recruits.sign_undertaking(actor=viewer(OFFICE), recruit_id=pilot.pk, on=None, today=TODAY)
    assert held(account) == []


def test_undoing_the_note_of_a_signature_ends_a_role_that_was_given_by_hand() -> None:
    ground()
    account = make_user(ENUMERATOR)
    won(plan(), "何普查", account=account.pk)
    assert held(account)
    signing = Change.objects.filter(action="census.sign_undertaking").latest("pk")
    undo.undo(actor=viewer(OFFICE), change_id=signing.pk)
    assert held(account) == []
