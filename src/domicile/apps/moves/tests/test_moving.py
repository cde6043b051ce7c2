"""A move inside one register, from the declaration to the word of both ends: what becomes of stays and households."""

import datetime as dt

import pytest
from django.utils import timezone

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.refusals import Refused
from domicile.apps.moves import actions, checks
from domicile.apps.moves.actions import clock
from domicile.apps.moves.models import Move, MoveChange, MovePerson
from domicile.apps.moves.tests.making import (
    DAY,
    LATER,
    WHY,
    arrived,
    declared,
    end,
    flat,
    han_viewer,
    home,
    members,
    stays,
    take,
)
from domicile.apps.people.actions import NewPerson
from domicile.apps.people.models import Household, Member, Person, Spell, Visibility
from tests import factories
from tests.cast import li_viewer, qian_viewer, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
LONG_AGO = factories.LONG_AGO


def steps(move: Move) -> list[str]:
    return list(MoveChange.objects.filter(move=move).order_by("number").values_list("step", flat=True))


def test_the_origin_counts_until_the_arrival_then_the_destination() -> None:
    household, there = home(), flat()
    family = members(household)
    move = declared(qian_viewer(), *family)
    assert (move.state, move.owner) == ("told", "origin")
    assert stays(family[0]) == [(household.dwelling_id, LONG_AGO, None)]
    move = arrived(han_viewer(), move, there)
    assert (move.state, move.owner) == ("confirmed", "destination")
    assert steps(move) == ["declare", "tell", "arrive", "confirm"]
    for person in family:
        assert stays(person) == [(household.dwelling_id, LONG_AGO, LATER), (there.pk, LATER, None)]
    household.refresh_from_db()
    assert household.ended_on == LATER
    own = Household.objects.get(dwelling=there, side="living")
    assert [row.relation for row in own.members.order_by("relation")] == ["02", "10", "20"]
    assert list(checks.run()) == []


def test_the_destination_sees_who_is_announced_and_the_origin_whom_it_let_go() -> None:
    head = members(home(1))[0]
    move = declared(qian_viewer(), head)
    there = factories.OTHER_COMMUNITY + "000"
    assert Visibility.objects.filter(person=head, code=there, why="moving").exists()
    arrived(han_viewer(), move, flat())
    assert not Visibility.objects.filter(person=head, why="moving").exists()
    assert set(Visibility.objects.filter(person=head).values_list("why", flat=True)) >= {"lives", "left"}


def test_a_child_goes_to_the_other_parent_and_the_others_stay() -> None:
    household, there = home(), flat()
    head, spouse, child = members(household)
    other = factories.household(at=there, members=[(factories.person(name="王强"), "02")])
    move = arrived(han_viewer(), declared(qian_viewer(), child, reason_code="06"), there, into_id=other.pk)
    assert move.state == "confirmed"
    assert {row.person_id for row in Member.objects.filter(household=household, left_on=None)} == {head.pk, spouse.pk}
    assert Member.objects.get(person=child, side="living", left_on=None).household_id == other.pk


def test_a_head_who_leaves_others_behind_names_the_next() -> None:
    household = home()
    head, spouse, child = members(household)
    with pytest.raises(Refused) as refused:
        declared(qian_viewer(), head)
    assert refused.value.field == "new_head_id"
    move = declared(qian_viewer(), head, new_head_id=spouse.pk)
    arrived(han_viewer(), move, flat())
    left = dict(Member.objects.filter(household=household, left_on=None).values_list("person_id", "relation"))
    assert left == {spouse.pk: "02", child.pk: {"1": "20", "2": "30"}.get(child.sex, "")}  # what follows from before


def test_those_who_come_later_stay_announced() -> None:
    household, there = home(), flat()
    head, spouse, child = members(household)
    move = arrived(han_viewer(), declared(qian_viewer(), head, spouse, child), there, person_ids=(head.pk,))
    rest = Move.objects.get(part_of=move)
    assert (move.state, rest.state) == ("confirmed", "told")
    assert set(MovePerson.objects.filter(move=rest).values_list("person_id", flat=True)) == {spouse.pk, child.pk}
    own = Household.objects.get(dwelling=there, side="living")
    arrived(han_viewer(), rest, there, into_id=own.pk)
    assert own.members.filter(left_on=None).count() == 3
    assert list(checks.run()) == []


