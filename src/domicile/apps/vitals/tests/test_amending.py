"""Events are corrected with what followed, keep what they said, and are annulled without writing over anybody's work."""

import datetime as dt

import pytest

from domicile.apps.common.refusals import Refused
from domicile.apps.people import actions as people_actions
from domicile.apps.people.models import Member, Person, Spell
from domicile.apps.vitals import checks
from domicile.apps.vitals.models import VitalEvent
from domicile.apps.vitals.selectors.cards import event_card
from domicile.apps.vitals.tests.making import (
    DAY,
    TODAY,
    adopted,
    annul,
    born,
    correct,
    correct_birth_day,
    died,
    divorced,
    family,
    get,
    married,
    one,
    rows,
    undo_last,
)
from tests.cast import qian_viewer, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
EARLIER = DAY - dt.timedelta(days=3)


def test_the_day_of_a_birth_is_corrected_with_all_that_followed_and_on_a_paper() -> None:
    event = born(family())
    with pytest.raises(Refused) as refusal:
        correct(event, day=EARLIER)
    assert refusal.value.field == "day"
    with pytest.raises(Refused) as refusal:
        correct_birth_day(event, EARLIER, evidence="")
    assert refusal.value.field == "evidence"
    event = correct_birth_day(event, EARLIER)
    assert event.person is not None
    assert (event.day, event.person.birth_date) == (EARLIER, EARLIER)
    assert Spell.objects.get(person=event.person).start == EARLIER
    assert Member.objects.get(person=event.person).joined_on == EARLIER
    assert list(checks.run()) == []
    past = event_card(qian_viewer(), event.pk, today=TODAY).history
    assert [len(one.fields) > 0 for one in past] == [True, True]
    assert (str(DAY), str(EARLIER)) in {(field.before, field.after) for field in past[0].fields}


def test_the_birth_date_corrected_on_the_card_is_that_of_the_event_too() -> None:
    event = born(family())
    values = {"birth_date": str(EARLIER), "birth_precision": "day"}
    people_actions.correct(
        actor=sun_viewer(), reason="证件", evidence="出生医学证明",
        arguments=people_actions.Correct(event.person_id, "birth_date", values),
    )  # fmt: skip
    assert get(event.pk).day == EARLIER
    assert list(checks.run()) == []


def test_the_day_of_a_death_is_corrected_with_all_that_followed() -> None:
    child = one(family(), "20")
    event = correct(died(child), day=EARLIER, place="家中")
    child.refresh_from_db()
    assert (child.died_on, event.day, event.place) == (EARLIER, EARLIER, "家中")
    assert Spell.objects.get(person=child).end == EARLIER + dt.timedelta(days=1)
    with pytest.raises(Refused):
        correct(event, day=dt.date(1900, 1, 1))
    with pytest.raises(Refused):
        correct(event, place="家中")  # nothing new
    undo_last()
    assert get(event.pk).day == DAY


@pytest.mark.parametrize("what", ["birth", "death", "marriage", "divorce", "adoption"])
def test_what_was_registered_in_error_is_as_before_and_stays_readable(what: str) -> None:
    household = family()
    head, spouse, child = one(household, "02"), one(household, "10"), one(household, "20")
    Person.objects.filter(pk=child.pk).update(birth_date=dt.date(2015, 1, 1))
    before = rows()
    event = {
        "birth": lambda: born(household, parents={str(spouse.pk): "birth"}),
        "death": lambda: died(head, new_head_id=spouse.pk, spouse_id=spouse.pk),
        "marriage": lambda: married(head, spouse),
        "divorce": lambda: divorced(head, spouse),
        "adoption": lambda: adopted(child, adopters=(head.pk,)),
    }[what]()
    assert rows() != before
    with pytest.raises(Refused):
        annul(event, reason=" ")
    event = annul(event)
    assert rows() == before
    assert event.state == "annulled"
    assert (event.person_id is None) == (what == "birth")
    assert list(checks.run()) == []
    with pytest.raises(Refused):
        annul(event)
    with pytest.raises(Refused):
        correct(event, place="别处")
    assert event_card(qian_viewer(), event.pk, today=TODAY).day == str(event.day)


def test_a_corrected_event_is_annulled_whole() -> None:
    household = family()
    before = rows()
    event = correct_birth_day(born(household), EARLIER)
    annul(event)
    assert rows() == before


def test_what_somebody_changed_since_is_never_written_over() -> None:
    event = born(family())
    people_actions.give_name(
        actor=qian_viewer(), reason="取名", arguments=people_actions.GiveName(event.person_id, "王新")
    )
    with pytest.raises(Refused) as refusal:
        annul(event)
    assert str(refusal.value.message)
    assert get(event.pk).state == "counts"
    assert VitalEvent.objects.count() == 1


def test_after_an_annulment_the_same_person_can_have_the_event_again() -> None:
    child = one(family(), "20")
    annul(died(child))
    died(Person.objects.get(pk=child.pk))
    assert VitalEvent.objects.filter(person=child, state="counts").count() == 1
