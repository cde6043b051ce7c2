"""Administrators keep the accounts and roles of their own areas, on record."""

import dataclasses
import datetime as dt
import json
import uuid

import pytest
from django.test import Client

from domicile.apps.access.actions import grant_role, revoke_role
from domicile.apps.access.models import Grant
from domicile.apps.accounts import actions, second_factor
from domicile.apps.accounts.models import User
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def wu(client: Client) -> Client:
    cast.sign_in(client, cast.WU)
    return client


def new(**fields: str) -> dict[str, str]:
    return {"username": "he", "real_name": "何新", "area_code": cast.TOWNSHIP, "language": "zh-hans", **fields}


def test_a_new_account_gets_a_password_that_is_shown_once_and_works(wu: Client) -> None:
    page = wu.post("/administration/accounts/add/", new())
    password = page.context["password"]
    assert password in page.content.decode()
    assert Client().post("/accounts/sign-in/", {"login": "he", "password": password}).status_code == 302
    assert password not in str(list(Change.objects.values_list("values", flat=True)))
    assert User.objects.get(username="he").password not in str(list(Change.objects.values_list("values", flat=True)))


def test_a_taken_name_and_a_foreign_area_are_refused_at_their_field(wu: Client) -> None:
    assert "username" in wu.post("/administration/accounts/add/", new(username="wu")).context["form"].errors
    assert "area_code" in wu.post("/administration/accounts/add/", new(area_code="770102")).context["form"].errors
    assert "area_code" in wu.post("/administration/accounts/add/", new(area_code="7701x")).context["form"].errors
    assert User.objects.count() == 1


def test_a_role_is_given_and_taken_and_both_are_on_record(wu: Client) -> None:
    qian = cast.make_user(cast.QIAN)
    Grant.objects.filter(user=qian).delete()
    form = {"role": "grid_worker", "scope": cast.GRID, "valid_from": "2026-01-01"}
    assert wu.post(f"/administration/accounts/{qian.pk}/grant/", form).status_code == 302
    grant = Grant.objects.get(user=qian)
    assert wu.get(f"/administration/grants/{grant.pk}/revoke/").status_code == 200
    assert wu.post(f"/administration/grants/{grant.pk}/revoke/").status_code == 302
    grant.refresh_from_db()
    assert grant.valid_to is not None
    kept = Change.objects.filter(subject_id=qian.pk).order_by("id")
    assert [change.action for change in kept] == ["access.grant_alone", "access.revoke"]
    assert {change.actor_id for change in kept} == {cast.WU.id}
    assert json.loads(kept[0].values)[0][3]["scope"] == [None, cast.GRID]


@pytest.mark.parametrize(
    ("field", "value"), [("scope", cast.COMMUNITY), ("scope", "770102001001001"), ("valid_to", "2020-01-01")]
)
def test_a_role_that_does_not_fit_is_refused_at_its_field(wu: Client, field: str, value: str) -> None:
    qian = cast.make_user(cast.QIAN)
    form = {"role": "grid_worker", "scope": cast.GRID, "valid_from": "2026-01-01", field: value}
    page = wu.post(f"/administration/accounts/{qian.pk}/grant/", form)
    assert field in page.context["form"].errors
    assert Grant.objects.filter(user=qian).count() == 1


def test_nobody_gives_roles_to_themselves_or_closes_their_own_account() -> None:
    cast.make_user(cast.WU)
    with pytest.raises(Refused):
        grant_role(
            actor=cast.wu_viewer(), user_id=cast.WU.id, role="county_operator", scope=cast.COUNTY, valid_from=TODAY
        )
    with pytest.raises(Refused):
        actions.close_account(actor=cast.wu_viewer(), user_id=cast.WU.id, on=TODAY)


