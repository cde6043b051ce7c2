"""What moves share with the rest: recoded areas, undone acceptances, the history of a person, the command."""

import datetime as dt

import pytest

from domicile.apps.audit.models import Change
from domicile.apps.collect.actions import Subject, accept, propose, undo_acceptance
from domicile.apps.common.refusals import Refused
from domicile.apps.moves import actions, checks, recoding
from domicile.apps.moves.models import Move, MoveChange, MoveEnd
from domicile.apps.moves.tests.making import (
    DAY,
    HAN,
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
from domicile.apps.people.history import changes_of, rows_today
from domicile.apps.people.models import Person
from tests import factories
from tests.cast import qian_viewer, sun_viewer, viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def test_an_accepted_move_is_undone_whole_and_by_its_own_steps_once_it_has_gone_on() -> None:
    head = members(home(1))[0]
    arguments = actions.Declare(head.pk, DAY, "abroad", "", "泰国")
    proposal = propose(
        actor=zhao_viewer(), action="moves.declare", subject=Subject("person", head.pk, factories.GRID),
        arguments=arguments, reason=WHY,
    )  # fmt: skip
    accept(actor=qian_viewer(), proposal_id=proposal.pk)
    home_again = [(head.spells.get().dwelling_id, factories.LONG_AGO, None)]
    assert stays(head) != home_again
    undo_acceptance(actor=qian_viewer(), proposal_id=proposal.pk)
    assert not Move.objects.exists()
    assert stays(head) == home_again

    accept(actor=qian_viewer(), proposal_id=proposal.pk)
    move = take(qian_viewer(), actions.return_home, actions.Return(Move.objects.get().pk, DAY))
    with pytest.raises(Refused):
        undo_acceptance(actor=qian_viewer(), proposal_id=proposal.pk)
    assert move.state == "returned"
    assert stays(head) == home_again


def test_an_arrival_that_waits_for_the_other_end_is_undone_whole() -> None:
    household = home(1)
    head = members(household)[0]
    move = declared(qian_viewer(), head)
    arguments = actions.Arrive(move.pk, flat().pk, DAY - dt.timedelta(days=5))
    proposal = propose(
        actor=viewer(HAN), action="moves.arrive", subject=Subject("move", move.pk, factories.FAR_GRID), arguments=arguments,
        reason=WHY,
    )  # fmt: skip
    accept(actor=sun_viewer(), proposal_id=proposal.pk)
    undo_acceptance(actor=sun_viewer(), proposal_id=proposal.pk)
    move.refresh_from_db()
    assert (move.state, MoveChange.objects.filter(move=move).count()) == ("told", 2)
    assert stays(head) == [(household.dwelling_id, factories.LONG_AGO, None)]
    assert list(checks.run()) == []


def test_each_movers_history_has_the_move() -> None:
    family = members(home(2))
    arrived(han_viewer(), declared(qian_viewer(), *family), flat())
    for person in family:
        told = {change.action for change in changes_of([person.pk], rows_today([person.pk]))}
        assert "moves.arrive" in told
    assert Change.objects.filter(action="moves.declare").exists()


def test_the_ends_follow_their_areas() -> None:
    move = declared(qian_viewer(), members(home(1))[0])
    assert recoding.tally([factories.OTHER_COMMUNITY + "000"]) == {"move_ends": 1}
    assert end(move, "origin").code == factories.GRID


def test_what_the_check_finds() -> None:
    head = members(home(1))[0]
    move = declared(qian_viewer(), head)
    Person.objects.filter(pk=head.pk).update(died_on=LATER)
    assert [one.code for one in checks.run()] == ["dead_who_moves"]
    assert [one.code for one in checks.run(scope=factories.OTHER_COMMUNITY)] == ["dead_who_moves"]
    assert list(checks.run(scope="770102")) == []
    head.spells.update(end=LATER)
    Person.objects.filter(pk=head.pk).update(died_on=None)
    assert [one.code for one in checks.run()] == ["nowhere_while_moving"]
    head.spells.update(end=None)
    MoveEnd.objects.filter(move=move, side="origin").update(day="2020-01-01")
    assert [one.code for one in checks.run()] == ["long_unheard"]
