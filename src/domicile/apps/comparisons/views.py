"""Comparisons with other registers: proposed, accepted, followed, and those found worked off."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.comparisons import agreeing, deciding, policies, selectors
from domicile.apps.comparisons.forms import AskForm, ProposeForm, ReasonForm, SettleForm
from domicile.apps.comparisons.models import Comparison, Likeness
from domicile.apps.duplicates.policies import MERGE
from domicile.apps.peers import directory
from domicile.apps.peers.models import Peer
from domicile.apps.screens.list import page_number


@never_cache
@require_safe
@requires(MERGE)
def listed(request: ViewerRequest) -> HttpResponse:
    """Comparisons, those that wait for an answer first."""
    context = {
        "lines": selectors.listed(request.viewer), "keeper": policies.is_keeper(request.viewer),
        "linked": Peer.objects.filter(state=Peer.State.ACTIVE).exists(),
    }  # fmt: skip
    return render(request, "comparisons/list.html", context)


@never_cache
@requires(MERGE)
def propose(request: ViewerRequest) -> HttpResponse:
    """Propose one."""
    own = policies.check_keeper(request.viewer)
    peers = list(Peer.objects.filter(state=Peer.State.ACTIVE).order_by("name"))
    if not peers:
        messages.warning(request, _("No register is linked: administrators link registers first."))
        return redirect("comparisons:list")
    choices = [(str(peer.pk), f"{peer.name} ({' '.join(policies.prefixes(peer))})") for peer in peers]
    first = {"places": " ".join(policies.prefixes(own)), "peer": choices[0][0] if len(choices) == 1 else None}
    form = ProposeForm(request.POST or None, peers=choices, initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = agreeing.propose(
                actor=request.viewer,
                arguments=agreeing.Propose(
                    uuid.UUID(said["peer"]), said["places"], said["reason"], said["most"], said["unknown"]
                ),
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Proposed. Nothing of anybody leaves before the other register has accepted."))
            return redirect("comparisons:one", pk=made.pk)
    context = {
        "heading": _("Compare with another register"), "form": form, "submit_label": _("Propose"),
        "effect": _(
            "The other register is told the places, about how many people it is about, and the reason. Only once somebody there "
            "has accepted do both registers exchange codes that neither can read, and each learns who of its own residents the "
            "other seems to have too."
        ),
        "cancel_url": reverse("comparisons:list"),
    }  # fmt: skip
    return render(request, "screens/form.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@requires(MERGE)
def one(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """How it stands, and who was found."""
    return _one(request, pk)


def _one(request: ViewerRequest, pk: uuid.UUID, form: ReasonForm | None = None) -> HttpResponse:
    shown = selectors.shown(
        request.viewer, pk, decided=request.GET.get("state") == "decided", page=page_number(request.GET.get("page", ""))
    )
    row = shown.line.row
    keeper = policies.is_keeper(request.viewer)
    own = None
    if keeper and shown.line.for_us:
        own = agreeing.told(list(row.places.values_list("code", flat=True)), unknown=row.unknown)
    context = {
        "shown": shown, "row": row, "line": shown.line, "keeper": keeper, "form": form or ReasonForm(), "own": own,
        "may_stop": keeper and row.state in Comparison.OPEN and not shown.line.for_us,
        "done": row.state == Comparison.State.DONE,
    }  # fmt: skip
    return render(request, "comparisons/one.html", context, status=422 if form is not None else 200)


@require_POST
@requires(MERGE)
def accept(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Agree to a proposal of another register."""
    try:
        agreeing.accept(actor=request.viewer, comparison_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Accepted. The comparison runs in the background."))
    return redirect("comparisons:one", pk=pk)


@require_POST
@requires(MERGE)
def refuse(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Decline one."""
    return _said(request, pk, agreeing.refuse, _("Declined. The other register is told why."))


@require_POST
@requires(MERGE)
def stop(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Withdraw or stop one."""
    return _said(request, pk, agreeing.stop, _("Stopped. The other register is told why."))


def _said(request: ViewerRequest, pk: uuid.UUID, action: Callable[..., object], done: str) -> HttpResponse:
    form = ReasonForm(request.POST)
    policies.check_keeper(request.viewer)
    if not form.is_valid():
        return _one(request, pk, form)
    try:
        action(actor=request.viewer, comparison_id=pk, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, done)
    return redirect("comparisons:one", pk=pk)


# --- those found --------------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@requires(MERGE)
def found(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody found, and what may be done about it."""
    return _found(request, pk)


def _found(request: ViewerRequest, pk: uuid.UUID, **forms: Any) -> HttpResponse:
    shown, asked = selectors.one(request.viewer, pk)
    area = deciding.area_of(shown.row)
    context = {
        "found": shown, "row": shown.row, "comparison": shown.row.comparison, "peer": shown.row.comparison.peer,
        "asked": asked, "may_ask": request.viewer.may(deciding.NUMBERS) and directory.is_linked(area),
        "open": shown.row.state in (Likeness.State.OPEN, Likeness.State.ASKED),
        "unasked": shown.row.state == Likeness.State.OPEN,
        "ask": forms.get("ask") or AskForm(initial={"to_code": area}, auto_id="ask_%s"),
        "apart": forms.get("apart") or ReasonForm(auto_id="apart_%s"),
        "settle": forms.get("settle") or SettleForm(auto_id="settle_%s"),
    }  # fmt: skip
    return render(request, "comparisons/found.html", context, status=422 if forms else 200)


@require_POST
@requires(MERGE)
def ask(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask the other register about them."""
    form = AskForm(request.POST, auto_id="ask_%s")
    selectors.one(request.viewer, pk)
    if form.is_valid():
        try:
            row = deciding.ask_there(actor=request.viewer, likeness_id=pk, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Asked. The answer stands with your questions to other areas."))
            return redirect("comparisons:one", pk=row.comparison_id)
    return _found(request, pk, ask=form)


@require_POST
@requires(MERGE)
def apart(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Not the same person."""
    return _decided(request, pk, "apart", deciding.tell_apart)


@require_POST
@requires(MERGE)
def settle(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Done."""
    return _decided(request, pk, "settle", deciding.settle)


@require_POST
@requires(MERGE)
def reopen(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a decision back."""
    try:
        deciding.reopen(actor=request.viewer, likeness_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return redirect("comparisons:found", pk=pk)


def _decided(request: ViewerRequest, pk: uuid.UUID, name: str, action: Callable[..., Likeness]) -> HttpResponse:
    form = (SettleForm if name == "settle" else ReasonForm)(request.POST, auto_id=f"{name}_%s")
    selectors.one(request.viewer, pk)
    if form.is_valid():
        try:
            row = action(actor=request.viewer, likeness_id=pk, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Noted."))
            return redirect("comparisons:one", pk=row.comparison_id)
    return _found(request, pk, **{name: form})
