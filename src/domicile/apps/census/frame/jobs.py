"""Work of the frame in the background of `domicile census serve`: loading and taking back files, drawing plans."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from domicile.apps.areas.division.dividing import Wanted
from domicile.apps.census.frame import actions, plans, policies
from domicile.apps.census.frame.models import Division, FrameFile
from domicile.apps.census.plan.models import Census
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer, packed, unpacked
from domicile.apps.tasks.models import Progress

LOAD, UNDO = "load", "undo"
#: Work that says nothing for so long was stopped.
SILENT = dt.timedelta(minutes=10)


def load_in_background(*, actor: Viewer, file_id: uuid.UUID) -> FrameFile:
    """Put the loading of a file into the queue. Raises Refused as `load_file` does about its state and its errors."""
    return _begin(actor, file_id, FrameFile.State.LOADING, load)


def undo_in_background(*, actor: Viewer, file_id: uuid.UUID) -> FrameFile:
    """Put the taking back of a file into the queue."""
    return _begin(actor, file_id, FrameFile.State.UNDOING, take_back)


#: Out of which states a file comes to one.
BEFORE = {
    FrameFile.State.LOADING: (FrameFile.State.READ, FrameFile.State.FAILED),
    FrameFile.State.UNDOING: (FrameFile.State.LOADED,),
}


def stuck(row: FrameFile) -> bool:
    """Whether work on a file that was begun gives no sign any more: the server was stopped, and nothing was written."""
    if row.state not in BEFORE:
        return False
    held = Progress.objects.filter(pk=row.pk).first()
    return held is None or held.updated_at < timezone.now() - SILENT


@transaction.atomic
def _begin(actor: Viewer, file_id: uuid.UUID, state: FrameFile.State, work: Any) -> FrameFile:
    row = FrameFile.objects.select_for_update(of=("self",)).select_related("census").filter(pk=file_id).first()
    policies.check_file(actor, row)
    if row is None or not (row.state in BEFORE[state] or (row.state == state and stuck(row))) or row.report["errors"]:
        raise Refused(actions.QUICKER)
    Progress.objects.update_or_create(job_id=row.pk, defaults={"stage": state, "done": 0, "total": 0})
    row.report = {key: value for key, value in row.report.items() if key != "problem"}
    row.state = state
    row.save(update_fields=["state", "report"])
    work.enqueue(str(row.pk), packed(actor))
    return row


@task()
def load(file_id: str, actor: dict[str, object]) -> None:
    """Load a file; what is refused stands in its report, and nothing of it is written."""

    def work(viewer: Viewer, key: uuid.UUID, told: Callable[[int, int], None]) -> None:
        actions.load_file(actor=viewer, file_id=key, today=timezone.localdate(), told=told)

    _done(uuid.UUID(file_id), unpacked(actor), work, FrameFile.State.FAILED, LOAD)


@task()
def take_back(file_id: str, actor: dict[str, object]) -> None:
    """Take a file back; what is refused stands in its report, and it stays loaded."""

    def work(viewer: Viewer, key: uuid.UUID, told: Callable[[int, int], None]) -> None:
        actions.undo_file(actor=viewer, file_id=key, told=told)

    _done(uuid.UUID(file_id), unpacked(actor), work, FrameFile.State.LOADED, UNDO)


def _done(
    key: uuid.UUID,
    actor: Viewer,
    work: Callable[[Viewer, uuid.UUID, Callable[[int, int], None]], None],
    otherwise: FrameFile.State,
    stage: str,
) -> None:
    def told(done: int, total: int) -> None:
        # In the database of the log, so that it is seen while the transaction of the frame is open.
        Progress.objects.update_or_create(job_id=key, defaults={"stage": stage, "done": done, "total": total})

    try:
        work(actor, key, told)
    except BaseException as problem:
        row = FrameFile.objects.get(pk=key)
        FrameFile.objects.filter(pk=key).update(
            state=otherwise, report=row.report | {"problem": str(problem) if isinstance(problem, Refused) else ""}
        )
        if not isinstance(problem, Refused):
            raise
    finally:
        Progress.objects.filter(job_id=key).delete()


def divide_in_background(
    *, actor: Viewer, census: Census, communities: Iterable[str], wanted: Wanted
) -> list[Division]:
    """Ask for a plan of each community and put its drawing into the queue."""
    made = []
    for community in communities:
        with transaction.atomic():
            row = plans.ask(actor=actor, census=census, community=community, wanted=wanted)
            draw.enqueue(str(row.pk), packed(actor))
        made.append(row)
    return made


@task()
def draw(division_id: str, actor: dict[str, object]) -> None:
    """Draw a plan that was asked for, unless it was thrown away."""
    if Division.objects.filter(pk=division_id).exists():
        plans.draw(actor=unpacked(actor), division_id=uuid.UUID(division_id), today=timezone.localdate())
