"""The invariant of moves over the whole register, and what a move needs that somebody forgot: one statement a rule.

`core.moves.residence` states it: each day has one usual residence that counts, never two, and never none because of a move
in progress; exactly one end owns the person.
"""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from domicile.apps.common.fields import prefix_q
from domicile.apps.common.findings import Finding
from domicile.apps.moves.models import Correspondence, Move, MoveChange, MoveEnd, MovePerson, Side
from domicile.apps.people.models import Spell
from domicile.core.moves import open_states
from domicile.core.policy.parameters import parameter

CHUNK = 2000
USUAL = Spell.objects.filter(person_id=OuterRef("person_id"), kind=Spell.Kind.USUAL)


def run(scope: str = "") -> Iterator[Finding]:
    """Every finding inside the scope (a code prefix of either end; '' for all), rule by rule."""
    yield from two_at_once(scope)
    yield from nowhere_while_moving(scope)
    yield from not_where_owned(scope)
    yield from not_as_written(scope)
    yield from dead_who_move(scope)
    yield from long_unheard(scope)


def two_at_once(scope: str) -> Iterator[Finding]:
    """Movers with two usual residences on one day."""
    stays = Spell.objects.filter(kind=Spell.Kind.USUAL).annotate(
        low=Coalesce("start", Value(dt.date.min)), high=Coalesce("end", Value(dt.date.max))
    )
    other = stays.filter(person_id=OuterRef("person_id"), low__lt=OuterRef("high"), high__gt=OuterRef("low"))
    twice = stays.filter(Exists(other.exclude(pk=OuterRef("pk"))), person_id=OuterRef("person_id"))
    yield from _each(
        _movers(scope).filter(Exists(twice)), "two_residences", "error",
        "此人同一天有两处常住地：请更正其中一处居住记录。",
        "This person usually lives in two places on one day: correct one of the stays.",
    )  # fmt: skip


def nowhere_while_moving(scope: str) -> Iterator[Finding]:
    """Movers who count nowhere in this register though an end in it owns them."""
    owning = MoveEnd.objects.filter(move_id=OuterRef("move_id"), side=OuterRef("move__owner"), dwelling__isnull=False)
    rows = _movers(scope).filter(Exists(owning), move__state__in=["declared", "told", "arrived", "asked"])
    rows = rows.filter(person__died_on__isnull=True).exclude(Exists(USUAL.filter(end__isnull=True)))
    yield from _each(
        rows, "nowhere_while_moving", "error",
        "流动办理中，此人却没有任何常住地：请核实后登记返回、到达或变更去向。",
        "A move is under way and this person counts nowhere: find out, then note the return, the arrival or another"
        " destination.",
    )  # fmt: skip


def not_where_owned(scope: str) -> Iterator[Finding]:
    """Movers who count elsewhere than at the end that owns them, since something else was changed meanwhile."""
    end = MoveEnd.objects.filter(move_id=OuterRef("move_id"), side=OuterRef("move__owner"))
    rows = _movers(scope).annotate(
        place=Subquery(USUAL.filter(end__isnull=True).values("dwelling__place_code")[:1]),
        owner_code=Subquery(end.values("code")[:1]),
    )
    rows = rows.filter(move__state__in=["declared", "told", "arrived", "asked"], place__isnull=False)
    yield from _each(
        rows.exclude(place=F("owner_code")), "not_where_owned", "warning",
        "流动办理中，此人已登记住在别处：请打开流动记录核实。",
        "A move is under way and this person lives elsewhere by now: open the move and find out.",
    )  # fmt: skip


def not_as_written(scope: str) -> Iterator[Finding]:
    """Moves whose state is not that of their last step, or whose movers are not marked as it says."""
    last = MoveChange.objects.filter(move_id=OuterRef("pk")).order_by("-number").values("after")[:1]
    rows = _moves(scope).annotate(last=Subquery(last)).filter(Q(last__isnull=True) | ~Q(last=F("state")))
    marked = MovePerson.objects.filter(move_id=OuterRef("pk"))
    wrong = (
        _moves(scope)
        .filter(
            Q(Q(state__in=open_states()) & Exists(marked.filter(under_way=False)))
            | (~Q(state__in=open_states()) & Exists(marked.filter(under_way=True)))
        )
        .exclude(Exists(Correspondence.objects.filter(move=OuterRef("pk"), keeps=True)))
    )  # its keeper may not know of a later one
    for found in (rows, wrong):
        for key in found.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=CHUNK):
            yield Finding(
                "state_and_steps", "error", scope,
                "流动记录的状态与办理步骤不符：请报告系统管理员。",
                "The state of this move is not that of its steps: tell the administrator.", key.hex,
            )  # fmt: skip


def dead_who_move(scope: str) -> Iterator[Finding]:
    """Moves under way of somebody who has died."""
    yield from _each(
        _movers(scope).filter(person__died_on__isnull=False), "dead_who_moves", "error",
        "此人已死亡，流动记录仍未结束：请取消，或由同行人继续。",
        "This person has died and a move is under way: cancel it, or let those go on who go along.",
    )  # fmt: skip


def long_unheard(scope: str) -> Iterator[Finding]:
    """Declarations that the clock should have ended: `domicile tasks generate` was not run, or something stands in its way."""
    today = timezone.localdate()
    before = today - dt.timedelta(days=int(parameter("moves.lapse_days", today)))
    unheard = MoveEnd.objects.filter(move_id=OuterRef("move_id"), side=Side.ORIGIN, day__lt=before)
    rows = _movers(scope).filter(Exists(unheard), move__state__in=["declared", "told"])
    yield from _each(
        rows, "long_unheard", "warning",
        "申报离开已久，没有到达消息：请联系本人，登记返回、变更去向或让其失效。",
        "Declared long ago and no arrival heard of: ask, then note the return, another destination, or let it lapse.",
    )  # fmt: skip


def _movers(scope: str) -> "QuerySet[MovePerson]":
    rows = MovePerson.objects.filter(under_way=True)
    if not scope:
        return rows
    return rows.filter(Exists(MoveEnd.objects.filter(prefix_q("code", scope), move_id=OuterRef("move_id"))))


def _moves(scope: str) -> "QuerySet[Move]":
    rows = Move.objects.all()
    if not scope:
        return rows
    return rows.filter(Exists(MoveEnd.objects.filter(prefix_q("code", scope), move_id=OuterRef("pk"))))


def _each(rows: "QuerySet[MovePerson]", code: str, severity: str, zh: str, en: str) -> Iterator[Finding]:
    """One finding a mover; its place is the end that owns them."""
    place = MoveEnd.objects.filter(move_id=OuterRef("move_id"), side=OuterRef("move__owner")).values("code")[:1]
    found = rows.annotate(at=Subquery(place)).order_by("pk").values_list("move_id", "at")
    for move, at in found.iterator(chunk_size=CHUNK):
        yield Finding(code, severity, at or "", zh, en, move.hex)  # type: ignore[arg-type]
