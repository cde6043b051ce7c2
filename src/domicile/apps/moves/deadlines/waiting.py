"""Whose turn it is, over whole sets of moves: read from their last steps, by the rules of core.moves.deadlines."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, Greatest, Substr
from django.utils import timezone

from domicile.apps.areas.models import Area
from domicile.apps.moves import words
from domicile.apps.moves.models import Correspondence, Move, MoveChange, MoveEnd, Side
from domicile.apps.tasks.calendars import calendar
from domicile.core.moves.deadlines import RULES, due_on, late_since, starts_on, turns
from domicile.core.policy.parameters import parameter
from domicile.core.spells import Calendar, UnknownYear

#: Digits of a county, and what makes them the code of its area.
COUNTY, FILLED = 6, "000000"
REMINDER = "tasks.reminder"


def started() -> Greatest:
    """When the clock of a step starts: when it was taken, or later, when the register of the other end had heard of it,
    or when the county that was named as the destination had given it to a community.

    When the other end had heard is kept of the last step that it was told of: the clock of those before it started when
    they were taken.
    """
    heard = Correspondence.objects.filter(move_id=OuterRef("move_id"), gone=False, told__lte=OuterRef("number"))
    handed = MoveEnd.objects.filter(move_id=OuterRef("move_id"), side=Side.DESTINATION)
    return Greatest(
        Coalesce(
            Subquery(heard.filter(heard_at__gt=OuterRef("at")).order_by("-heard_at").values("heard_at")[:1]), F("at")
        ),
        Coalesce(Subquery(handed.filter(handed_at__gt=OuterRef("at")).values("handed_at")[:1]), F("at")),
    )


def when_turn(**chosen: str) -> Q:
    """Steps after which it is the turn of this side, for this matter (`side`, `matter`); of any without either."""
    found = Q(pk__in=[])
    ways: dict[tuple[str, str, str], set[str]] = {}
    for (step, by, side, after), whose in turns().items():
        if all(getattr(whose, name) == value for name, value in chosen.items()):
            ways.setdefault((step, side, after), set()).add(by)
    for (step, side, after), who in sorted(ways.items()):
        found |= Q(step=step, side=side, after=after, by__in=sorted(who))
    return found


def with_turns(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Steps after which somebody is waited for: `matter`, `acts` (the side whose turn it is) and `place` (its code),
    `started`, and `departed` (the day of leaving by the word of the origin).
    """
    whose = sorted({(one.matter, one.side) for one in turns().values()})
    matter = [When(when_turn(matter=name), then=Value(name)) for name in sorted({name for name, _side in whose})]
    side = [When(when_turn(side=name), then=Value(name)) for name in Side.values]
    end = MoveEnd.objects.filter(move_id=OuterRef("move_id"), side=OuterRef("acts"))
    origin = MoveEnd.objects.filter(move_id=OuterRef("move_id"), side=Side.ORIGIN)
    return (
        rows.filter(when_turn())
        .annotate(
            matter=Case(*matter, output_field=CharField()),
            acts=Case(*side, output_field=CharField()),
            started=started(),
            departed=Subquery(origin.values("day")[:1]),
        )
        .annotate(place=Subquery(end.values("code")[:1]))
    )


def waiting() -> "QuerySet[Any]":
    """The last steps of moves in which somebody is waited for, unrestricted; one row a move, as `with_turns` has it."""
    open_moves = sorted({after for _step, _by, _side, after in turns()})
    return with_turns(last_steps().filter(move__state__in=open_moves))


def last_steps() -> "QuerySet[MoveChange]":
    """The last step of each move."""
    later = MoveChange.objects.filter(move_id=OuterRef("move_id"), number__gt=OuterRef("number"))
    return MoveChange.objects.filter(~Exists(later))


def on_file(place: Any) -> Exists:
    """Whether a place code lies in this register, as `policies.in_register` has it of one."""
    county = Concat(Substr(place, 1, COUNTY), Value(FILLED))
    return Exists(Area.objects.filter(code=county, valid_to__isnull=True).exclude(code__endswith=f"00{FILLED}"))


@dataclass(frozen=True)
class Duty:
    """Whose turn it is after which step, since and until when. `due` None: its year's working days are not known."""

    matter: str
    side: str
    step: str
    since: dt.date
    due: dt.date | None
    late: bool = False
    soon: bool = False


@dataclass(frozen=True)
class Clock:
    """A day, the working days around it, and what each matter is given. `problem`: the calendar of a year is missing."""

    today: dt.date
    days: Calendar
    given: Mapping[str, int]
    late: Mapping[str, dt.date | None]
    problem: str = ""

    def overdue(self) -> Q:
        """A condition on rows of `waiting` that holds where the time has run out; on none where that cannot be told."""
        found = Q(pk__in=[])
        for matter, last in self.late.items():
            if last is None:
                continue
            late = Q(matter=matter, started__lt=midnight(last + dt.timedelta(days=1)))
            if matter == "arrival":  # nobody arrives before the departure
                late &= Q(departed__lte=last)
            found |= late
        return found

    def duty(self, matter: str, side: str, step: str, started: dt.datetime, departed: dt.date | None) -> Duty:
        """The turn of one move after a step; `departed` is the day of leaving that the origin gave."""
        since = starts_on(timezone.localtime(started).date(), departed if matter == "arrival" else None)
        try:
            due = due_on(since, self.given[matter], self.days)
        except UnknownYear:
            return Duty(matter, side, step, since, None)
        soon = self.today + dt.timedelta(days=int(parameter(REMINDER, self.today)))
        return Duty(matter, side, step, since, due, late=due < self.today, soon=self.today <= due <= soon)


def clock(today: dt.date) -> Clock:
    """The clock of a day. One query."""
    days, problem = calendar(), ""
    given: dict[str, int] = {matter: int(parameter(rule, today)) for matter, rule in RULES.items()}
    late: dict[str, dt.date | None] = {}
    for matter, count in given.items():
        try:
            late[matter] = late_since(today, count, days)
        except UnknownYear as unknown:
            late[matter], problem = None, words.unknown_year(unknown.year)
    return Clock(today, days, given, late, problem)


def duties(moves: Collection[uuid.UUID], at: Clock) -> dict[uuid.UUID, Duty]:
    """Whose turn it is in each of these moves; those in which nobody is waited for are left out. One query."""
    found = waiting().filter(move_id__in=moves).values_list("move_id", "matter", "acts", "step", "started", "departed")
    return {move: at.duty(matter, acts, step, since, left) for move, matter, acts, step, since, left in found}


def duty_of(move: Move, today: dt.date) -> Duty | None:
    """Whose turn it is in a move; None where nobody is waited for. Two queries."""
    return duties([move.pk], clock(today)).get(move.pk)


def midnight(day: dt.date) -> dt.datetime:
    """The beginning of a day, as moments are stored."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
