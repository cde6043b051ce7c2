"""What the database itself refuses of moves, on either engine."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from domicile.apps.moves.models import Move, MoveChange, MovePerson
from domicile.apps.moves.tests.making import arrived, declared, flat, han_viewer, home, members
from tests.cast import qian_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def move() -> Move:
    return declared(qian_viewer(), members(home(1))[0])


def step(move: Move, **fields: object) -> MoveChange:
    values = {"number": 3, "step": "arrive", "before": "told", "after": "arrived", "by": "destination", **fields}
    return MoveChange(move=move, at=timezone.now(), **values)


@pytest.mark.parametrize(
    "fields",
    [
        {"step": "confirm", "after": "confirmed", "by": "origin"},  # nobody has arrived
        {"by": "origin"},  # the other end registers arrivals
        {"before": "declared"},  # it is told by now
        {"number": 4},  # the third step is left out
        {"number": 2, "step": "tell", "before": "declared", "after": "told", "by": "rule"},  # taken already
        {"step": "invented"},
        {"step": "not_yet", "by": "origin", "after": "told"},  # the destination knows
        {"step": "not_yet", "by": "destination"},  # it changes nothing
        {"side": "origin"},  # its own word, not for an end
    ],
)
def test_an_illegal_step_cannot_be_stored(move: Move, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        step(move, **fields).save(force_insert=True)


def test_the_destination_may_say_that_nobody_has_come(move: Move) -> None:
    step(move, step="not_yet", after="told").save(force_insert=True)


@pytest.mark.parametrize(
    ("before", "fields", "stands"),
    [
        (None, {}, False),  # nothing was corrected
        ({"by": "origin"}, {}, True),
        ({"by": "above", "side": "origin"}, {}, True),
        ({"by": "above", "side": "destination"}, {}, False),
        ({"by": "destination"}, {}, False),
        ({"by": "origin", "step": "object"}, {}, False),
        ({"by": "origin"}, {"by": "origin"}, False),  # not its own
    ],
)
def test_what_the_place_left_corrected_is_accepted_right_after_it(
    move: Move, before: dict[str, str] | None, fields: dict[str, str], stands: bool
) -> None:
    step(move).save(force_insert=True)
    if before is not None:
        step(move, **{"number": 4, "step": "correct", "before": "arrived"} | before).save(force_insert=True)
    values = {"number": 5 if before else 4, "step": "accept", "before": "arrived", "after": "confirmed"} | fields
    if stands:
        step(move, **values).save(force_insert=True)
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        step(move, **values).save(force_insert=True)


def test_a_step_is_never_rewritten(move: Move) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MoveChange.objects.filter(move=move).update(reason="另一个理由")


def test_a_move_is_in_the_state_of_its_last_step(move: Move) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Move.objects.filter(pk=move.pk).update(state="cancelled")
    step(move).save(force_insert=True)
    Move.objects.filter(pk=move.pk).update(state="arrived", owner="destination")


def test_a_move_has_one_owner_and_begins_at_the_beginning(move: Move) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Move.objects.filter(pk=move.pk).update(owner="destination")
    with pytest.raises(IntegrityError), transaction.atomic():
        Move.objects.create(state="confirmed", owner="destination", made_at=timezone.now())


def test_nobody_is_in_two_moves_at_once(move: Move) -> None:
    other = Move.objects.create(made_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        MovePerson.objects.create(move=other, person=MovePerson.objects.get(move=move).person)


def test_an_end_that_has_spoken_says_where_and_when(move: Move) -> None:
    ends = move.ends.filter(side="origin")
    for fields in ({"day": None}, {"to_where": ""}, {"to_code": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ends.update(**fields)


def test_a_move_that_ended_leaves_room_for_the_next(move: Move) -> None:
    arrived(han_viewer(), move, flat())
    person = MovePerson.objects.get(move=move)
    assert not person.under_way
    assert connection.vendor in {"sqlite", "postgresql"}
