"""Search a snapshot of the register for people who stand in it twice, and keep what is found as proposals.

Nothing is written to the register. The pairs of a search are kept in one transaction at its end: a search that is killed
leaves a line that says so, and the next one begins anew. A pair that a person decided about stays decided.
"""

import datetime as dt
import fcntl
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.duplicates.models import Pair, Run
from domicile.apps.duplicates.policies import MERGE
from domicile.apps.people.identity import stands_of
from domicile.core.policy.parameters import parameter

SEARCH: Final = "duplicates.search"
AT_ONCE: Final = 2000
#: The share of a search that the copy of the register takes, and that of the engine; to keep the pairs is the rest.
COPYING, FINDING = 0.5, 0.45
Progress = Callable[[str, float], None]
#: What an engine gives back, by name: `find(people, today, progress)`.
Find = Callable[[Any, dt.date, Progress], "Result"]


#: What stopped a search that found the register much smaller than the one before.
SHRANK: Final = "shrank"


class Shrank(Refused):
    """The register holds much less than at the last search of these areas: somebody is to say whether that is right."""


@dataclass(frozen=True)
class Result:
    """What an engine found: rows of its table of pairs, what the odds begin with, its model, and what it counted."""

    pairs: Sequence[Mapping[str, Any]]
    prior: float
    model: str
    records: int
    compared: int
    left_out: int


def search(
    *, actor: Viewer, today: dt.date, find: Find, engine: str, scopes: Sequence[str] | None = None,
    progress: Progress = lambda stage, done: None, run: Run | None = None,
) -> Run:  # fmt: skip
    """Search the areas (prefixes inside the actor's; without them the actor's) and keep the pairs; returns the run: the one that
    is given (asked for before, of these areas), or a new one.

    Raises NotAllowed without the right to merge or outside the areas, Refused while another search runs, Shrank, and what the
    engine raises: the run is then marked as failed and no pair was changed.
    """
    from domicile.apps.snapshots.folders import sweep
    from domicile.apps.snapshots.taking import snapshot

    actor.require(MERGE)
    with _alone():
        sweep()  # what a search that was killed left of its snapshot
        killed = Run.objects.filter(state=Run.State.RUNNING)
        killed.filter(tries=0).update(state=Run.State.FAILED, ended_at=timezone.now())
        inside = tuple(actor.scopes if scopes is None else scopes)
        run = _begun(run, actor, inside, today, engine)
        try:
            with snapshot(
                actor, job="dedupe", today=today, tables=("people",), scopes=inside,
                progress=lambda done, total: progress("copying", COPYING * done / max(total, 1)),
            ) as taken:  # fmt: skip
                _ask_whether_right(run, taken.rows["people"], today)
                result = find(
                    taken.frame("people"), today, lambda stage, done: progress(stage, COPYING + FINDING * done)
                )
            progress("keeping", 0.95)
            _keep(actor, run, result)
        except BaseException as error:
            Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(
                state=Run.State.FAILED, ended_at=timezone.now(), problem=SHRANK if isinstance(error, Shrank) else ""
            )
            raise
    return run


def _begun(run: Run | None, actor: Viewer, inside: Sequence[str], today: dt.date, engine: str) -> Run:
    """The row of a search that begins."""
    now = timezone.now()
    if run is None:
        return Run.objects.create(
            scopes=" ".join(inside), engine=engine, day=today, started_at=now, started_by=actor.user_id
        )
    run.state, run.started_at = Run.State.RUNNING, now
    run.save(update_fields=["state", "started_at"])
    return run


