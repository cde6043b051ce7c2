"""Marriages, divorces and adoptions: the status of both, ties beside the old ones, and nothing more."""

import datetime as dt

import pytest

from domicile.apps.common.refusals import Refused
from domicile.apps.people.models import Household, Member, Parentage, Person, Spell
from domicile.apps.vitals import checks
from domicile.apps.vitals.models import VitalEvent
from domicile.apps.vitals.tests.making import DAY, TODAY, adopted, divorced, family, married, one, rows, undo_last
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def pair() -> tuple[Person, Person, Household]:
    household = family()
    return one(household, "02"), one(household, "10"), household


def test_a_marriage_sets_the_status_of_both_and_the_household_where_asked() -> None:
    head, other, household = pair()
    Member.objects.filter(person=other).update(relation="99")
    before = rows()
    event = married(head, other, in_household=True)
    head.refresh_from_db()
    other.refresh_from_db()
    assert (head.marital, other.marital) == ("20", "20")
    assert household.members.get(person=other).relation == "10"
    assert event.named.get().person == other
    undo_last()
    assert rows() == before


def test_who_is_not_on_file_is_named_in_words() -> None:
    head, _other, _household = pair()
    event = married(head, None, spouse_name="外地人")
    assert event.named.get().name == "外地人"
    divorced(head, None, spouse_name="外地人")
    head.refresh_from_db()
    assert head.marital == "40"


def test_nobody_is_married_twice_by_what_is_on_file() -> None:
    head, other, household = pair()
    third = one(household, "20")
    Person.objects.filter(pk=third.pk).update(birth_date=dt.date(1980, 1, 1))
    married(head, other)
    with pytest.raises(Refused) as refusal:
        married(third, head)
    assert refusal.value.field == "spouse_id"
    with pytest.raises(Refused):
        divorced(head, third)
    with pytest.raises(Refused):
        divorced(head, other, day=DAY - dt.timedelta(days=1))
    divorced(head, other)
    married(third, head, day=TODAY)
    assert list(checks.run()) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [({}, "spouse_name"), ({"spouse_name": "张3"}, "name"), ({"day": TODAY + dt.timedelta(days=1), "spouse_name": "某"}, "day"),
     ({"day": dt.date(1900, 1, 1), "spouse_name": "某"}, "day")],
)  # fmt: skip
def test_what_cannot_be_is_refused(fields: dict[str, object], field: str) -> None:
    head, _other, _household = pair()
    with pytest.raises(Refused) as refusal:
        married(head, None, **fields)
    assert refusal.value.field == field
    assert not VitalEvent.objects.exists()
    with pytest.raises(Refused):
        married(head, head)


def test_an_adoption_adds_ties_keeps_the_old_ones_and_moves_the_child_in() -> None:
    old = family()
    child, father = one(old, "20"), one(old, "02")
    Person.objects.filter(pk=child.pk).update(birth_date=dt.date(2015, 1, 1))
    Parentage.objects.create(child=child, parent=father, kind="birth")
    new = factories.family(size=2)
    before = rows()
    adopters = tuple(new.members.values_list("person_id", flat=True))
    event = adopted(child, adopters=adopters, household_id=new.pk, relation="27")
    assert Parentage.objects.filter(child=child, kind="adoption").count() == 2
    assert Parentage.objects.filter(child=child, kind="birth").get().parent == father
    assert Member.objects.get(person=child, side="living", left_on=None).household == new
    assert list(Spell.objects.filter(person=child).order_by("start").values_list("dwelling_id", "end")) == [
        (old.dwelling_id, DAY), (new.dwelling_id, None),
    ]  # fmt: skip
    assert event.named.count() == 2
    undo_last()
    assert rows() == before


def test_an_adoption_that_cannot_be_is_refused() -> None:
    household = family()
    child, head = one(household, "20"), one(household, "02")
    for fields, field in (
        ({}, "adopter_name"),
        ({"adopters": (child.pk,)}, "parents"),
        ({"adopters": (head.pk,), "household_id": household.pk}, "household_id"),
    ):
        with pytest.raises(Refused) as refusal:
            adopted(child, **fields)
        assert refusal.value.field == field
