"""A field of a whole county: approved above it on paper, which a second person of the county enters."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.localfields import actions, policies, selectors
from domicile.apps.localfields.models import LocalField
from domicile.apps.localfields.tests.making import TODAY, proposed
from tests import factories
from tests.cast import COUNTY, GRID, QIAN, SUN, Actor, chen_viewer, li_viewer, qian_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
PAPER = actions.Paper("某某市民政局", "某民发〔2026〕12号", TODAY)
HAN = Actor("han", "韩县区", "county_operator", COUNTY, "register_maintenance")


def han_viewer() -> Viewer:
    return replace(sun_viewer(), user_id=HAN.id, name=HAN.real_name)


@pytest.fixture
def field(db) -> LocalField:
    return proposed(sun_viewer(), scope=COUNTY)


def test_a_second_operator_enters_the_approval_and_the_field_is_in_force_everywhere(field) -> None:
    assert policies.may_record(han_viewer(), field)
    kept = actions.record_approval(actor=han_viewer(), field_id=field.pk, paper=PAPER, note="", today=TODAY)
    assert (kept.state, kept.authority, kept.document, kept.document_date, kept.decided_by_name) == (
        "approved", "某某市民政局", "某民发〔2026〕12号", TODAY, "韩县区",
    )  # fmt: skip
    assert selectors.fields_at(GRID, "person", TODAY) == [kept]
    assert [row.action for row in Change.objects.order_by("pk")] == ["localfields.propose", "localfields.approved"]
    with pytest.raises(Refused):
        actions.record_approval(actor=han_viewer(), field_id=field.pk, paper=PAPER, today=TODAY)


def test_nobody_enters_it_for_their_own_proposal_for_another_area_or_without_the_right(field) -> None:
    above = replace(han_viewer(), scopes=("7701",))
    for viewer in (sun_viewer(), qian_viewer(), li_viewer(), chen_viewer(), above, replace(han_viewer(), user_id=None)):
        with pytest.raises(NotAllowed):
            actions.record_approval(actor=viewer, field_id=field.pk, paper=PAPER, today=TODAY)
    for viewer in (han_viewer(), above):
        assert not policies.may_decide(viewer, field)
        with pytest.raises(NotAllowed):
            actions.approve(actor=viewer, field_id=field.pk, today=TODAY)


def test_a_field_of_a_smaller_area_is_never_approved_on_paper() -> None:
    below = proposed(qian_viewer())
    with pytest.raises(NotAllowed):
        actions.record_approval(actor=han_viewer(), field_id=below.pk, paper=PAPER, today=TODAY)


@pytest.mark.parametrize(
    ("other", "at"),
    [
        ({"authority": " "}, "authority"),
        ({"document": ""}, "document"),
        ({"document": "长" * 61}, "document"),
        ({"authority": "联系人 13800001234"}, "authority"),
        ({"document_date": TODAY + dt.timedelta(days=1)}, "document_date"),
    ],
)
def test_a_paper_is_named_whole(field, other, at) -> None:
    with pytest.raises(Refused) as refusal:
        actions.record_approval(actor=han_viewer(), field_id=field.pk, paper=replace(PAPER, **other), today=TODAY)
    assert refusal.value.field == at
    field.refresh_from_db()
    assert field.state == "proposed"


def test_the_database_holds_no_county_field_in_force_without_its_paper_and_no_half_paper(field) -> None:
    other = factories.unknown_id()
    for wrong in ({"state": "approved", "decided_by": other}, {"document": "12号"}, {"document_date": TODAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LocalField.objects.filter(pk=field.pk).update(**wrong)


def test_what_was_not_approved_above_is_entered_by_the_second_operator_too(field) -> None:
    with pytest.raises(NotAllowed):
        actions.reject(actor=sun_viewer(), field_id=field.pk, note="自己撤回")
    refused = actions.reject(actor=han_viewer(), field_id=field.pk, note="市民政局未批准")
    assert (refused.state, refused.document) == ("refused", "")


def test_the_page_says_who_decides_and_takes_the_paper(client: Client) -> None:
    factories.area_tree()
    today = timezone.localdate()
    field = proposed(sun_viewer(), scope=COUNTY, today=today)
    here, paper = (reverse(f"localfields:{name}", args=[field.pk]) for name in ("field", "paper"))
    sent = {
        "authority": "某某市民政局",
        "document": "某民发〔2026〕12号",
        "document_date": today.isoformat(),
        "note": "",
    }
    for actor in (SUN, QIAN):
        sign_in(client, actor)
        page = client.get(here).content.decode()
        assert "书面报批" in page
        assert paper not in page
        assert client.post(paper, sent).status_code == 403
    sign_in(client, HAN)
    assert paper in client.get(here).content.decode()
    wrong = client.post(paper, {**sent, "document": ""})
    assert wrong.status_code == 422
    assert wrong.context["form"].errors["document"]
    assert client.post(paper, sent).status_code == 302
    page = client.get(here).content.decode()
    for part in ("某某市民政局", "某民发〔2026〕12号", "韩县区"):
        assert part in page
    assert paper not in page
