"""The baseline of the review: the same rows in the same templates, without scope, decryption or log."""

import uuid
from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from domicile.apps.collect import registry
from domicile.apps.collect.arguments import unpack
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.registry import Named
from domicile.apps.collect.review import queue, sides, views
from domicile.apps.collect.review.forms import QueueForm
from domicile.apps.people.models import Member, Person


def plain_names(rows: Collection[Proposal]) -> dict[uuid.UUID, Named]:
    """Persons by name, households by their head and address."""
    persons = [row.subject_id for row in rows if row.subject_kind == "person"]
    households = [row.subject_id for row in rows if row.subject_kind == "household"]
    found: dict[uuid.UUID, Named] = {}
    if persons:
        found |= {key: Named(name) for key, name in Person.objects.filter(pk__in=persons).values_list("pk", "name")}
    if households:
        heads = Member.objects.filter(household_id__in=households, left_on__isnull=True, relation="02")
        named = heads.values_list("household_id", "person__name", "household__dwelling__address")
        found |= {key: Named(f"{name} · {address}") for key, name, address in named}
    return found


def plain_queue(request: HttpRequest) -> HttpResponse:
    """Rows by their keys, in order."""
    viewer = request.viewer  # type: ignore[attr-defined]
    keys = [uuid.UUID(key) for key in request.GET["keys"].split(",")]
    rows = list(Proposal.objects.filter(pk__in=keys).order_by("proposed_at", "id"))
    what = queue.asked(viewer, request.GET)
    form = QueueForm({"whose": what.whose, "state": what.state}, reviews=True)
    form.is_valid()
    found = queue.Page(rows, queue.place_of(rows[0]), queue.place_of(rows[-1]))
    return render(request, "collect/proposals.html", views.list_context(viewer, what, form, found, plain_names(rows)))


def plain_sides(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Both sides of arguments that stand in the request, as plain text."""
    viewer = request.viewer  # type: ignore[attr-defined]
    row = Proposal.objects.get(pk=pk)
    handler = registry.handler(row.action)
    arguments: Any = unpack(handler.arguments, request.GET["arguments"])
    named = plain_names([row]).get(row.subject_id)
    shown = sides.put_together(row, handler, arguments, named, found=sides.found_by(row, may_see_form=True))
    waiting = Proposal.objects.filter(subject_id__in=shown.near, state=Proposal.State.WAITING)
    rows = [one for one in waiting.order_by("proposed_at", "id") if one.pk != pk]
    names = plain_names(rows) if rows else {}
    shown.others = [sides.Other(one, registry.label(one.action), names[one.subject_id].text) for one in rows]
    return render(request, "collect/proposal.html", views.page_context(viewer, shown, query=request.GET["queue"]))
