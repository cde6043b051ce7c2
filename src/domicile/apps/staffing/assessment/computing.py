"""Compute a month: what every worker's work was measured by, and the score. Twice changes nothing; what is closed stays."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing import months
from domicile.apps.staffing.assessment import registry
from domicile.apps.staffing.assessment.models import AssessedMonth, Correction, Figure, Measured, Miss
from domicile.apps.staffing.assessment.registry import Missed
from domicile.apps.staffing.models import Worker
from domicile.core.policy import assessment as formula

COMPUTE = "staffing.assess"
KIND = "assessment"
Shares = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Computed:
    """What a computation did: workers computed, of how many communities; months that are closed and stand still."""

    workers: int
    communities: int
    changed: int
    closed: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the work of one worker was measured by, and what the shares lack, by measure."""

    shares: Shares
    missed: Mapping[str, Sequence[Missed]]


def measure(accounts: Iterable[uuid.UUID], begin: dt.date, end: dt.date) -> dict[uuid.UUID, Told]:
    """All measures of the formula for these accounts in [begin, end). A fixed number of queries."""
    asked = list(dict.fromkeys(accounts))
    shares: dict[uuid.UUID, Shares] = defaultdict(dict)
    missed: dict[uuid.UUID, dict[str, Sequence[Missed]]] = defaultdict(dict)
    for name in formula.measures(end - dt.timedelta(days=1)):
        for account, share in registry.shares(name, asked, begin, end).items():
            shares[account][name] = (share.part, share.whole)
        for account, lacks in registry.missed(name, asked, begin, end).items():
            missed[account][name] = lacks
    return {account: Told(shares[account], missed[account]) for account in asked}


def compute(*, actor: Viewer, month: str, today: dt.date, community: str = "") -> Computed:
    """Compute a month that is over for the workers of a community (12 digits), or, for the machine, of all.

    Computed again, the figures follow what was corrected meanwhile; where nothing did, nothing is written. Raises Refused.
    """
    months.check(actor, months.ASSESS, community)
    begin, end = months.month_bounds(month)
    if today < end:
        raise Refused(_("This month is not over yet. It can be computed from {day} on.").format(day=end), "month")
    try:
        return _compute(actor, month, community, begin, end, today)
    except IntegrityError as error:
        raise Refused(_("Somebody computed this month just now. Try again.")) from error


def _compute(actor: Viewer, month: str, community: str, begin: dt.date, end: dt.date, today: dt.date) -> Computed:
    key = new_id()
    with recording(
        actor=actor, action=COMPUTE, subject_kind=KIND, subject_id=key, place_code=community, reason=month
    ) as change:
        at_work = Worker.objects.filter(months.workers_q(community, begin, end))
        # Who was assessed for the month in a community that became part of this one since stands there, not twice.
        elsewhere = Figure.objects.filter(month__month=month).exclude(month__came_from="").values("worker")
        workers = list(at_work.exclude(pk__in=elsewhere).order_by("number"))
        held = _months(month, {row.place_code for row in workers})
        fresh = [
            AssessedMonth(place_code=place, month=month, told_on=today, computed_at=timezone.now())
            for place in sorted({row.place_code for row in workers} - set(held))
        ]
        change.create_many(fresh)
        held |= {row.place_code: row for row in fresh}
        open_ = [row for row in workers if held[row.place_code].state == AssessedMonth.State.OPEN]
        changed = _figures(open_, held, begin, end)
        standing = [row for row in held.values() if row.state == AssessedMonth.State.OPEN]
        if changed:
            change.update_many(standing, computed_at=timezone.now())
    return Computed(len(open_), len(standing), changed, len(held) - len(standing))


def _months(month: str, places: Iterable[str]) -> dict[str, AssessedMonth]:
    rows = AssessedMonth.objects.select_for_update().filter(month=month, place_code__in=list(places), came_from="")
    return {row.place_code: row for row in rows}


