"""The page of a building, the histories of buildings and dwellings, and the way from a street to its buildings."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.audit.models import Change
from domicile.apps.collect.known import KnownLine, asked
from domicile.apps.collect.proposing import take_back
from domicile.apps.collect.registry import label
from domicile.apps.collect.selectors import waiting_about
from domicile.apps.collect.told import changes_of, told
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.places import registry, words
from domicile.apps.places.handlers import KINDS
from domicile.apps.places.history import dwelling_changes, dwelling_known_on
from domicile.apps.places.ledgers import streets
from domicile.apps.places.models import Building, Dwelling
from domicile.apps.places.registry import building_actions
from domicile.apps.places.scope import building_in_scope, dwelling_in_scope
from domicile.apps.places.selectors.buildings import codes_of, former_addresses, house_table, stands
from domicile.apps.places.writing import building_address
from domicile.apps.tasks.policies import may_arrange
from domicile.core.addresses.codes import written


def may_change(viewer: Viewer) -> bool:
    """Whether this viewer may change anything, or propose it."""
    return viewer.may("propose_change") or viewer.may("apply_change")


@require_safe
@requires("view_dwelling")
def building(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The house table: dwellings by entrance and floor, their use, and how many live there."""
    table = house_table(request.viewer, pk)
    context = {
        "table": table,
        "building": table.building,
        "may_change": may_change(request.viewer),
        "may_arrange": may_arrange(request.viewer) and table.building.in_use_to is None,
        "waiting": [(row, label(row.action)) for row in waiting_about(request.viewer, [pk])],
        "more_actions": building_actions(request.viewer, table.building),
    }
    return render(request, "places/building.html", context)


@require_safe
@requires("view_dwelling")
def street(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One street: what it is, and its buildings in the viewer's areas."""
    found = streets(request.viewer).filter(pk=pk).first()
    if found is None:
        return redirect("places:streets")
    context = {
        "street": found,
        "kind": words.element(found.kind),
        "code": written(found.code),
        "buildings_url": f"{reverse('places:buildings')}?street={found.pk}",
        "may_change": may_change(request.viewer),
        "changes": _told(request.viewer, found.pk, "places_street"),
    }
    return render(request, "places/street.html", context)


@require_safe
@requires("view_dwelling")
def building_history(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Who changed a building and when, with the way to take it back."""
    row = building_in_scope(request.viewer, pk)
    context = {
        "heading": _("History of {address}").format(address=building_address(row)),
        "back": reverse("places:building", args=[pk]),
        "changes": _told(request.viewer, pk, "places_building"),
    }
    return render(request, "places/history.html", context)


@require_safe
@requires("view_dwelling")
def dwelling_history(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Who changed a dwelling and when, its codes and addresses; and, with `view_history`, the dwelling on a day."""
    row = dwelling_in_scope(request.viewer, pk)
    day = asked(request.GET.get("on", "")) if request.viewer.may("view_history") else None
    context = {
        "asked": day,
        "known": _known(request.viewer, row, day.day) if day and day.day else [],
        "absent": _("The dwelling was not on file then."),
        "heading": _("History of {address}").format(address=row.address),
        "back": reverse("people:dwelling", args=[pk]),
        "changes": dwelling_changes(request.viewer, row),
        "codes": codes_of(row),
        "former": former_addresses([pk]),
        "building_url": reverse("places:building", args=[row.building_id]),
    }
    return render(request, "places/history.html", context, status=day.status if day else 200)


def _known(viewer: Viewer, row: Dwelling, day: dt.date) -> list[KnownLine]:
    """The dwelling and its people as known at the end of a day, after the look is recorded; nothing where not on file."""
    known = dwelling_known_on(row, day)
    if known is None:
        return []
    lines, persons = registry.residents_known_on(viewer, row, day)
    record_look(viewer, question="history", persons=sorted(persons))
    return [*known.lines(), *lines]


def _told(viewer: Viewer, subject: uuid.UUID, own: str) -> list[Any]:
    """Changes of one subject in words: only what they wrote in its own table, for a street has a thousand dwellings."""

    def of_subject(table: str, column: str, value: Any) -> tuple[Any, str] | None:
        return words.told(table, column, value) if table == own else None

    return told(viewer, changes_of([subject], KINDS), of_subject)


@require_POST
@requires("propose_change", "apply_change")
def undo(request: ViewerRequest, pk: int) -> HttpResponse:
    """Take a change of a place back."""
    return take_back(request, pk, KINDS, _page_of)


def _page_of(change: Change) -> str:
    subject = change.subject_id
    if change.subject_kind == "building" and stands(Building, subject):
        return reverse("places:building", args=[subject])
    if change.subject_kind == "dwelling" and stands(Dwelling, subject):
        return reverse("people:dwelling", args=[subject])
    return reverse("places:streets" if change.subject_kind == "street" else "places:buildings")
