"""Take the steps that a sheet of moves comes to: all of them in one transaction, each by the action that staff take."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl
from django.db import connections, transaction
from django.utils import timezone

from domicile.apps.audit.recording import changes_of
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange import staging
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.movers.checking import lines_of, planned
from domicile.apps.exchange.movers.taking import UNFIT, StepRefused, leave, take

TOLD = 25


def write(
    actor: Viewer, batch: Batch, tell: Any, finish: Callable[[Any, Batch, dict[str, Any], dt.datetime], None]
) -> None:
    """Declare, register and ask; `finish` marks the batch in the same transaction. Raises ImportRefused naming the row."""
    scopes = tuple(batch.report.get("scopes", []))
    total = int(batch.report["rows"])
    proposals: list[str] = []
    with transaction.atomic(), changes_of() as changes:
        frame = pl.concat(list(staging.parts(batch.pk, "part")))
        places = staging.read(batch.pk, "places") if staging.exists(batch.pk, "places") else pl.DataFrame()
        plan = planned(actor, batch, lines_of(batch, frame, places, scopes))
        done = plan.unchanged + len(plan.left)
        unfit = _unfit(batch)
        for number, step in enumerate(list(plan.steps)):
            if number % TOLD == 0:
                tell("write", done, total)
            written = len(changes)
            try:
                proposals += take(actor, batch, step)
            except StepRefused as refusal:
                if not unfit.issuperset((line.sheet, line.number) for line in step.lines):
                    raise  # nobody was told of it
                del changes[written:]  # they were put back
                leave(plan, step, refusal.words)
            done += len(step.lines)
        # What an undo goes by: the steps are recorded under their own names, so that the history of each mover has them.
        made: dict[str, Any] = {"changes": [change.pk for change in changes], "proposals": proposals}
        made["left"] = [[line.sheet, line.number] for line in plan.left]  # for the workbook of these rows
        finish(connections["default"], batch, plan.counts | made, timezone.now())


def _unfit(batch: Batch) -> set[tuple[str, int]]:
    """The rows that the check left for staff since their step was refused."""
    return set(staging.read(batch.pk, "issues").filter(pl.col("code") == UNFIT).select("sheet", "row").rows())
