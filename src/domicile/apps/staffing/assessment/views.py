"""My month on the phone; the list of the office; one worker's figures, objection, answer and correction."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens.changing import ActionView
from domicile.apps.staffing import months, registry, selectors
from domicile.apps.staffing.assessment import actions, computing, forms, policies
from domicile.apps.staffing.assessment import selectors as figures
from domicile.apps.staffing.assessment.models import AssessedMonth, Correction, Figure, Objection
from domicile.apps.staffing.assessment.words import COUNTS
from domicile.apps.staffing.pay import selectors as pay
from domicile.apps.staffing.views.chain import shell
from domicile.apps.staffing.words import told
from domicile.core.policy import assessment as formula


@require_safe
def own(request: ViewerRequest) -> HttpResponse:
    """The own months: how this one stands, what was computed of the last ones, what is paid. Nobody else's."""
    if request.viewer.user_id is None:
        raise NotAllowed("my month")
    today = timezone.localdate()
    worker = selectors.own_worker(request.viewer)
    context: dict[str, Any] = {"worker": worker}
    if worker is not None:
        rows = figures.own_figures(worker)
        context |= {
            "running": figures.so_far(request.viewer, worker, today),
            "cards": [figures.card(request.viewer, row) for row in rows[:1]],
            "earlier": rows[1:],
            "statements": pay.own_statements(worker),
        }
    return render(request, "staffing/assessment/own.html", context)


def asked_month(request: ViewerRequest) -> str:
    """The month of the address, else the one that ended last."""
    choices = figures.months_to_choose(timezone.localdate())
    asked = request.GET.get("month", "") or request.POST.get("month", "")
    return asked if asked in choices else choices[0]


@require_safe
@requires(months.ASSESS)
def community(request: ViewerRequest, community: str) -> HttpResponse:
    """The workers of a community with their figures, by worker number: no list of better and worse."""
    today, month = timezone.localdate(), asked_month(request)
    came_from = request.GET.get("from", "")
    assessed = figures.month_of_community(request.viewer, community, month, came_from)
    carried = figures.carried(request.viewer, community, month)
    names = registry.names([code[:12] for code in carried])
    rows = figures.rows(request.viewer, assessed, today) if assessed else []
    entries = formula.measures(today)
    heads = [told(dict(entry)) for entry in entries.values()]
    context = {
        **shell(request, community, registry.names([community])[community], "assessment"),
        "month": month,
        "choices": figures.months_to_choose(today),
        "assessed": assessed,
        "carried": [(code, names[code[:12]]) for code in carried],
        "came_from": came_from,
        "came_from_name": names.get(came_from[:12], ""),
        "shown_from": policies.shown_from(assessed) if assessed else None,
        "shown": assessed is not None and policies.is_shown(assessed, today),
        "waiting": figures.open_objections(assessed) if assessed else 0,
        "rows": [(row, list(zip(heads, row.parts, strict=False))) for row in rows],
        "heads": heads,
        "formula": [(told(dict(entry)), entry["weight"]) for entry in entries.values()],
    }
    return render(request, "staffing/assessment/community.html", context)


@require_POST
@requires(months.ASSESS)
def compute(request: ViewerRequest, community: str) -> HttpResponse:
    """Compute a month for a community."""
    month = asked_month(request)
    try:
        done = computing.compute(actor=request.viewer, month=month, today=timezone.localdate(), community=community)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        if done.closed and not done.communities:
            messages.info(request, _("The month is closed: its figures stand still."))
        elif done.changed:
            messages.success(
                request, _("Computed. Figures that are new or changed: {count}.").format(count=done.changed)
            )
        else:
            messages.info(request, _("Computed again: nothing has changed."))
    return redirect(f"{reverse('staffing:assessment', args=[community])}?month={month}")


