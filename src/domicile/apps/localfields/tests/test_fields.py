"""A local field is proposed, decided a level above by another, published, and ended with what was entered in it."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.localfields import actions, checks, policies, selectors, values
from domicile.apps.localfields.models import LocalField, LocalValue
from domicile.apps.localfields.tests.making import TODAY, approved, proposed
from domicile.apps.vault.models import SubjectKey
from domicile.apps.vault.sealing import seal
from tests import factories
from tests.cast import (
    CHEN,
    COMMUNITY,
    COUNTY,
    LI,
    QIAN,
    SUN,
    TOWNSHIP,
    ZHAO,
    chen_viewer,
    li_viewer,
    qian_viewer,
    sign_in,
    sun_viewer,
    zhao_viewer,
)

pytestmark = pytest.mark.django_db(databases=["default", "log"])
DAY = dt.timedelta(days=1)


def enter(field: LocalField, text: str = "yes") -> LocalValue:
    row = LocalValue(field=field, subject_id=factories.unknown_id())
    row.value = seal(row, "value", values.locked(field.pk, row.subject_id, text))
    row.save()
    return row


def test_what_a_community_proposes_the_county_approves_and_it_is_in_force() -> None:
    field = proposed()
    assert selectors.fields_at(COMMUNITY + "001", "person", TODAY) == []
    field = actions.approve(actor=sun_viewer(), field_id=field.pk, note="好", today=TODAY)
    assert (field.state, field.decided_by_name) == ("approved", SUN.real_name)
    assert selectors.fields_at(COMMUNITY + "001", "person", TODAY) == [field]
    assert selectors.fields_at(COMMUNITY + "001", "dwelling", TODAY) == []
    assert selectors.fields_at("770101001002001", "person", TODAY) == []
    assert selectors.fields_at(COMMUNITY + "001", "person", field.end) == []
    assert [row.action for row in Change.objects.order_by("pk")] == ["localfields.propose", "localfields.approved"]


def test_nobody_decides_their_own_and_nobody_on_the_same_level_or_elsewhere() -> None:
    field = proposed()
    colleague = replace(qian_viewer(), user_id=factories.unknown_id())
    township = replace(colleague, scopes=(TOWNSHIP,))
    assert not policies.may_decide(replace(qian_viewer(), scopes=(COUNTY,)), field)
    assert not policies.may_decide(colleague, field)
    assert not policies.may_decide(li_viewer(), field)
    assert not policies.may_decide(chen_viewer(), field)
    assert policies.may_decide(township, field)
    for viewer in (qian_viewer(), colleague, li_viewer(), zhao_viewer()):
        with pytest.raises(NotAllowed):
            actions.approve(actor=viewer, field_id=field.pk, today=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        LocalField.objects.filter(pk=field.pk).update(state="approved", decided_by=field.proposed_by)


@pytest.mark.parametrize("viewer", [zhao_viewer, li_viewer, chen_viewer, sun_viewer])
def test_a_field_is_proposed_only_for_the_own_area(viewer) -> None:
    with pytest.raises(NotAllowed):
        proposed(viewer())


@pytest.mark.parametrize(
    ("other", "at"),
    [
        ({"label_zh": " "}, "label_zh"),
        ({"label_zh": "民族"}, "label_zh"),
        ({"label_en": "Religion"}, "label_en"),
        ({"service": "流动人口登记率考核"}, "service"),
        ({"purpose": "掌握重点人员"}, "purpose"),
        ({"purpose": "电话 13800001234"}, "purpose"),
        ({"service": "长" * 121}, "service"),
        ({"start": TODAY - DAY}, "start"),
        ({"end": TODAY}, "end"),
        ({"end": TODAY + 731 * DAY}, "end"),
        ({"kind": "score"}, "kind"),
        ({"kind": "choice"}, "choices"),
        ({"choices": (("是", "Yes"), ("否", "No"))}, "choices"),
        ({"kind": "choice", "choices": (("一", "One"),)}, "choices"),
        ({"kind": "choice", "choices": (("一", "One"), ("一", "Two"))}, "choices"),
        ({"kind": "choice", "choices": (("一", ""), ("二", "Two"))}, "choices"),
        ({"kind": "choice", "choices": (("佛教", "One"), ("其他", "Other"))}, "choices"),
        ({"kind": "choice", "choices": (("甲", "Pregnant"), ("乙", "Other"))}, "choices"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(other, at) -> None:
    with pytest.raises(Refused) as refusal:
        proposed(**other)
    assert refusal.value.field == at
    assert not LocalField.objects.exists()


def test_an_area_has_no_two_of_a_name_and_not_more_than_ten() -> None:
    proposed()
    with pytest.raises(Refused):
        proposed()
    for number in range(2, 11):
        proposed(label_zh=f"项目{number}")
    with pytest.raises(Refused):
        proposed(label_zh="项目十一")
    proposed(label_zh="项目十一", subject_kind="dwelling")


def test_a_field_is_refused_with_a_reason_and_decided_once() -> None:
    field = proposed()
    with pytest.raises(Refused):
        actions.reject(actor=sun_viewer(), field_id=field.pk, note=" ")
    actions.reject(actor=sun_viewer(), field_id=field.pk, note="没有说明由谁送餐 13800001234")
    field.refresh_from_db()
    assert (field.state, field.decision_note) == ("refused", "没有说明由谁送餐 [number]")
    with pytest.raises(Refused):
        actions.approve(actor=sun_viewer(), field_id=field.pk, today=TODAY)
    late = proposed()
    with pytest.raises(Refused):
        actions.approve(actor=sun_viewer(), field_id=late.pk, today=late.end)


def test_the_end_erases_what_was_entered_also_from_the_log() -> None:
    field, other = approved(), approved(label_zh="轮椅")
    row, kept = enter(field), enter(other)
    held = {field.pk: values.locked(field.pk, row.subject_id, "yes")}
    assert values.unlocked(row.subject_id, held) == {field.pk: "yes"}
    with pytest.raises(Refused):
        actions.end_early(actor=qian_viewer(), field_id=field.pk, reason=" ")
    with pytest.raises(NotAllowed):
        actions.end_early(actor=li_viewer(), field_id=field.pk, reason="停办")
    actions.end_early(actor=qian_viewer(), field_id=field.pk, reason="食堂停办")
    field.refresh_from_db()
    assert field.state == "ended"
    assert field.erased_at is not None
    assert list(LocalValue.objects.all()) == [kept]
    assert not SubjectKey.objects.filter(pk=field.pk).exists()
    assert values.unlocked(row.subject_id, held) == {field.pk: ""}
    with pytest.raises(Refused):
        actions.end_early(actor=qian_viewer(), field_id=field.pk, reason="再一次")


def test_the_servers_turn_erases_what_is_over_and_the_check_names_it_until_then() -> None:
    field = approved(today=dt.date(2020, 1, 1))
    enter(field)
    assert [found.code for found in checks.run(COMMUNITY)] == ["local_field_not_erased"]
    assert selectors.fields_at(COMMUNITY, "person", field.end) == []
    assert actions.erase_ended(actor=actions.MACHINE, today=field.end - DAY) == 0
    assert actions.erase_ended(actor=actions.MACHINE, today=field.end) == 1
    assert actions.erase_ended(actor=actions.MACHINE, today=field.end) == 0
    assert not LocalValue.objects.exists()
    assert list(checks.run()) == []


@pytest.mark.parametrize(
    ("kind", "good", "kept", "bad"),
    [
        ("yes_no", "yes", "yes", "maybe"),
        ("choice", "2", "2", "3"),
        ("number", "007", "7", "-1"),
        ("number", "0", "0", "1.5"),
        ("day", "2026-02-28", "2026-02-28", "2026-02-30"),
        ("text", " 三楼 ", "三楼", "信佛教"),
        ("text", "按铃", "按铃", "13800001234"),
        ("text", "长" * 100, "长" * 100, "长" * 101),
    ],
)
def test_a_value_fits_its_type(kind, good, kept, bad) -> None:
    choices = (("午餐", "Lunch"), ("晚餐", "Dinner")) if kind == "choice" else ()
    field = proposed(kind=kind, choices=choices)
    assert values.checked(field, good) == kept
    assert values.checked(field, "  ") == ""
    with pytest.raises(Refused):
        values.checked(field, bad)
    assert values.told(field, kept)
    assert values.told(field, "") == ""


SENT = {
    "scope": COMMUNITY, "subject_kind": "person", "kind": "choice", "label_zh": "送餐", "label_en": "Meals",
    "choices": "午餐 = Lunch\n晚餐＝Dinner", "service": "社区食堂", "purpose": "给居民送餐", "start": "", "end": "",
}  # fmt: skip


def test_the_page_proposes_lists_and_decides(client: Client) -> None:
    factories.area_tree()
    today = timezone.localdate()
    sent = {**SENT, "start": today.isoformat(), "end": (today + 30 * DAY).isoformat()}
    sign_in(client, QIAN)
    wrong = client.post(reverse("localfields:propose"), {**sent, "label_zh": "民族"})
    assert wrong.status_code == 422
    assert "label_zh" in wrong.context["form"].errors
    assert client.post(reverse("localfields:propose"), {**sent, "choices": "午餐"}).status_code == 422
    assert client.post(reverse("localfields:propose"), sent).status_code == 302
    field = LocalField.objects.get()
    assert field.end == today + 31 * DAY
    assert [row.label_en for row in field.choices.order_by("position")] == ["Lunch", "Dinner"]
    assert client.post(reverse("localfields:approve", args=[field.pk])).status_code == 403
    sign_in(client, SUN)
    page = client.get(reverse("localfields:fields")).content.decode()
    assert "社区食堂" in page
    assert "河沿社区" in page
    assert client.post(reverse("localfields:approve", args=[field.pk])).status_code == 302
    for actor, purpose in ((ZHAO, ""), (CHEN, "")):
        sign_in(client, actor, purpose)
        page = client.get(reverse("localfields:fields")).content.decode()
        assert SUN.real_name in page
        assert "社区食堂" in page
        assert client.get(reverse("localfields:propose")).status_code == 403
    sign_in(client, LI)
    assert "社区食堂" not in client.get(reverse("localfields:fields")).content.decode()
    assert client.get(reverse("localfields:field", args=[field.pk])).status_code == 403


def test_the_published_page_is_not_for_those_who_have_not_signed_in(client: Client) -> None:
    assert client.get(reverse("localfields:fields")).status_code == 302


def test_the_page_costs_the_same_for_many(client: Client, django_assert_max_num_queries) -> None:
    for number in range(8):
        approved(today=timezone.localdate(), label_zh=f"项目{number}")
    sign_in(client, QIAN)
    with django_assert_max_num_queries(20):
        client.get(reverse("localfields:fields"))
