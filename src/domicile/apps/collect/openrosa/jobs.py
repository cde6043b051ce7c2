"""The background work on what phones sent, and its turn in the queue."""

from django.db import connections, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from domicile.apps.collect.openrosa import photos, policies, processing, storing
from domicile.apps.collect.openrosa.models import Attachment, Submission
from domicile.apps.vault.files import BrokenFile, read_sealed, write_sealed

#: Sets of forms, and photos, taken in one run, so that other background work has its turn.
MOST_SETS = 40
MOST = 200


def wake() -> bool:
    """Put a run into the queue where something waits and none stands there; also called each minute by the server."""
    waiting = Submission.objects.filter(state=Submission.State.RECEIVED).exists()
    if not waiting and not Attachment.objects.filter(state=Attachment.State.RECEIVED).exists():
        return False
    return run_soon()


def run_soon() -> bool:
    """Put a run into the queue unless one stands there."""
    if _stands_there():
        return False
    process.enqueue()
    return True


def _stands_there() -> bool:
    """Whether a run waits in the queue. As text: it is asked for every form that comes."""
    sql = f"SELECT 1 FROM {DBTaskResult._meta.db_table} WHERE status = %s AND task_path = %s LIMIT 1"  # noqa: S608
    with connections[DBTaskResult.objects.db].cursor() as cursor:
        cursor.execute(sql, [TaskResultStatus.READY.value, process.module_path])
        return cursor.fetchone() is not None


@task()
def process() -> None:
    """Process what waits, oldest first: forms, then photos."""
    for _turn in range(MOST_SETS):
        if not processing.process():
            break
    for _turn in range(MOST):
        if not strip_next():
            break
    wake()  # what came meanwhile


def process_next() -> bool:
    """Process the form that waits for longest; whether there was one."""
    return processing.process(1) > 0


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
    write_sealed(storing.path_of(photo.submission_id, photo.digest, storing.PHOTO), [made])
    return ""


def photo_of(photo: Attachment) -> bytes:
    """The photo without metadata. Raises FileNotFoundError where there is none."""
    return read_sealed(storing.path_of(photo.submission_id, photo.digest, storing.PHOTO))


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