@require_POST
@requires(months.ASSESS)
def close(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Close a month."""
    month = figures.month_by_id(request.viewer, pk)
    try:
        actions.close(actor=request.viewer, month_id=pk, today=timezone.localdate())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Closed. The figures of the month stand still."))
    return redirect(list_of(month))


def list_of(month: AssessedMonth) -> str:
    """The address of the list of a month."""
    origin = f"&from={month.came_from}" if month.came_from else ""
    return f"{reverse('staffing:assessment', args=[month.place_code[:12]])}?month={month.month}{origin}"


class Reopen(ActionView):
    permissions = (months.ASSESS,)
    heading, submit_label = gettext_lazy("Open the month again"), gettext_lazy("Open it again")
    saved, form_class = gettext_lazy("The month is open again."), forms.ReasonForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Any:
        return figures.month_by_id(viewer, kwargs["pk"])

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {"lead": f"{registry.names([subject.place_code[:12]])[subject.place_code[:12]]} · {subject.month}"}

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Any:
        return actions.reopen(actor=viewer, month_id=subject.pk, reason=values["reason"])

    def back(self, subject: Any, result: Any = None) -> str:
        return list_of(subject)


@require_safe
def figure(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One worker's month: for the worker at once, for the office once it is shown."""
    today = timezone.localdate()
    found = figures.figure(request.viewer, pk, today)
    mine = actions.is_own(request.viewer, found)
    judges = not mine and months.may(request.viewer, months.ASSESS, found.month.place_code)
    context = {
        "card": figures.card(request.viewer, found),
        "worker": found.worker,
        "mine": mine,
        "judges": judges,
        "is_open": found.month.state == "open",
        "back": reverse("staffing:my_month") if mine else list_of(found.month),
    }
    return render(request, "staffing/assessment/figure.html", context)


class _FigureView(ActionView):
    """A form about one worker's month. Whoever may not see the figure is refused before."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """No purpose is asked: it is about staff in their duty."""
        self.viewer = request.viewer
        self.found = self.subject(self.viewer, **kwargs)
        return View.dispatch(self, request, *args, **kwargs)

    def subject(self, viewer: Viewer, **kwargs: Any) -> Figure:
        return figures.figure(viewer, kwargs["pk"], timezone.localdate())

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        row = self.figure_of(subject)
        return {"lead": f"{row.worker.name} {row.worker.number} · {row.month.month}"}

    def figure_of(self, subject: Any) -> Figure:
        """The figure that it is about."""
        found: Figure = subject
        return found

    def back(self, subject: Any, result: Any = None) -> str:
        return reverse("staffing:figure", args=[self.figure_of(subject).pk])


class Object(_FigureView):
    heading, submit_label = gettext_lazy("Object to my figures"), gettext_lazy("Send to the office")
    saved, form_class = gettext_lazy("Sent. The answer will stand here."), forms.ObjectForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Figure:
        found = super().subject(viewer, **kwargs)
        if not actions.is_own(viewer, found):
            raise NotAllowed("object")
        return found

    def act(self, viewer: Viewer, subject: Figure, values: dict[str, Any]) -> Objection:
        return actions.object_to(actor=viewer, figure_id=subject.pk, words=values["words"])


def _judged(viewer: Viewer, found: Figure) -> None:
    if actions.is_own(viewer, found) or not months.may(viewer, months.ASSESS, found.month.place_code):
        raise NotAllowed(months.ASSESS)


class Answer(_FigureView):
    heading, submit_label = gettext_lazy("Answer the objection"), gettext_lazy("Send the answer")
    saved, form_class = gettext_lazy("Answered."), forms.AnswerForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Any:
        found = figures.objection(viewer, kwargs["pk"], timezone.localdate())
        _judged(viewer, found.figure)
        return found

    def figure_of(self, subject: Any) -> Figure:
        found: Figure = subject.figure
        return found

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {**super().context(viewer, subject), "consequence": subject.words}

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Objection:
        return actions.answer(actor=viewer, objection_id=subject.pk, words=values["words"], today=timezone.localdate())


class Correct(_FigureView):
    heading, submit_label = gettext_lazy("Correct the figures"), gettext_lazy("Save the correction")
    saved, form_class = gettext_lazy("Corrected. What was measured stands beside it."), forms.CorrectForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Figure:
        found = super().subject(viewer, **kwargs)
        _judged(viewer, found)
        return found

    def form_arguments(self, viewer: Viewer, subject: Figure) -> dict[str, Any]:
        _begin, end = months.month_bounds(subject.month.month)
        entries = formula.measures(end - dt.timedelta(days=1))
        shares, asked = computing.shares_of(subject), self.request.GET.get("measure", "")
        part, whole = shares.get(asked, (0, 0))
        choices = [(name, f"{told(dict(entry))}: {COUNTS.get(name, name)}") for name, entry in entries.items()]
        return {"measures": choices, "initial": {"measure": asked, "part": part, "whole": whole}}

    def act(self, viewer: Viewer, subject: Figure, values: dict[str, Any]) -> Correction:
        return actions.correct(actor=viewer, figure_id=subject.pk, today=timezone.localdate(), **values)


@require_POST
@requires(months.ASSESS)
def withdraw(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a correction back."""
    found = figures.correction(request.viewer, pk, timezone.localdate())
    _judged(request.viewer, found.figure)
    try:
        actions.withdraw_correction(actor=request.viewer, correction_id=pk, today=timezone.localdate())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Taken back: what was measured counts again."))
    return redirect("staffing:figure", found.figure_id)
