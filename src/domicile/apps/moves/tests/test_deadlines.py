"""Whose turn it is becomes a task of theirs, ends with the next step, and shows when it is late (MO-2, MO-5)."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.areas import actions as areas
from domicile.apps.areas.models import Area
from domicile.apps.moves import actions
from domicile.apps.moves.deadlines import tasks, waiting
from domicile.apps.moves.messages import registering
from domicile.apps.moves.models import Correspondence, Move, MoveChange
from domicile.apps.moves.tests.making import (
    DAY,
    HAN,
    WHY,
    arrived,
    declared,
    end,
    flat,
    han_viewer,
    home,
    members,
    take,
)
from domicile.apps.peers.models import OutMessage
from domicile.apps.people.actions.persons import NewPerson
from domicile.apps.people.models import Person
from domicile.apps.tasks import generating
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import CalendarDay, Task
from domicile.core.spells import national_calendar
from tests import factories
from tests.cast import QIAN, qian_viewer, sign_in, sun_viewer
from tests.peers.incoming import peer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = timezone.localdate()
RULES = (*tasks.KINDS.values(), tasks.SEEN, tasks.REMIND)
BEFORE = DAY - dt.timedelta(days=9)


@pytest.fixture(autouse=True)
def years() -> None:
    """The years around today have working days."""
    for year in {TODAY.year, TODAY.year + 1} - national_calendar().years:
        CalendarDay.objects.get_or_create(day=dt.date(year, 1, 1), defaults={"kind": "off"})


def held(move: Move) -> list[tuple[str, str, str]]:
    """The tasks of a move: kind, place, state."""
    rows = Task.objects.filter(subject_id=move.pk).order_by("pk")
    return [(row.kind, row.place_code, row.outcome or row.state) for row in rows]


def generate(today: dt.date = TODAY) -> dict[str, tuple[int, int]]:
    runs = generating.generate(actor=MACHINE, today=today, rules=RULES)
    return {run.rule: (run.made, run.settled) for run in runs}


def later(days: int, monkeypatch: pytest.MonkeyPatch) -> dt.date:
    """Let so many days pass."""
    day = TODAY + dt.timedelta(days=days)
    monkeypatch.setattr(timezone, "localdate", lambda *_args, **_more: day)
    return day


def question() -> Move:
    """Somebody of the first community who arrived in the second one without a declaration."""
    head, there = members(home(1))[0], flat()
    number = factories.number_of(birth_date=dt.date(1980, 5, 6))
    factories.document(of=head, number=number)
    arguments = actions.Ask(there.pk, DAY, person_id=head.pk, document_number=number)
    return Move.objects.get(pk=actions.ask(actor=han_viewer(), reason=WHY, arguments=arguments))


def test_the_destination_has_a_task_at_once_and_the_arrival_ends_it() -> None:
    move = declared(qian_viewer(), members(home(1))[0], to_code=factories.FAR_GRID)
    assert held(move) == [("move_arrival", factories.FAR_GRID, "open")]
    row = Task.objects.get()
    assert (row.level, row.occurrence, row.due_on) == ("grid", "2", waiting.clock(TODAY).days.add(TODAY, 15))
    arrived(han_viewer(), move, flat())
    assert held(move) == [("move_arrival", factories.FAR_GRID, "settled")]


def test_where_only_the_area_is_known_the_community_has_it() -> None:
    move = declared(qian_viewer(), members(home(1))[0])
    assert [(row.place_code, row.level) for row in Task.objects.all()] == [
        (factories.OTHER_COMMUNITY + "000", "community")
    ]
    assert generate()["move_arrival"] == (0, 0)  # the night makes nothing twice
    move = take(
        qian_viewer(), actions.change_destination, actions.ChangeDestination(move.pk, "area", factories.FAR_GRID)
    )
    assert held(move) == [
        ("move_arrival", factories.OTHER_COMMUNITY + "000", "settled"), ("move_arrival", factories.FAR_GRID, "open"),
    ]  # fmt: skip


def test_the_time_of_an_arrival_is_counted_from_the_departure() -> None:
    gone = TODAY + dt.timedelta(days=10)
    move = declared(qian_viewer(), members(home(1))[0], day=gone)
    assert Task.objects.get().due_on == waiting.clock(TODAY).days.add(gone, 15)
    duty = waiting.duty_of(move, TODAY)
    assert duty is not None
    assert (duty.matter, duty.side, duty.since) == ("arrival", "destination", gone)


def test_the_place_that_is_asked_answers_and_the_other_end_looks_again() -> None:
    move = question()
    assert held(move) == [("move_answer", factories.GRID, "open")]
    take(qian_viewer(), actions.object_to, actions.Object(move.pk))
    assert held(move)[1:] == [("move_look", factories.FAR_GRID, "open")]
    take(han_viewer(), actions.cancel, actions.Cancel(move.pk))
    assert held(move)[1:] == [("move_look", factories.FAR_GRID, "settled"), ("move_seen", factories.GRID, "open")]


def test_what_the_ends_differ_on_goes_to_and_fro_until_it_is_settled() -> None:
    move = arrived(han_viewer(), declared(qian_viewer(), members(home(1))[0]), flat(), day=BEFORE)
    assert held(move)[1:] == [("move_look", factories.GRID, "open")]
    take(qian_viewer(), actions.object_to, actions.Object(move.pk))
    assert held(move)[2:] == [("move_look", factories.FAR_GRID, "open")]
    take(han_viewer(), actions.correct_end, actions.CorrectEnd(move.pk, "destination", DAY - dt.timedelta(days=1)))
    assert held(move)[3:] == [("move_look", factories.GRID, "open")]
    move = take(qian_viewer(), actions.confirm, actions.Confirm(move.pk))
    assert move.state == "confirmed"
    assert [state for _kind, _place, state in held(move)] == ["settled"] * 4


def test_who_waited_sees_that_they_returned() -> None:
    move = declared(qian_viewer(), members(home(1))[0])
    take(qian_viewer(), actions.return_home, actions.Return(move.pk, TODAY))
    assert held(move)[1:] == [("move_seen", factories.OTHER_COMMUNITY + "000", "open")]
    assert generate()["move_seen"] == (0, 0)


def test_without_the_calendar_of_the_year_the_rule_says_so_and_makes_the_task_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    last = max(national_calendar().years | {TODAY.year, TODAY.year + 1})
    day = dt.date(last, 12, 27)
    monkeypatch.setattr(timezone, "localdate", lambda *_args, **_more: day)
    move = question()
    assert held(move) == []
    duty = waiting.duty_of(move, day)
    assert duty is not None
    run = next(run for run in generating.generate(actor=MACHINE, today=day, rules=RULES) if run.rule == "move_answer")
    assert str(last + 1) in run.problem
    CalendarDay.objects.create(day=dt.date(last + 1, 1, 1), kind="off")
    assert generate(day)["move_answer"] == (1, 0)
    assert held(move) == [("move_answer", factories.GRID, "open")]


def test_what_the_night_makes_is_what_the_steps_would_have_made() -> None:
    moves = [
        question(), arrived(han_viewer(), declared(qian_viewer(), members(home(1))[0]), flat(), day=BEFORE),
        take(qian_viewer(), actions.return_home, actions.Return(declared(qian_viewer(), members(home(1))[0]).pk, TODAY)),
        declared(qian_viewer(), members(home(1))[0]),
    ]  # fmt: skip
    fields = ("kind", "subject_id", "occurrence", "place_code", "stop_id", "walk", "level", "due_on")
    rows = Task.objects.filter(state="open", subject_id__in=[move.pk for move in moves])
    at_once = sorted(rows.values_list(*fields), key=str)
    Task.objects.all().delete()
    assert generate() == dict.fromkeys(RULES, (1, 0)) | {tasks.REMIND: (0, 0)}
    assert sorted(Task.objects.values_list(*fields), key=str) == at_once


def test_the_night_ends_tasks_of_moves_that_went_on_and_of_the_dead() -> None:
    gone, died = declared(qian_viewer(), members(home(1))[0]), members(home(1))[0]
    declared(qian_viewer(), died)
    Move.objects.get(pk=gone.pk)
    take(qian_viewer(), actions.return_home, actions.Return(gone.pk, TODAY))
    Task.objects.filter(subject_id=gone.pk, kind="move_arrival").update(state="open", outcome="", closed_on=None)
    Person.objects.filter(pk=died.pk).update(died_on=TODAY)
    assert generate()["move_arrival"] == (0, 2)


def test_tasks_follow_a_new_code_of_the_area() -> None:
    move = declared(qian_viewer(), members(home(1))[0])
    area = Area.objects.get(code=factories.OTHER_COMMUNITY)
    areas.recode_area(actor=sun_viewer(), area_id=area.pk, on=TODAY, code="770101001009", today=TODAY)
    assert end(move).code == "770101001009000"
    assert held(move) == [("move_arrival", "770101001009000", "open")]
    assert generate()["move_arrival"] == (0, 0)


def test_late_is_told_for_sets_as_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, told = question(), declared(qian_viewer(), members(home(1))[0], day=TODAY + dt.timedelta(days=20))
    for days in range(0, 75, 3):
        day = TODAY + dt.timedelta(days=days)
        at = waiting.clock(day)
        late = set(waiting.waiting().filter(at.overdue()).values_list("move_id", flat=True))
        found = waiting.duties([asked.pk, told.pk], at)
        assert late == {move for move, duty in found.items() if duty.late}
    assert late == {asked.pk, told.pk}


def test_an_end_beyond_this_register_has_no_task_and_this_one_asks_again_when_it_is_late() -> None:
    home(1)
    new = NewPerson(
        name="李秀英", sex="2", birth_date=dt.date(1990, 1, 2), registered="elsewhere", registered_code="880101001001"
    )
    move = actions.ask(actor=han_viewer(), reason=WHY, arguments=actions.Ask(flat().pk, DAY, people=(new,)))
    found = Move.objects.get(pk=move)
    assert held(found) == []
    assert generate()[tasks.REMIND] == (0, 0)
    assert generate(TODAY + dt.timedelta(days=30))[tasks.REMIND] == (1, 0)
    assert held(found) == [("move_remind", factories.FAR_GRID, "open")]
    actions.confirm(actor=han_viewer(), reason=WHY, evidence="来电 2026-12-30", arguments=actions.Confirm(move))
    assert held(found) == [("move_remind", factories.FAR_GRID, "settled")]


def test_overdue_tasks_go_a_level_up(monkeypatch: pytest.MonkeyPatch) -> None:
    question()
    day = later(60, monkeypatch)
    assert generating.escalate(actor=MACHINE, today=day).made == 1
    assert Task.objects.get().level == "community"


def test_the_worker_opens_the_move_from_the_list_of_the_day(client: Client) -> None:
    move = declared(qian_viewer(), members(home(1))[0])
    sign_in(client, HAN)
    page = client.get(reverse("tasks:today")).content.decode()
    assert reverse("moves:move", args=[move.pk]) in page
    assert members(home(1))[0].name[:1] in page


def test_the_rules_ask_as_often_for_many_as_for_one() -> None:
    counts = []
    for size in (1, 6):
        for _each in range(size):
            declared(qian_viewer(), members(home(1))[0])
            question()
        Task.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            generate()
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_late_shows_on_both_sides(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    move = question()
    later(60, monkeypatch)
    for actor in (QIAN, HAN):
        sign_in(client, actor)
        page = client.get(reverse("moves:move", args=[move.pk]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
        assert "overdue" in page


def test_what_is_heard_of_one_part_leaves_the_time_of_the_others_as_it_is() -> None:
    first, part = declared(qian_viewer(), members(home(1))[0]), declared(qian_viewer(), members(home(1))[0])
    Move.objects.filter(pk=part.pk).update(part_of=first)
    there, step = peer(prefixes=("770199",)), MoveChange.objects.get(move=part, step="tell")
    heard_at = step.at + dt.timedelta(seconds=1)
    done = Correspondence.objects.create(move=first, peer=there, told=2, heard_at=timezone.now())
    waits = Correspondence.objects.create(move=part, peer=there, told=2)
    message = OutMessage(subject=first.pk, peer=there, made_at=heard_at)
    registering.heard([message])
    before = done.heard_at
    done.refresh_from_db()
    waits.refresh_from_db()
    assert done.heard_at == before
    assert waits.heard_at is not None
    Correspondence.objects.filter(pk=waits.pk).update(heard_at=None)
    registering.heard([OutMessage(subject=first.pk, peer=there, made_at=step.at - dt.timedelta(seconds=1))])
    waits.refresh_from_db()
    assert waits.heard_at is None  # that step went with a later message


def test_the_clock_runs_from_the_day_on_which_the_other_register_had_heard() -> None:
    move = declared(qian_viewer(), *members(home()))
    last = MoveChange.objects.get(move=move, step="tell")
    there = peer(prefixes=("770199",))
    row = Correspondence.objects.create(move=move, peer=there, told=last.number)

    assert waiting.waiting().get(move=move).started == last.at
    row.heard_at = last.at + dt.timedelta(days=3)
    row.save()
    assert waiting.waiting().get(move=move).started == row.heard_at
