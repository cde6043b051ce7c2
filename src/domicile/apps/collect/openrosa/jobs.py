"""The background work on what phones sent: each form is processed in one transaction, whole or not at all."""

import logging

from django.db import connections, transaction
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from domicile.apps.collect import actions as review
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa import photos, policies, registry, storing
from domicile.apps.collect.openrosa.models import Attachment, Result, Submission
from domicile.apps.collect.openrosa.receipts import Receipt
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.vault.files import BrokenFile, read_sealed, write_sealed
from domicile.core.messages.submissions import Broken, read_submission

log = logging.getLogger("domicile.collect")
#: Forms and photos taken in one run, so that other background work has its turn.
MOST = 200
PHOTO = "-photo"


def wake() -> bool:
    """Put a run into the queue where something waits and none stands there; also called each minute by the server."""
    waiting = Submission.objects.filter(state=Submission.State.RECEIVED).exists()
    if not waiting and not Attachment.objects.filter(state=Attachment.State.RECEIVED).exists():
        return False
    return run_soon()


def run_soon() -> bool:
    """Put a run into the queue unless one stands there."""
    if DBTaskResult.objects.ready().filter(task_path=process.module_path).exists():
        return False
    process.enqueue()
    return True


@task()
def process() -> None:
    """Process what waits, oldest first."""
    for _turn in range(MOST):
        if not process_next() and not strip_next():
            return
    wake()


def process_next() -> bool:
    """Process the form that waits for longest; whether there was one.

    Its proposals, its results and its state are written together: a process killed in the middle has done nothing.
    """
    with transaction.atomic():
        rows = Submission.objects.select_for_update(skip_locked=_can_skip(), of=("self",))
        waiting = rows.select_related("app_user__worker").filter(state=Submission.State.RECEIVED)
        submission = waiting.order_by("received_at", "pk").first()
        if submission is None:
            return False
        submission.problem = _processed(submission)
        submission.state = Submission.State.ASIDE if submission.problem else Submission.State.PROCESSED
        submission.processed_at = timezone.now()
        submission.save(update_fields=["state", "problem", "processed_at"])
    return True


def _processed(submission: Submission) -> str:
    """Why the form is kept aside, '' where all of it was taken."""
    form = registry.form(submission.form_id)
    if form is None:
        return "unknown_form"
    phone = submission.app_user
    left = policies.state(phone) != policies.LIVE
    receipt = Receipt(submission, policies.viewer_of(phone), review=left)
    try:
        with transaction.atomic():
            answers = read_submission(storing.content_of(submission)).answers
            edited = _replace(receipt)
            form.receive(receipt, answers)
            registry.after([registry.Processed(submission, receipt.viewer, answers, receipt.results)])
    except Broken as broken:
        return f"answers_{broken.code}"
    except (BrokenFile, FileNotFoundError):
        return "file"
    except Exception as error:  # what one form stumbles over must not stop the others
        log.error("a submission of %s was kept aside: %s", submission.form_id, type(error).__name__)
        return "error"
    return "edited" if edited else "refused" if receipt.refused else ""


def _replace(receipt: Receipt) -> bool:
    """Withdraw what waits of the submission that this one corrects; whether something of it was decided already."""
    if not receipt.submission.deprecated_id:
        return False
    earlier = Result.objects.filter(
        submission=storing.key_of(receipt.submission.deprecated_id),
        proposal__proposed_by=receipt.submission.app_user.worker_id,
    )
    decided = False
    for row in earlier.select_related("proposal"):
        if row.proposal is not None and row.proposal.state == Proposal.State.WAITING:
            try:
                review.withdraw(actor=receipt.viewer, proposal_id=row.proposal.pk)
            except NotAllowed:
                decided = True
        elif row.proposal is not None and row.proposal.state == Proposal.State.ACCEPTED:
            decided = True
    return decided


def strip_next() -> bool:
    """Make the photo that waits for longest anew, without metadata; whether there was one.

    No transaction is open meanwhile, so that phones are not kept waiting; made twice, it is the same file.
    """
    waiting = Attachment.objects.filter(state=Attachment.State.RECEIVED)
    photo = waiting.order_by("received_at", "pk").first()
    if photo is None:
        return False
    problem = _stripped(photo)
    state = Attachment.State.ASIDE if problem else Attachment.State.KEPT
    waiting.filter(pk=photo.pk).update(state=state, problem=problem)
    return True


def _stripped(photo: Attachment) -> str:
    source = storing.path_of(photo.submission_id, photo.digest)
    try:
        made = photos.stripped(read_sealed(source), policies.photo_pixels())
    except photos.NoPhoto as no_photo:
        return f"photo_{no_photo}"
    except (BrokenFile, FileNotFoundError):
        return "file"
    write_sealed(storing.path_of(photo.submission_id, photo.digest, PHOTO), [made])
    return ""


def photo_of(photo: Attachment) -> bytes:
    """The photo without metadata. Raises FileNotFoundError where there is none."""
    return read_sealed(storing.path_of(photo.submission_id, photo.digest, PHOTO))


def expire() -> int:
    """Erase photos as they came, and forms as they came, when their time is over; how many."""
    today, count = timezone.localdate(), 0
    for photo in Attachment.objects.filter(original_until__lte=today).exclude(state=Attachment.State.RECEIVED)[:MOST]:
        storing.path_of(photo.submission_id, photo.digest).unlink(missing_ok=True)
        Attachment.objects.filter(pk=photo.pk).update(original_until=None)
        count += 1
    over = timezone.now() - policies.submissions_kept()
    done = Submission.objects.filter(processed_at__lt=over, erased_at=None).exclude(state=Submission.State.RECEIVED)
    for submission in done[:MOST]:
        storing.erase(submission)
        Submission.objects.filter(pk=submission.pk).update(erased_at=timezone.now())
        count += 1
    return count


def again(submission: Submission) -> None:
    """Have a form that was kept aside, and of which nothing was taken, processed once more."""
    with transaction.atomic():
        held = Submission.objects.select_for_update().get(pk=submission.pk)
        if held.state == Submission.State.ASIDE and not held.results.exists() and held.erased_at is None:
            held.state, held.problem = Submission.State.RECEIVED, ""
            held.save(update_fields=["state", "problem"])
    wake()


def _can_skip() -> bool:
    return bool(connections[Submission.objects.db].features.has_select_for_update_skip_locked)