def test_what_differs_waits_for_the_word_of_the_place_left() -> None:
    head = members(home(1))[0]
    move = arrived(han_viewer(), declared(qian_viewer(), head), flat(), day=DAY - dt.timedelta(days=10))
    assert move.state == "arrived"
    assert take(qian_viewer(), actions.object_to, actions.Object(move.pk)).state == "arrived"
    assert take(qian_viewer(), actions.confirm, actions.Confirm(move.pk)).state == "confirmed"


def test_a_correction_that_ends_the_difference_confirms_by_itself() -> None:
    head = members(home(1))[0]
    there = flat()
    move = arrived(han_viewer(), declared(qian_viewer(), head), there, day=DAY - dt.timedelta(days=10))
    move = take(han_viewer(), actions.correct_end, actions.CorrectEnd(move.pk, "destination", LATER))
    assert move.state == "confirmed"
    assert stays(head)[1] == (there.pk, LATER, None)
    assert stays(head)[0][2] == LATER
    member = Member.objects.get(person=head, side="living", left_on=None)
    assert (member.joined_on, member.household.formed_on) == (LATER, LATER)


def test_an_arrival_in_another_area_than_declared_is_a_difference() -> None:
    head = members(home(1))[0]
    move = declared(qian_viewer(), head, to_code=factories.COMMUNITY)
    with pytest.raises(OutOfReach):
        arrived(han_viewer(), move, flat())
    number = factories.number_of(birth_date=dt.date(1980, 5, 6))
    factories.document(of=head, number=number)
    move = arrived(han_viewer(), move, flat(), document_number=number)
    assert move.state == "arrived"


def test_a_withdrawn_arrival_leaves_everything_as_before() -> None:
    household, there = home(), flat()
    family = members(household)
    move = arrived(han_viewer(), declared(qian_viewer(), *family), there, day=DAY - dt.timedelta(days=3))
    move = take(han_viewer(), actions.withdraw, actions.Withdraw(move.pk))
    assert (move.state, move.owner) == ("told", "origin")
    assert [stays(person) for person in family] == [[(household.dwelling_id, LONG_AGO, None)]] * 3
    household.refresh_from_db()
    assert household.ended_on is None
    assert [row.relation for row in household.members.filter(left_on=None).order_by("relation")] == ["02", "10", "20"]
    assert not Household.objects.filter(dwelling=there).exists()
    assert list(checks.run()) == []


def test_nobody_arrives_in_the_dwelling_in_which_they_live() -> None:
    """Taking such an arrival back would take back the stay that another move made on that very day."""
    household, there = home(1), flat()
    (head,) = members(household)
    arrived(han_viewer(), declared(qian_viewer(), head), there)
    again = declared(han_viewer(), head, day=LATER + dt.timedelta(days=1))
    with pytest.raises(Refused, match="已经住在"):
        arrived(han_viewer(), again, there)
    assert stays(head) == [(household.dwelling_id, LONG_AGO, LATER), (there.pk, LATER, None)]
    assert Move.objects.get(pk=again.pk).state == "told"


def test_abroad_and_back_keeps_one_identity_and_the_whole_history() -> None:
    household = home(1)
    head = members(household)[0]
    move = declared(qian_viewer(), head, to_where="abroad", to_code="", to_text="泰国")
    assert (move.state, move.owner) == ("away", "destination")
    assert stays(head) == [(household.dwelling_id, LONG_AGO, DAY)]
    move = take(qian_viewer(), actions.return_home, actions.Return(move.pk, LATER))
    assert move.state == "returned"
    assert stays(head) == [(household.dwelling_id, LONG_AGO, DAY), (household.dwelling_id, LATER, None)]
    assert Member.objects.get(person=head, side="living", left_on=None).household.dwelling_id == household.dwelling_id
    assert list(checks.run()) == []


