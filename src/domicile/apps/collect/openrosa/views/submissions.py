"""Pages about what phones sent: what became of it, what was kept aside and why."""

import uuid
from contextlib import suppress
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.collect import registry as changes
from domicile.apps.collect.openrosa import actions, jobs, policies, registry, selectors, words
from domicile.apps.collect.openrosa.models import Result, Submission
from domicile.apps.collect.openrosa.receipts import label
from domicile.apps.collect.openrosa.views.phones import when
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.list import Column, TableView

WHO = (policies.MANAGE,)


def form_name(form_id: str) -> str:
    """The title of a form."""
    form = registry.form(form_id)
    return form.title["en" if (get_language() or "").startswith("en") else "zh"] if form else form_id


def state_of(row: Submission) -> str:
    """The state, with what is still to come."""
    text = str(words.STATES[row.state])  # type: ignore[index]
    return text if row.complete else _("%(state)s, photos still to come") % {"state": text}


def result_url(row: Result) -> str:
    """The proposal, or the record where what was not taken can be entered by hand."""
    if row.proposal_id:
        return reverse("collect:proposal", args=[row.proposal_id])
    handler = changes.known(row.action)
    page = handler.pages.get(row.subject_kind) if handler and row.outcome == Result.Outcome.REFUSED else None
    return reverse(page, args=[row.subject_id]) if page and row.subject_id else ""


class StateForm(forms.Form):
    """Which state."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), *((key.value, text) for key, text in words.STATES.items())],
    )


class Submissions(TableView):
    """Filled forms of the viewer's areas; those kept aside by choosing that state."""

    permissions = WHO
    heading = gettext_lazy("Forms from phones")
    lead = gettext_lazy(
        "What workers sent, and what became of it. What was kept aside waits for somebody to look at it."
    )
    filter_form = StateForm
    template_name = "collect/submissions.html"
    empty_title = gettext_lazy("No form is in this state in your areas")
    empty_help = gettext_lazy("Filled forms appear here as soon as a phone has sent them.")
    columns = (
        Column(
            gettext_lazy("Form"),
            lambda row: form_name(row.form_id),
            lambda row: reverse("openrosa:submission_page", args=[row.pk]),
        ),
        Column(gettext_lazy("Worker"), lambda row: row.app_user.worker.real_name),
        Column(gettext_lazy("Received on"), lambda row: when(row.received_at)),
        Column(gettext_lazy("State"), state_of),
        Column(gettext_lazy("Why kept aside"), lambda row: words.PROBLEMS.get(row.problem, row.problem) or "—"),
    )

    def rows(self, viewer: Viewer, chosen: dict[str, Any]) -> Any:
        rows = selectors.submissions(viewer)
        return rows.filter(state=chosen["state"]) if chosen.get("state") else rows


@requires(*WHO)
def submission(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One filled form: its states, what its answers became, its photos. The answers themselves stand in the review."""
    found = selectors.submission(request.viewer, pk)
    results = [
        {
            "what": label(row.action),
            "outcome": words.OUTCOMES[row.outcome],  # type: ignore[index]
            "url": result_url(row),
            "note": row.note,
        }
        for row in found.results.all()
    ]
    files = [
        {
            "name": row.name,
            "state": words.FILES[row.state],  # type: ignore[index]
            "problem": words.PROBLEMS.get(row.problem, row.problem),
            "url": reverse("openrosa:photo", args=[row.pk]) if row.state == "kept" and not found.erased_at else "",
        }
        for row in found.attachments.all()
    ]
    context = {
        "heading": form_name(found.form_id),
        "submission": found,
        "results": results,
        "files": files,
        "problem": words.PROBLEMS.get(found.problem, found.problem),
        "may_repeat": found.state == Submission.State.ASIDE and not results and not found.erased_at,
        "may_settle": found.state == Submission.State.ASIDE,
        "facts": [
            {"label": _("State"), "value": state_of(found)},
            {"label": _("Worker"), "value": found.app_user.worker.real_name,
             "url": reverse("openrosa:phone", args=[found.app_user_id])},
            {"label": _("Received on"), "value": when(found.received_at)},
            {"label": _("Processed on"), "value": when(found.processed_at)},
            {"label": _("Version of the form"), "value": found.version},
            {"label": _("Its id"), "value": found.instance_id},
        ],
    }  # fmt: skip
    return render(request, "collect/submission.html", context)


@require_POST
@requires(*WHO)
def again(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Have it processed once more."""
    found = selectors.submission(request.viewer, pk)
    jobs.again(found)
    return redirect("openrosa:submission_page", pk=pk)


@require_POST
@requires(*WHO)
def settle(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody saw to it."""
    with suppress(Refused):  # somebody was quicker
        actions.settle(actor=request.viewer, submission_id=pk)
    return redirect("openrosa:submission_page", pk=pk)


@requires("view_dwelling")
def photo(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """A photo of a place, without metadata."""
    found = selectors.photo(request.viewer, pk)
    record_look(request.viewer, question="photo")
    try:
        content = jobs.photo_of(found)
    except FileNotFoundError:
        raise OutOfReach from None
    return HttpResponse(content, content_type="image/jpeg", headers={"Cache-Control": "no-store"})
