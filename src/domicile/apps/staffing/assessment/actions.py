"""Object to the own figures, answer, correct with a reason, close a month and open it again."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.staffing import months
from domicile.apps.staffing.actions.common import locked, text
from domicile.apps.staffing.assessment import computing
from domicile.apps.staffing.assessment.models import AssessedMonth, Correction, Figure, Objection
from domicile.apps.staffing.assessment.policies import shown_from
from domicile.core.policy import assessment as formula

OBJECT, ANSWER, CORRECT = "staffing.object", "staffing.answer_objection", "staffing.correct_figure"
WITHDRAW, CLOSE, REOPEN = "staffing.withdraw_correction", "staffing.close_month", "staffing.reopen_month"
LONGEST_WORDS, LONGEST_REASON = 500, 200


@transaction.atomic
def object_to(*, actor: Viewer, figure_id: uuid.UUID, words: str) -> Objection:
    """Say what is wrong with the own figures. Raises Refused once the month is closed, NotAllowed for others' figures."""
    figure = _figure(figure_id)
    if not is_own(actor, figure):
        raise NotAllowed("object")
    _check_open(figure.month)
    if figure.objections.filter(answered_at=None).exists():
        raise Refused(_("Your objection is with the office already. Wait for the answer."), "words")
    row = Objection(figure=figure, words=text(words, "words", longest=LONGEST_WORDS), raised_at=timezone.now())
    with recording(
        actor=actor,
        action=OBJECT,
        subject_kind=computing.KIND,
        subject_id=figure.pk,
        place_code=figure.month.place_code,
    ) as change:
        return change.create(row)


@transaction.atomic
def answer(*, actor: Viewer, objection_id: uuid.UUID, words: str, today: dt.date) -> Objection:
    """Answer an objection with words; what follows of it is a correction of its own. Nobody answers the own one."""
    row = locked(Objection, objection_id)
    figure = _for_office(actor, row.figure_id, today)
    if row.answered_at is not None:
        raise Refused(_("Somebody has answered it already."), "words")
    with recording(
        actor=actor,
        action=ANSWER,
        subject_kind=computing.KIND,
        subject_id=figure.pk,
        place_code=figure.month.place_code,
    ) as change:
        return change.update(
            row,
            answer=text(words, "words", longest=LONGEST_WORDS),
            answered_at=timezone.now(),
            answered_by=actor.user_id,
        )


@transaction.atomic
def correct(
    *, actor: Viewer, figure_id: uuid.UUID, measure: str, part: int, whole: int, reason: str, today: dt.date
) -> Correction:
    """Say what counts instead of what was measured, and why. It stands when the month is computed again."""
    figure = _for_office(actor, figure_id, today)
    _check_open(figure.month)
    _begin, end = months.month_bounds(figure.month.month)
    if measure not in formula.measures(end - dt.timedelta(days=1)):
        raise Refused(_("Choose one of the list."), "measure")
    if not 0 <= part <= whole:
        raise Refused(_("So many of so many: the first number is not larger than the second."), "part")
    why = text(reason, "reason", longest=LONGEST_REASON)
    row = Correction.objects.filter(figure=figure, measure=measure).first()
    values = {"part": part, "whole": whole, "reason": why, "made_at": timezone.now(), "made_by": actor.user_id}
    with recording(
        actor=actor, action=CORRECT, subject_kind=computing.KIND, subject_id=figure.pk, reason=why,
        place_code=figure.month.place_code,
    ) as change:  # fmt: skip
        if row is None:
            row = change.create(Correction(figure=figure, measure=measure, **values))
        else:
            change.update(row, **values)
        change.update(figure, score=computing.score_of(figure))
    return row


@transaction.atomic
def withdraw_correction(*, actor: Viewer, correction_id: uuid.UUID, today: dt.date) -> None:
    """Take a correction back: what was measured counts again."""
    row = locked(Correction, correction_id)
    figure = _for_office(actor, row.figure_id, today)
    _check_open(figure.month)
    with recording(
        actor=actor, action=WITHDRAW, subject_kind=computing.KIND, subject_id=figure.pk,
        place_code=figure.month.place_code,
    ) as change:  # fmt: skip
        change.delete(row)
        change.update(figure, score=computing.score_of(figure))


@transaction.atomic
def close(*, actor: Viewer, month_id: uuid.UUID, today: dt.date) -> AssessedMonth:
    """Close a month: its figures stand still. Not before the workers have had their days, and every objection an answer."""
    month = _month(actor, month_id)
    _check_open(month)
    if today < (day := shown_from(month)):
        raise Refused(_("Until {day} the workers look at their own figures first.").format(day=day))
    waiting = Objection.objects.filter(figure__month=month, answered_at=None).count()
    if waiting:
        raise Refused(_("Answer the open objections first: {count}.").format(count=waiting))
    with recording(
        actor=actor, action=CLOSE, subject_kind=computing.KIND, subject_id=month.pk, place_code=month.place_code
    ) as change:
        return change.update(month, state=AssessedMonth.State.CLOSED, closed_at=timezone.now(), closed_by=actor.user_id)


@transaction.atomic
def reopen(*, actor: Viewer, month_id: uuid.UUID, reason: str) -> AssessedMonth:
    """Open a closed month again, for a reason that the workers read too."""
    month = _month(actor, month_id)
    if month.state != AssessedMonth.State.CLOSED:
        raise Refused(_("The month is open already."))
    if month.erased_on is not None:
        raise Refused(_("The figures of this month were erased, their time being over. It stays closed."))
    why = text(reason, "reason", longest=LONGEST_REASON)
    with recording(
        actor=actor, action=REOPEN, subject_kind=computing.KIND, subject_id=month.pk, place_code=month.place_code,
        reason=why,
    ) as change:  # fmt: skip
        return change.update(month, state=AssessedMonth.State.OPEN, closed_at=None, closed_by=None, reopened_for=why)


def is_own(viewer: Viewer, figure: Figure) -> bool:
    """Whether the figures are the viewer's own."""
    return viewer.user_id is not None and figure.worker.user_id == viewer.user_id


def _month(actor: Viewer, pk: uuid.UUID) -> AssessedMonth:
    month = locked(AssessedMonth, pk)
    months.check(actor, months.ASSESS, month.place_code)
    return month


def _figure(pk: uuid.UUID) -> Figure:
    found = (
        Figure.objects.select_for_update(of=("self", "month")).select_related("month", "worker").filter(pk=pk).first()
    )
    if found is None:
        raise NotAllowed("figure")
    return found


def _for_office(actor: Viewer, pk: uuid.UUID, today: dt.date) -> Figure:
    """A figure that the actor may judge: of the own areas, never the own one."""
    figure = _figure(pk)
    months.check(actor, months.ASSESS, figure.month.place_code)
    if is_own(actor, figure):
        raise NotAllowed("nobody judges the own figures")
    if today < shown_from(figure.month):
        raise NotAllowed("the workers look first")
    return figure


def _check_open(month: AssessedMonth) -> None:
    if month.state != AssessedMonth.State.OPEN:
        raise Refused(_("The month is closed. It can be opened again, with a reason."))
