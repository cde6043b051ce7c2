"""On what the two ends of moves differ, over whole sets: what core.moves.ends says of one move, said to the database."""

import datetime as dt
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Substr
from django.db.models.lookups import Exact

from domicile.apps.moves.models import MoveEnd, MovePerson, Side, Where
from domicile.core.policy.parameters import parameter

MATTERS = ("destination", "day", "people")
#: Digits of the levels of a code, and the zeros that fill it up below each.
LEVELS, WIDTH = (2, 4, 6, 9, 12), 15


def pairs() -> "QuerySet[Any]":
    """Ends of destinations, each with what the origin says: `o_code`, `o_day`, `o_where`, `o_to`. Unrestricted; one a move."""
    rows = MoveEnd.objects.filter(side=Side.DESTINATION, move__ends__side=Side.ORIGIN)
    return rows.annotate(
        o_code=F("move__ends__code"), o_day=F("move__ends__day"), o_where=F("move__ends__to_where"),
        o_to=F("move__ends__to_code"), o_said=F("move__ends__said_at"),
    )  # fmt: skip


def differing(today: dt.date) -> "QuerySet[Any]":
    """Of those the moves under way on which the ends differ, with `on_destination`, `on_day` and `on_people`."""
    said = pairs().filter(move__state__in=["arrived", "asked"], said_at__isnull=False, o_said__isnull=False)
    conditions = {"destination": _elsewhere(), "day": _other_day(today), "people": _others()}
    flags = {
        f"on_{matter}": Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
        for matter, condition in conditions.items()
    }
    return said.annotate(**flags).filter(Q(on_destination=True) | Q(on_day=True) | Q(on_people=True))


def _elsewhere() -> Q:
    known = ~Q(o_where=Where.UNKNOWN) & ~Q(to_where=Where.UNKNOWN)
    coded = ~Q(o_to="") & ~Q(to_code="")
    apart = ~Q(o_where=F("to_where"))
    return known & ((coded & ~_lies_in()) | (~coded & apart))


def _lies_in() -> Q:
    """Whether one of the codes lies in the other: the same up to the level at which one of them ends."""
    found = Q(o_to=F("to_code"))
    for digits in LEVELS:
        zeros = "0" * (WIDTH - digits)
        ended = Q(o_to__endswith=zeros) | Q(to_code__endswith=zeros)
        found |= ended & Q(Exact(Substr("o_to", 1, digits), Substr("to_code", 1, digits)))
    return found


def _other_day(today: dt.date) -> Q:
    most = dt.timedelta(days=int(parameter("moves.days_between", today)))
    latest = ExpressionWrapper(F("o_day") + most, output_field=DateField())
    return Q(day__lt=F("o_day")) | Q(day__gt=latest)


def _others() -> Q:
    """Both ends name somebody, and not the same people."""
    rows = MovePerson.objects.filter(move_id=OuterRef("move_id"))
    return (
        Q(Exists(rows.filter(by_origin=True))) & Q(Exists(rows.filter(by_destination=True)))
        & Q(Exists(rows.exclude(by_origin=F("by_destination"))))
    )  # fmt: skip
