"""Rates of areas; a run of honoraria adjusted, discarded, approved by a second person, marked as paid."""

import datetime as dt
import uuid
from contextlib import AbstractContextManager
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.staffing import months
from domicile.apps.staffing.actions.common import locked, text
from domicile.apps.staffing.models import Worker
from domicile.apps.staffing.pay import selectors
from domicile.apps.staffing.pay.computing import KIND
from domicile.apps.staffing.pay.models import KINDS, PaidPiece, PayAdjustment, PayRate, PayRun, Statement
from domicile.core.policy.honoraria import CENT

RATE, END_RATE = "staffing.set_rate", "staffing.end_rate"
ADJUST, UNADJUST, DISCARD = "staffing.adjust_pay", "staffing.withdraw_adjustment", "staffing.discard_pay"
APPROVE, PAID = "staffing.approve_pay", "staffing.pay_paid"
LONGEST_REASON = 200
MOST_RATE, MOST_ADJUSTED = Decimal(1_000), Decimal(100_000)


@transaction.atomic
def set_rate(*, actor: Viewer, scope: str, kind: str, since: dt.date, amount: Decimal) -> PayRate:
    """Say what an area pays for a kind of work from a day on. Approved runs stay as they are. Raises Refused."""
    if not selectors.may_set_rate(actor, scope):
        raise NotAllowed(months.PAY)
    if kind not in KINDS:
        raise Refused(_("Choose one of the list."), "kind")
    if not 0 <= amount <= MOST_RATE or amount != amount.quantize(CENT):
        raise Refused(_("Give yuan with at most two places, from 0 to {most}.").format(most=MOST_RATE), "amount")
    row = PayRate.objects.filter(scope=scope, kind=kind, since=since).first()
    fresh = PayRate(scope=scope, kind=kind, since=since, amount=amount)
    subject = row or fresh
    with recording(
        actor=actor, action=RATE, subject_kind="pay_rate", subject_id=subject.pk, place_code=scope
    ) as change:
        return change.create(fresh) if row is None else change.update(row, amount=amount)


@transaction.atomic
def end_rate(*, actor: Viewer, rate_id: uuid.UUID) -> None:
    """Take a rate of an area back: the one before, or of the wider area, holds again for what is not approved yet."""
    row = locked(PayRate, rate_id)
    if not selectors.may_set_rate(actor, row.scope):
        raise NotAllowed(months.PAY)
    with recording(
        actor=actor, action=END_RATE, subject_kind="pay_rate", subject_id=row.pk, place_code=row.scope
    ) as change:
        change.delete(row)


@transaction.atomic
def adjust(*, actor: Viewer, run_id: uuid.UUID, worker_id: uuid.UUID, amount: Decimal, reason: str) -> PayAdjustment:
    """Put more or less on the statement of a worker, for a reason; a statement is made where there is none."""
    run = _draft(actor, run_id)
    worker = Worker.objects.filter(pk=worker_id).first()
    if worker is None or not worker.place_code.startswith(run.place_code[: months.COMMUNITY]):
        raise Refused(_("Choose one of the list."), "worker")
    if actor.user_id is not None and worker.user_id == actor.user_id:
        raise Refused(_("Somebody else adjusts your own statement."), "worker")
    if amount == 0 or abs(amount) > MOST_ADJUSTED or amount != amount.quantize(CENT):
        raise Refused(_("Give yuan with at most two places; less with a minus."), "amount")
    why = text(reason, "reason", longest=LONGEST_REASON)
    with _recording(actor, run, ADJUST, why) as change:
        statement = Statement.objects.filter(run=run, worker=worker).first()
        statement = statement or change.create(Statement(run=run, worker=worker))
        row = change.create(
            PayAdjustment(statement=statement, amount=amount, reason=why, made_at=timezone.now(), made_by=actor.user_id)
        )
        _touched(change, run, actor)
        return row


@transaction.atomic
def withdraw_adjustment(*, actor: Viewer, adjustment_id: uuid.UUID) -> None:
    """Take an adjustment back, before the run is approved."""
    row = locked(PayAdjustment, adjustment_id)
    statement = row.statement
    run = _draft(actor, statement.run_id)
    if actor.user_id is not None and statement.worker.user_id == actor.user_id:
        raise NotAllowed("nobody adjusts the own statement")
    with _recording(actor, run, UNADJUST) as change:
        change.delete(row)
        if not statement.lines.exists() and not statement.adjustments.exists():
            change.delete(statement)
        _touched(change, run, actor)


@transaction.atomic
def discard(*, actor: Viewer, run_id: uuid.UUID) -> None:
    """Undo a run before it is approved: what it would have paid can be computed anew."""
    run = _draft(actor, run_id)
    with _recording(actor, run, DISCARD) as change:
        PaidPiece.objects.filter(line__statement__run=run).delete()
        change.delete(run)


@transaction.atomic
def approve(*, actor: Viewer, run_id: uuid.UUID) -> PayRun:
    """Approve a run: by somebody who neither prepared it nor is paid by it. From then on it stands still."""
    run = _draft(actor, run_id)
    if actor.user_id is None or actor.user_id == run.prepared_by:
        raise Refused(_("Somebody else approves what you prepared."))
    statements = selectors.statements(run)
    if any(row.worker.user_id == actor.user_id for row in statements):
        raise Refused(_("Nobody approves the own honoraria. Ask the office above."))
    if not statements:
        raise Refused(_("There is nothing to pay in this run."))
    if any(row.total < 0 for row in statements):
        raise Refused(_("A statement is below zero. Adjust it first."))
    with _recording(actor, run, APPROVE) as change:
        return change.update(run, state=PayRun.State.APPROVED, approved_by=actor.user_id, approved_at=timezone.now())


@transaction.atomic
def mark_paid(*, actor: Viewer, run_id: uuid.UUID, on: dt.date, today: dt.date) -> PayRun:
    """Note the day on which the paying office paid an approved run."""
    run = _run(actor, run_id)
    if run.state != PayRun.State.APPROVED or run.approved_at is None:
        raise Refused(_("Only an approved run is paid, once."))
    if not timezone.localtime(run.approved_at).date() <= on <= today:
        raise Refused(_("The day lies between the approval and today."), "on")
    with _recording(actor, run, PAID) as change:
        return change.update(run, state=PayRun.State.PAID, paid_on=on)


def _recording(actor: Viewer, run: PayRun, action: str, reason: str = "") -> AbstractContextManager[Recorder]:
    return recording(
        actor=actor, action=action, subject_kind=KIND, subject_id=run.pk, place_code=run.place_code, reason=reason
    )


def _touched(change: Recorder, run: PayRun, actor: Viewer) -> None:
    """Who changed a draft last is who prepared it."""
    change.update(run, prepared_by=actor.user_id, prepared_at=timezone.now())


def _run(actor: Viewer, pk: uuid.UUID) -> PayRun:
    run = locked(PayRun, pk)
    months.check(actor, months.PAY, run.place_code)
    return run


def _draft(actor: Viewer, pk: uuid.UUID) -> PayRun:
    run = _run(actor, pk)
    if run.state != PayRun.State.DRAFT:
        raise Refused(_("The run is approved and stands still. Adjust with the next one."))
    return run
