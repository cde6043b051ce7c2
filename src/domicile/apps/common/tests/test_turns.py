"""Turns: many changes read for together and written together leave what they would leave one by one."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common import turns
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person, Spell, Visibility
from tests import factories

MACHINE = Viewer(user_id=None, name="", role="machine")
KEYS = [uuid.UUID(int=number + 1) for number in range(3)]
Step = tuple[Any, ...]


class Failed(Exception):
    """Something of a piece fails."""


def record(key: uuid.UUID) -> Any:
    return recording(actor=MACHINE, action="test", subject_kind="person", subject_id=key)


def the(key: uuid.UUID) -> Person:
    found = turns.row(Person, key)
    assert found is not None
    return found


@pytest.mark.django_db
def test_what_is_read_is_read_once_and_what_is_written_goes_out_together(django_assert_num_queries: Any) -> None:
    people = [factories.person(name=f"人{number}") for number in range(30)]
    keys = [person.pk for person in people]
    # begin, persons, visibility; updates, new rows, the log; end
    with django_assert_num_queries(7), turns.turn(Person):
        turns.rows(Person, "id", keys)
        turns.rows(Visibility, "person_id", keys)
        for key in keys:
            with record(key) as change:
                change.update(the(key), name="改名")
                assert turns.rows(Visibility, "person_id", [key]) == []
                change.create(Visibility(person_id=key, code="1", why="lives"))
                assert len(turns.rows(Visibility, "person_id", [key])) == 1
    assert Person.objects.filter(name="改名").count() == Visibility.objects.count() == 30
    for told, row in zip(Change.objects.order_by("pk"), Visibility.objects.order_by("pk"), strict=True):
        assert orjson.loads(told.values)[1][1] == row.pk  # the key that the database counted stands in the log


@pytest.mark.django_db
def test_a_piece_that_fails_is_put_back_alone() -> None:
    first, second = factories.person(name="甲"), factories.person(name="乙")
    with turns.turn(Person):
        for key, fails in ((first.pk, True), (second.pk, False)):
            try:
                with record(key) as change:
                    change.update(the(key), name="改名")
                    if fails:
                        raise Failed
            except Failed:
                assert the(key).name == "甲"
    assert sorted(Person.objects.values_list("name", flat=True)) == sorted(["甲", "改名"])
    assert Change.objects.get().subject_id == second.pk


@pytest.mark.django_db
def test_whoever_knows_nothing_of_the_turn_sees_what_it_keeps_back_and_is_seen() -> None:
    person = factories.person(name="甲")
    with turns.turn(Person):
        with record(person.pk) as change:
            held = change.update(the(person.pk), name="乙")
            assert Person.objects.get(pk=person.pk).name == "乙"
            other = Person.objects.get(pk=person.pk)  # a copy of the row
            change.update(other, sex="2")
            assert the(person.pk).sex == "2"
            Person.objects.filter(pk=person.pk).update(name="丙")
            assert the(person.pk).name == "丙"
        with pytest.raises(Failed):
            _call_and_fail(the(person.pk))
        assert the(person.pk).name == "丙"
    assert held.pk == person.pk
    assert Person.objects.values_list("name", "sex").get() == ("丙", "2")


@transaction.atomic
def _call_and_fail(person: Person) -> None:
    Recorder().update(person, name="丁")
    raise Failed


@pytest.mark.django_db
def test_what_follows_on_something_is_written_after_it() -> None:
    person, home = factories.person(), factories.dwelling()
    day = dt.date(2024, 1, 1)
    kept = {"kind": "usual", "source": "staff", "person": person, "dwelling": home}
    Spell.objects.create(start=day, **kept)
    with turns.turn(Person), record(person.pk) as change:
        for _time in range(3):  # only one stay may be open at any moment
            before = next(row for row in turns.rows(Spell, "person_id", [person.pk]) if row.end is None)
            day += dt.timedelta(days=10)
            change.update(before, end=day)
            change.create(Spell(start=day, **kept))
    assert [row.end is None for row in Spell.objects.order_by("start")] == [False, False, False, True]


@pytest.mark.django_db
def test_what_a_constraint_forbids_leaves_nothing_of_the_turn() -> None:
    person, home = factories.person(), factories.dwelling()
    twice = [Spell(person=person, dwelling=home, kind="usual", source="staff") for _time in range(2)]
    with pytest.raises(turns.Unsettled) as raised, turns.turn(Person), record(person.pk) as change:
        change.create_many(twice)
    assert isinstance(raised.value.__cause__, IntegrityError)
    assert not Spell.objects.exists()
    assert not Change.objects.exists()


# --- the same as one by one ---------------------------------------------------------------------------------------------

_key = st.sampled_from(KEYS)
_code = st.sampled_from(["1", "2"])
_one = st.one_of(
    st.tuples(st.just("rename"), _key, st.sampled_from(["甲", "乙"])),
    st.tuples(st.just("see"), _key, _code),
    st.tuples(st.just("hide"), _key, _code),
    st.tuples(st.just("make"), st.integers(10, 12)),
    st.tuples(st.just("look"), _key),
    st.tuples(st.just("read"), _key),
    st.tuples(st.just("rename a copy"), _key, st.sampled_from(["甲", "乙"])),
    st.tuples(st.just("remember"), _key),
    st.tuples(st.just("set what is remembered"), _key, st.sampled_from(["1", "2"])),
    st.tuples(st.just("write beneath"), _key, st.sampled_from(["丙", "丁"])),
)
_steps = st.recursive(
    st.lists(_one, max_size=6),
    lambda inner: st.lists(
        st.one_of(_one, st.tuples(st.sampled_from(["piece", "old piece"]), inner, st.booleans())), max_size=6
    ),
    max_leaves=12,
)


def play(steps: Sequence[Step], change: Recorder, seen: list[Any], known: dict[uuid.UUID, Person]) -> None:
    """Take the steps; what is seen on the way is noted. `known`: rows that are remembered, whatever befalls the turn."""
    for what, *how in steps:
        if what in {"piece", "old piece"}:
            try:
                with turns.atomic() if what == "piece" else transaction.atomic():
                    play(how[0], change, seen, known)
                    if how[1]:
                        raise Failed
            except Failed:
                seen.append("put back")
        elif what == "rename":
            change.update(the(how[0]), name=how[1])
        elif what == "make":
            key = uuid.UUID(int=how[0])
            if turns.row(Person, key) is None:
                change.create(Person(pk=key, name="新"))
        elif what == "write beneath":
            Person.objects.filter(pk=how[0]).update(name=how[1])
        elif what == "rename a copy":
            change.update(Person.objects.get(pk=how[0]), name=how[1])
        elif what == "remember":
            known[how[0]] = the(how[0])
        elif what == "set what is remembered":
            if how[0] in known:
                change.update(known.pop(how[0]), education=how[1])
        elif what == "read":
            seen.append((the(how[0]).name, the(how[0]).education))
        elif what == "look":
            seen.append(Person.objects.get(pk=how[0]).name)
            seen.append(sorted(Visibility.objects.filter(person=how[0]).values_list("code", flat=True)))
        else:
            _show(what, how[0], how[1], change)


def _show(what: str, key: uuid.UUID, code: str, change: Recorder) -> None:
    held = [row for row in turns.rows(Visibility, "person_id", [key]) if row.code == code]
    if what == "hide":
        change.delete_many(held)
    elif not held:
        change.create(Visibility(person_id=key, code=code, why="lives"))


def outcome() -> list[Any]:
    rows = Visibility.objects.order_by("person_id", "code").values_list("person_id", "code")
    return [list(Person.objects.order_by("pk").values_list("pk", "name", "education")), list(rows)]


class Turns(TestCase):
    """Drawn at random."""

    @settings(max_examples=100, deadline=None, derandomize=True)
    @given(_steps)
    def test_a_turn_leaves_and_shows_what_the_steps_leave_one_by_one(self, steps: list[Step]) -> None:
        found = []
        for together in (False, True):
            try:
                with transaction.atomic():
                    for key in KEYS:
                        Person.objects.create(pk=key, name="人")
                    seen: list[Any] = []
                    if together:
                        with turns.turn(Person):
                            play(steps, Recorder(), seen, {})
                    else:
                        play(steps, Recorder(), seen, {})
                    found.append([seen, outcome()])
                    raise Failed
            except Failed:
                continue
        assert found[0] == found[1]
