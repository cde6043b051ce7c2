"""The cards: a dwelling, a household, a person."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.collect.known import asked
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.registry import label
from domicile.apps.collect.selectors import waiting_about
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import registry, selectors
from domicile.apps.people.selectors import words
from domicile.apps.people.views.changing import JUST_MADE
from domicile.apps.people.views.timeline import timeline


def _rights(viewer: Viewer) -> dict[str, bool]:
    return {
        "may_change": viewer.may("propose_change"),
        "may_see_numbers": viewer.may("view_number_full"),
        "may_see_history": viewer.may("view_history"),
        "may_see_looks": viewer.may("view_access_log"),
    }


def _waiting(viewer: Viewer, subjects: list[uuid.UUID]) -> list[tuple[Proposal, Any]]:
    """Proposals that wait about these subjects, with what they are about."""
    return [(row, label(row.action)) for row in waiting_about(viewer, subjects)]


def _about(request: ViewerRequest, kind: str, subject: Any, subjects: list[uuid.UUID]) -> dict[str, Any]:
    """What waits about the card, what upper apps let one change on it, and the change just made that may be undone."""
    viewer = request.viewer
    return {
        "waiting": _waiting(viewer, subjects),
        "more_changes": registry.card_actions(kind, viewer, subject) if viewer.may("propose_change") else [],
        "just_made": request.session.pop(JUST_MADE, None) if JUST_MADE in request.session else None,
    }


@require_safe
@requires("view_dwelling")
def dwelling(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Who lives here, who is registered here, who did."""
    viewer = request.viewer
    card = selectors.dwelling_card(viewer, pk, today=timezone.localdate())
    homes = card.living or []
    lines = [one for home in homes for one in (home.id, *(member.person.id for member in home.members))]
    context = {"card": card, **_about(request, "dwelling", card.dwelling, [pk, *lines]), **_rights(viewer)}
    return render(request, "people/dwelling.html", context)


@require_safe
@requires("view_household")
def household(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The members, the head first."""
    viewer = request.viewer
    card = selectors.household_card(viewer, pk, today=timezone.localdate())
    subjects = [pk, *(member.person.id for member in card.line.members)]
    context = {"card": card, **_about(request, "household", card.household, subjects), **_rights(viewer)}
    return render(request, "people/household.html", context)


@require_safe
@requires("view_person")
def person(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Who somebody is, where they live and lived."""
    return _person(request, pk, show_numbers=False)


@require_POST
@requires("view_number_full")
def numbers(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The same card with numbers and phones in full: a look of its own."""
    return _person(request, pk, show_numbers=True)


def _person(request: ViewerRequest, pk: uuid.UUID, *, show_numbers: bool) -> HttpResponse:
    viewer = request.viewer
    today = timezone.localdate()
    card = selectors.person_card(viewer, pk, today=today, show_numbers=show_numbers)
    if card.person.pk != pk:  # merged: the address of the other record leads to the card of the one that stands
        return redirect("people:person", card.person.pk)
    context = {
        "card": card,
        "line": timeline(card.stays, today),
        **_about(request, "person", card.person, [*card.person.ids, *([card.home_id] if card.home_id else [])]),
        **_rights(viewer),
    }
    response = render(request, "people/person.html", context)
    if show_numbers:
        response["Cache-Control"] = "no-store"
    return response


@require_safe
@requires("view_history")
def history(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Who changed what of a person, and the person as known on a day (?on=2025-01-31)."""
    day = asked(request.GET.get("on", ""))
    card = selectors.history_card(request.viewer, pk, day=day.day)
    if card.person.pk != pk:
        return redirect("people:history", card.person.pk)
    context = {
        "card": card,
        "asked": day,
        "name": card.name,
        "back": reverse("people:person", args=[pk]),
        "absent": _("The person was not on file then."),
    }
    return render(request, "people/history.html", context, status=day.status)


@require_safe
@requires("view_history")
def household_history(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Who changed what of a household, and the household as known on a day."""
    day = asked(request.GET.get("on", ""))
    card = selectors.household_history(request.viewer, pk, day=day.day)
    context = {
        "card": card,
        "asked": day,
        "name": f"{words.side(card.household.side)} · {card.household.dwelling.address}",
        "back": reverse("people:household", args=[pk]),
        "absent": _("The household was not on file then."),
    }
    return render(request, "people/history.html", context, status=day.status)
