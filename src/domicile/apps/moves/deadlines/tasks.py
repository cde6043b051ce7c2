"""Whose turn it is, as tasks of whoever works there: made with the step, by rule at night what a step could not make.

The subject of a task is a move, its occurrence the number of the step that asked for it: the next step ends the task.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder
from domicile.apps.common import turns
from domicile.apps.moves import ground
from domicile.apps.moves.deadlines.waiting import clock, last_steps, midnight, on_file, waiting
from domicile.apps.moves.models import Move, MoveChange, MoveEnd, MovePerson, Side
from domicile.apps.moves.policies import Ends, in_register
from domicile.apps.places.visits import walk_key
from domicile.apps.tasks import policies, registry
from domicile.apps.tasks.calendars import calendar
from domicile.apps.tasks.models import Task
from domicile.core.moves.deadlines import to_be_seen, turn
from domicile.core.moves.machine import steps
from domicile.core.spells import UnknownYear

SUBJECT = "move"
#: The rule, and kind, of the tasks of each matter; and that of what only has to be seen.
KINDS = {"arrival": "move_arrival", "answer": "move_answer", "look": "move_look"}
SEEN, REMIND = "move_seen", "move_remind"
PAGES = {SUBJECT: "moves:move"}


def follow(move: Move, ends: Ends, change: Recorder) -> None:
    """After a step: the tasks of the steps before end, and whoever's turn it is now has one. At most six statements.

    Where the working days of a year are not known the rule says so at night, and makes the task once they are.
    """
    last = ground.last_step(move)
    if last is None:
        return
    today, wanted = timezone.localdate(), _wanted(last)
    held = [row for row in turns.rows(Task, "subject_id", [move.pk]) if row.subject_kind == SUBJECT]
    for row in held:
        if row.state == Task.State.OPEN and row.occurrence != str(last.number):
            change.update(
                row, state=Task.State.DONE, outcome=Task.Outcome.SETTLED, closed_on=max(today, row.opened_on),
                next_try_on=None, next_try_part="",
            )  # fmt: skip
    there = {(row.kind, row.occurrence) for row in held}
    for kind, side in wanted:
        made = None if (kind, str(last.number)) in there else _task(move, ends, last, kind, side, today)
        if made is not None and in_register(made.place_code):
            change.create(made)


def hand_over(move: Move, ends: Ends, change: Recorder) -> None:
    """The task of an announced arrival goes to where the destination lies now, and its time begins anew."""
    last = MoveChange.objects.filter(move=move).order_by("-number").first()
    kind = KINDS["arrival"]
    if last is None or (kind, Side.DESTINATION) not in _wanted(last):
        return
    held = Task.objects.filter(subject_kind=SUBJECT, subject_id=move.pk, kind=kind, occurrence=str(last.number)).first()
    made = _task(move, ends, last, kind, Side.DESTINATION, timezone.localdate())
    if held is not None and made is not None:
        same = ("edition", "place_code", "stop_id", "walk", "opened_on", "due_on", "level")
        change.update(
            held, state=Task.State.OPEN, outcome="", closed_on=None, next_try_on=None, next_try_part="", raised_on=None,
            worker=None, **{name: getattr(made, name) for name in same},
        )  # fmt: skip


def _wanted(last: MoveChange) -> list[tuple[str, str]]:
    """The kinds of tasks that a step asks for, and the side that each is for."""
    whose = turn(last.step, by=last.by, after=last.after, side=last.side)
    seen = to_be_seen(last.step, before=last.before)
    return [
        *([(KINDS[whose.matter], whose.side)] if whose is not None else []),
        *([(SEEN, seen)] if seen is not None else []),
    ]


def _task(move: Move, ends: Ends, last: MoveChange, kind: str, side: str, today: dt.date) -> Task | None:
    """The row, not written yet; None where its last day cannot be told."""
    end, rule = ends.of(side), policies.edition(kind, today)
    begins = max(today, ends.origin.day or today) if kind == KINDS["arrival"] else today
    try:
        due = policies.due_on(rule.values, begins, turns.once("calendar", calendar))
    except UnknownYear:
        return None
    home = end.dwelling
    return Task(
        kind=kind, rule=kind, edition=rule.since, subject_kind=SUBJECT, subject_id=move.pk, occurrence=str(last.number),
        place_code=end.code, stop_id=home.building_id if home else None,
        walk=f"{home.building.key}|{home.key}" if home else "", opened_on=today, due_on=due,
        level=policies.first_level(end.code),
    )  # fmt: skip


class Rule:
    """The rule of one matter, over all moves: for what no step could make, since the year was not known."""

    def __init__(self, matter: str) -> None:
        self.matter = matter

    def due(self, values: Mapping[str, Any], today: dt.date) -> Any:
        """Last steps after which it is somebody's turn who works here; an arrival from the day of departure on."""
        rows = _here(waiting().filter(matter=self.matter))
        if self.matter == "arrival":
            rows = rows.filter(departed__lte=today)
        return _listed(rows)

    def settled(self, values: Mapping[str, Any], today: dt.date) -> Any:
        """The move has gone on, or everybody in it has died."""
        same = waiting().filter(matter=self.matter, move_id=OuterRef("subject_id"))
        rows = same.annotate(step_number=Cast("number", CharField()))
        return ~Exists(_alive(rows).filter(step_number=OuterRef("occurrence")))


