"""Pages of the rules: the overview, the list, cards, and what is told after an entry; who may, and what is on record."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look, Seen
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people.models import Household, Person
from domicile.apps.quality import actions, jobs, retention
from domicile.apps.quality.models import RuleFinding, RuleRun
from domicile.apps.tasks.generating import MACHINE
from tests import factories
from tests.cast import CHEN, LI, QIAN, SUN, ZHAO, li_viewer, qian_viewer, sign_in, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
TODAY = timezone.localdate()


def old() -> tuple[Person, Household]:
    """Somebody of whom the register says 136 years, with a digit in the name, in a household of one."""
    who = factories.person(name="王9", sex="2", birth_date=dt.date(1890, 1, 1))
    return who, factories.household(members=[(who, "02")])


def finding(rule: str = "P03") -> RuleFinding:
    return RuleFinding.objects.get(rule=rule)


def explained(key: uuid.UUID | None = None, **changed: Any) -> RuleFinding:
    return actions.explain(
        **{
            "actor": qian_viewer(),
            "finding_id": key or finding().pk,
            "reason": "走访时看过身份证",
            "today": TODAY,
            **changed,
        }
    )


def test_the_overview_counts_by_rule_and_area_inside_the_viewers_areas(client: Client) -> None:
    factories.area_tree()
    old()
    jobs.run_now(TODAY)
    sign_in(client, QIAN)
    page = client.get(reverse("quality:rules"), **ENGLISH).content.decode()
    assert "Older than anybody can be" in page
    assert "王9" not in page
    assert "第1网格" in page
    sign_in(client, LI)
    assert "Nothing to put right here" in client.get(reverse("quality:rules"), **ENGLISH).content.decode()


def test_the_overview_speaks_chinese(client: Client) -> None:
    old()
    jobs.run_now(TODAY)
    sign_in(client, QIAN)
    page = client.get(reverse("quality:rules"), HTTP_ACCEPT_LANGUAGE="zh-hans").content.decode()
    assert "年龄超过可能" in page


def test_before_the_first_run_the_page_says_what_to_do_and_a_run_can_be_asked_for(client: Client) -> None:
    sign_in(client, QIAN)
    page = client.get(reverse("quality:rules"), **ENGLISH).content.decode()
    assert "The rules were not checked yet" in page
    assert "Check now" in page
    page = client.post(reverse("quality:check_now"), follow=True, **ENGLISH).content.decode()
    assert "The rules are being checked." in page
    assert RuleRun.objects.get().state == "waiting"
    again = client.post(reverse("quality:check_now"), follow=True, **ENGLISH).content.decode()
    assert "just now" in again
    assert RuleRun.objects.count() == 1


def test_the_list_names_who_it_is_about_with_the_cure_and_each_look_is_on_record(client: Client) -> None:
    who, _household = old()
    jobs.run_now(TODAY)
    Look.objects.all().delete()
    Seen.objects.all().delete()
    sign_in(client, QIAN)
    page = client.post(reverse("quality:findings"), {"rule": "P03"}, **ENGLISH).content.decode()
    assert "王9" in page
    assert "register the death" in page
    assert "Name with digits" not in page.split("<tbody")[1]
    assert Look.objects.get().question == "ledger_findings"
    assert set(Seen.objects.values_list("person_id", flat=True)) == {who.pk}


def test_strangers_see_no_finding_and_who_has_no_right_no_page(client: Client) -> None:
    old()
    jobs.run_now(TODAY)
    sign_in(client, LI)
    assert "王9" not in client.post(reverse("quality:findings"), {}, **ENGLISH).content.decode()
    sign_in(client, CHEN)
    assert client.get(reverse("quality:rules")).status_code == 403
    sign_in(client, ZHAO)
    assert client.post(reverse("quality:check_now")).status_code == 403


def test_the_card_says_what_is_wrong_and_what_to_do(client: Client) -> None:
    who, household = old()
    factories.household(at=household.dwelling, members=[(factories.person(), "02"), (factories.person(), "02")][:1])
    jobs.run_now(TODAY)
    sign_in(client, QIAN)
    page = client.get(reverse("people:person", args=[who.pk]), **ENGLISH).content.decode()
    assert "Older than anybody can be" in page
    assert "What to do:" in page
    assert "This is right as it is" in page
    sign_in(client, ZHAO)  # sees it, and does not decide
    page = client.get(reverse("people:person", args=[who.pk]), **ENGLISH).content.decode()
    assert "Older than anybody can be" in page
    assert "This is right as it is" not in page


def test_a_card_costs_one_query_more_however_many_findings(client: Client) -> None:
    who, _household = old()
    sign_in(client, QIAN)
    client.get(reverse("people:person", args=[who.pk]))
    with CaptureQueriesContext(connection) as none:
        client.get(reverse("people:person", args=[who.pk]))
    jobs.run_now(TODAY)
    assert RuleFinding.objects.filter(person=who).count() > 1
    with CaptureQueriesContext(connection) as some:
        client.get(reverse("people:person", args=[who.pk]))
    assert len(some) == len(none)


def test_right_as_it_is_is_remembered_by_later_runs_and_can_be_taken_back(client: Client) -> None:
    who, _household = old()
    jobs.run_now(TODAY)
    sign_in(client, QIAN)
    address = reverse("quality:explain", args=[finding().pk])
    assert "Right as it is" in client.get(address, **ENGLISH).content.decode()
    page = client.post(address, {"reason": "走访时看过身份证"}, follow=True, **ENGLISH).content.decode()
    assert "走访时看过身份证" in page
    assert "钱社区" in page
    jobs.run_now(TODAY)
    assert (finding().state, finding().reason) == ("explained", "走访时看过身份证")
    page = client.post(reverse("quality:take_back", args=[finding().pk]), follow=True, **ENGLISH).content.decode()
    assert "Taken back" in page
    assert (finding().state, finding().reason, finding().explained_by) == ("open", "", None)
    assert list(Change.objects.filter(subject_id=finding().pk).order_by("pk").values_list("action", flat=True)) == [
        "quality.explain", "quality.take_back",
    ]  # fmt: skip
    assert Person.objects.get(pk=who.pk).name == "王9"


def test_what_was_called_right_comes_back_as_right() -> None:
    who, _household = old()
    jobs.run_now(TODAY)
    explained()
    Person.objects.filter(pk=who.pk).update(birth_date=dt.date(1980, 1, 1))
    jobs.run_now(TODAY)
    assert finding().state == "solved"
    Person.objects.filter(pk=who.pk).update(birth_date=dt.date(1890, 1, 1))
    jobs.run_now(TODAY)
    assert (finding().state, finding().solved_on) == ("explained", None)


def test_who_is_outside_or_has_no_right_says_nothing_of_a_finding(client: Client) -> None:
    old()
    jobs.run_now(TODAY)
    with pytest.raises(OutOfReach):
        explained(actor=li_viewer())
    with pytest.raises(NotAllowed):
        explained(actor=zhao_viewer())
    with pytest.raises(OutOfReach):
        explained(key=uuid.uuid4())
    sign_in(client, LI)
    assert client.get(reverse("quality:explain", args=[finding().pk])).status_code == 403
    assert finding().state == "open"


def test_a_reason_is_needed_and_holds_no_number() -> None:
    old()
    jobs.run_now(TODAY)
    for reason in ("", "  ", "x" * 201, "电话 13800001234 说的"):
        with pytest.raises(Refused):
            explained(reason=reason)
    explained()
    with pytest.raises(Refused):
        explained()
    with pytest.raises(Refused):
        actions.take_back(actor=qian_viewer(), finding_id=finding("P07").pk)


def test_an_entry_tells_what_to_look_at_and_holds_nothing_up(client: Client) -> None:
    _who, household = old()
    factories.area_tree()
    sign_in(client, QIAN)
    form = {
        "name": "李小花", "sex": "2", "birth_date": "1850-01-01", "relation": "30", "since": "2026-01-01", "reason": "上门登记",
        "reason_code": "", "document_kind": "resident_id", "document_number": "", "phone": "",
    }  # fmt: skip
    page = client.post(reverse("people:add_member", args=[household.pk]), form, follow=True, **ENGLISH).content.decode()
    assert Person.objects.filter(name="李小花").exists(), page
    assert "Please look at this:" in page
    assert "Child of the head older than the head" in page
    assert RuleFinding.objects.filter(rule="M04", state="open", household=household).exists()


def test_solved_findings_and_old_runs_end_and_the_others_stay() -> None:
    who, _household = old()
    jobs.run_now(TODAY)
    Person.objects.filter(pk=who.pk).update(name="王梅")
    jobs.run_now(TODAY)
    assert finding("P07").state == "solved"
    assert retention.erase_over(actor=MACHINE, today=TODAY) == 0
    assert retention.erase_over(actor=MACHINE, today=TODAY + dt.timedelta(days=400)) == 1
    assert finding().state == "open"
    assert not RuleRun.objects.exists()


def test_counts_of_a_county_cost_as_many_queries_as_those_of_a_grid(client: Client) -> None:
    factories.area_tree()
    old()
    jobs.run_now(TODAY)
    sign_in(client, SUN)
    client.get(reverse("quality:rules"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("quality:rules"))
    for place in range(6):
        factories.household(members=[(factories.person(name=f"张{place}", birth_date=dt.date(1880, 1, 1)), "02")])
    jobs.run_now(TODAY)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("quality:rules"))
    assert len(many) == len(few)
