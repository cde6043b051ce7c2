"""Write a checked batch to the register: all of it in one transaction, or nothing."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import orjson
from django.db import connections
from django.utils import timezone

from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange import locks, tables
from domicile.apps.exchange.journal import Journal
from domicile.apps.exchange.messages import ImportRefused, refuse
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.movers import checking as of_movers
from domicile.apps.exchange.movers import committing as movers
from domicile.apps.exchange.people import committing as people
from domicile.apps.exchange.small import committing as small
from domicile.apps.exchange.stages import CHECK, COMMIT, FAILED, UNDO
from domicile.apps.tasks.models import Progress

Tell = Callable[[str, int, int], None]  # stage, done, total


def commit(actor: Viewer, batch: Batch, progress: Tell | None = None, *, queued: bool = False) -> Batch:
    """Commit a checked batch without errors. The state becomes `committed`; the report says what was created and changed.

    Progress is kept in tasks.models.Progress (log database, job_id = batch.id, stage, done, total) besides. Raises
    ImportRefused when the batch has errors, is not checked, or another process works on it; NotAllowed.
    """
    actor.require("import")
    tell = _teller(batch.pk, progress)
    with locks.held(batch.pk):
        batch.refresh_from_db()
        _check_again(actor, batch, queued=queued)
        batch.report.pop("refused", None)
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.COMMITTING, report=batch.report)
        try:
            if _nothing_to_do(batch):
                counts = {"created": 0, "changed": 0, "unchanged": batch.report["rows"]}
                _finish(connections["default"], batch, counts, timezone.now())
            else:
                _write(actor, batch, tell)
        except BaseException as failure:
            if isinstance(failure, ImportRefused):  # who comes back to the page reads why
                batch.report["refused"] = [one.as_dict() | {"place": one.place} for one in failure.issues]
            held = Batch.objects.filter(pk=batch.pk, state=Batch.State.COMMITTING)
            held.update(state=Batch.State.CHECKED, report=batch.report)
            raise
    batch.refresh_from_db()
    tell("done", batch.report["rows"], batch.report["rows"])
    return batch


def _check_again(actor: Viewer, batch: Batch, *, queued: bool) -> None:
    """What was allowed when the work was queued may be refused when its turn comes: then the batch waits as before."""
    try:
        check_ready(actor, batch, queued=queued)
    except ImportRefused:
        waiting = Batch.objects.filter(pk=batch.pk, state=Batch.State.COMMITTING)
        if queued and waiting.update(state=Batch.State.CHECKED):
            Progress.objects.update_or_create(job_id=batch.pk, defaults={"stage": COMMIT[0], "done": 0, "total": 0})
        raise


def check_ready(actor: Viewer, batch: Batch, *, queued: bool = False) -> None:
    """Raise ImportRefused unless the batch may be committed by this actor; a `queued` one may be `committing` already."""
    if batch.state != Batch.State.CHECKED and not (queued and batch.state == Batch.State.COMMITTING):
        raise refuse("not_ready", detail=batch.state)
    if not batch.report.get("ready"):
        raise refuse("has_errors", detail=str(batch.report.get("errors", 0)))
    # The rows were checked against the areas of who uploaded them; whoever commits must cover those.
    if not all(actor.covers(scope) for scope in batch.report.get("scopes", [])):
        raise refuse("outside_scope_batch", detail="、".join(batch.report.get("scopes", [])))


def _nothing_to_do(batch: Batch) -> bool:
    """The same content from the same source is in the register already, and nobody took it back.

    Rows of moves may have been left for staff: what their sheet comes to is planned anew, as the register stands.
    """
    return batch.layout not in of_movers.LAYOUTS and (
        Batch.objects.filter(digest=batch.digest, source=batch.source, layout=batch.layout, state=Batch.State.COMMITTED)
        .exclude(pk=batch.pk)
        .exists()
    )


def _write(actor: Viewer, batch: Batch, tell: Tell) -> None:
    if batch.layout in of_movers.LAYOUTS:
        movers.write(actor, batch, tell, _finish)
        return
    at, write = timezone.now(), people.write if batch.layout == "people" else small.write
    with tables.writing() as connection:
        counts = write(Journal(connection, actor, batch.pk, at), batch, tell)
        tell("index", batch.report["rows"], batch.report["rows"])
        _finish(connection, batch, counts, at)


def _finish(connection: Any, batch: Batch, counts: dict[str, Any], at: dt.datetime) -> None:
    """Mark the batch committed, in the same transaction as its rows."""
    report = orjson.dumps(batch.report | counts).decode()
    key: Any = batch.pk.hex if connection.vendor == "sqlite" else batch.pk
    moment: Any = at.strftime("%Y-%m-%d %H:%M:%S.%f") if connection.vendor == "sqlite" else at
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_batch SET state = %s, committed_at = %s, report = %s WHERE id = %s",
            [Batch.State.COMMITTED.value, moment, report, key],
        )


def _teller(job: uuid.UUID, also: Tell | None) -> Tell:
    def tell(stage: str, done: int, total: int) -> None:
        Progress.objects.update_or_create(job_id=job, defaults={"stage": stage, "done": done, "total": total})
        if also is not None:
            also(stage, done, total)

    return tell


def recover() -> list[Batch]:
    """Batches left in state `committing` by a process that died: put back to `checked`; nothing of them was written.

    Checks and undos that it left are said to have failed; one that still waits in the queue will say otherwise.
    """
    for stage in (CHECK, UNDO):
        Progress.objects.filter(stage=stage).update(stage=stage + FAILED)
    found = []
    for batch in Batch.objects.filter(state=Batch.State.COMMITTING):
        try:
            with locks.held(batch.pk):
                if Batch.objects.filter(pk=batch.pk, state=Batch.State.COMMITTING).update(state=Batch.State.CHECKED):
                    batch.refresh_from_db()
                    found.append(batch)
        except ImportRefused:
            continue  # somebody is at work on it
    return found
