"""A death ends what it ends in one change: stays, memberships, a move under way; and is undone in one."""

import datetime as dt

import pytest

from domicile.apps.certificates.models import Certificate
from domicile.apps.certificates.tests.making import holder, issued
from domicile.apps.common.refusals import Refused
from domicile.apps.moves import checks as move_checks
from domicile.apps.moves.models import MoveChange, MovePerson
from domicile.apps.moves.tests.making import LATER, arrived, declared, flat, han_viewer, home, members
from domicile.apps.people.models import Member, Person, Spell
from domicile.apps.vitals import checks
from domicile.apps.vitals.tests.making import (
    DAY,
    TODAY,
    annul,
    born,
    correct,
    died,
    family,
    married,
    one,
    rows,
    undo_last,
)
from tests import factories
from tests.cast import qian_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
EARLIER = DAY - dt.timedelta(days=3)


def test_a_death_of_the_head_ends_all_and_names_a_new_head() -> None:
    household = family()
    head, spouse = one(household, "02"), one(household, "10")
    before = rows()
    with pytest.raises(Refused) as refusal:
        died(head)
    assert refusal.value.field == "new_head_id"
    assert rows() == before
    event = died(
        head,
        new_head_id=spouse.pk,
        spouse_id=spouse.pk,
        place="县医院",
        papers={"death_certificate": "household_register"},
    )
    head.refresh_from_db()
    spouse.refresh_from_db()
    assert (head.died_on, spouse.marital) == (DAY, "30")
    assert Spell.objects.get(person=head).end == DAY + dt.timedelta(days=1)
    assert not Member.objects.filter(person=head, left_on=None).exists()
    assert one(household, "02") == spouse
    assert event.named.get().person == spouse
    assert list(checks.run()) == []
    with pytest.raises(Refused):
        died(head)
    undo_last()
    assert rows() == before


def test_a_death_without_a_paper_is_registered_and_the_paper_stays_open() -> None:
    event = died(one(family(), "20"))
    assert [paper.seen_on for paper in event.papers.all()] == [None]


def test_a_death_before_what_was_registered_later_is_refused_in_words() -> None:
    household = family()
    child, spouse = one(household, "20"), one(household, "10")
    with pytest.raises(Refused) as refusal:
        died(child, died_on=factories.LONG_AGO - dt.timedelta(days=400))
    assert refusal.value.field == "died_on"
    married(spouse, one(household, "02"))
    with pytest.raises(Refused) as refusal:
        died(spouse, died_on=DAY - dt.timedelta(days=3))
    assert str(DAY) in str(refusal.value.message)
    Spell.objects.filter(person=child).update(verified_on=TODAY)
    with pytest.raises(Refused) as refusal:
        died(child)
    assert refusal.value.field == "despite"
    died(child, despite=True)


def test_a_mother_does_not_die_before_the_birth_of_her_child() -> None:
    household = family()
    mother = one(household, "10")
    born(household, parents={str(mother.pk): "birth"}, father_name="李外地")
    with pytest.raises(Refused) as refusal:
        died(mother, died_on=DAY - dt.timedelta(days=3))
    assert str(DAY) in str(refusal.value.message)


@pytest.mark.parametrize("state", ["told", "away", "arrived"])
def test_a_move_of_nobody_else_ends_with_the_death(state: str) -> None:
    head = members(home(1))[0]
    if state == "away":
        move = declared(qian_viewer(), head, to_where="abroad", to_code="", to_text="泰国", day=DAY)
    else:
        move = declared(qian_viewer(), head)
    if state == "arrived":
        move = arrived(
            han_viewer(),
            move,
            flat(),
            LATER + dt.timedelta(days=60 - 34),
        )
    move.refresh_from_db()
    before, steps = rows(), MoveChange.objects.count()
    assert move.state in {state, "confirmed"}, move.state
    died(head, han_viewer() if state == "arrived" else qian_viewer(), died_on=TODAY)
    move.refresh_from_db()
    assert move.state == {"told": "cancelled"}.get(state, "confirmed")
    assert not MovePerson.objects.filter(under_way=True).exists()
    assert [one.code for one in move_checks.run()] == []
    if state == "told":
        undo_last()
        assert rows() == before
        assert MoveChange.objects.count() == steps


def test_who_goes_along_goes_on() -> None:
    household = home(3)
    head, spouse, child = members(household)
    move = declared(qian_viewer(), head, spouse, child)
    before = rows()
    died(child)
    move.refresh_from_db()
    assert move.state == "told"
    assert set(MovePerson.objects.filter(move=move).values_list("person_id", flat=True)) == {head.pk, spouse.pk}
    assert [one.code for one in move_checks.run()] == []
    undo_last()
    assert rows() == before
    arrived(han_viewer(), move, flat())


def test_certificates_end_with_the_death_follow_its_day_and_come_back() -> None:
    person = holder()
    row = issued(person)
    Certificate.objects.filter(pk=row.pk).update(issued_on=EARLIER)
    event = died(person, new_head_id=person.memberships.first().household.members.get(relation="10").person_id)
    row.refresh_from_db()
    assert (row.ended_on, row.ended_why) == (DAY, "died")
    correct(event, day=EARLIER)
    row.refresh_from_db()
    assert row.ended_on == EARLIER
    annul(event)
    row.refresh_from_db()
    assert (row.ended_on, row.ended_why) == (None, "")


def test_what_the_check_finds() -> None:
    household = family()
    child = one(household, "20")
    event = died(child)
    Spell.objects.filter(person=child).update(end=None)
    Person.objects.filter(pk=child.pk).update(died_on=DAY - dt.timedelta(days=1))
    assert sorted(found.code for found in checks.run()) == ["dead_who_lives", "death_differs"]
    assert list(checks.run(scope="880101")) == []
    assert event.code.startswith(factories.COMMUNITY)
