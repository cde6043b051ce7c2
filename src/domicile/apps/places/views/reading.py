"""The page of a building, the histories of buildings and dwellings, and the way from a street to its buildings."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.audit.models import Change
from domicile.apps.collect.registry import label
from domicile.apps.collect.selectors import waiting_about
from domicile.apps.collect.told import changes_of, told
from domicile.apps.collect.undoing import undo as undo_change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.places import words
from domicile.apps.places.handlers import KINDS
from domicile.apps.places.ledgers import streets
from domicile.apps.places.models import Building, Dwelling
from domicile.apps.places.scope import building_in_scope, dwelling_in_scope
from domicile.apps.places.selectors.buildings import codes_of, former_addresses, house_table, stands
from domicile.apps.places.writing import building_address
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
        "waiting": [(row, label(row.action)) for row in waiting_about(request.viewer, [pk])],
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
    """Who changed a dwelling and when, its codes, and the addresses by which it is found."""
    row = dwelling_in_scope(request.viewer, pk)
    context = {
        "heading": _("History of {address}").format(address=row.address),
        "back": reverse("people:dwelling", args=[pk]),
        "changes": _told(request.viewer, pk, "places_dwelling", "places_formeraddress"),
        "codes": codes_of(row),
        "former": former_addresses([pk]),
        "building_url": reverse("places:building", args=[row.building_id]),
    }
    return render(request, "places/history.html", context)


def _told(viewer: Viewer, subject: uuid.UUID, *tables: str) -> list[Any]:
    """Changes of one subject in words: only what they wrote in these tables, for a street has a thousand dwellings."""

    def of_subject(table: str, column: str, value: Any) -> tuple[Any, str] | None:
        return words.told(table, column, value) if table in tables else None

    return told(viewer, changes_of([subject], KINDS), of_subject)


@require_POST
@requires("propose_change", "apply_change")
def undo(request: ViewerRequest, pk: int) -> HttpResponse:
    """Take a change of a place back."""
    try:
        change = undo_change(actor=request.viewer, change_id=pk, kinds=KINDS)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        change = Change.objects.get(pk=pk)
    else:
        messages.success(request, _("Undone: everything is as it was before."))
    return redirect(_page_of(change))


def _page_of(change: Change) -> str:
    subject = change.subject_id
    if change.subject_kind == "building" and stands(Building, subject):
        return reverse("places:building", args=[subject])
    if change.subject_kind == "dwelling" and stands(Dwelling, subject):
        return reverse("people:dwelling", args=[subject])
    return reverse("places:streets" if change.subject_kind == "street" else "places:buildings")
