"""The report by pairs of areas: what is open, what differs, what was in time; and that the database says what the core says."""

import datetime as dt
import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from domicile.apps.moves import actions
from domicile.apps.moves.actions.stepping import word_of
from domicile.apps.moves.models import Correspondence, Move, MoveEnd, MovePerson
from domicile.apps.moves.policies import ends_of
from domicile.apps.moves.reports.differing import MATTERS, differing
from domicile.apps.moves.reports.figures import Pair, Report, report
from domicile.apps.moves.tests.making import DAY, arrived, declared, flat, han_viewer, home, members, take
from domicile.apps.moves.tests.test_deadlines import BEFORE, TODAY, question, years
from domicile.core.moves import differences
from domicile.core.policy.parameters import parameter
from tests import factories
from tests.cast import li_viewer, qian_viewer, sun_viewer, zhao_viewer
from tests.peers.incoming import peer

pytestmark = [pytest.mark.django_db(databases=["default", "log"]), pytest.mark.usefixtures("years")]
__all__ = ["years"]
HERE, THERE = factories.COMMUNITY, factories.OTHER_COMMUNITY
TOMORROW = TODAY + dt.timedelta(days=1)


def told(today: dt.date = TODAY, *, digits: int = 12, viewer=None) -> Report:
    return report(viewer or sun_viewer(), digits=digits, begin=TODAY, end=TOMORROW, today=today)


def one(found: Report) -> Pair:
    assert len(found.pairs) == 1
    assert (found.pairs[0].left, found.pairs[0].to) == (HERE, THERE)
    return found.pairs[0]


def unclear(day: dt.date = BEFORE) -> Move:
    """A move on whose day the ends differ."""
    return arrived(han_viewer(), declared(qian_viewer(), members(home(1))[0]), flat(), day=day)


def test_what_is_open_and_whose_turn_it_is() -> None:
    question(), unclear(), declared(qian_viewer(), members(home(1))[0])
    pair = one(told())
    assert (pair.open["origin"].all, pair.open["destination"].all) == (2, 1)
    assert (pair.open["origin"].late, pair.open["destination"].late) == (0, 0)
    pair = one(told(TODAY + dt.timedelta(days=60)))
    assert (pair.open["origin"].late, pair.open["destination"].late) == (2, 1)


def test_what_the_ends_differ_on() -> None:
    unclear()
    family = members(home(2))
    move = arrived(han_viewer(), declared(qian_viewer(), *family), flat(), day=BEFORE)
    MovePerson.objects.filter(move=move, person=family[1]).update(by_destination=False)
    MoveEnd.objects.filter(move=move, side="origin").update(to_code="770101001003000")
    assert one(told()).differing == {"all": 2, "destination": 1, "day": 2, "people": 1}


def test_answers_in_time_and_late_ones() -> None:
    late, quick, taken_back = question(), question(), question()
    take(qian_viewer(), actions.confirm, actions.Confirm(quick.pk))
    take(han_viewer(), actions.cancel, actions.Cancel(taken_back.pk))
    pair = one(told())
    assert (pair.answered["origin"].part, pair.answered["origin"].whole) == (1, 1)
    pair = one(told(TODAY + dt.timedelta(days=60)))
    assert (pair.answered["origin"].part, pair.answered["origin"].whole) == (1, 2)
    assert pair.answered["origin"].percent == "50%"
    assert late.state == "asked"


def test_what_was_told_in_time_and_agreed_on_at_once() -> None:
    arrived(han_viewer(), declared(qian_viewer(), members(home(1))[0]), flat(), day=TODAY)
    arrived(han_viewer(), declared(qian_viewer(), members(home(1))[0]), flat(), day=DAY)
    unclear()
    question()  # on the day that lies 30 days back: asked too late
    pair = one(told())
    assert (pair.told["destination"].part, pair.told["destination"].whole) == (1, 3)
    assert (pair.asked.part, pair.asked.whole) == (0, 1)
    assert (pair.agreed.part, pair.agreed.whole) == (2, 3)


def test_lapsed_ones_and_the_period() -> None:
    move = declared(qian_viewer(), members(home(1))[0])
    take(sun_viewer(), actions.lapse, actions.Lapse(move.pk))
    assert one(told()).lapsed == 1
    found = report(sun_viewer(), digits=12, begin=TOMORROW, end=TOMORROW, today=TODAY)
    assert found.pairs == []


def test_areas_of_every_level_and_whoever_stands_at_an_end() -> None:
    unclear()
    assert [(pair.left, pair.to) for pair in told(digits=9).pairs] == [(HERE[:9], THERE[:9])]
    assert len(told(viewer=qian_viewer()).pairs) == len(told(viewer=han_viewer()).pairs) == 1
    assert len(told(viewer=zhao_viewer()).pairs) == 1
    assert told(viewer=li_viewer()).pairs == []