def test_a_day_to_come_is_waited_for_and_the_clock_takes_it() -> None:
    head = members(home(1))[0]
    soon = timezone.localdate() + dt.timedelta(days=90)
    move = declared(qian_viewer(), head, day=soon, to_where="elsewhere", to_code="", to_text="上海市")
    assert move.state == "declared"
    assert clock.run(actor=clock.MACHINE, today=soon - dt.timedelta(days=1)) == 0
    assert stays(head)[0][2] is None


def test_nobody_hears_of_an_arrival_and_the_declaration_lapses() -> None:
    head = members(home(1))[0]
    move = declared(qian_viewer(), head)
    assert clock.run(actor=clock.MACHINE, today=DAY + dt.timedelta(days=182)) == 0
    assert clock.run(actor=clock.MACHINE, today=DAY + dt.timedelta(days=183)) == 1
    move.refresh_from_db()
    assert (move.state, stays(head)[0][2]) == ("lapsed", None)
    assert arrived(han_viewer(), move, flat(), day=LATER).state == "confirmed"  # late, and still the same move


def test_another_destination_is_told_and_the_first_no_more() -> None:
    head = members(home(1))[0]
    move = declared(qian_viewer(), head, to_where="unknown", to_code="")
    change = actions.ChangeDestination(move.pk, "area", factories.OTHER_COMMUNITY)
    move = take(qian_viewer(), actions.change_destination, change)
    assert (move.state, end(move).code) == ("told", factories.OTHER_COMMUNITY + "000")
    assert stays(head)[0][2] is None  # they count at the place left again until the arrival
    move = take(qian_viewer(), actions.change_destination, actions.ChangeDestination(move.pk, "abroad", "", "泰国"))
    assert move.state == "away"
    assert not Visibility.objects.filter(person=head, code=factories.OTHER_COMMUNITY + "000").exists()


def test_cancelled_is_as_if_nothing_was_said() -> None:
    household = home(1)
    head = members(household)[0]
    move = take(qian_viewer(), actions.cancel, actions.Cancel(declared(qian_viewer(), head).pk))
    assert move.state == "cancelled"
    assert stays(head) == [(household.dwelling_id, LONG_AGO, None)]
    assert declared(qian_viewer(), head).state == "told"  # and another may begin


def ask(person: Person | None = None, **fields: object) -> Move:
    arguments = actions.Ask(person_id=person.pk if person else None, **fields)  # type: ignore[arg-type]
    return Move.objects.get(pk=actions.ask(actor=han_viewer(), reason=WHY, arguments=arguments))


def test_without_a_declaration_the_place_where_they_count_is_asked_and_counts_until_it_answers() -> None:
    household, there = home(), flat()
    _head, _spouse, child = members(household)
    number = factories.number_of(birth_date=dt.date(1980, 5, 6))
    factories.document(of=child, number=number)
    with pytest.raises(OutOfReach):
        ask(child, dwelling_id=there.pk, day=LATER)
    move = ask(child, dwelling_id=there.pk, day=LATER, document_number=number)
    assert (move.state, move.owner) == ("asked", "origin")
    assert stays(child) == [(household.dwelling_id, LONG_AGO, None)]
    assert Spell.objects.get(person=child, dwelling=there).kind == "temporary"  # and served there meanwhile
    assert list(checks.run()) == []
    move = take(qian_viewer(), actions.confirm, actions.Confirm(move.pk))
    assert (move.state, move.owner) == ("confirmed", "destination")
    assert stays(child) == [(household.dwelling_id, LONG_AGO, LATER), (there.pk, LATER, None)]
    assert Member.objects.get(person=child, side="living", left_on=None).household.dwelling_id == there.pk
    assert list(checks.run()) == []


def test_somebody_new_is_registered_at_once_and_the_place_of_registration_asked() -> None:
    home(), factories.grid(code=factories.FAR_GRID)
    there = flat()
    new = NewPerson(name="李秀英", sex="2", birth_date=dt.date(1990, 1, 1), registered="elsewhere",
                    registered_code="770201", registered_text="云屏省东江市")  # fmt: skip
    move = ask(dwelling_id=there.pk, day=LATER, people=(new, NewPerson(name="李小明", sex="1", relation="20")))
    assert (move.state, move.owner, end(move, "origin").code) == ("asked", "destination", "770201000000000")
    for row in MovePerson.objects.filter(move=move):
        assert stays(row.person) == [(there.pk, LATER, None)]
    with pytest.raises(Refused) as refused:
        take(han_viewer(), actions.confirm, actions.Confirm(move.pk))
    assert refused.value.field == "evidence"
    assert take(han_viewer(), actions.confirm, actions.Confirm(move.pk), evidence="复函第7号").state == "confirmed"


