"""Reading honoraria: each worker the own statements, those who may pay the ones of their areas."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from domicile.apps.access.scopes import restrict
from domicile.apps.accounts.models import User
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.staffing import months
from domicile.apps.staffing.models import Worker
from domicile.apps.staffing.pay.computing import own_rates
from domicile.apps.staffing.pay.models import KINDS, PaidSum, PayAdjustment, PayLine, PayRate, PayRun, Statement
from domicile.core.policy import honoraria
from domicile.core.policy.capital_amounts import in_capitals

ADJUSTED = "adjusted"
RUNS_SHOWN = 24
#: Of a community: ten years, most of them sums without names.
RUNS_LISTED = 120
#: Digits of the areas that have rates of their own: community, township, county.
SIZES = (12, 9, 6)
TOWNSHIP = 9


@dataclass(slots=True)
class Told:
    """A statement with its lines and adjustments, summed to the cent."""

    statement: Statement
    lines: Sequence[PayLine]
    adjustments: Sequence[PayAdjustment]

    @property
    def worker(self) -> Worker:
        """Whose it is."""
        return self.statement.worker

    @property
    def run(self) -> PayRun:
        """The run it belongs to."""
        return self.statement.run

    @property
    def earned(self) -> Decimal:
        """What the lines come to."""
        return honoraria.total(row.amount for row in self.lines)

    @property
    def adjusted(self) -> Decimal:
        """What the adjustments come to."""
        return honoraria.total(row.amount for row in self.adjustments)

    @property
    def total(self) -> Decimal:
        """What is paid."""
        return self.earned + self.adjusted

    @property
    def capitals(self) -> str:
        """What is paid, in capital figures; '' below zero, which nobody approves."""
        return in_capitals(self.total) if self.total >= 0 else ""

    def count(self, kind: str) -> int:
        """How many pieces of a kind."""
        return sum(row.count for row in self.lines if row.kind == kind)


def statements(run: PayRun) -> list[Told]:
    """The statements of a run, by worker number. Three queries."""
    rows = run.statements.select_related("worker", "run").prefetch_related("lines", "adjustments")
    return sorted((_told(row) for row in rows), key=lambda row: row.worker.number)


def _told(row: Statement) -> Told:
    lines = sorted(row.lines.all(), key=lambda line: (KINDS.index(line.kind), line.rate))
    return Told(row, lines, sorted(row.adjustments.all(), key=lambda one: one.made_at))


def own_statements(worker: Worker) -> list[Told]:
    """The approved and paid statements of a worker, the latest first. Three queries."""
    rows = Statement.objects.filter(worker=worker).exclude(run__state=PayRun.State.DRAFT)
    rows = rows.select_related("worker", "run").prefetch_related("lines", "adjustments")
    return [_told(row) for row in rows.order_by("-run__month")[:RUNS_SHOWN]]


def statement(viewer: Viewer, pk: uuid.UUID) -> Told:
    """One statement: with the permission in its area, or the own one once it is approved. Raises NotAllowed."""
    found = Statement.objects.select_related("worker", "run").filter(pk=pk).first()
    if found is None:
        raise NotAllowed("statement")
    own = viewer.user_id is not None and found.worker.user_id == viewer.user_id
    if not (own and found.run.state != PayRun.State.DRAFT):
        months.check(viewer, months.PAY, found.run.place_code)
    return _told(found)


def run(viewer: Viewer, pk: uuid.UUID) -> PayRun:
    """One run. Raises NotAllowed without the permission in its area."""
    found = PayRun.objects.filter(pk=pk).first()
    if found is None:
        raise NotAllowed("run")
    months.check(viewer, months.PAY, found.place_code)
    return found


def adjustment(viewer: Viewer, pk: uuid.UUID) -> PayAdjustment:
    """One adjustment. Raises NotAllowed without the permission in its area."""
    found = PayAdjustment.objects.select_related("statement__run").filter(pk=pk).first()
    if found is None:
        raise NotAllowed("adjustment")
    months.check(viewer, months.PAY, found.statement.run.place_code)
    return found


def rate(viewer: Viewer, pk: uuid.UUID) -> PayRate:
    """One rate that the viewer may take back. Raises NotAllowed."""
    found = PayRate.objects.filter(pk=pk).first()
    if found is None or not may_set_rate(viewer, found.scope):
        raise NotAllowed("rate")
    return found


def may_set_rate(viewer: Viewer, scope: str) -> bool:
    """Whether the viewer may say what an area pays: a matter of its township or county, not of who is paid by it."""
    wide = any(scope.startswith(own) for own in viewer.scopes if len(own) <= TOWNSHIP)
    return viewer.may(months.PAY) and wide and len(scope) in SIZES


def runs(viewer: Viewer, community: str) -> list[PayRun]:
    """The runs of a community, the latest first. Raises NotAllowed."""
    months.check(viewer, months.PAY, community)
    rows = restrict(PayRun.objects.filter(place_code=community.ljust(15, "0")), viewer)
    return list(rows.order_by("-month", "came_from")[:RUNS_LISTED])


def sums(run: PayRun) -> list[PaidSum]:
    """What stands of a run whose statements were erased, by kind and rate, the adjustments last. One query."""
    order = [*KINDS, ADJUSTED]
    return sorted(run.sums.all(), key=lambda row: (order.index(row.kind), row.rate))


def workers(run: PayRun) -> list[Worker]:
    """Who can be on a run: whoever was at work in the community in its month."""
    begin, end = months.month_bounds(run.month)
    community = run.place_code[: months.COMMUNITY]
    return list(Worker.objects.filter(months.workers_q(community, begin, end)).order_by("number"))


def rates(viewer: Viewer, community: str, today: dt.date) -> list[tuple[str, Decimal, str]]:
    """What is paid in a community today, by kind, and for what once. Raises NotAllowed."""
    months.check(viewer, months.PAY, community)
    own = own_rates(community)
    return [(kind, honoraria.rate(kind, community, today, own), honoraria.unit(kind, today)) for kind in KINDS]


def set_rates(viewer: Viewer, community: str) -> list[PayRate]:
    """The rates that the areas around a community have set, the nearest and latest first. Raises NotAllowed."""
    months.check(viewer, months.PAY, community)
    scopes = [community[:digits] for digits in range(2, len(community) + 1)]
    rows = list(PayRate.objects.filter(scope__in=scopes))
    return sorted(rows, key=lambda row: (len(row.scope), row.since, row.kind), reverse=True)


def names_of(*accounts: uuid.UUID | None) -> dict[uuid.UUID, str]:
    """The real names of accounts."""
    keys = {account for account in accounts if account is not None}
    return dict(User.objects.filter(pk__in=keys).values_list("pk", "real_name"))


def scopes_to_set(viewer: Viewer, community: str) -> list[str]:
    """The areas around a community for which the viewer may set rates, the narrowest first."""
    return [community[:size] for size in SIZES if may_set_rate(viewer, community[:size])]
