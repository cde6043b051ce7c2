"""One screen to choose the community: of the moves ticked in the list, or of one on its page."""

import uuid
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.collect.actions import Subject, submit
from domicile.apps.collect.telling import effect, reason_known
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.moves.handing import selectors
from domicile.apps.moves.handing.actions import HandOn
from domicile.apps.moves.handing.forms import CommunityForm

KIND = "moves.hand_on"
MOST = 500


def ticked(request: HttpRequest, rows: "QuerySet[Any]") -> HttpResponse:
    """The screen for the ticked rows of the list."""
    return _page(request, list(rows.values_list("move_id", flat=True)), sent=False)  # type: ignore[arg-type]


@require_safe
@requires("propose_change")
def of_move(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The screen for one move."""
    return _page(request, [pk], sent=False)


@require_POST
@requires("propose_change")
def hand_on(request: ViewerRequest) -> HttpResponse:
    """Look for a community, or hand the moves on to the one that was chosen."""
    return _page(request, _keys(request.POST.getlist("move")[:MOST]), sent="search" not in request.POST)


def _page(request: ViewerRequest, ids: Collection[uuid.UUID], *, sent: bool) -> HttpResponse:
    if not ids:
        messages.info(request, _("Tick the moves first."))
        return redirect("moves:unplaced")
    viewer, find = request.viewer, request.POST.get("find", "")
    moves = selectors.chosen(viewer, ids)
    offered = selectors.communities(moves, find)
    kept = {"reason": request.POST.get("reason", reason_known(viewer)), "code": request.POST.get("code", "")}
    form = CommunityForm(request.POST if sent else None, communities=offered.choices, initial=kept)
    if form.is_bound and form.is_valid():
        try:
            waiting = _hand_on(request, moves, form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            if waiting:
                messages.info(request, _("Sent for review. Nothing changes until somebody accepts it."))
            else:
                messages.success(
                    request, _("Handed on. If it was a mistake, undo it in the history, or hand on again.")
                )
            return redirect(_back(ids))
    context = {
        "form": form, "lines": selectors.lines(viewer, moves), "offered": offered, "find": find,
        "effect": effect(viewer, KIND, moves[0][1].destination.code), "cancel_url": _back(ids),
    }  # fmt: skip
    return render(request, "moves/hand_on.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _hand_on(request: ViewerRequest, moves: Any, values: dict[str, Any]) -> bool:
    """All of them, or none; whether somebody has to accept it first."""
    outcomes = [
        submit(
            actor=request.viewer, action=KIND, subject=Subject("move", move.pk, ends.destination.code),
            arguments=HandOn(move.pk, values["code"]), reason=values["reason"],
        )
        for move, ends in moves
    ]  # fmt: skip
    return any(outcome.waiting for outcome in outcomes)


def _back(ids: Collection[uuid.UUID]) -> str:
    return reverse("moves:move", args=[next(iter(ids))]) if len(ids) == 1 else reverse("moves:unplaced")


def _keys(texts: Collection[str]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))
