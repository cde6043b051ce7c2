"""What the database itself refuses of vital events, on either engine."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from domicile.apps.vitals.models import VitalEvent, VitalNamed, VitalPaper, VitalQuestion
from domicile.apps.vitals.tests.making import DAY, TODAY, born, died, family, one

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def event() -> VitalEvent:
    return born(family())


def like(event: VitalEvent, **fields: object) -> VitalEvent:
    values = {
        "kind": event.kind, "person_id": event.person_id, "code": event.code, "day": event.day, "registered_on": TODAY,
        "registered_at": timezone.now(), **fields,
    }  # fmt: skip
    return VitalEvent(**values)


def refused(row: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)  # type: ignore[attr-defined]


def test_one_birth_and_one_death_that_count(event: VitalEvent) -> None:
    refused(like(event))
    like(event, state="annulled").save(force_insert=True)
    dead = died(event.person)  # type: ignore[arg-type]
    refused(like(dead))


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "marriage", "person_id": None},
        {"kind": "marriage", "day": TODAY + dt.timedelta(days=1)},
        {"kind": "marriage", "found": True},
        {"kind": "permit"},
        {"kind": "marriage", "state": "hidden"},
        {"kind": "marriage", "precision": "century"},
        {"kind": "marriage", "told_by": "informer"},
    ],
)
def test_an_event_is_whole(event: VitalEvent, fields: dict[str, object]) -> None:
    refused(like(event, **fields))


def test_who_is_named_is_somebody_and_once(event: VitalEvent) -> None:
    refused(VitalNamed(event=event, role="mother"))
    refused(VitalNamed(event=event, role="friend", name="某人"))
    VitalNamed(event=event, role="mother", name="某人").save(force_insert=True)
    refused(VitalNamed(event=event, role="mother", name="别人"))


def test_a_paper_is_open_or_seen(event: VitalEvent) -> None:
    refused(VitalPaper(event=event, need="birth_certificate"))
    refused(VitalPaper(event=event, need="other", seen_on=DAY))
    refused(VitalPaper(event=event, need="other", kind="birth_certificate"))
    refused(VitalPaper(event=event, need="other", number=b"1"))


def test_a_question_goes_somewhere_and_is_answered_after_it(event: VitalEvent) -> None:
    refused(VitalQuestion(event=event, asked_on=TODAY))
    refused(VitalQuestion(event=event, asked_on=TODAY, to_text="某县", answer="registered"))
    refused(VitalQuestion(event=event, asked_on=TODAY, to_text="某县", answer="registered", answered_on=DAY))
    refused(VitalQuestion(event=event, asked_on=TODAY, to_text="某县", due_on=DAY))


def test_nothing_of_it_asks_what_is_refused_by_design() -> None:
    names = {
        field.name for model in (VitalEvent, VitalNamed, VitalPaper, VitalQuestion) for field in model._meta.fields
    }
    assert not {"pregnancy", "contraception", "birth_order", "order", "permit", "ethnicity", "fee", "fine"} & names
    assert one(family(), "20")
