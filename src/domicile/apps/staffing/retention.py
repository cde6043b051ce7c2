"""What was measured and paid of workers ends when its time is over (AC-7); what accounts need stays, about nobody."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing.assessment.models import AssessedMonth, Correction, Figure, Objection
from domicile.apps.staffing.pay.models import PaidSum, PayAdjustment, PayLine, PayRun, Statement
from domicile.apps.staffing.pay.selectors import ADJUSTED
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.apps.tasks.retention import RETENTION
from domicile.core.policy.parameters import parameter

ERASE_MONTHS, ERASE_PAY = "staffing.erase_figures", "staffing.erase_statements"


def erase_figures(*, actor: Viewer, today: dt.date) -> int:
    """Erase the figures of months closed longer ago than they are kept, with objections and corrections; returns how many.

    Months stay closed. Of what is erased only the count stays on record: there is to be no copy of it.
    """
    actor.require(MANAGE)
    last = timezone.make_aware(dt.datetime.combine(_last("assessment_months", today), dt.time.min))
    months = AssessedMonth.objects.filter(state=AssessedMonth.State.CLOSED, closed_at__lt=last, erased_on=None)
    key = new_id()
    with recording(actor=actor, action=ERASE_MONTHS, subject_kind="task_run", subject_id=key) as change:
        over: QuerySet[AssessedMonth] = months.select_for_update()
        keys = list(over.values_list("pk", flat=True))
        if not keys:
            return 0
        figures = Figure.objects.filter(month__in=keys)
        count = figures.count()
        for held in (Objection, Correction):
            held._default_manager.filter(figure__month__in=keys).delete()
        figures.delete()
        AssessedMonth.objects.filter(pk__in=keys).update(erased_on=today, reopened_for="")
        change.create(Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=count))
    return count


def erase_statements(*, actor: Viewer, today: dt.date) -> int:
    """Erase the statements of runs paid longer ago than they are kept, with their pieces and adjustments; returns how many.

    What each run paid by kind and rate, and what its adjustments came to, stands as sums without names.
    """
    actor.require(MANAGE)
    runs = PayRun.objects.filter(state=PayRun.State.PAID, paid_on__lt=_last("pay_months", today), erased_on=None)
    key = new_id()
    with recording(actor=actor, action=ERASE_PAY, subject_kind="task_run", subject_id=key) as change:
        keys = list(runs.select_for_update().values_list("pk", flat=True))
        if not keys:
            return 0
        PaidSum.objects.bulk_create(_sums(keys))
        statements = Statement.objects.filter(run__in=keys)
        count = statements.count()
        statements.delete()
        PayRun.objects.filter(pk__in=keys).update(erased_on=today)
        change.create(Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=count))
    return count


def _sums(runs: list[uuid.UUID]) -> list[PaidSum]:
    """What runs paid, by kind and rate; sums in Python, for SQLite would add yuan as floating numbers. Two queries."""
    counts: Counter[tuple[uuid.UUID, str, Decimal]] = Counter()
    amounts: dict[tuple[uuid.UUID, str, Decimal], Decimal] = defaultdict(Decimal)
    lines = PayLine.objects.filter(statement__run__in=runs)
    for run, kind, rate, count, amount in lines.values_list("statement__run", "kind", "rate", "count", "amount"):
        counts[run, kind, rate] += count
        amounts[run, kind, rate] += amount
    for run, amount in PayAdjustment.objects.filter(statement__run__in=runs).values_list("statement__run", "amount"):
        counts[run, ADJUSTED, Decimal(0)] += 1
        amounts[run, ADJUSTED, Decimal(0)] += amount
    return [
        PaidSum(run_id=run, kind=kind, rate=rate, count=count, amount=amounts[run, kind, rate])
        for (run, kind, rate), count in counts.items()
    ]


def _last(name: str, today: dt.date) -> dt.date:
    """What ended before this day is over."""
    return months_after(today, -int(parameter(f"retention.{name}", today)))


def daily(today: dt.date) -> int:
    """What the server does once a day, in its own name."""
    return erase_figures(actor=MACHINE, today=today) + erase_statements(actor=MACHINE, today=today)