def _ask_whether_right(run: Run, records: int, today: dt.date) -> None:
    """Raise Shrank where a search would let the pairs of half a register go: it may have been lost, or not be all there yet.

    Who asks for a search after that says why it is right, and later searches go by it; not by one of a small part of the areas.
    """
    done = Run.objects.filter(state=Run.State.DONE).order_by("-started_at")
    last = done.filter(scopes=run.scopes).first()
    share = float(parameter("duplicates.shrank_below", today))
    if run.answered or last is None or records >= share * last.records:
        return
    if done.filter(answered=True, started_at__gt=last.started_at, records__gte=share * records).exists():
        return
    Run.objects.filter(pk=run.pk).update(records=records)
    raise Shrank(
        _(
            "{now} people stand on file here, {before} did at the last search: nothing was changed. If that is right, ask for a "
            "search on the page of duplicates and say why."
        ).format(now=records, before=last.records)
    )


def busy() -> bool:
    """Whether a search runs on this machine, whatever its row says."""
    try:
        with _alone():
            return False
    except Refused:
        return True


@contextmanager
def _alone() -> Iterator[None]:
    """One search at a time: the kernel frees the lock of a search that was killed. Raises Refused."""
    folder = settings.HOME
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "dedupe.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(_("Another search for duplicates runs: wait until it has ended.")) from error
        yield


def _keep(actor: Viewer, run: Run, result: Result) -> None:
    """Store new pairs, weigh open ones anew, and let open ones of these areas go that are found no more."""
    found = {pair.left.hex + pair.right.hex: pair for pair in _pairs(run, result)}
    with recording(
        actor=actor, action=SEARCH, subject_kind="run", subject_id=run.pk, place_code=run.scopes.partition(" ")[0]
    ) as change:
        known = {
            row.left.hex + row.right.hex: row
            for row in Pair.objects.exclude(step="by_hand").select_related("run").iterator()
        }
        fresh = [pair for key, pair in found.items() if key not in known]
        again, gone = [], []
        for key, row in known.items():
            new = found.get(key)
            if row.state == Pair.State.OPEN and new is None and _inside(run, row):
                row.state = Pair.State.GONE
                gone.append(row)
            elif new is not None and row.state in {Pair.State.OPEN, Pair.State.GONE}:
                row.state = Pair.State.OPEN
                for name in ("step", "bits", "prior", "evidence", "outcome", "run_id"):
                    setattr(row, name, getattr(new, name))
                again.append(row)
        Pair.objects.bulk_create(
            fresh, batch_size=AT_ONCE, ignore_conflicts=True
        )  # one laid side by side by hand stays
        columns = ["step", "bits", "prior", "evidence", "outcome", "run", "state"]
        Pair.objects.bulk_update(again, columns, batch_size=AT_ONCE)
        Pair.objects.filter(pk__in=[row.pk for row in gone]).update(state=Pair.State.GONE)
        change.update(
            run, state=Run.State.DONE.value, ended_at=timezone.now(), model=result.model, records=result.records,
            compared=result.compared, left_out=result.left_out, found=len(found),
        )  # fmt: skip


def _inside(run: Run, row: Pair) -> bool:
    """Whether a search of these areas would have seen the pair: pairs of an earlier search of the same areas, or of all."""
    return row.run is None or row.run_id == run.pk or row.run.scopes == run.scopes or not run.scopes.strip()


def _pairs(run: Run, result: Result) -> Iterator[Pair]:
    ids = {uuid.UUID(one) for row in result.pairs for one in (row["person_id_l"], row["person_id_r"])}
    stands: dict[uuid.UUID, uuid.UUID] = {}
    keys = sorted(ids)
    for start in range(0, len(keys), AT_ONCE):
        stands |= stands_of(keys[start : start + AT_ONCE])
    now = timezone.now()
    for row in result.pairs:
        one, other = stands[uuid.UUID(row["person_id_l"])], stands[uuid.UUID(row["person_id_r"])]
        if one == other:
            continue
        left, right = sorted((one, other))
        names = [name.removeprefix("level_") for name in row if name.startswith("level_")]
        evidence = {name: [row[f"level_{name}"], round(float(row[f"bits_{name}"]), 4)] for name in names}
        yield Pair(
            left=left, right=right, step=row["step"], bits=float(row["bits"]), prior=result.prior,
            evidence=json.dumps(evidence), outcome=row["outcome"], run=run, found_at=now,
        )  # fmt: skip
