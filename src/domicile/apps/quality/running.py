"""Runs all rules over the whole register: a snapshot, the engine, the findings."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.viewer import Viewer
from domicile.apps.quality import definitions
from domicile.apps.quality.models import RuleCount, RuleRun
from domicile.apps.quality.storing import Seen, held_rows, keep, take_turn
from domicile.core.editing import Check

if TYPE_CHECKING:
    from domicile.engines.rules import Found
    from domicile.engines.spark.session import Cluster

RUN: Final = "quality.run_rules"
#: The machine itself, for all areas; its look at the register is logged with this purpose.
MACHINE: Final = Viewer(
    user_id=None, name="domicile", role="machine", scopes=("",), purpose="register_maintenance",
    permissions=frozenset({"view_person", "view_number_full"}), channel="job",
)  # fmt: skip
READING, CHECKING, WRITING = "reading", "checking", "writing"
CARDS: Final = ("person", "household", "dwelling")
#: Told a stage, and how much of how much of it is done.
Progress = Callable[[str, int, int], None]


def _silent(stage: str, done: int, total: int) -> None:
    return None


def kept_columns() -> dict[str, list[str]]:
    """By record, the columns that say where a finding stands: place, person, household, dwelling (or the key in their stead)."""
    found = {}
    for name, record in definitions.model().records.items():
        cards = record.about["card"]
        found[name] = [str(record.about["stands_at"]), *(str(cards.get(card, record.key)) for card in CARDS)]
    return found


def run(
    *, actor: Viewer, run_id: uuid.UUID, today: dt.date, progress: Progress = _silent, cluster: Cluster | None = None
) -> RuleRun:
    """Ask every rule of the register as it stands, and keep the findings. The run (already on file) tells what came of it.

    All of it is written in one transaction with its record: a run that is killed leaves nothing but its row, and is simply run
    again. Of the findings the log of changes holds the counts alone: they follow from the register.
    """
    from domicile.apps.snapshots.taking import snapshot  # large libraries: when a run needs them

    RuleRun.objects.filter(pk=run_id).update(state=RuleRun.State.RUNNING)
    checks = definitions.checks()
    model, given = definitions.model(), definitions.given(today)
    tables = {record.table for record in model.records.values()}
    results: list[Found] = []
    with (
        snapshot(
            actor, job="rules", today=today, tables=tables, progress=lambda done, total: progress(READING, done, total)
        ) as taken,
        _loaded(cluster, model, checks, given, taken.reader) as register,
    ):
        results += register.run(lambda done, total: progress(CHECKING, done, total))
    progress(WRITING, 0, 1)
    with recording(actor=actor, action=RUN, subject_kind="rule_run", subject_id=run_id) as change:
        take_turn()
        done = keep((one for found in results for one in _seen(found)), held_rows(), today)
        row = RuleRun.objects.get(pk=run_id)
        counts = [
            RuleCount(run=row, rule=one.check.code, asked=one.asked, failed=one.failed, undecided=one.undecided)
            for one in results
        ]
        change.create_many(counts)
        change.update(row, state=RuleRun.State.DONE, ended_at=timezone.now(), opened=done.opened, solved=done.solved)
    progress(WRITING, 1, 1)
    return row


@contextmanager
def _loaded(cluster: Cluster | None, *asked: Any) -> Iterator[Any]:
    """The records in the engine that is asked: DuckDB here, or Spark on a cluster."""
    if cluster is None:
        from domicile.engines import rules

        with rules.loaded(*asked, kept=kept_columns()) as register:
            yield register
        return
    from domicile.engines.spark import rules as rules_on_spark
    from domicile.engines.spark.session import connected

    with connected(cluster, job="rules") as on, rules_on_spark.loaded(*asked, on=on, kept=kept_columns()) as register:
        yield register


def _seen(found: Found) -> Iterator[Seen]:
    """The rows of an answer: the key, where it lies, and the columns of the three cards."""
    rows: Any = zip(*(column.to_pylist() for column in found.rows.columns), strict=True)
    for key, *rest in rows:
        yield seen(found.check, key, rest)


def seen(check: Check, key: str, rest: list[str | None]) -> Seen:
    """A finding from the key of its record and the values of `kept_columns`."""
    cards = definitions.model().records[check.of].about["card"]
    place, *ids = rest
    people = [uuid.UUID(one) if card in cards and one else None for card, one in zip(CARDS, ids, strict=True)]
    return Seen(check.code, check.of, uuid.UUID(key), place or "", *people)
