"""Reckoning the figures of the register: a few statements that group by community, whatever the number of people.

What people are on file as today is measured for the month that runs, each night anew; what happened (registrations, checks,
steps of moves) for so many months back, since it is told late. What is counted: core/indicators/counts.yaml; where: counting.py.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from domicile.apps.areas.models import Area
from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.indicators import counting, expecting
from domicile.apps.indicators.models import Measure, Published
from domicile.apps.moves.models import Side
from domicile.apps.moves.reports.figures import Share, report
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.core.indicators.counting import Counted, uncounted

if TYPE_CHECKING:
    from domicile.engines.spark.session import Cluster

COMMUNITY = 12
MEASURE, RULE = "indicators.measure", "indicators"
RESIDENTS, ACCURACY, COMPLETENESS = "resident_coverage", "identity_accuracy", "completeness"
TIMELINESS: Final = ("birth_timeliness", "death_timeliness")
MOVES, ERRORS = "move_timeliness", "back_check_error"
OF_PEOPLE: Final = (RESIDENTS, ACCURACY, COMPLETENESS)
OF_EVENTS: Final = (*TIMELINESS, ERRORS)
#: Where the counts are made: in the register's own database, or over a snapshot by one of these.
REGISTER, DUCKDB, SPARK = "register", "duckdb", "spark"


@dataclass(frozen=True)
class Reckoned:
    """The figures that were kept, the births and deaths by day that published ones are held against, and the month that runs."""

    rows: list[Measure]
    happened: list[Counted]
    month: dt.date
    engine: str

    @property
    def uncounted(self) -> tuple[str, ...]:
        """Indicators that were not counted: the figures of the night before stay."""
        return () if self.engine == REGISTER else tuple(uncounted())


def measure(*, actor: Viewer, today: dt.date) -> int:
    """Reckon the figures anew in the register's database; how many rows they take."""
    return len(reckon(actor=actor, today=today).rows)


def reckon(
    *, actor: Viewer, today: dt.date, engine: str = REGISTER, cluster: "Cluster | None" = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Reckoned:  # fmt: skip
    """Reckon the figures anew and keep them, in one transaction: a run that is stopped leaves the ones before.

    With the engine duckdb or spark (then on `cluster`) the people are counted over a sealed snapshot, and all figures but those of
    moves. Raises NotAllowed, ClusterRefused.
    """
    actor.require(MANAGE)
    published = _published()
    some, days = counting.wanted(published), counting.given(today, published)
    if engine == REGISTER:
        counted = counting.here(some, days)
        moves = list(_moves(counting.first_of(today), today))
    else:
        counted, moves = counting.over_a_snapshot(some, days, today, cluster, progress), []
    rows = [*measures(counted, today), *moves]
    happened = [one for one in counted if one.key == counting.HAPPENED]
    made = Reckoned(rows, happened, today.replace(day=1), engine)
    _keep(made, actor, today)
    return made


def _keep(made: Reckoned, actor: Viewer, today: dt.date) -> None:
    key = new_id()
    with recording(actor=actor, action=MEASURE, subject_kind="task_run", subject_id=key) as change:
        of_today = [*OF_PEOPLE, *(key for keys in expecting.KEYS.values() for key in keys)]
        of_months = {*OF_EVENTS, MOVES} - set(made.uncounted)
        Measure.objects.filter(key__in=of_today, month=made.month).delete()
        Measure.objects.filter(key__in=of_months, month__gte=counting.first_of(today)).delete()
        Measure.objects.bulk_create(made.rows, batch_size=1000)
        change.create(Run(pk=key, rule=RULE, day=today, at=timezone.now(), made=len(made.rows)))


def measures(counted: Iterable[Counted], today: dt.date) -> list[Measure]:
    """The figures that these counts come to, whoever counted."""
    counted, month = list(counted), today.replace(day=1)
    found = [
        Measure(
            key=one.key, community=one.community, month=one.month or month, source=one.source,
            numerator=one.part, denominator=one.whole, units=one.units,
        )
        for one in counted
        if one.key in OF_PEOPLE or one.key in OF_EVENTS
    ]  # fmt: skip
    return [*found, *expecting.measures(month, counted)]


def _published() -> counting.Days | None:
    """From when until when births or deaths were published, [first, end); None where none were. One query."""
    spans = list(Published.objects.filter(subject__in=expecting.SUBJECTS).values_list("start", "end"))
    return (min(start for start, _end in spans), max(end for _start, end in spans)) if spans else None


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
