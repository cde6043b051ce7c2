"""By pairs of areas: what is open and whose turn it is, what the ends differ on, what was done in time (双向考核).

All of it is of words and answers, never of how many people moved: a high or a low number of moves says nothing (P-5). Each
figure is a share with its numerator and denominator; pairs stand in the order of names, nobody is ranked.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Substr
from django.utils import timezone

from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import words
from domicile.apps.moves.deadlines.waiting import Clock, clock, midnight, waiting, with_turns
from domicile.apps.moves.models import MoveChange, MoveEnd, Side
from domicile.apps.moves.reports.differing import MATTERS, differing
from domicile.core.moves.deadlines import RULES, TOLD_OF, due_on
from domicile.core.policy.parameters import parameter
from domicile.core.spells import UnknownYear

#: A question that was put, by its rule; and what an end tells of, by its step.
QUESTIONS = ("answer", "look")
ACTS = {"ask": Side.DESTINATION, "arrive": Side.DESTINATION, "return": Side.ORIGIN}
OTHER = {Side.ORIGIN.value: Side.DESTINATION.value, Side.DESTINATION.value: Side.ORIGIN.value}
Key = tuple[str, str]
#: Steps are read so many at a time: memory stays flat.
CHUNK = 5000


@dataclass
class Share:
    """So many of so many; nothing where there was nothing to be done."""

    part: int = 0
    whole: int = 0

    def add(self, part: int, whole: int) -> None:
        self.part += part
        self.whole += whole

    @property
    def percent(self) -> str:
        return f"{100 * self.part / self.whole:.0f}%" if self.whole else "—"


@dataclass
class Open:
    """Whose turn it is: in how many moves, and in how many the time has run out."""

    all: int = 0
    late: int = 0


@dataclass
class Pair:
    """The moves from one area to another. By side: what is open, and what that end did in time."""

    left: str
    to: str
    open: dict[str, Open] = field(default_factory=lambda: {side: Open() for side in Side.values})
    differing: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("all", *MATTERS), 0))
    lapsed: int = 0
    asked: Share = field(default_factory=Share)
    answered: dict[str, Share] = field(default_factory=lambda: {side: Share() for side in Side.values})
    told: dict[str, Share] = field(default_factory=lambda: {side: Share() for side in Side.values})
    agreed: Share = field(default_factory=Share)


@dataclass(frozen=True)
class Report:
    """All pairs, what they come to together, and what could not be told (`problem`)."""

    pairs: list[Pair]
    all: Pair
    problem: str = ""


def report(viewer: Viewer, *, digits: int, begin: dt.date, end: dt.date, today: dt.date) -> Report:
    """The pairs of areas of so many digits of which one lies inside the viewer's areas; questions put in [begin, end).

    What is open is as of today. Eight queries, whatever the number of moves. Raises NotAllowed.
    """
    viewer.require("view_ledger")
    at = clock(today)
    found = _Found(at, digits)
    found.open(_scoped(waiting(), viewer))
    found.differing(differing(today).filter(move_id__in=_moves(viewer)))
    spent = (midnight(begin), midnight(end))
    changes = _scoped(MoveChange.objects.filter(at__gte=spent[0], at__lt=spent[1]), viewer)
    found.lapsed(changes.filter(step="lapse", move__state="lapsed"))
    found.answered(with_turns(changes).filter(matter__in=QUESTIONS))
    found.told(changes.filter(step__in=TOLD_OF, day__isnull=False))
    found.agreed(changes.filter(step="arrive"))
    whole = Pair("", "")
    for pair in found.pairs.values():
        _add(whole, pair)
    return Report([found.pairs[key] for key in sorted(found.pairs)], whole, at.problem or found.problem)


class _Found:
    """The figures as they are read, a query for each kind."""

    def __init__(self, at: Clock, digits: int) -> None:
        self.at, self.digits, self.problem = at, digits, ""
        self.pairs: dict[Key, Pair] = {}
        self._zone = timezone.get_current_timezone()
        self._due: dict[tuple[dt.date, int], dt.date | None] = {}
        self._given = {rule: int(parameter(rule, at.today)) for rule in {*RULES.values(), *TOLD_OF.values()}}

    def pair(self, left: str | None, to: str | None) -> Pair:
        key = (left or "", to or "")
        found = self.pairs.get(key)
        if found is None:
            found = self.pairs[key] = Pair(*key)
        return found

    def open(self, rows: "QuerySet[Any]") -> None:
        late = Case(When(self.at.overdue(), then=1), default=0, output_field=IntegerField())
        grouped = _by_pair(rows, self.digits).annotate(late=late).values_list("left", "going", "acts")
        for left, to, side, count, overdue in grouped.annotate(n=Count("pk"), overdue=Sum("late")):
            found = self.pair(left, to).open[side]
            found.all += count
            found.late += overdue

    def differing(self, rows: "QuerySet[Any]") -> None:
        rows = rows.annotate(left=Substr("o_code", 1, self.digits), going=Substr("code", 1, self.digits))
        sums = {
            f"n_{matter}": Sum(Case(When(**{f"on_{matter}": True}, then=1), default=0, output_field=IntegerField()))
            for matter in MATTERS
        }
        for left, to, count, *each in rows.values_list("left", "going").annotate(n=Count("pk"), **sums).order_by():
            found = self.pair(left, to).differing
            found["all"] += count
            for matter, number in zip(MATTERS, each, strict=True):
                found[matter] += number

    def lapsed(self, rows: "QuerySet[Any]") -> None:
        for left, to, count in _by_pair(rows, self.digits).values_list("left", "going").annotate(n=Count("pk")):
            self.pair(left, to).lapsed += count

    def answered(self, rows: "QuerySet[Any]") -> None:
        """Questions of either end and when the other one acted; what the asking end took back itself counts nothing."""
        after = MoveChange.objects.filter(move_id=OuterRef("move_id"), number=OuterRef("number") + 1)
        rows = _by_pair(rows, self.digits).annotate(
            done=Subquery(after.values("at")[:1]), actor=Subquery(after.values("by")[:1])
        )
        listed = rows.values_list("left", "going", "matter", "acts", "started", "done", "actor")
        for left, to, matter, side, put, done, by in listed.iterator(chunk_size=CHUNK):
            due = self.due(self.day(put), RULES[matter])
            if due is None or by == OTHER[side]:
                continue
            if done is None and due >= self.at.today:
                continue
            self.pair(left, to).answered[side].add(int(done is not None and self.day(done) <= due), 1)

    def told(self, rows: "QuerySet[Any]") -> None:
        """What an end tells of, and how long after its day."""
        listed = _by_pair(rows, self.digits).values_list("left", "going", "step", "day", "at")
        for left, to, step, day, at in listed.iterator(chunk_size=CHUNK):
            due = self.due(day, TOLD_OF[step])
            if due is None:
                continue
            pair = self.pair(left, to)
            share = pair.asked if step == "ask" else pair.told[ACTS[step]]
            share.add(int(self.day(at) <= due), 1)

    def agreed(self, rows: "QuerySet[Any]") -> None:
        """Arrivals of which both ends said the same at once."""
        at_once = MoveChange.objects.filter(
            move_id=OuterRef("move_id"), number=OuterRef("number") + 1, step="confirm", by="rule"
        )
        same = Case(When(Exists(at_once), then=1), default=0, output_field=IntegerField())
        rows = _by_pair(rows, self.digits).annotate(same=same)
        for left, to, count, agreed in rows.values_list("left", "going").annotate(n=Count("pk"), agreed=Sum("same")):
            self.pair(left, to).agreed.add(agreed, count)

    def day(self, moment: dt.datetime) -> dt.date:
        """The day of a moment here."""
        return moment.astimezone(self._zone).date()

    def due(self, start: dt.date, rule: str) -> dt.date | None:
        """The last day in time; None for a year whose working days are not known, which is said on the page."""
        days = self._given[rule]
        if (start, days) not in self._due:
            try:
                self._due[start, days] = due_on(start, days, self.at.days)
            except UnknownYear as unknown:
                self._due[start, days], self.problem = None, self.problem or words.unknown_year(unknown.year)
        return self._due[start, days]


def _by_pair(rows: "QuerySet[Any]", digits: int) -> "QuerySet[Any]":
    """Steps with the codes of both areas, cut to so many digits."""
    ends = {
        name: MoveEnd.objects.filter(move_id=OuterRef("move_id"), side=side)
        .annotate(area=Substr("code", 1, digits))
        .values("area")[:1]
        for name, side in (("left", Side.ORIGIN), ("going", Side.DESTINATION))
    }
    return rows.annotate(**{name: Subquery(found) for name, found in ends.items()}).order_by()


def _moves(viewer: Viewer) -> Any:
    return restrict(MoveEnd.objects.all(), viewer, "code").values("move_id")


def _scoped(rows: "QuerySet[Any]", viewer: Viewer) -> "QuerySet[Any]":
    return rows.filter(move_id__in=_moves(viewer))


def _add(whole: Pair, pair: Pair) -> None:
    for side in Side.values:
        whole.open[side].all += pair.open[side].all
        whole.open[side].late += pair.open[side].late
        whole.answered[side].add(pair.answered[side].part, pair.answered[side].whole)
        whole.told[side].add(pair.told[side].part, pair.told[side].whole)
    for name, count in pair.differing.items():
        whole.differing[name] += count
    whole.lapsed += pair.lapsed
    whole.asked.add(pair.asked.part, pair.asked.whole)
    whole.agreed.add(pair.agreed.part, pair.agreed.whole)
