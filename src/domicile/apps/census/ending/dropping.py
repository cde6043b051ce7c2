"""Matching is over: the resident numbers go, long before the forms do (CE-6). An action of the office that nothing takes back,
and the work behind it, which may be killed and goes on where it was.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.db import connections, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from domicile.apps.access.log import record_look
from domicile.apps.audit.recording import recording
from domicile.apps.census.answers import numbers
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.coverage.models import CoverageCase, CoverageHousehold, CoverageSurvey
from domicile.apps.census.ending import actions
from domicile.apps.census.ending.models import Destruction, MatchingEnd
from domicile.apps.census.frame.jobs import SILENT
from domicile.apps.census.keying.models import Sheet
from domicile.apps.census.listing.models import Household
from domicile.apps.census.plan.models import Census
from domicile.apps.collect.openrosa import storing
from domicile.apps.collect.openrosa.models import Submission
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.tasks.models import Progress

END, DROP = "census.end_matching", "census.drop_numbers"
MACHINE = Viewer(user_id=None, name="domicile", role="machine", purpose="processing", channel="job")
AT_ONCE = 2_000
REASON = 200
#: Files of phones in which a resident number may stand.
AGAIN = "census_again"
#: So begins the number of an answer that came by a phone.
SENT = "collect:"
ASKING = ("census_short", "census_long", AGAIN)
#: What is gone through, in this order.
STAGES = ("answer", "sheet", "coverage", "phones")
Told = Callable[[int, int], None]


def ending_of(census: Census) -> MatchingEnd | None:
    """That matching of a census is over, and how far the deletion is; None before."""
    return MatchingEnd.objects.filter(census=census).first()


def why_not(census: Census) -> str | Promise:
    """Why matching of a census cannot be over yet; '' where it can."""
    if Destruction.objects.filter(census=census, done_at__isnull=False).exists():
        return _("The forms are destroyed, and the resident numbers with them.")
    survey = CoverageSurvey.objects.filter(census=census, ended_at=None).first()
    if survey is not None:
        if survey.matched_at is None:
            return _("Areas are drawn to be asked again: bring what the survey found and compare it first.")
        left = CoverageCase.objects.filter(area__survey=survey, outcome=CoverageCase.Outcome.OPEN).count()
        if left:
            return _("{count} cases of the coverage survey are to be decided first.").format(count=left)
    waits = Submission.objects.filter(prefix_q("place_code", census.scope), form_id__in=ASKING)
    if waits.exclude(state=Submission.State.PROCESSED).exists():
        return _("Forms from phones wait to be seen to: see to them first, as their numbers are needed until then.")
    return ""


def end(*, actor: Viewer, census: Census, reason: str) -> MatchingEnd:
    """Say that matching is over, and put the deletion of resident numbers into the queue. Nothing takes it back.

    Raises NotAllowed, and Refused without a reason, before the cases of the coverage survey are decided, and a second time.
    """
    if not actions.may_ask(actor, census) or actor.user_id is None:
        raise NotAllowed("say that matching is over")
    if not reason.strip():
        raise Refused(_("Say why."), "reason")
    now = timezone.now()
    with transaction.atomic():
        Census.objects.select_for_update(of=("self",)).get(pk=census.pk)
        list(CoverageSurvey.objects.select_for_update(of=("self",)).filter(census=census, ended_at=None))
        _wait_for_writers()
        if ending_of(census) is not None:
            raise Refused(_("Matching is over already."))
        if why := why_not(census):
            raise Refused(why)
        row = MatchingEnd(
            census=census, ended_at=now, ended_by=actor.user_id, ended_by_name=actor.name, reason=reason.strip()[:REASON],
            stage=STAGES[0],
        )  # fmt: skip
        with recording(
            actor=actor, action=END, subject_kind="census", subject_id=census.pk, place_code=census.scope, reason=reason
        ) as change:
            change.create(row)
        _enqueue(row)
    return row


def _wait_for_writers() -> None:
    """On PostgreSQL whoever writes a form at this moment is waited for; whoever comes after sees that matching is over."""
    connection = connections[MatchingEnd.objects.db]
    if connection.vendor == "postgresql":
        tables = ", ".join(model._meta.db_table for model in (Household, Sheet))
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")


def stuck(row: MatchingEnd) -> bool:
    """Whether the work gives no sign any more: the server was stopped."""
    if row.done_at is not None:
        return False
    held = Progress.objects.filter(pk=row.pk).first()
    return held is None or held.updated_at < timezone.now() - SILENT


def go_on(*, actor: Viewer, census: Census) -> None:
    """Put work that was stopped into the queue again. Raises Refused while it goes on, and where there is none."""
    if not actions.may_ask(actor, census):
        raise NotAllowed("go on with the deletion of resident numbers")
    row = ending_of(census)
    if row is None or not stuck(row):
        raise Refused(_("The deletion goes on or is done. Look at this page again."))
    with transaction.atomic():
        _enqueue(row)


def _enqueue(row: MatchingEnd) -> None:
    Progress.objects.update_or_create(job_id=row.pk, defaults={"stage": row.stage, "done": 0, "total": 0})
    in_background.enqueue(row.pk.hex)


@task()
def in_background(row_id: str) -> None:
    """The deletion that `end` put into the queue."""
    key = uuid.UUID(row_id)

    def told(done: int, total: int) -> None:
        Progress.objects.update_or_create(job_id=key, defaults={"stage": DROP, "done": done, "total": total})

    try:
        drop(MatchingEnd.objects.select_related("census").get(pk=key), told)
    finally:
        Progress.objects.filter(job_id=key).delete()


def drop(row: MatchingEnd, told: Told = lambda _done, _total: None, *, at_once: int = AT_ONCE) -> MatchingEnd:
    """Go on from where the row says, in the machine's name, a transaction a batch: what is killed loses one batch at most."""
    record_look(MACHINE, question="drop_numbers")
    total, done = sum(rows.count() for rows, _columns in _sealed(row.census).values()), 0
    while row.done_at is None:
        with transaction.atomic():
            row = MatchingEnd.objects.select_for_update(of=("self",)).select_related("census").get(pk=row.pk)
            if row.done_at is None:
                done += _step(row, at_once)
        told(min(done, total), total)
    return row


