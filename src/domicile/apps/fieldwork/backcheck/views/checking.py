"""What a checker has: the own checks and figures, the questions of one check, the sheets on paper."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from domicile.apps import printing
from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.backcheck import figures, policies, prints, selectors
from domicile.apps.fieldwork.backcheck.actions import checking
from domicile.apps.fieldwork.backcheck.forms import FillForm
from domicile.apps.fieldwork.backcheck.models import BackCheck
from domicile.apps.fieldwork.backcheck.views.draws import tabs
from domicile.apps.screens.changing import ActionView

YEAR = dt.timedelta(days=365)


@require_safe
@requires(*policies.CHECK)
def mine(request: ViewerRequest) -> HttpResponse:
    """The checks that the viewer has to make, and the figures of what the viewer collected: nobody else's."""
    today = timezone.localdate()
    account = request.viewer.user_id or uuid.UUID(int=0)
    context = {
        **tabs(request.viewer, "mine"),
        "checks": selectors.own_open(request.viewer),
        "figures": figures.own(account, today - YEAR, today + dt.timedelta(days=1), today),
        "since": today - YEAR,
    }
    return render(request, "backcheck/mine.html", context)


class Fill(ActionView):
    """The questions of one check. Nothing that is on file stands on this page but address and names."""

    permissions = policies.CHECK
    submit_label = gettext_lazy("Keep what was told")
    form_class, template_name = FillForm, "backcheck/fill.html"

    def subject(self, viewer: Viewer, **kwargs: Any) -> BackCheck:
        found = selectors.check(viewer, kwargs["pk"])
        policies.check_enter(viewer, found, selectors.task_of(found))
        self.asked = selectors.asked([found]).get(found.pk, [])
        return found

    def form_arguments(self, viewer: Viewer, subject: BackCheck) -> dict[str, Any]:
        items = [item for one in self.asked for item in one.items]
        return {"asked": self.asked, "around": subject.accepted_on, "answers": selectors.opened(items, "answer")}

    def context(self, viewer: Viewer, subject: BackCheck) -> dict[str, Any]:
        persons = [one.person_id for one in self.asked if one.person_id]
        record_look(viewer, question="back_check", persons=persons)
        return {
            "heading": _("Back-check"),
            "lead": subject.dwelling.address if subject.dwelling else "",
            "due": subject.stratum.draw.due_on,
            "again": subject.state == BackCheck.State.CHECKED,
        }

    def act(self, viewer: Viewer, subject: BackCheck, values: dict[str, Any]) -> BackCheck:
        answers = {uuid.UUID(name): value for name, value in values.items()}
        kept = checking.enter(actor=viewer, check_id=subject.pk, answers=answers, today=timezone.localdate())
        messages.success(self.request, _("Kept. Somebody else compares it with what is on file."))
        return kept

    def back(self, subject: BackCheck, result: Any = None) -> str:
        return reverse("backcheck:mine")


@require_safe
@requires(*policies.CHECK)
def sheets(request: ViewerRequest) -> HttpResponse:
    """The own open checks on paper, one a sheet."""
    return _printed(request, selectors.own_open(request.viewer))


@require_safe
@requires(*policies.CHECK)
def sheet(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One own check on paper."""
    found = selectors.check(request.viewer, pk)
    policies.check_enter(request.viewer, found, selectors.task_of(found))
    return _printed(request, [found])


def _printed(request: ViewerRequest, checks: list[BackCheck]) -> HttpResponse:
    if not checks:
        raise printing.NotPrinted(
            _("You have no open back-check."),
            _("Sheets are printed by whoever has to make the checks, before they go."),
        )
    asked = selectors.asked(checks)
    persons = [one.person_id for groups in asked.values() for one in groups if one.person_id]
    record_look(request.viewer, question="back_check_sheet", persons=persons)
    data = prints.sheets_data(request.viewer, checks, asked)
    return printing.respond(prints.SHEET, data, name=f"{data['frame']['title']}-{data['frame']['day']}")