def test_who_is_registered_nowhere_is_nobody_to_ask_about() -> None:
    home()
    move = ask(dwelling_id=flat().pk, day=LATER, people=(NewPerson(name="李秀英", sex="2", registered="nowhere"),))
    assert move.state == "confirmed"


def test_an_arrival_that_was_none_is_cancelled() -> None:
    home()
    there = flat()
    move = ask(dwelling_id=there.pk, day=LATER, people=(NewPerson(name="李秀英", sex="2", registered="elsewhere",
               registered_text="东江市", registered_code="770201"),))  # fmt: skip
    person = MovePerson.objects.get(move=move).person
    assert take(han_viewer(), actions.cancel, actions.Cancel(move.pk)).state == "cancelled"
    assert stays(person) == []
    assert not Household.objects.filter(dwelling=there).exists()


def test_a_stranger_touches_nothing_and_nobody_declares_for_another_area() -> None:
    household = home(1)
    head = members(household)[0]
    move = declared(qian_viewer(), head)
    for actor in (li_viewer(), han_viewer()):
        with pytest.raises((OutOfReach, Refused)):
            take(actor, actions.return_home, actions.Return(move.pk, LATER))
    with pytest.raises(OutOfReach):
        arrived(li_viewer(), move, flat())
    with pytest.raises(Refused):
        declared(qian_viewer(), head)  # one move at a time
    with pytest.raises(OutOfReach):
        declared(li_viewer(), head)


def test_the_level_above_both_may_let_it_lapse_and_is_named_so() -> None:
    move = declared(qian_viewer(), members(home(1))[0])
    with pytest.raises(Refused):
        take(qian_viewer(), actions.lapse, actions.Lapse(move.pk))
    move = take(sun_viewer(), actions.lapse, actions.Lapse(move.pk))
    assert (move.state, MoveChange.objects.get(move=move, step="lapse").by) == ("lapsed", "above")


def test_somebody_without_a_document_moves_as_anybody() -> None:
    household = factories.household(members=[]) if not factories.area_tree() else home(1)
    person = factories.person(name="刘无证", number=None)
    Member.objects.create(household=household, person=person, side="living", relation="97", joined_on=LONG_AGO)
    factories.spell(of=person, at=household.dwelling)
    move = arrived(han_viewer(), declared(qian_viewer(), person), flat())
    assert move.state == "confirmed"


def test_moves_stand_in_the_order_in_which_they_were_put_on_file_whatever_a_clock_said() -> None:
    head, there = members(home(1))[0], flat()
    first = declared(qian_viewer(), head)
    Move.objects.filter(pk=first.pk).update(made_at=timezone.now() + dt.timedelta(hours=10))  # its clock was fast
    assert clock.run(actor=clock.MACHINE, today=DAY + dt.timedelta(days=400)) == 1  # it lapses
    second = arrived(han_viewer(), declared(qian_viewer(), head), there)
    assert second.state == "confirmed"
    assert second.made_at > Move.objects.get(pk=first.pk).made_at
    with pytest.raises(Refused):  # the later move stands
        arrived(han_viewer(), first, flat())


def test_who_has_died_does_not_arrive_by_a_declaration_that_had_lapsed() -> None:
    head = members(home(1))[0]
    move = declared(qian_viewer(), head)
    assert clock.run(actor=clock.MACHINE, today=DAY + dt.timedelta(days=400)) == 1
    Spell.objects.filter(person=head).update(end=DAY)
    Person.objects.filter(pk=head.pk).update(died_on=DAY)
    with pytest.raises(Refused):
        arrived(han_viewer(), move, flat())
    assert Spell.objects.filter(person=head, end=None).count() == 0