def _step(row: MatchingEnd, at_once: int) -> int:
    """One batch of the stage at which the work is, or the step to the next one. Returns how many rows were looked at."""
    sealed = _sealed(row.census).get(row.stage)
    batch = numbers.drop(*sealed, row.after, at_once) if sealed else _files_erased(row.census, row.after, at_once)
    row.counts[row.stage] = row.counts.get(row.stage, 0) + batch.changed
    if batch.last is None:
        if row.stage == STAGES[-1]:
            _finish(row)
            return 0
        row.stage = STAGES[STAGES.index(row.stage) + 1]
    row.after = batch.last
    row.save(update_fields=["stage", "after", "counts"])
    return batch.looked


def _sealed(census: Census) -> dict[str, tuple["QuerySet[Model]", tuple[str, ...]]]:
    """Sealed contents by stage: rows and columns."""
    found: dict[str, tuple[QuerySet[Any], tuple[str, ...]]] = {
        "answer": (Answer.objects.filter(census=census), ("content",)),
        "sheet": (Sheet.objects.filter(household__census=census), ("first", "second")),
        "coverage": (CoverageHousehold.objects.filter(area__survey__census=census), ("content",)),
    }
    return found


def _files_erased(census: Census, after: uuid.UUID | None, at_once: int) -> numbers.Batch:
    """Erase the next of the files that phones sent, by id; of forms that became no answer too, unless another census is still
    matched, which they may be of. A file is gone before its row says so: killed between the two, the next run finds it again.
    """
    rows = Submission.objects.filter(
        prefix_q("place_code", census.scope), form_id__in=ASKING, state=Submission.State.PROCESSED
    )
    held = list((rows if after is None else rows.filter(pk__gt=after)).order_by("pk")[:at_once])
    ours = [row for row in held if row.erased_at is None]
    if Census.objects.exclude(pk=census.pk).exclude(matching_end__isnull=False).exists():
        sent = [f"{SENT}{row.instance_id}" for row in ours]
        own = set(Answer.objects.filter(census=census, instance__in=sent).values_list("instance", flat=True))
        ours = [row for row in ours if f"{SENT}{row.instance_id}" in own or row.form_id == AGAIN]
    for row in ours:
        storing.erase(row)
    Submission.objects.filter(pk__in=[row.pk for row in ours]).update(erased_at=timezone.now())
    return numbers.Batch(held[-1].pk if held else None, len(held), len(ours))


def _finish(row: MatchingEnd) -> None:
    with recording(
        actor=MACHINE, action=DROP, subject_kind="census", subject_id=row.census_id, place_code=row.census.scope
    ) as change:
        change.update(row, after=None, counts=row.counts, done_at=timezone.now())
