"""Searches in the background worker of `domicile serve`: asked for on the page, once in so many days by the clock, and begun
anew where one was stopped.

A search writes all that it found in one transaction at its end, so that one which was killed left nothing but its row; the same
row is put into the queue again, `duplicates.tries` times in all.
"""

import datetime as dt
import uuid
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from domicile.apps.access.viewers import viewer_for
from domicile.apps.accounts.models import User
from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.duplicates import searching
from domicile.apps.duplicates.finders import FINDERS
from domicile.apps.duplicates.models import Run
from domicile.apps.duplicates.policies import MERGE, NUMBERS, may_search
from domicile.apps.tasks.models import Progress
from domicile.core.policy.parameters import PolicyError, parameter

ASK: Final = "duplicates.ask"
ENGINE: Final = "duckdb"
WHOLE: Final = 100
#: A search that holds no lock and told nothing for so long was stopped.
SILENT: Final = dt.timedelta(minutes=2)
WAITS: Final = (Run.State.WAITING, Run.State.RUNNING)
#: The machine itself, for all areas; its look at the register is logged with this purpose.
MACHINE: Final = Viewer(
    user_id=None, name="domicile", role="machine", scopes=("",), purpose="register_maintenance",
    permissions=frozenset({MERGE, "view_person", NUMBERS}), channel="job",
)  # fmt: skip


def ask(*, actor: Viewer, reason: str, today: dt.date) -> Run:
    """Put a search of the actor's areas into the queue. Raises NotAllowed, and Refused while one is under way."""
    if not may_search(actor):
        raise NotAllowed(MERGE)
    said = " ".join(reason.split())
    if not said:
        raise Refused(_("Say why the search is made now."), "reason")
    with transaction.atomic():
        if under_way() is not None:
            raise Refused(_("Another search for duplicates runs: wait until it has ended."))
        run = _new(today, " ".join(actor.scopes), actor)
        run.answered = shrunk() is not None
        with recording(
            actor=actor, action=ASK, subject_kind="run", subject_id=run.pk, place_code=actor.scopes[0], reason=said
        ) as change:
            change.create(run)
        _enqueue(run)
    return run


def shrunk() -> Run | None:
    """The search that stopped since the register had become so small, where nobody has said since whether that is right."""
    last = Run.objects.exclude(state__in=WAITS).order_by("-started_at").first()
    return last if last is not None and last.problem == searching.SHRANK else None


def daily(today: dt.date) -> Run | None:
    """Put the search of the whole register into the queue when it is due, and none is under way; the run, if any."""
    try:
        every = int(parameter("duplicates.search_days", today))
    except PolicyError:
        return None  # only when somebody asks
    since = today - dt.timedelta(days=every)
    whole = Run.objects.filter(scopes="", day__gt=since).exclude(state=Run.State.FAILED)
    if whole.exists() or under_way() is not None:
        return None
    with transaction.atomic():
        run = _new(today, "", MACHINE)
        run.save(force_insert=True)
        _enqueue(run)
    return run


def wake() -> None:
    """Begin a search anew that was stopped, or give it up after so many times; called each minute by the server."""
    run = _latest()
    if run is None or not _stopped(run):
        return
    with transaction.atomic():
        if run.tries >= int(parameter("duplicates.tries", timezone.localdate())):
            Run.objects.filter(pk=run.pk).update(state=Run.State.FAILED, ended_at=timezone.now())
            Progress.objects.filter(pk=run.pk).delete()
            return
        Run.objects.filter(pk=run.pk).update(state=Run.State.WAITING, tries=run.tries + 1)
        _enqueue(run)


def under_way() -> Run | None:
    """The search that waits, runs, or is about to be begun anew."""
    run = _latest()
    if run is None or run.tries:
        return run
    return run if searching.busy() else None  # one by command that was killed is not begun anew


@task()
def search_in_background(run_id: str) -> None:
    """The search that `ask`, `daily` or `wake` put into the queue."""
    run = Run.objects.filter(pk=uuid.UUID(run_id)).first()
    if run is None or run.state not in WAITS or searching.busy():
        return  # done already by another turn, or another one runs: `wake` comes back to it

    def tell(stage: str, done: float) -> None:
        _tell(run, stage, int(done * WHOLE))

    _tell(run, "copying", 0)
    try:
        searching.search(
            actor=_who(run), today=timezone.localdate(), find=FINDERS[run.engine], engine=run.engine,
            scopes=tuple(run.scopes.split()) or ("",), progress=tell, run=run,
        )  # fmt: skip
    except searching.Shrank:
        Progress.objects.filter(pk=run.pk).delete()  # the page asks whether it is right
        return
    except Refused:
        return  # another one was quicker
    except BaseException:
        Run.objects.filter(pk=run.pk).update(state=Run.State.FAILED, ended_at=timezone.now())
        Progress.objects.filter(pk=run.pk).delete()
        raise
    Progress.objects.filter(pk=run.pk).delete()


def _new(today: dt.date, scopes: str, actor: Viewer) -> Run:
    return Run(
        pk=new_id(), scopes=scopes, engine=ENGINE, day=today, started_at=timezone.now(), started_by=actor.user_id,
        role=actor.role, purpose=actor.purpose, state=Run.State.WAITING, tries=1,
    )  # fmt: skip


def _enqueue(run: Run) -> None:
    _tell(run, "waiting", 0)
    search_in_background.enqueue(run.pk.hex)


def _tell(run: Run, stage: str, done: int) -> None:
    Progress.objects.update_or_create(job_id=run.pk, defaults={"stage": stage, "done": done, "total": WHOLE})


def _latest() -> Run | None:
    """The search that is not over, by its row."""
    return Run.objects.filter(state__in=WAITS).order_by("-started_at").first()


def _stopped(run: Run) -> bool:
    """Whether a search that came out of the queue is neither at work nor in the queue any more."""
    if not run.tries or searching.busy():
        return False
    if DBTaskResult.objects.ready().filter(task_path=search_in_background.module_path).exists():
        return False
    told = Progress.objects.filter(pk=run.pk).values_list("updated_at", flat=True).first()
    return timezone.now() - (told or run.started_at) > SILENT


def _who(run: Run) -> Viewer:
    """In whose name: the account as it is now, with the role and purpose it asked with. Raises NotAllowed when it may no more."""
    if run.started_by is None:
        return MACHINE
    user = User.objects.filter(pk=run.started_by, is_active=True).first()
    if user is None:
        raise NotAllowed(MERGE)
    return viewer_for(user, run.purpose, timezone.localdate(), run.role)