def _figures(workers: Sequence[Worker], held: Mapping[str, AssessedMonth], begin: dt.date, end: dt.date) -> int:
    """Write the figures of workers as far as they differ from what stands; how many did. A fixed number of statements."""
    told = measure((row.user_id for row in workers if row.user_id is not None), begin, end)
    last = end - dt.timedelta(days=1)
    stand = {
        (row.month_id, row.worker_id): row for row in Figure.objects.filter(month__in=[row.pk for row in held.values()])
    }
    fresh, changed = [], []
    before = _measured(stand.values())
    corrected = _corrected(stand.values())
    wanted: dict[uuid.UUID, Told] = {}
    for worker in workers:
        month = held[worker.place_code]
        now = told.get(worker.user_id, Told({}, {})) if worker.user_id else Told({}, {})
        row = stand.get((month.pk, worker.pk))
        counts = now.shares | (corrected.get(row.pk, {}) if row else {})
        score = formula.score(counts, last).value
        if row is None:
            row = Figure(month=month, worker=worker, score=score)
            fresh.append(row)
        elif (row.score, before.get(row.pk, {})) == (score, _as_stored(now)):
            continue
        else:
            row.score = score
            changed.append(row)
        wanted[row.pk] = now
    Figure.objects.bulk_create(fresh)
    Figure.objects.bulk_update(changed, ["score"], batch_size=500)
    _write(changed, wanted)
    return len(wanted)


def _write(changed: Sequence[Figure], wanted: Mapping[uuid.UUID, Told]) -> None:
    """Replace what the figures were measured by."""
    Miss.objects.filter(measured__figure__in=changed).delete()
    Measured.objects.filter(figure__in=changed).delete()
    rows, misses = [], []
    for figure, told in wanted.items():
        for name, (part, whole) in told.shares.items():
            row = Measured(figure_id=figure, measure=name, part=part, whole=whole)
            rows.append(row)
            misses += [Miss(measured=row, about=one.about, about_id=one.id) for one in told.missed.get(name, ())]
    Measured.objects.bulk_create(rows)
    Miss.objects.bulk_create(misses)


Stored = dict[str, tuple[int, int, frozenset[uuid.UUID]]]


def _as_stored(told: Told) -> Stored:
    return {
        name: (part, whole, frozenset(one.id for one in told.missed.get(name, ())))
        for name, (part, whole) in told.shares.items()
    }


def _measured(figures: Iterable[Figure]) -> dict[uuid.UUID, Stored]:
    """What stands of figures, with what each measure lacks. Two queries."""
    keys = [row.pk for row in figures]
    lacks: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for measured, about in Miss.objects.filter(measured__figure__in=keys).values_list("measured_id", "about_id"):
        lacks[measured].add(about)
    found: dict[uuid.UUID, Stored] = defaultdict(dict)
    for row in Measured.objects.filter(figure__in=keys):
        found[row.figure_id][row.measure] = (row.part, row.whole, frozenset(lacks[row.pk]))
    return found


def _corrected(figures: Iterable[Figure]) -> dict[uuid.UUID, Shares]:
    found: dict[uuid.UUID, Shares] = defaultdict(dict)
    for row in Correction.objects.filter(figure__in=[row.pk for row in figures]):
        found[row.figure_id][row.measure] = (row.part, row.whole)
    return found


def shares_of(figure: Figure) -> Shares:
    """What counts of a figure: as measured, or as corrected. Two queries."""
    measured = {row.measure: (row.part, row.whole) for row in figure.measured.all()}
    return measured | _corrected([figure]).get(figure.pk, {})


def score_of(figure: Figure) -> Decimal | None:
    """The score of what counts, by the formula in force on the last day of the month."""
    return scored(figure.month.month, shares_of(figure)).value


def scored(month: str, shares: Shares) -> formula.Score:
    """The score of shares by the formula in force on the last day of a month."""
    _begin, end = months.month_bounds(month)
    return formula.score(shares, end - dt.timedelta(days=1))
