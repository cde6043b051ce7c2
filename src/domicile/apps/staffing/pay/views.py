"""Runs of honoraria: computed, adjusted, approved by a second person, paid; statements; rates of areas."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from domicile.apps import printing
from domicile.apps.access.decorators import requires
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens import downloads
from domicile.apps.screens.changing import ActionView
from domicile.apps.staffing import months, registry
from domicile.apps.staffing.assessment.selectors import months_to_choose
from domicile.apps.staffing.assessment.views import asked_month
from domicile.apps.staffing.pay import actions, computing, forms, prints, selectors
from domicile.apps.staffing.pay.models import PayAdjustment, PayRate, PayRun
from domicile.apps.staffing.pay.words import BADGES, KINDS, STATES, SUMS, UNITS
from domicile.apps.staffing.views.chain import shell
from domicile.core.policy import honoraria


@require_safe
@requires(months.PAY)
def community(request: ViewerRequest, community: str) -> HttpResponse:
    """The runs of a community, the rates in force, and the button that computes a month."""
    today = timezone.localdate()
    rows = selectors.runs(request.viewer, community)
    choices = months_to_choose(today)
    names = registry.names([row.came_from[:12] for row in rows if row.came_from])
    context = {
        **shell(request, community, registry.names([community])[community], "pay"),
        "runs": [(row, STATES[row.state], BADGES[row.state], names.get(row.came_from[:12], "")) for row in rows],
        "choices": choices,
        "payable_from": honoraria.payable_from(months.month_bounds(choices[0])[1]),
        "today": today,
        "rates": [
            (KINDS[kind], amount, UNITS[unit])
            for kind, amount, unit in selectors.rates(request.viewer, community, today)
        ],
        "own_rates": [
            (row, KINDS[row.kind], selectors.may_set_rate(request.viewer, row.scope))
            for row in selectors.set_rates(request.viewer, community)
        ],
        "may_set": bool(selectors.scopes_to_set(request.viewer, community)),
    }
    return render(request, "staffing/pay/community.html", context)


@require_POST
@requires(months.PAY)
def compute(request: ViewerRequest, community: str) -> HttpResponse:
    """Compute the honoraria of a month for a community."""
    try:
        run = computing.compute(
            actor=request.viewer, month=asked_month(request), today=timezone.localdate(), community=community
        )
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("staffing:pay", community)
    messages.success(request, _("Computed. Look at it, adjust what is needed; then somebody else approves it."))
    return redirect("staffing:pay_run", run.pk)


@require_safe
@requires(months.PAY)
def run(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One run with its statements, by worker number."""
    found = selectors.run(request.viewer, pk)
    code = found.place_code[:12]
    rows = selectors.statements(found)
    sums = selectors.sums(found) if found.erased_on else []
    names = selectors.names_of(found.prepared_by, found.approved_by)
    context = {
        **shell(request, code, registry.names([code])[code], ""),
        "run": found,
        "state": STATES[found.state],
        "badge": BADGES[found.state],
        "kinds": KINDS.values(),
        "rows": [(row, [(label, row.count(kind)) for kind, label in KINDS.items()]) for row in rows],
        "sums": [(SUMS[row.kind], row) for row in sums],
        "came_from": registry.names([found.came_from[:12]])[found.came_from[:12]] if found.came_from else "",
        "total": honoraria.total([*(row.total for row in rows), *(row.amount for row in sums)]),
        "prepared_by": names.get(found.prepared_by, "") if found.prepared_by else "",
        "approved_by": names.get(found.approved_by, "") if found.approved_by else "",
        "prepared_self": found.prepared_by is not None and found.prepared_by == request.viewer.user_id,
    }
    return render(request, "staffing/pay/run.html", context)


def _said(request: ViewerRequest, do: Callable[[], Any], done: str) -> bool:
    """Do it, and say what became of it; whether it was done."""
    try:
        do()
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return False
    messages.success(request, done)
    return True


