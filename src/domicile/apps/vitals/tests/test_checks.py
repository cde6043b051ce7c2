"""What `domicile check vitals` finds, each by the rows that must not be; what is right is told by the tests of the actions."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from domicile.apps.people.models import Person
from domicile.apps.vitals import checks
from domicile.apps.vitals.models import Kind, VitalEvent, VitalNamed, VitalQuestion
from domicile.apps.vitals.tests.making import DAY, TODAY, born, died, divorced, family, married, one
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def found() -> list[tuple[str, str | None]]:
    return [(one.code, one.subject) for one in checks.run()]


def wedding(person: Person, spouse: Person | None, day: dt.date, kind: str = Kind.MARRIAGE) -> VitalEvent:
    """A marriage as an import or an older version may have left it: the action refuses a second one."""
    event = VitalEvent.objects.create(
        kind=kind, person=person, code=factories.GRID, day=day, registered_on=TODAY, registered_at=timezone.now()
    )
    VitalNamed.objects.create(event=event, role="spouse", person=spouse, name="" if spouse else "某人")
    return event


def before(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


@pytest.fixture
def people() -> list[Person]:
    household = family()
    third = one(family(size=1), "02")
    return [one(household, "02"), one(household, "10"), third]


@pytest.mark.parametrize("second_is_named", [False, True])
@pytest.mark.parametrize("first_is_named", [False, True])
def test_whoever_is_married_twice_is_found_on_either_side(
    people: list[Person], first_is_named: bool, second_is_named: bool
) -> None:
    who, other, third = people
    wedding(*((other, who) if first_is_named else (who, other)), before(9))
    second = wedding(*((third, who) if second_is_named else (who, third)), DAY)
    assert found() == [("twice_married", second.pk.hex)]


def test_an_end_of_an_earlier_marriage_ends_no_later_one(people: list[Person]) -> None:
    who, other, third = people
    wedding(who, None, before(30))
    wedding(who, None, before(20), Kind.DIVORCE)
    wedding(who, other, before(10))
    second = wedding(who, third, DAY)
    assert found() == [("twice_married", second.pk.hex)]
    wedding(other, who, before(5), Kind.DIVORCE)
    assert found() == []


def test_two_marriages_of_one_day_are_found_once(people: list[Person]) -> None:
    who, other, third = people
    wedding(who, other, DAY)
    second = wedding(who, third, DAY)
    assert found() == [("twice_married", second.pk.hex)]


def test_whoever_married_again_after_a_death_or_a_divorce_is_not_found(people: list[Person]) -> None:
    who, other, third = people
    married(who, other, day=before(3))
    died(other, died_on=before(2), spouse_id=who.pk)
    married(who, third, day=before(1))
    divorced(who, third, day=DAY)
    married(who, third, day=DAY)
    assert found() == []


def test_a_birth_on_another_day_than_the_birth_date_and_a_parent_not_older_are_found(people: list[Person]) -> None:
    mother = people[1]
    event = born(mother.memberships.get(side="living").household, parents={str(mother.pk): "birth"})
    assert found() == []
    Person.objects.filter(pk=event.person_id).update(birth_date=DAY - dt.timedelta(days=1))
    assert found() == [("birth_date_differs", event.pk.hex)]
    Person.objects.filter(pk=event.person_id).update(birth_date=None)
    Person.objects.filter(pk=mother.pk).update(birth_date=DAY)
    assert found() == [("birth_date_differs", event.pk.hex), ("parent_not_older", event.pk.hex)]


@pytest.mark.parametrize("named", [False, True])
def test_a_union_of_somebody_who_had_died_is_found(people: list[Person], named: bool) -> None:
    who, other, _third = people
    event = wedding(*((other, who) if named else (who, other)), DAY)
    Person.objects.filter(pk=who.pk).update(died_on=DAY)
    assert found() == []
    Person.objects.filter(pk=who.pk).update(died_on=before(1))
    assert found() == [("union_of_the_dead", event.pk.hex)]


@pytest.mark.parametrize(
    ("fields", "is_found"),
    [
        ({"due_on": TODAY - dt.timedelta(days=1)}, True),
        ({"due_on": TODAY}, False),
        ({"due_on": None}, False),
        ({"due_on": TODAY - dt.timedelta(days=1), "answer": "registered", "answered_on": TODAY}, False),
    ],
)
def test_a_question_without_an_answer_in_time_is_found(
    people: list[Person], fields: dict[str, Any], is_found: bool
) -> None:
    event = born(people[0].memberships.get(side="living").household)
    VitalQuestion.objects.create(event=event, to_text="外省", asked_on=before(30), **fields)
    assert found() == ([("question_overdue", event.pk.hex)] if is_found else [])
    VitalEvent.objects.update(state="annulled")
    assert found() == []