def test_accounts_of_other_areas_are_out_of_reach() -> None:
    cast.make_user(cast.LI)
    grant = Grant.objects.get()
    wu = cast.wu_viewer()
    for attempt in (
        lambda: actions.close_account(actor=wu, user_id=cast.LI.id, on=TODAY),
        lambda: actions.reset_second_factor(actor=wu, user_id=cast.LI.id),
        lambda: actions.reset_password(actor=wu, user_id=uuid.uuid4()),
        lambda: grant_role(actor=wu, user_id=cast.LI.id, role="inspector", scope=cast.COUNTY, valid_from=TODAY),
        lambda: revoke_role(actor=wu, grant_id=grant.pk, on=TODAY),
        lambda: actions.create_user(actor=wu, username="x", real_name="x", area_code="770102"),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert Change.objects.count() == 0


def test_only_administrators_keep_accounts() -> None:
    cast.make_user(cast.ZHAO)
    for viewer in (cast.qian_viewer(), cast.sun_viewer(), cast.zheng_viewer(), cast.chen_viewer()):
        with pytest.raises(NotAllowed):
            actions.close_account(actor=viewer, user_id=cast.ZHAO.id, on=TODAY)


def test_closing_resetting_and_a_new_password_ask_first(wu: Client) -> None:
    qian = cast.make_user(cast.QIAN)
    actions.give_second_factor(actor=cast.wu_viewer(), user_id=qian.pk)
    at = f"/administration/accounts/{qian.pk}"
    for way in ("second-factor", "password", "close"):
        assert wu.get(f"{at}/{way}/").status_code == 200
    assert wu.post(f"{at}/password/").context["password"]
    User.objects.filter(pk=qian.pk).update(password_given_by=None)
    assert wu.post(f"{at}/second-factor/").status_code == 302
    assert wu.post(f"{at}/close/").status_code == 302
    qian.refresh_from_db()
    assert not qian.is_active
    assert wu.get(f"{at}/grant/").status_code == 200
    form = {"role": "grid_worker", "scope": cast.GRID, "valid_from": "2026-01-01"}
    assert wu.post(f"{at}/grant/", form).context["form"].errors


def test_no_administrator_gives_a_password_and_takes_the_second_factor_away(wu: Client) -> None:
    """With both they would sign in as the colleague; two administrators, or the colleague in between, may."""
    qian = cast.make_user(cast.QIAN)
    other = dataclasses.replace(cast.wu_viewer(), user_id=uuid.uuid4())
    at = f"/administration/accounts/{qian.pk}"
    actions.give_second_factor(actor=cast.wu_viewer(), user_id=qian.pk)
    password = wu.post(f"{at}/password/").context["password"]
    assert wu.post(f"{at}/second-factor/").status_code == 422
    assert second_factor.has_one(qian)
    actions.reset_second_factor(actor=other, user_id=qian.pk)
    actions.reset_password(actor=cast.wu_viewer(), user_id=qian.pk)
    with pytest.raises(Refused):
        actions.reset_password(actor=other, user_id=qian.pk)
    qian.refresh_from_db()
    assert not qian.check_password(password)
    second_factor.store(qian, second_factor.new_secret())
    actions.choose_password(user=qian, password="only mine to know")
    assert actions.reset_second_factor(actor=cast.wu_viewer(), user_id=qian.pk)
    page = wu.post(f"{at}/password/")
    assert page.status_code == 422
    assert page.context["form"].errors


def test_an_account_that_reaches_further_is_not_opened_by_a_lower_administrator() -> None:
    """A county operator with an office in the township: a password given here would open the county."""
    sun = cast.make_user(cast.SUN)
    User.objects.filter(pk=sun.pk).update(area_code=cast.TOWNSHIP)
    lower = dataclasses.replace(cast.wu_viewer(), scopes=(cast.TOWNSHIP,))
    for action in (actions.reset_password, actions.reset_second_factor, actions.give_second_factor):
        with pytest.raises(NotAllowed):
            action(actor=lower, user_id=sun.pk)
    with pytest.raises(NotAllowed):
        actions.close_account(actor=lower, user_id=sun.pk, on=TODAY)
    assert User.objects.get(pk=sun.pk).check_password(cast.PASSWORD)
    Grant.objects.filter(user=sun).update(valid_to=TODAY - dt.timedelta(days=1))
    assert actions.reset_password(actor=lower, user_id=sun.pk).password


def test_a_role_from_a_day_before_the_first_rules_is_refused_in_words(wu: Client) -> None:
    qian = cast.make_user(cast.QIAN)
    form = {"role": "grid_worker", "scope": cast.GRID, "valid_from": "1900-01-01"}
    assert "valid_from" in wu.post(f"/administration/accounts/{qian.pk}/grant/", form).context["form"].errors


def test_a_page_that_no_list_has_is_empty(wu: Client) -> None:
    for page in ("99999999999999999999", "9" * 5000, "²"):
        assert wu.get("/administration/accounts/", {"page": page}).status_code == 200
