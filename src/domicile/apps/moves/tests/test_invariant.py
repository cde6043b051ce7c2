"""The invariant in the database: whatever is asked in whatever order, nobody counts twice and nobody in a move counts nowhere."""

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.refusals import Refused
from domicile.apps.moves import actions, applying, checks
from domicile.apps.moves.models import Move, MoveChange
from domicile.apps.moves.tests.making import DAY, WHY, flat, home, members
from domicile.apps.people.models import Member, Spell
from domicile.apps.places.models import Dwelling
from domicile.core.moves import faults
from tests import factories
from tests.cast import sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
STEPS = ("declare", "arrive", "ask", "confirm", "object", "return", "elsewhere", "abroad", "depart", "cancel", "withdraw",
         "lapse", "correct", "accept", "not_yet")  # fmt: skip


def arguments(
    step: str, move: Move | None, person: object, dwellings: list[Dwelling], day: dt.date, choice: int
) -> object:
    """What somebody could ask for at this moment, sensible or not."""
    key, there = (move.pk if move else factories.unknown_id()), dwellings[choice % len(dwellings)]
    who = person.pk  # type: ignore[attr-defined]
    places = [
        ("area", factories.OTHER_COMMUNITY, ""),
        ("abroad", "", "泰国"),
        ("unknown", "", ""),
        ("elsewhere", "", "上海市"),
    ]
    where, code, text = places[choice % len(places)]
    made: dict[str, Callable[[], object]] = {
        "declare": lambda: actions.Declare(who, day, where, code, text),
        "arrive": lambda: actions.Arrive(key, there.pk, day),
        "ask": lambda: actions.Ask(there.pk, day, person_id=who),
        "confirm": lambda: actions.Confirm(key),
        "object": lambda: actions.Object(key),
        "return": lambda: actions.Return(key, day),
        "elsewhere": lambda: actions.ChangeDestination(key, "area", factories.OTHER_COMMUNITY),
        "abroad": lambda: actions.ChangeDestination(key, "abroad", "", "泰国"),
        "depart": lambda: actions.Depart(key),
        "cancel": lambda: actions.Cancel(key),
        "withdraw": lambda: actions.Withdraw(key),
        "lapse": lambda: actions.Lapse(key),
        "correct": lambda: actions.CorrectEnd(key, ["origin", "destination"][choice % 2], day),
        "accept": lambda: actions.Accept(key, MoveChange.objects.filter(move_id=key).count()),
        "not_yet": lambda: actions.NotYet(key),
    }
    return made[step]()


DOING: dict[str, Callable[..., object]] = {
    "declare": actions.declare, "arrive": actions.arrive, "ask": actions.ask, "confirm": actions.confirm,
    "object": actions.object_to, "return": actions.return_home, "elsewhere": actions.change_destination,
    "abroad": actions.change_destination, "depart": actions.depart, "cancel": actions.cancel, "withdraw": actions.withdraw,
    "lapse": actions.lapse, "correct": actions.correct_end, "accept": actions.accept, "not_yet": actions.not_yet,
}  # fmt: skip


#: Gone abroad, asked about again on the very day, which was an error: they are abroad as before.
SAME_DAY = [("declare", 0, 1), ("confirm", 0, 0), ("ask", 0, 0), ("cancel", 0, 0)]


@example(asked=SAME_DAY)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(-15, 29), st.integers(0, 7)), min_size=3, max_size=12))
def test_one_residence_on_every_day(db: None, asked: list[tuple[str, int, int]]) -> None:
    from django.db import transaction

    with transaction.atomic():
        household = home(1)
        person, dwellings = members(household)[0], [flat(), flat(), household.dwelling]
        for step, offset, choice in asked:
            move = Move.objects.filter(people__person=person).order_by("-made_at", "-pk").first()
            given_ = arguments(step, move, person, dwellings, DAY + dt.timedelta(days=offset), choice)
            try:
                with transaction.atomic():
                    DOING[step](actor=sun_viewer(), reason=WHY, evidence="来函第7号", arguments=given_)
            except (Refused, OutOfReach):
                continue
            holds(person)
        transaction.set_rollback(True)


def holds(person: object) -> None:
    """What must be true after each step."""
    who = person.pk  # type: ignore[attr-defined]
    assert faults(applying.line_of_person(who)) == []
    assert [one for one in checks.run() if one.code != "not_where_owned"] == []
    stay = Spell.objects.filter(person_id=who, kind="usual", end=None).first()
    member = Member.objects.filter(person_id=who, side="living", left_on=None).select_related("household").first()
    if stay is None:
        assert member is None
        assert not Move.objects.filter(
            people__person_id=who, state__in=["declared", "told", "arrived", "asked"]
        ).exists()
    else:
        assert member is not None
        assert member.household.dwelling_id == stay.dwelling_id
        assert member.household.ended_on is None