def test_a_year_that_is_not_known_is_said() -> None:
    question()
    found = told(dt.date(TODAY.year + 3, 1, 4))
    assert str(TODAY.year + 3) in found.problem


def test_as_many_queries_for_many_as_for_one() -> None:
    counts = []
    for size in (1, 5):
        for _each in range(size):
            question(), unclear()
        with CaptureQueriesContext(connection) as asked:
            told()
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


CODES = (
    "",
    "770101000000000",
    "770101001000000",
    "770101001002000",
    "770101001002001",
    "770101001001000",
    "770202000000000",
)
KINDS = ("area", "elsewhere", "unknown")


def test_the_database_differs_where_the_core_does() -> None:
    """Every pair of words: the same matters in both."""
    move = arrived(han_viewer(), declared(qian_viewer(), *members(home(2))), flat(), day=BEFORE)
    most = int(parameter("moves.days_between", TODAY))
    days = (DAY, DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=most), DAY + dt.timedelta(days=most + 1))
    origins = [(kind, code) for kind in KINDS for code in CODES if kind != "area" or code]
    for (kind, code), (other, to) in itertools.product(origins, (*origins[2:5], *origins[-5:-3], origins[-1])):
        check(move, kind, code, other, to, DAY, 2)
    for day, came in itertools.product(days, (0, 1, 2)):
        check(move, "area", CODES[3], "area", CODES[3], day, came)


def check(move: Move, kind: str, code: str, other: str, to: str, day: dt.date, came: int) -> None:
    ends, rows = MoveEnd.objects.filter(move=move), MovePerson.objects.filter(move=move).order_by("pk")
    ends.filter(side="origin").update(to_where=kind, to_code=code, day=DAY)
    ends.filter(side="destination").update(to_where=other, to_code=to, day=day)
    people = list(rows.values_list("person_id", flat=True))
    rows.update(by_destination=False)
    rows.filter(person_id__in=people[:came]).update(by_destination=True)
    both = ends_of(Move.objects.get(pk=move.pk))
    said = differences(
        word_of(both.origin, people), word_of(both.destination, people[:came]),
        most_days=int(parameter("moves.days_between", TODAY)),
    )  # fmt: skip
    found = differing(timezone.localdate()).filter(move=move).first()
    flagged = [matter for matter in MATTERS if found is not None and getattr(found, f"on_{matter}")]
    assert flagged == [one.matter for one in said], (kind, code, other, to, day, came)


@pytest.mark.parametrize("side", ["origin", "destination"])
def test_a_difference_ends_when_one_side_corrects_to_what_the_other_says(side: str) -> None:
    move = unclear()
    actor, day = (qian_viewer(), BEFORE) if side == "origin" else (han_viewer(), DAY)
    move = take(actor, actions.correct_end, actions.CorrectEnd(move.pk, side, day))
    assert move.state == "confirmed"
    assert told().pairs[0].differing["all"] == 0


def test_a_difference_ends_when_the_other_side_accepts_it_or_the_level_above_decides() -> None:
    corrected = unclear()
    take(
        han_viewer(),
        actions.correct_end,
        actions.CorrectEnd(corrected.pk, "destination", BEFORE + dt.timedelta(days=1)),
    )
    assert one(told()).open["origin"].all == 1
    assert take(qian_viewer(), actions.confirm, actions.Confirm(corrected.pk)).state == "confirmed"
    contested = unclear()
    take(qian_viewer(), actions.object_to, actions.Object(contested.pk))
    assert one(told()).open["destination"].all == 1
    assert take(sun_viewer(), actions.confirm, actions.Confirm(contested.pk)).state == "confirmed"
    assert contested.changes.order_by("-number")[0].by == "above"


def test_that_the_other_register_has_heard_of_the_answer_makes_it_no_earlier(monkeypatch: pytest.MonkeyPatch) -> None:
    move, there = question(), peer(prefixes=("770199",))
    line = Correspondence.objects.create(move=move, peer=there, told=1, heard_at=timezone.now())
    then = timezone.now() + dt.timedelta(days=60)
    monkeypatch.setattr(timezone, "now", lambda: then)
    take(qian_viewer(), actions.confirm, actions.Confirm(move.pk))
    Correspondence.objects.filter(pk=line.pk).update(told=move.changes.count(), heard_at=timezone.now())
    answered = one(told(timezone.localdate())).answered["origin"]
    assert (answered.part, answered.whole) == (0, 1)