@require_POST
@requires(months.PAY)
def approve(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Approve a run."""
    _said(request, lambda: actions.approve(actor=request.viewer, run_id=pk), _("Approved. The run stands still now."))
    return redirect("staffing:pay_run", pk)


@require_POST
@requires(months.PAY)
def discard(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Undo a run before it is approved."""
    found = selectors.run(request.viewer, pk)
    done = _("Discarded. The month can be computed anew.")
    if _said(request, lambda: actions.discard(actor=request.viewer, run_id=pk), done):
        return redirect("staffing:pay", found.place_code[:12])
    return redirect("staffing:pay_run", pk)


@require_safe
@requires(months.PAY)
def run_file(request: ViewerRequest, pk: uuid.UUID, kind: str) -> HttpResponseBase:
    """The list of a run for the paying office as a file."""
    found = selectors.run(request.viewer, pk)
    if kind not in prints.FORMATS:
        raise Http404
    return downloads.WRITERS[kind](prints.run_file(request.viewer, found, kind))


@require_safe
def statement(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One statement: for whoever may pay, and for its worker."""
    told = selectors.statement(request.viewer, pk)
    pays = months.may(request.viewer, months.PAY, told.run.place_code)
    context = {
        "told": told,
        "state": STATES[told.run.state],
        "badge": BADGES[told.run.state],
        "lines": [(KINDS[row.kind], row) for row in told.lines],
        "back": reverse("staffing:pay_run", args=[told.run.pk]) if pays else reverse("staffing:my_month"),
        "may_adjust": pays and told.run.state == PayRun.State.DRAFT and told.worker.user_id != request.viewer.user_id,
    }
    return render(request, "staffing/pay/statement.html", context)


@require_safe
def statement_file(request: ViewerRequest, pk: uuid.UUID, kind: str) -> HttpResponseBase:
    """One statement on paper or as a spreadsheet."""
    told = selectors.statement(request.viewer, pk)
    if kind == "pdf":
        data = prints.statement_data(request.viewer, told, today=timezone.localdate())
        name = f"{data['frame']['title']}-{told.worker.name}-{told.run.month}"
        return printing.respond(prints.STATEMENT, data, name=name)
    if kind != "xlsx":
        raise Http404
    return downloads.xlsx_file(prints.statement_file(request.viewer, told))


class _RunView(ActionView):
    """A form about a run."""

    permissions = (months.PAY,)

    def subject(self, viewer: Viewer, **kwargs: Any) -> PayRun:
        return selectors.run(viewer, kwargs["pk"])

    def context(self, viewer: Viewer, subject: PayRun) -> dict[str, Any]:
        code = subject.place_code[:12]
        return {"lead": f"{registry.names([code])[code]} · {subject.month}"}

    def back(self, subject: PayRun, result: Any = None) -> str:
        return reverse("staffing:pay_run", args=[subject.pk])


class Adjust(_RunView):
    heading, submit_label = gettext_lazy("Adjust a statement"), gettext_lazy("Save")
    saved, form_class = gettext_lazy("Adjusted. Somebody else approves the run."), forms.AdjustForm

    def form_arguments(self, viewer: Viewer, subject: PayRun) -> dict[str, Any]:
        others = [row for row in selectors.workers(subject) if row.user_id is None or row.user_id != viewer.user_id]
        asked = self.request.GET.get("worker", "")
        return {
            "workers": [(str(row.pk), f"{row.name} {row.number}") for row in others],
            "initial": {"worker": asked},
        }

    def act(self, viewer: Viewer, subject: PayRun, values: dict[str, Any]) -> PayAdjustment:
        return actions.adjust(
            actor=viewer,
            run_id=subject.pk,
            worker_id=values["worker"],
            amount=values["amount"],
            reason=values["reason"],
        )


class Paid(_RunView):
    heading, submit_label = gettext_lazy("The run was paid"), gettext_lazy("Save")
    saved, form_class = gettext_lazy("Noted as paid."), forms.PaidForm

    def act(self, viewer: Viewer, subject: PayRun, values: dict[str, Any]) -> PayRun:
        return actions.mark_paid(actor=viewer, run_id=subject.pk, on=values["on"], today=timezone.localdate())


@require_POST
@requires(months.PAY)
def withdraw(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an adjustment back."""
    found = selectors.adjustment(request.viewer, pk)
    run_id = found.statement.run_id
    _said(
        request,
        lambda: actions.withdraw_adjustment(actor=request.viewer, adjustment_id=pk),
        _("The adjustment is gone."),
    )
    return redirect("staffing:pay_run", run_id)


class SetRate(ActionView):
    permissions = (months.PAY,)
    heading, submit_label = gettext_lazy("Set a rate"), gettext_lazy("Set the rate")
    saved, form_class = gettext_lazy("Set. It holds for what is computed from now on."), forms.RateForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> str:
        community = str(kwargs["community"])
        if not selectors.scopes_to_set(viewer, community):
            raise NotAllowed(months.PAY)
        return community

    def context(self, viewer: Viewer, subject: str) -> dict[str, Any]:
        return {"lead": _("One rate for all work of a kind, whatever was found.")}

    def form_arguments(self, viewer: Viewer, subject: str) -> dict[str, Any]:
        scopes = selectors.scopes_to_set(viewer, subject)
        padded = {scope: scope.ljust(12, "0") for scope in scopes}
        names = registry.names(list(padded.values()))
        return {"scopes": [(scope, f"{names[padded[scope]]} {scope}") for scope in scopes]}

    def act(self, viewer: Viewer, subject: str, values: dict[str, Any]) -> PayRate:
        return actions.set_rate(actor=viewer, **values)

    def back(self, subject: str, result: Any = None) -> str:
        return reverse("staffing:pay", args=[subject])


@require_POST
@requires(months.PAY)
def end_rate(request: ViewerRequest, community: str, pk: uuid.UUID) -> HttpResponse:
    """Take a rate of an area back."""
    months.check(request.viewer, months.PAY, community)
    selectors.rate(request.viewer, pk)
    _said(request, lambda: actions.end_rate(actor=request.viewer, rate_id=pk), _("The rate is gone."))
    return redirect("staffing:pay", community)
