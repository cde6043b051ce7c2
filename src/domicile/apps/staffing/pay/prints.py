"""Statements and the list of a run for the paying office, on paper and as spreadsheets."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domicile.apps import printing
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.downloads import File, Printed, mark
from domicile.apps.staffing import registry
from domicile.apps.staffing.pay import selectors
from domicile.apps.staffing.pay.models import PayRun
from domicile.apps.staffing.pay.selectors import Told
from domicile.apps.staffing.pay.words import KINDS, STATES, SUMS
from domicile.core.policy import honoraria
from domicile.core.policy.capital_amounts import in_capitals

STATEMENT = Path(__file__).resolve().parent.parent / "printed" / "statement.typ"
FORMATS = ("xlsx", "pdf", "csv")
SIGNERS: tuple[str | Promise, ...] = (
    gettext_lazy("Prepared by"), gettext_lazy("Approved by"), gettext_lazy("Paid by"), gettext_lazy("Date"),
)  # fmt: skip


def statement_data(viewer: Viewer, told: Told, *, today: dt.date) -> dict[str, Any]:
    """The statement of one worker for its page. Raises NotPrinted below zero."""
    if told.total < 0:
        raise printing.NotPrinted(
            _("The statement is below zero."), _("Adjust it, so that something or nothing is to be paid.")
        )
    community = told.run.place_code[:12]
    area = registry.names([community])[community]
    names = selectors.names_of(told.run.prepared_by, told.run.approved_by)
    facts = [
        [_("Real name"), told.worker.name], [_("Worker number"), told.worker.number], [_("Month"), told.run.month],
        [_("State"), str(STATES[told.run.state])],
        [_("Prepared by"), names.get(told.run.prepared_by, "") if told.run.prepared_by else ""],
        [_("Approved by"), names.get(told.run.approved_by, "") if told.run.approved_by else ""],
    ]  # fmt: skip
    return {
        "frame": printing.frame(viewer, title=_("Statement of honoraria"), area=area, day=today, watermark=False),
        "facts": facts,
        "heads": [_("For what"), _("Count"), _("Rate (yuan)"), _("Amount (yuan)")],
        "rows": [[str(KINDS[row.kind]), str(row.count), f"{row.rate:.2f}", f"{row.amount:.2f}"] for row in told.lines],
        "adjusted-heads": [_("Reason"), _("Amount (yuan)")],
        "adjusted": [[row.reason, f"{row.amount:+.2f}"] for row in told.adjustments],
        "total": f"¥{told.total:,.2f}",
        "capitals": told.capitals,
        "signers": [str(label) for label in (gettext_lazy("Received by (signature)"), *SIGNERS)],
        "words": {
            "adjusted": _("Adjustments"),
            "total": _("To be paid"),
            "capitals": _("In capital figures"),
            "rule": _("Each is paid once, at one rate, however the visit came out and whatever was found."),
        },
    }


HEADS: tuple[str | Promise, ...] = (
    gettext_lazy("Worker number"), gettext_lazy("Real name"), *KINDS.values(), gettext_lazy("Earned (yuan)"),
    gettext_lazy("Adjusted (yuan)"), gettext_lazy("To be paid (yuan)"), gettext_lazy("In capital figures"),
)  # fmt: skip


def run_file(viewer: Viewer, run: PayRun, kind: str) -> File:
    """The list of a run: one row a worker, then the sum. On paper with room to sign, and lines for who answers for it."""
    if run.erased_on is not None:
        return _sums_file(viewer, run)
    rows = selectors.statements(run)
    community = run.place_code[:12]
    area = registry.names([community])[community]
    header = [str(head) for head in HEADS] + ([_("Signature")] if kind == "pdf" else [])
    title = _("Honoraria {month} ({state})").format(month=run.month, state=STATES[run.state])
    return File(
        name=f"honoraria-{community}-{run.month}",
        title=title,
        mark=mark(viewer, area),
        header=header,
        rows=_rows(rows, kind),
        printed=Printed(viewer, lambda: len(rows), area=area, signatures=SIGNERS, people=False),
    )


def _sums_file(viewer: Viewer, run: PayRun) -> File:
    """What stands of a run whose statements were erased: what was paid by kind and rate."""
    sums = selectors.sums(run)
    community = run.place_code[:12]
    area = registry.names([community])[community]
    rows = [[str(SUMS[row.kind]), row.count, f"{row.rate:.2f}", f"{row.amount:.2f}"] for row in sums]
    rows.append([_("Together"), "", "", f"{honoraria.total(row.amount for row in sums):.2f}"])
    return File(
        name=f"honoraria-{community}-{run.month}",
        title=_("Honoraria {month} ({state})").format(month=run.month, state=STATES[run.state]),
        mark=mark(viewer, area),
        header=[_("For what"), _("Count"), _("Rate (yuan)"), _("Amount (yuan)")],
        rows=iter(rows),
        printed=Printed(viewer, lambda: len(rows), area=area, signatures=SIGNERS, people=False),
    )


def _rows(rows: Sequence[Told], kind: str) -> Iterator[Sequence[Any]]:
    """Amounts are numbers in a spreadsheet, which sums them, and have two places elsewhere."""

    def money(amount: Any) -> Any:
        return float(amount) if kind == "xlsx" else f"{amount:.2f}"

    room = ["　" * 9] if kind == "pdf" else []  # a column as wide as it takes to sign
    for row in rows:
        counts = [row.count(name) for name in KINDS]
        yield [
            row.worker.number, row.worker.name, *counts, money(row.earned), money(row.adjusted), money(row.total),
            row.capitals, *room,
        ]  # fmt: skip
    total = honoraria.total(row.total for row in rows)
    counts = [sum(row.count(name) for row in rows) for name in KINDS]
    yield [
        _("Together"), "", *counts, money(honoraria.total(row.earned for row in rows)),
        money(honoraria.total(row.adjusted for row in rows)), money(total), in_capitals(total) if total >= 0 else "", *room,
    ]  # fmt: skip


def statement_file(viewer: Viewer, told: Told) -> File:
    """The statement of one worker as a spreadsheet."""
    lines = [[str(KINDS[row.kind]), row.count, float(row.rate), float(row.amount)] for row in told.lines]
    lines += [
        [_("Adjustment: {reason}").format(reason=row.reason), "", "", float(row.amount)] for row in told.adjustments
    ]
    lines.append([_("To be paid"), "", "", float(told.total)])
    lines.append([_("In capital figures"), told.capitals, "", ""])
    return File(
        name=f"statement-{told.worker.number}-{told.run.month}",
        title=_("Statement of honoraria"),
        mark=mark(viewer, f"{told.worker.name} {told.worker.number}", told.run.month, str(STATES[told.run.state])),
        header=[_("For what"), _("Count"), _("Rate (yuan)"), _("Amount (yuan)")],
        rows=iter(lines),
    )
