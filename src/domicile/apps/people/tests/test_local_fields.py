"""Local fields of persons and dwellings: filled in by type, proposed or at once, undone, gone after the end."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look
from domicile.apps.audit.models import Change
from domicile.apps.collect.actions import accept
from domicile.apps.collect.models import Proposal
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.localfields import actions, values
from domicile.apps.localfields.models import LocalField, LocalValue
from domicile.apps.localfields.tests.making import approved
from domicile.apps.people.local.action import LocalValues, name_of, set_values
from domicile.apps.people.local.handlers import describe
from domicile.apps.people.local.selectors import entered
from domicile.apps.people.models import Person
from tests import factories
from tests.cast import LI, QIAN, ZHAO, li_viewer, qian_viewer, sign_in, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def head(db) -> Person:
    factories.area_tree()
    return factories.family(size=2, registered=False).members.get(relation="02").person


@pytest.fixture
def meals() -> LocalField:
    return approved(today=timezone.localdate())


def url(person: Person) -> str:
    return reverse("people:local_person", args=[person.pk])


def test_an_officer_fills_it_in_it_stands_on_the_card_and_is_undone(client: Client, head, meals) -> None:
    sign_in(client, QIAN)
    assert "需要送餐" in client.get(reverse("people:person", args=[head.pk])).content.decode()
    assert "社区食堂送餐" in client.get(url(head)).content.decode()
    assert Look.objects.using("log").latest("id").question == "local_fields"
    assert client.post(url(head), {name_of(meals): "maybe", "reason": "走访"}).status_code == 422
    assert client.post(url(head), {name_of(meals): "yes", "reason": "走访"}).status_code == 302
    row = LocalValue.objects.get()
    assert b"yes" not in bytes(row.value)
    assert [line.told for line in entered(qian_viewer(), "person", head.pk)] in (["是"], ["Yes"])
    client.post(url(head), {name_of(meals): "no", "reason": "改口"})
    assert values.values_of(head.pk, [meals]) == {meals.pk: "no"}
    change = Change.objects.filter(action="people.local_values").latest("pk")
    client.post(reverse("people:undo", args=[change.pk]))
    assert values.values_of(head.pk, [meals]) == {meals.pk: "yes"}
    client.post(url(head), {name_of(meals): "", "reason": "收回"})
    assert not LocalValue.objects.exists()


def test_a_grid_workers_answer_waits_and_is_accepted(client: Client, head, meals) -> None:
    sign_in(client, ZHAO)
    client.post(url(head), {name_of(meals): "yes", "reason": "走访"})
    proposal = Proposal.objects.get()
    assert not LocalValue.objects.exists()
    arguments = LocalValues("person", head.pk, {meals.pk.hex: values.locked(meals.pk, head.pk, "yes")})
    assert describe(arguments)[0].after in {"是", "Yes"}
    accept(actor=qian_viewer(), proposal_id=proposal.pk)
    assert values.values_of(head.pk, [meals]) == {meals.pk: "yes"}


def test_after_the_end_it_is_nowhere_and_a_waiting_answer_cannot_be_accepted(client: Client, head, meals) -> None:
    sign_in(client, ZHAO)
    client.post(url(head), {name_of(meals): "yes", "reason": "走访"})
    proposal = Proposal.objects.get()
    locked = values.locked(meals.pk, head.pk, "yes")
    actions.end_early(actor=sun_viewer(), field_id=meals.pk, reason="停办")
    assert entered(qian_viewer(), "person", head.pk) == []
    assert [line.after for line in describe(LocalValues("person", head.pk, {meals.pk.hex: locked}))] != ["是"]
    with pytest.raises(Refused):
        accept(actor=qian_viewer(), proposal_id=proposal.pk)
    assert "需要送餐" not in client.get(url(head)).content.decode()
    assert "需要送餐" not in client.get(reverse("people:person", args=[head.pk])).content.decode()


def test_what_was_filled_in_is_not_shown_after_the_last_day_even_before_it_is_erased(head) -> None:
    today = timezone.localdate()
    field = approved(today=today - dt.timedelta(days=400))
    row = LocalValue(field=field, subject_id=head.pk, value=b"x")
    row.save()
    assert field.end < today
    assert entered(qian_viewer(), "person", head.pk) == []


def test_a_dwelling_has_its_own_and_no_other_areas(client: Client, head) -> None:
    today = timezone.localdate()
    alarm = approved(today=today, subject_kind="dwelling", kind="day", label_zh="报警器检查日期")
    home = head.memberships.get().household.dwelling
    sign_in(client, QIAN)
    address = reverse("people:local_dwelling", args=[home.pk])
    client.post(address, {name_of(alarm): "2026-05-06", "reason": "走访"})
    page = client.get(reverse("people:dwelling", args=[home.pk])).content.decode()
    assert "报警器检查日期" in page
    assert "2026-05-06" in page
    sign_in(client, LI)
    assert client.get(address).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        lambda head, meals: LocalValues("person", head.pk, {factories.unknown_id().hex: "eA=="}),
        lambda head, meals: LocalValues("person", head.pk, {meals.pk.hex: ""}),
        lambda head, meals: LocalValues("person", head.pk, {meals.pk.hex: values.locked(meals.pk, head.pk, "maybe")}),
    ],
)
def test_what_cannot_be_is_refused(head, meals, wrong: Callable[..., LocalValues]) -> None:
    with pytest.raises(Refused):
        set_values(actor=qian_viewer(), reason="走访", arguments=wrong(head, meals))


def test_nobody_elsewhere_reads_or_writes(head, meals) -> None:
    locked = {meals.pk.hex: values.locked(meals.pk, head.pk, "yes")}
    with pytest.raises(NotAllowed):
        set_values(actor=li_viewer(), reason="走访", arguments=LocalValues("person", head.pk, locked))
    with pytest.raises(NotAllowed):
        set_values(actor=qian_viewer(), reason="走访", arguments=LocalValues("household", head.pk, locked))
    assert entered(zhao_viewer(""), "person", head.pk) == []


def test_cards_cost_one_query_without_fields_and_the_same_for_any_number(head) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connections["default"]) as queries:
            entered(qian_viewer(), "person", head.pk)
        return len(queries)

    assert cost() == 1
    approved(today=timezone.localdate())
    one = cost()
    for number in range(5):
        approved(today=timezone.localdate(), label_zh=f"项目{number}")
    assert cost() == one
