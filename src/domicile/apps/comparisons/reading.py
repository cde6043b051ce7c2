"""Whom a comparison is about: those who live here and are registered in the places agreed on."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q

from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person, Spell
from domicile.core.moves.ends import significant


def count(codes: list[str], *, unknown: bool, today: dt.date) -> int:
    """How many that are. One query, which shows nobody."""
    stays = Spell.objects.filter(Q(end=None) | Q(end__gt=today), Q(start=None) | Q(start__lte=today), kind="usual")
    people = Person.objects.filter(Exists(stays.filter(person=OuterRef("pk"))), died_on=None)
    return people.filter(_registered(codes, unknown=unknown)).count()


def _registered(codes: list[str], *, unknown: bool) -> Q:
    wanted = Q()
    for code in codes:
        wanted |= prefix_q("registered_code", significant(code))
    wanted &= Q(registration=Person.Registration.AREA)
    if unknown:
        wanted |= Q(registration=Person.Registration.UNKNOWN)
        wanted |= Q(registration=Person.Registration.AREA, registered_code="")
    return wanted


def people(actor: Viewer, codes: list[str], *, unknown: bool, today: dt.date) -> Any:
    """The rows of the table `people` of a snapshot for them, as a polars frame: by id, with birth dates known to the day.

    The snapshot is logged in the actor's name and gone when this returns. Raises NotAllowed.
    """
    import polars as pl

    from domicile.apps.snapshots.taking import snapshot

    with snapshot(actor, job="comparison", today=today, tables=("people",)) as taken:
        rows = taken.frame("people")
    inside = pl.lit(value=False)
    for code in codes:
        inside |= pl.col("registered_at").str.starts_with(significant(code))
    if unknown:
        nowhere_named = pl.col("registered_at").fill_null("") == ""
        inside |= nowhere_named & pl.col("registration").is_in([Person.Registration.UNKNOWN, Person.Registration.AREA])
    rows = rows.filter(
        pl.col("dwelling_id").is_not_null() & pl.col("dead_on").is_null() & inside.fill_null(value=False)
    )
    to_the_day = pl.col("birth_precision") == Person.DatePrecision.DAY
    return rows.with_columns(birth_date=pl.when(to_the_day).then("birth_date")).sort("person_id")
