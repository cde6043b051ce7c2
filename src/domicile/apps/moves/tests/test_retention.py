"""Ended moves end with their time, and with them whoever was announced and never came."""

import datetime as dt

import pytest
from django.utils import timezone

from domicile.apps.moves import actions, retention
from domicile.apps.moves.models import Correspondence, Move, MoveChange, MoveEnd, MovePerson
from domicile.apps.moves.tests.making import arrived, declared, flat, han_viewer, home, members, stays, take
from domicile.apps.people.models import Person
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.vault.sealing import data_keys
from tests import factories
from tests.cast import qian_viewer
from tests.peers.incoming import peer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = timezone.localdate()
OVER = TODAY.replace(day=1, year=TODAY.year + 6)


def erase(today: dt.date = OVER) -> int:
    return retention.erase_over(actor=MACHINE, today=today)


def test_an_ended_move_goes_after_its_time_and_where_they_lived_stays() -> None:
    person, waits = members(home(1))[0], members(home(1))[0]
    arrived(han_viewer(), declared(qian_viewer(), person), flat())
    under_way = declared(qian_viewer(), waits)
    lived = stays(person)
    assert erase(TODAY + dt.timedelta(days=1700)) == 0
    assert erase() == 1
    assert [move.pk for move in Move.objects.all()] == [under_way.pk]
    for model in (MoveEnd, MovePerson, MoveChange):
        assert set(model._default_manager.values_list("move_id", flat=True)) == {under_way.pk}
    assert stays(person) == lived
    assert len(lived) == 2
    assert Run.objects.get(rule="retention").settled == 1
    assert erase() == 0


def test_who_was_announced_and_never_came_goes_with_the_move() -> None:
    came = members(home(1))[0]
    stranger = factories.person(name="远客", number="770199199001010017")
    told = declared(qian_viewer(), came)
    MovePerson.objects.create(move=told, person=stranger, by_origin=True)
    Correspondence.objects.create(move=told, peer=peer(prefixes=("770199",)), keeps=False, told=2)
    take(qian_viewer(), actions.cancel, actions.Cancel(told.pk))
    assert data_keys([stranger.pk])
    assert erase() == 1
    assert not Person.objects.filter(pk=stranger.pk).exists()
    assert not data_keys([stranger.pk])
    assert Person.objects.filter(pk=came.pk).exists()


def test_who_is_in_another_move_stays() -> None:
    person = members(home(1))[0]
    first = declared(qian_viewer(), person)
    Correspondence.objects.create(move=first, peer=peer(prefixes=("770199",)), keeps=False, told=2)
    take(qian_viewer(), actions.cancel, actions.Cancel(first.pk))
    declared(qian_viewer(), person)
    assert erase() == 1
    assert Person.objects.filter(pk=person.pk).exists()
    assert MovePerson.objects.filter(person=person).count() == 1
