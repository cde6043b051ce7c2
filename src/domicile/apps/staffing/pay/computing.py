"""Compute the honoraria of a month: every completed step once, at its rate, to the cent. Twice changes nothing."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing import months
from domicile.apps.staffing.models import Worker
from domicile.apps.staffing.pay.models import PaidPiece, PayLine, PayRate, PayRun, Statement
from domicile.apps.staffing.pay.work import Step, steps
from domicile.apps.tasks.models import Task
from domicile.core.policy import honoraria
from domicile.core.policy.months import months_before
from domicile.core.policy.parameters import parameter

COMPUTE = "staffing.compute_pay"
KIND = "pay_run"


@dataclass(frozen=True, slots=True)
class Piece:
    """A step to be paid, of a worker, at its rate."""

    step: Step
    worker: uuid.UUID
    rate: Decimal


def compute(*, actor: Viewer, month: str, today: dt.date, community: str) -> PayRun:
    """Compute the honoraria of a month for the workers of a community (12 digits). Raises Refused.

    Not before its review is over; not once it is approved. Adjustments stay. A fixed number of statements, however much
    work there is. Where the same comes out again, nothing is written.
    """
    months.check(actor, months.PAY, community)
    _begin, end = months.month_bounds(month)
    if today < (day := honoraria.payable_from(end)):
        raise Refused(
            _("Review still has time. The honoraria of the month can be computed from {day} on.").format(day=day),
            "month",
        )
    try:
        with transaction.atomic():
            return _compute(actor, month, community, today)
    except IntegrityError as error:
        raise Refused(_("Somebody computed honoraria just now. Try again.")) from error


def _compute(actor: Viewer, month: str, community: str, today: dt.date) -> PayRun:
    """As `compute`, in one transaction."""
    begin, end = months.month_bounds(month)
    place = community.ljust(15, "0")
    run = PayRun.objects.select_for_update().filter(place_code=place, month=month, came_from="").first()
    if run is not None and run.state != PayRun.State.DRAFT:
        raise Refused(_("The run of the month is approved. What is lacking is adjusted with the next one."))
    fresh = run is None
    run = run or PayRun(place_code=place, month=month, prepared_by=actor.user_id, prepared_at=timezone.now())
    with recording(
        actor=actor, action=COMPUTE, subject_kind=KIND, subject_id=run.pk, place_code=place, reason=month
    ) as change:
        if fresh:
            change.create(run)
        wanted = _pieces(run, community, begin, end, today)
        if fresh or _stored(run) != _as_stored(wanted):
            _write(run, wanted, change)
            change.update(run, prepared_by=actor.user_id, prepared_at=timezone.now())
    return run


def since_when(run: PayRun, begin: dt.date) -> dt.date:
    """From which day on work told late is paid with the run: some months back, not before the first month paid here."""
    first = PayRun.objects.filter(place_code=run.place_code).order_by("month").values_list("month", flat=True).first()
    back = months_before(run.month, parameter("honoraria.carry_months", begin))
    earliest = min(run.month, max(first or run.month, back))
    return months.month_bounds(earliest)[0]


def _pieces(run: PayRun, community: str, begin: dt.date, end: dt.date, today: dt.date) -> list[Piece]:
    """What the run pays. What another run pays, or has paid, is left out."""
    since = since_when(run, begin)
    workers: dict[uuid.UUID, list[Worker]] = defaultdict(list)
    for row in Worker.objects.filter(months.workers_q(community, since, end), user_id__isnull=False):
        workers[row.user_id].append(row)  # type: ignore[index]
    done = steps(list(workers), since, end, today)
    closed = Task.objects.filter(attempts__by__in=list(workers), closed_on__gte=since, closed_on__lt=end).values("pk")
    others = PaidPiece.objects.exclude(line__statement__run=run)
    tasks = others.filter(task_id__in=closed).values_list("task_id", "kind")
    visits = others.filter(visit_id__in={step.visit for step in done if step.visit is not None})
    besides = others.filter(task_id__in={step.task for step in done if step.visit is None})
    elsewhere: set[tuple[uuid.UUID | None, str]] = {(task, kind) for task, kind in tasks}
    elsewhere |= set(besides.values_list("task_id", "kind"))
    elsewhere |= set(visits.values_list("visit_id", "kind"))
    own = own_rates(run.place_code)
    found = []
    for step in done:
        worker = next((row for row in workers[step.account] if row.at_work(step.day)), None)
        if worker is not None and not {(step.task, step.kind), (step.visit, step.kind)} & elsewhere:
            rate = honoraria.rate(step.kind, run.place_code, step.day, own)
            found.append(Piece(step, worker.pk, rate))
    return found


def own_rates(place_code: str) -> list[honoraria.OwnRate]:
    """The rates that the areas around a place have set."""
    scopes = [place_code[:digits] for digits in range(2, len(place_code) + 1)]
    rows = PayRate.objects.filter(scope__in=scopes)
    return [honoraria.OwnRate(row.scope, row.kind, row.since, row.amount) for row in rows]


Stored = set[tuple[uuid.UUID, uuid.UUID | None, str, uuid.UUID, Decimal]]


def _as_stored(pieces: Iterable[Piece]) -> Stored:
    return {(one.step.task, one.step.visit, one.step.kind, one.worker, one.rate) for one in pieces}


def _stored(run: PayRun) -> Stored:
    rows = PaidPiece.objects.filter(line__statement__run=run)
    return set(rows.values_list("task_id", "visit_id", "kind", "line__statement__worker", "line__rate"))


def _write(run: PayRun, pieces: Sequence[Piece], change: Recorder) -> None:
    """Replace lines and pieces; statements stay where something of them does, with their adjustments."""
    PaidPiece.objects.filter(line__statement__run=run).delete()
    PayLine.objects.filter(statement__run=run).delete()
    workers = {one.worker for one in pieces}
    stand = {row.worker_id: row for row in run.statements.all()}
    fresh = [Statement(run=run, worker_id=worker) for worker in sorted(workers - set(stand))]
    change.create_many(fresh)
    run.statements.filter(adjustments=None).exclude(worker__in=workers).delete()
    stand |= {row.worker_id: row for row in fresh}
    lines = _lines(pieces, stand)
    change.create_many(list(lines.values()))
    PaidPiece.objects.bulk_create(
        PaidPiece(
            line=lines[one.worker, one.step.kind, one.rate],
            task_id=one.step.task,
            visit_id=one.step.visit,
            kind=one.step.kind,
            day=one.step.day,
        )
        for one in pieces
    )


def _lines(
    pieces: Sequence[Piece], stand: Mapping[uuid.UUID, Statement]
) -> dict[tuple[uuid.UUID, str, Decimal], PayLine]:
    """The lines of all statements, by worker, kind and rate."""
    by_worker: dict[uuid.UUID, list[tuple[str, Decimal]]] = defaultdict(list)
    for one in pieces:
        by_worker[one.worker].append((one.step.kind, one.rate))
    return {
        (worker, line.kind, line.rate): PayLine(
            statement=stand[worker], kind=line.kind, rate=line.rate, count=line.count, amount=line.amount
        )
        for worker, rows in by_worker.items()
        for line in honoraria.lines(rows)
    }
