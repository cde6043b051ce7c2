"""Makes the cases of a round: new ones are added, what holds no more is closed with that reason, what is settled stays."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.inserting import insert_fields, update_taken
from domicile.apps.common.viewer import Viewer
from domicile.apps.quality.cleanup.gathering import AT_ONCE, Found, Lists, gather
from domicile.apps.quality.cleanup.models import CleanupCase, CleanupRound
from domicile.apps.tasks.models import Task

MAKE: Final = "cleanup.make"
_LOCK: Final = 0x636C65616E  # "clean": those who make cases take turns
#: The machine itself, for all areas.
MACHINE: Final = Viewer(
    user_id=None, name="domicile", role="machine", scopes=("",), purpose="register_maintenance",
    permissions=frozenset({"view_person"}), channel="job",
)  # fmt: skip
State = CleanupCase.State


@dataclass(frozen=True, slots=True)
class Made:
    """How many cases are new, closed since they hold no more, and open again."""

    fresh: int
    gone: int
    back: int


def make(*, actor: Viewer, round_id: uuid.UUID, today: dt.date) -> Made:
    """Make the cases of a round anew, which may be done at any time. Nothing is done to a round that is closed.

    What follows from the register alone, whoever looks; so the log of changes holds the counts and no copy of the cases.
    """
    of = CleanupRound.objects.get(pk=round_id)
    if of.state == CleanupRound.State.CLOSED:
        return Made(0, 0, 0)
    with recording(
        actor=actor, action=MAKE, subject_kind="cleanup_round", subject_id=of.pk, place_code=of.scope
    ) as change:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        made = _keep(of, gather(of.scope, of.reference_on, MACHINE), today)
        _free_tasks(of, today)
        change.update(of, made_at=timezone.now())
    return made


def _keep(of: CleanupRound, found: Lists, today: dt.date) -> Made:
    """Write what is found against the cases on file: a number of statements that grows with what changed."""
    gone: list[tuple[Any, ...]] = []
    back: list[tuple[Any, ...]] = []
    moved: list[tuple[Any, ...]] = []
    columns = ("pk", "listed", "subject", "state", "outcome", "place_code", "evidence", "by_hand", "person_id", "other")
    held = CleanupCase.objects.filter(round=of).values_list(*columns)
    for key, listed, subject, state, outcome, place, evidence, by_hand, person, other in held.iterator(
        chunk_size=AT_ONCE
    ):
        one = found.pop((listed, subject), None)
        if one is None:
            if not by_hand and state in (State.OPEN, State.WAITING):
                gone.append((State.GONE, today, key))
            continue
        if state == State.GONE:
            back.append((State.WAITING if outcome else State.OPEN, None, key))
        elif state == State.DONE:
            continue  # what people said stands
        if (one.place_code, _why(one), one.person, one.other) != (place, evidence, person, other):
            moved.append((one.place_code, _why(one), one.person, one.other, key))
    fresh = [_row(of, one, today) for one in found.values()]
    for some in (*_parts(gone), *_parts(back)):
        update_taken(CleanupCase, ["state", "closed_on"], some)
    for some in _parts(moved):
        update_taken(CleanupCase, ["place_code", "evidence", "person_id", "other"], some)
    for rows in _parts(fresh):
        insert_fields(CleanupCase, rows)
    return Made(len(fresh), len(gone), len(back))


def _free_tasks(of: CleanupRound, today: dt.date) -> None:
    """Tasks at doors of which no case waits any more leave the lists. Two statements."""
    waiting = CleanupCase.objects.filter(round=of, state=State.WAITING, task__isnull=False)
    over = CleanupCase.objects.filter(round=of, state=State.GONE, task__state=Task.State.OPEN)
    Task.objects.filter(pk__in=over.values("task"), state=Task.State.OPEN).exclude(
        pk__in=waiting.values("task")
    ).update(state=Task.State.CANCELLED, closed_on=today, next_try_on=None, next_try_part="")


def _why(one: Found) -> str:
    """The codes that fit into the column, whole ones."""
    text = " ".join(one.why)
    return text if len(text) <= 120 else text[:121].rpartition(" ")[0]


def _row(of: CleanupRound, one: Found, today: dt.date) -> dict[str, Any]:
    return {
        "id": new_id(), "round_id": of.pk, "listed": one.listed, "subject": one.subject, "person_id": one.person,
        "other": one.other, "place_code": one.place_code, "evidence": _why(one), "by_hand": False, "first_seen": today,
        "state": State.OPEN.value, "outcome": "", "note": "", "said_by": None, "said_by_name": "", "said_on": None,
        "closed_on": None, "task_id": None,
    }  # fmt: skip


def _parts(rows: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), AT_ONCE):
        yield list(rows[start : start + AT_ONCE])
