"""Many forms are processed together: in as many queries as one, none twice, and a bad one spoils no other."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from domicile.apps.audit.models import Change
from domicile.apps.collect.models import Proposal, ReviewRule
from domicile.apps.collect.openrosa import processing, registry
from domicile.apps.collect.openrosa.models import Result, Submission
from domicile.apps.collect.openrosa.registry import Processed
from domicile.apps.fieldwork.collected.tests.phones import Phone, filled, instance_of, phone_of
from domicile.apps.fieldwork.models import Confirmation, Visit
from domicile.apps.people.models import Household, Member, Person, Spell
from domicile.apps.places.models import Dwelling
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "log"])
NEWCOMER = (
    "<newcomer><name>{name}</name><sex>2</sex><birth_date>1991-02-03</birth_date><relation>{relation}</relation>"
    "<since>2026-01-02</since><registered>unknown</registered><document_kind>none</document_kind></newcomer>"
)


@pytest.fixture
def phone() -> Phone:
    return phone_of()


def home() -> tuple[Dwelling, list[Person]]:
    """A family of three."""
    dwelling = factories.dwelling()
    household = factories.family(size=3, at=dwelling, registered=False)
    members = Member.objects.filter(household=household).order_by("relation", "pk").select_related("person")
    return dwelling, [member.person for member in members]


def visit(dwelling: Dwelling, people: Sequence[Person], *, left_on: str = "2026-01-03", **more: str) -> str:
    """One stayed, one left, one came, one phone is new: four results."""
    head, spouse, child = people
    return filled(
        "dwelling_visit",
        f"<visited_on>2026-01-05</visited_on><dwelling>{dwelling.pk}</dwelling><outcome>met</outcome><home>"
        f"<confirmed>{head.pk} {spouse.pk}</confirmed><left>{child.pk}</left><left_on>{left_on}</left_on>"
        f"<newcomers>1</newcomers><joins>existing</joins>{NEWCOMER.format(name='陈晓燕', relation='38')}"
        f"<corrections>1</corrections><correction><person>{head.pk}</person><item>phones</item>"
        f"<new_phone>13998765432</new_phone></correction></home>",
        **more,
    )


def send(phone: Phone, count: int) -> None:
    for _turn in range(count):
        assert phone.send(visit(*home())).status_code == 201


def states() -> list[tuple[str, str]]:
    return list(Submission.objects.order_by("received_at", "pk").values_list("state", "problem"))


GOOD = (Submission.State.PROCESSED.value, "")


def test_many_are_processed_in_as_many_queries_as_few(phone: Phone) -> None:
    counts = []
    for count in (2, 9):
        send(phone, count)
        with CaptureQueriesContext(connection) as seen:
            assert processing.process() == count
        counts.append(len(seen))
    assert counts[1] <= counts[0], [one["sql"][:100] for one in seen]
    assert set(states()) == {GOOD}
    assert Visit.objects.count() == 11
    assert Confirmation.objects.count() == 22
    assert Proposal.objects.count() == 33
    assert Result.objects.count() == 44
    assert Result.objects.filter(outcome="proposed", proposal=None).count() == 0
    assert Change.objects.filter(action="collect.propose").count() == 33
    assert Change.objects.filter(action="fieldwork.record_visit").count() == 11
    assert processing.process() == 0


def test_what_one_form_stumbles_over_spoils_no_other(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, raising = instance_of("broken"), instance_of("raising")
    send(phone, 1)
    phone.send(visit(*home(), left_on="gestern", instance=broken))
    phone.send(
        filled("patrol", f"<building>{factories.building().pk}</building><matter>none</matter>", instance=raising)
    )
    phone.send(filled("dwelling_visit", f"<dwelling>{factories.unknown_id()}</dwelling><outcome>met</outcome>"))
    send(phone, 1)

    def raises(*_args: object) -> None:
        raise KeyError

    known = registry.form("patrol")
    assert known is not None
    monkeypatch.setitem(registry._forms, "patrol", dataclasses.replace(known, receive=raises))
    assert processing.process() == 5
    assert states() == [GOOD, ("aside", "answers_date"), ("aside", "error"), ("aside", "refused"), GOOD]
    assert Visit.objects.count() == 2
    assert Proposal.objects.count() == 6


@pytest.mark.parametrize("error", [IntegrityError, ValueError])
def test_what_spoils_the_set_is_found_and_kept_aside(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    bad, told = instance_of("bad"), []

    def after(processed: Sequence[Processed]) -> None:
        if any(one.submission.instance_id == bad for one in processed):
            raise error
        told.extend(one.submission.pk for one in processed)

    monkeypatch.setattr(registry, "_afters", [after])
    send(phone, 3)
    phone.send(visit(*home(), instance=bad))
    send(phone, 3)
    assert processing.process() == 7
    assert states() == [GOOD] * 3 + [("aside", "error")] + [GOOD] * 3
    assert len(told) == len(set(told)) == 6
    assert Visit.objects.count() == 6
    assert Proposal.objects.count() == 18
    assert not Result.objects.filter(submission__instance_id=bad).exists()


def test_a_database_that_fails_keeps_no_form_aside(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_processed: Sequence[Processed]) -> None:
        raise OperationalError("database or disk is full")

    send(phone, 2)
    with monkeypatch.context() as patched:
        patched.setattr(registry, "_afters", [fails])
        with pytest.raises(OperationalError):
            processing.process()
    assert states() == [("received", "")] * 2
    assert not Proposal.objects.exists()
    assert processing.process() == 2
    assert set(states()) == {GOOD}


def test_where_changes_take_effect_at_once_the_next_form_sees_them(phone: Phone) -> None:
    dwelling, (head, spouse, child) = home()
    ReviewRule.objects.create(scope=dwelling.place_code, action="", needs_review=False)
    everybody = f"<left>{head.pk} {spouse.pk} {child.pk}</left><left_on>2026-01-03</left_on>"
    came = f"<newcomers>1</newcomers>{NEWCOMER.format(name='陈晓燕', relation='02')}"
    start = f"<dwelling>{dwelling.pk}</dwelling>"
    phone.send(filled("dwelling_visit", f"{start}<outcome>met</outcome><home>{everybody}{came}</home>"))
    joins = f"<newcomers>1</newcomers><joins>existing</joins>{NEWCOMER.format(name='陈小燕', relation='20')}"
    phone.send(filled("arriving", f"{start}{joins}"))
    broken = filled("leaving", f"{start}<left>{head.pk}</left><left_on>2026-01-04</left_on>")
    phone.send(broken)
    assert processing.process() == 3
    assert states() == [GOOD, GOOD, ("aside", "refused")]
    (there,) = Household.objects.filter(dwelling=dwelling, ended_on=None)
    assert set(there.members.values_list("person__name", flat=True)) == {"陈晓燕", "陈小燕"}
    assert not Spell.objects.filter(person=head, end=None).exists()
    assert not Proposal.objects.exists()


def test_what_was_made_at_once_is_taken_back_with_a_form_that_cannot_be_read(phone: Phone) -> None:
    dwelling, (head, _spouse, child) = home()
    ReviewRule.objects.create(scope=dwelling.place_code, action="", needs_review=False)
    send(phone, 1)
    phone.send(filled("dwelling_visit", (
        f"<dwelling>{dwelling.pk}</dwelling><outcome>met</outcome><home><left>{child.pk}</left><left_on>2026-01-03</left_on>"
        f"<newcomers>1</newcomers><joins>existing</joins><newcomer><name>甲</name><since>gestern</since></newcomer></home>"
    )))  # fmt: skip
    send(phone, 1)
    assert processing.process() == 3
    assert states() == [GOOD, ("aside", "answers_date"), GOOD]
    assert Spell.objects.filter(person=child, end=None).exists()
    assert Spell.objects.filter(person=head, end=None).exists()


def test_a_form_and_its_correction_wait_in_one_set(phone: Phone) -> None:
    dwelling, people = home()
    phone.send(visit(dwelling, people, instance=instance_of("first")))
    phone.send(visit(dwelling, people, left_on="2026-01-04", replaces=instance_of("first")))
    send(phone, 1)
    assert processing.process() == 1
    assert processing.process() == 2
    assert set(states()) == {GOOD}
    assert Proposal.objects.filter(state="withdrawn").count() == 3
    assert Proposal.objects.filter(state="waiting").count() == 6


def test_those_who_ask_are_told_what_was_recorded(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(registry, "_afters", [told.append])
    send(phone, 2)
    processing.process()
    ((first, second),) = told
    assert {row["outcome"] for row in [*first.results, *second.results]} == {"done", "proposed"}
    visits = [fields["id"] for one in (first, second) for model, fields in one.records if model is Visit]
    assert set(visits) == set(Visit.objects.values_list("pk", flat=True))
