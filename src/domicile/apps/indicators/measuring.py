"""Reckoning the figures of the register: a few statements that group by community, whatever the number of people.

What people are on file as today is measured for the month that runs, each night anew; what happened (registrations, checks,
steps of moves) for so many months back, since it is told late.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr, TruncMonth
from django.utils import timezone

from domicile.apps.areas.models import Area
from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.backcheck.models import CheckItem
from domicile.apps.indicators import expecting
from domicile.apps.indicators.models import Measure
from domicile.apps.moves.models import Side
from domicile.apps.moves.reports.figures import Share, report
from domicile.apps.people.models import Document, Person, Spell
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.apps.vitals.models import State, VitalEvent
from domicile.core.codes.identity import NUMBERED_KINDS
from domicile.core.policy.parameters import parameter

COMMUNITY = 12
MEASURE, RULE = "indicators.measure", "indicators"
RESIDENTS, ACCURACY, COMPLETENESS = "resident_coverage", "identity_accuracy", "completeness"
TIMELINESS = {"birth": "birth_timeliness", "death": "death_timeliness"}
MOVES, ERRORS = "move_timeliness", "back_check_error"


def measure(*, actor: Viewer, today: dt.date) -> int:
    """Reckon the figures anew; how many rows they take. One transaction: a run that is stopped leaves the ones before."""
    actor.require(MANAGE)
    month = today.replace(day=1)
    first = months_after(month, -int(parameter("indicators.months_back", today)))
    events = [*_registrations(first), *_checks(first), *_moves(first, today)]
    key = new_id()
    with recording(actor=actor, action=MEASURE, subject_kind="task_run", subject_id=key) as change:
        people = [*_people(month, today), *expecting.measures(month, residents(expecting.period(month)[2]))]
        of_today = [RESIDENTS, ACCURACY, COMPLETENESS, *(key for keys in expecting.KEYS.values() for key in keys)]
        Measure.objects.filter(key__in=of_today, month=month).delete()
        Measure.objects.filter(key__in=[*TIMELINESS.values(), MOVES, ERRORS], month__gte=first).delete()
        rows = [*people, *events]
        Measure.objects.bulk_create(rows, batch_size=1000)
        change.create(Run(pk=key, rule=RULE, day=today, at=timezone.now(), made=len(rows)))
    return len(rows)


def residents(day: dt.date) -> "QuerySet[Spell]":
    """The stays that count as usual residence on a day, of people who live; once a person."""
    begun = Q(start__isnull=True) | Q(start__lte=day)
    going_on = Q(end__isnull=True) | Q(end__gt=day)
    alive = Q(person__died_on__isnull=True) | Q(person__died_on__gt=day)
    return Spell.objects.filter(begun, going_on, alive, kind=Spell.Kind.USUAL)


def _people(month: dt.date, today: dt.date) -> Iterator[Measure]:
    """Residents of today, those whose number proves right, and their items, by community and by how they came on file."""
    documents = Document.objects.filter(person=OuterRef("person_id"))
    right = documents.filter(kind__in=NUMBERED_KINDS, finding="")
    placed = ~Q(person__registration=Person.Registration.UNKNOWN) & ~Q(
        person__registration=Person.Registration.AREA, person__registered_code=""
    )
    items: dict[str, Any] = {
        "with_name": ~Q(person__name=""),
        "with_sex": Q(person__sex__in=["1", "2"]),
        "with_birth": Q(person__birth_date__isnull=False, person__birth_precision=Person.DatePrecision.DAY),
        "with_document": Exists(documents),
        "with_place": placed,
    }
    found = (
        residents(today)
        .annotate(community=Substr("dwelling__place_code", 1, COMMUNITY))
        .values("community", "source")
        .annotate(
            people=Count("pk"), right=Count("pk", filter=Exists(right)),
            **{name: Count("pk", filter=condition) for name, condition in items.items()},
        )
        .order_by()
    )  # fmt: skip
    rows: Iterable[Mapping[str, Any]] = found
    for row in rows:
        told, people = {"community": row["community"], "month": month, "source": row["source"]}, row["people"]
        filled = sum(row[name] for name in items)
        yield Measure(key=RESIDENTS, numerator=people, denominator=people, units=people, **told)
        yield Measure(key=ACCURACY, numerator=row["right"], denominator=people, units=people, **told)
        yield Measure(key=COMPLETENESS, numerator=filled, denominator=people * len(items), units=people, **told)


def _registrations(first: dt.date) -> Iterator[Measure]:
    """Births and deaths by the month in which they were registered: those in time, of all."""
    rows = (
        VitalEvent.objects.filter(kind__in=TIMELINESS, state=State.COUNTS, registered_on__gte=first)
        .annotate(community=Substr("code", 1, COMMUNITY), month=TruncMonth("registered_on"))
        .values("kind", "community", "month", "told_by")
        .annotate(all=Count("pk"), in_time=Count("pk", filter=Q(late=False)))
        .order_by()
    )
    for row in rows:
        yield Measure(
            key=TIMELINESS[row["kind"]], community=row["community"], month=row["month"], source=row["told_by"],
            numerator=row["in_time"], denominator=row["all"], units=row["all"],
        )  # fmt: skip


def _checks(first: dt.date) -> Iterator[Measure]:
    """Items of back-checks by the month of the check: those in which the record was wrong, of those that can be judged."""
    told = Q(agrees=True) | (Q(agrees=False) & ~Q(verdict__in=["", CheckItem.Verdict.UNCLEAR]))
    rows = (
        CheckItem.objects.filter(told, check_of__checked_on__gte=first)
        .annotate(community=Substr("check_of__place_code", 1, COMMUNITY), month=TruncMonth("check_of__checked_on"))
        .values("community", "month")
        .annotate(
            all=Count("pk"), wrong=Count("pk", filter=Q(verdict=CheckItem.Verdict.FIRST_WRONG)),
            records=Count("check_of", distinct=True),
        )
        .order_by()
    )  # fmt: skip
    for row in rows:
        yield Measure(
            key=ERRORS, community=row["community"], month=row["month"],
            numerator=row["wrong"], denominator=row["all"], units=row["records"],
        )  # fmt: skip


def _moves(first: dt.date, today: dt.date) -> Iterator[Measure]:
    """What each community of the register asked, answered and told in a month about moves: in time, of all."""
    counties = Area.objects.filter(level=Area.Level.COUNTY, valid_to__isnull=True).values_list("code", flat=True)
    scopes = tuple(sorted({code[:6] for code in counties}))
    viewer = Viewer(None, "domicile", "machine", scopes, "", frozenset({"view_ledger"}), "command")
    month = first
    while month <= today:
        following = months_after(month, 1)
        shares: dict[str, list[Share]] = defaultdict(list)
        for pair in report(viewer, digits=COMMUNITY, begin=month, end=following, today=today).pairs:
            shares[pair.left] += [pair.answered[Side.ORIGIN], pair.told[Side.ORIGIN]]
            shares[pair.to] += [pair.asked, pair.answered[Side.DESTINATION], pair.told[Side.DESTINATION]]
        for code in sorted(code for code in shares if len(code) == COMMUNITY and viewer.covers(code)):
            done, whole = sum(share.part for share in shares[code]), sum(share.whole for share in shares[code])
            if whole:
                yield Measure(key=MOVES, community=code, month=month, numerator=done, denominator=whole, units=whole)
        month = following


def daily(today: dt.date) -> int:
    """What is done once a day."""
    return measure(actor=MACHINE, today=today)