def remind_due(values: Mapping[str, Any], today: dt.date) -> Any:
    """Moves in which the end beyond this register is late: this end asks again. One query more, for the calendar."""
    rows = _alive(waiting().filter(clock(today).overdue())).exclude(on_file(OuterRef("place")))
    other = Case(
        When(acts=Side.ORIGIN, then=Value(Side.DESTINATION)), default=Value(Side.ORIGIN), output_field=CharField()
    )
    end = MoveEnd.objects.filter(move_id=OuterRef("move_id"), side=OuterRef("asks")).values("code")[:1]
    found = rows.annotate(asks=other).annotate(here=Subquery(end)).filter(on_file(OuterRef("here")))
    return _listed(found, side="asks", place="here")


def remind_settled(values: Mapping[str, Any], today: dt.date) -> Any:
    """The move has gone on."""
    rows = waiting().filter(move_id=OuterRef("subject_id")).annotate(step_number=Cast("number", CharField()))
    return ~Exists(_alive(rows).filter(step_number=OuterRef("occurrence")))


def seen_due(values: Mapping[str, Any], today: dt.date) -> Any:
    """Moves that one end has lately ended, or of which it says that nobody has come yet, for the other one to see."""
    whose = {
        (step.key, before): side
        for step in steps().values()
        for before in step.befores()
        if (side := to_be_seen(step.key, before=before))
    }
    cases = [When(step=step, before=before, then=Value(side)) for (step, before), side in whose.items()]
    rows = last_steps().filter(at__gte=midnight(today - dt.timedelta(days=values["within"])))
    acts = Case(*cases, default=Value(""), output_field=CharField())
    end = MoveEnd.objects.filter(move_id=OuterRef("move_id"), side=OuterRef("acts")).values("code")[:1]
    return _listed(_here(rows.annotate(acts=acts).exclude(acts="").annotate(place=Subquery(end))))


def seen_settled(values: Mapping[str, Any], today: dt.date) -> Any:
    """The move has gone on."""
    rows = last_steps().filter(move_id=OuterRef("subject_id")).annotate(step_number=Cast("number", CharField()))
    return ~Exists(rows.filter(step_number=OuterRef("occurrence")))


def _here(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Those whose turn is somebody's of this register, about people who live."""
    return _alive(rows).filter(on_file(OuterRef("place")))


def _alive(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    living = MovePerson.objects.filter(move_id=OuterRef("move_id"), person__died_on__isnull=True)
    return rows.filter(Exists(living))


def _listed(rows: "QuerySet[Any]", *, side: str = "acts", place: str = "place") -> Any:
    """The columns that the engine reads, of the end that `side` and `place` name."""
    end = MoveEnd.objects.filter(move_id=OuterRef("move_id"), side=OuterRef(side), dwelling__isnull=False)
    stop = Subquery(end.values("dwelling__building_id")[:1])
    walk = Coalesce(Subquery(end.annotate(walk=walk_key("dwelling__")).values("walk")[:1]), Value(""))
    return rows.annotate(stop=stop, way=walk, times=Cast(F("number"), CharField())).values_list(
        "move_id", place, "stop", "way", "times"
    )


def register_all() -> None:
    """Called once at start-up."""
    done = (Task.Outcome.DONE,)
    for name, label, taps, way in (
        (KINDS["arrival"], _("Somebody is announced: register the arrival, or ask"), done, _("Open the move")),
        (KINDS["answer"], _("Answer whether somebody has left here"), (), _("Answer the question")),
        (KINDS["look"], _("The two ends of a move say different things: look again"), (), _("Open the move")),
        (SEEN, _("News from the other end of a move: take note"), done, _("Open the move")),
        (REMIND, _("No answer in time from another register: ask again"), done, _("Open the move")),
    ):
        registry.register(registry.Kind(name, label, PAGES, done, taps=taps, way=way))
    for matter, label in (
        ("arrival", _("Arrivals that are announced")),
        ("answer", _("Questions of other areas about arrivals")),
        ("look", _("Moves on which the ends differ")),
    ):
        rule = Rule(matter)
        registry.register_source(
            registry.Source(KINDS[matter], KINDS[matter], SUBJECT, label, rule.due, rule.settled, place="place")
        )
    label = _("News from the other ends of moves")
    registry.register_source(registry.Source(SEEN, SEEN, SUBJECT, label, seen_due, seen_settled, place="place"))
    label = _("Answers of other registers that are overdue")
    registry.register_source(registry.Source(REMIND, REMIND, SUBJECT, label, remind_due, remind_settled, place="here"))
