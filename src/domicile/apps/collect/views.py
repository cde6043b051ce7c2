"""The queue of proposals: who wants to change what, and the decision."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.collect import actions, policies, registry, selectors
from domicile.apps.collect.arguments import unpack
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa.selectors import sources_of
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.vault.sealing import open_value

STATES = {
    "waiting": gettext_lazy("Waiting for review"),
    "accepted": gettext_lazy("Accepted"),
    "returned": gettext_lazy("Returned"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
# Whose proposals: what the choice is called, and how it narrows the list.
WHOSE = {
    "decide": (gettext_lazy("That I can decide"), selectors.to_decide),
    "mine": (gettext_lazy("My own"), selectors.mine),
}
PAGE = 50


@requires("propose_change")
def proposals(request: ViewerRequest) -> HttpResponse:
    """Proposals inside the viewer's areas, those that wait first, by state, kind of change and whose they are."""
    viewer, chosen = request.viewer, request.GET
    state, kind, whose = chosen.get("state", "waiting"), chosen.get("kind", ""), chosen.get("whose", "")
    rows = selectors.proposals(viewer)
    rows = rows.filter(state=state) if state in STATES else rows
    rows = rows.filter(action=kind) if kind else rows
    rows = WHOSE[whose][1](rows, viewer) if whose in WHOSE else rows
    page = Paginator(rows, PAGE).get_page(chosen.get("page"))
    named = registry.names(viewer, [(row.subject_kind, row.subject_id) for row in page])
    shown = [person for name in named.values() for person in name.persons]
    if shown:
        record_look(viewer, question="proposals", persons=shown)
    context = {
        "heading": _("Proposals"),
        "page": page,
        "state": state,
        "kind": kind,
        "whose": whose,
        "states": list(STATES.items()),
        "kinds": registry.labels(),
        "owners": [(key, label) for key, (label, _narrow) in WHOSE.items()],
        "filters": urlencode({"kind": kind, "whose": whose}),
        "rows": [(row, registry.label(row.action), STATES[row.state], named.get(row.subject_id)) for row in page],
    }
    return render(request, "collect/proposals.html", context)


@requires("propose_change")
def proposal(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One proposal: what would change, why, and who decides."""
    row = _visible(request, pk)
    return _page(request, row)


@require_POST
@requires("propose_change")
def decide(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Accept, return or withdraw a proposal."""
    row = _visible(request, pk)
    note, verdict = request.POST.get("note", ""), request.POST.get("verdict", "")
    try:
        if verdict == "accept":
            actions.accept(actor=request.viewer, proposal_id=row.pk, note=note)
            messages.success(request, _("Accepted: the change is made."))
        elif verdict == "withdraw":
            actions.withdraw(actor=request.viewer, proposal_id=row.pk)
            messages.success(request, _("Withdrawn."))
        else:
            actions.send_back(actor=request.viewer, proposal_id=row.pk, note=note)
            messages.success(request, _("Returned with your note."))
    except Refused as refusal:
        return _page(request, row, error=str(refusal.message), note=note)
    return redirect("collect:proposals")


def _visible(request: ViewerRequest, pk: uuid.UUID) -> Proposal:
    row = selectors.proposals(request.viewer).filter(pk=pk).first()
    if row is None:
        raise OutOfReach
    return row


def _lines(handler: registry.Handler, arguments: Any) -> list[registry.Line]:
    """What would change; nothing when a later undo took away what the proposal is about."""
    try:
        return handler.describe(arguments)
    except ObjectDoesNotExist:
        return []


def _page(request: ViewerRequest, row: Proposal, error: str = "", note: str = "") -> HttpResponse:
    handler = registry.handler(row.action)
    arguments: Any = unpack(handler.arguments, open_value(row, "arguments"))
    persons = [row.subject_id] if row.subject_kind == "person" else []
    named = registry.names(request.viewer, [(row.subject_kind, row.subject_id)]).get(row.subject_id)
    persons += [*handler.persons(arguments), *(named.persons if named else ())]
    record_look(request.viewer, question="proposal", persons=persons)
    context = {
        "proposal": row,
        "heading": handler.label,
        "state": STATES[row.state],
        "lines": _lines(handler, arguments),
        "subject": named,
        "subject_url": reverse(handler.pages[row.subject_kind], args=[row.subject_id]),
        "source": sources_of([row.pk]).get(row.pk),
        "may_decide": policies.may_decide(request.viewer, row),
        "may_withdraw": policies.may_withdraw(request.viewer, row),
        "error": error,
        "note": note,
    }
    return render(request, "collect/proposal.html", context, status=422 if error else 200)
