"""The page on which the local fields of a person or a dwelling are filled in."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.collect.actions import Outcome, Subject, submit
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.localfields import values
from domicile.apps.localfields.selectors import fields_at
from domicile.apps.people.local.action import ACTION, LocalValues, found, name_of
from domicile.apps.people.local.forms import LocalForm
from domicile.apps.people.local.selectors import READS
from domicile.apps.people.views.changing import effect, handle, start


@requires("propose_change", "apply_change")
def person(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The local fields of somebody."""
    return _fill(request, "person", pk)


@requires("propose_change", "apply_change")
def dwelling(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The local fields of a dwelling."""
    return _fill(request, "dwelling", pk)


def _fill(request: ViewerRequest, kind: str, pk: uuid.UUID) -> HttpResponse:
    viewer = request.viewer
    viewer.require(READS[kind])
    place, called = found(viewer, kind, pk)
    local = fields_at(place, kind, timezone.localdate())
    held = values.values_of(pk, local)
    record_look(viewer, question="local_fields", persons=[pk] if kind == "person" else [])
    form = LocalForm(request.POST or None, local=local, held=held, initial=start(viewer))
    back = reverse(f"people:{kind}", args=[pk])

    def change(given: dict[str, Any]) -> Outcome:
        new = {one.pk: given[name_of(one)] for one in local if given[name_of(one)] != held.get(one.pk, "")}
        locked = {key.hex: values.locked(key, pk, text) for key, text in new.items()}
        return submit(
            actor=viewer, action=ACTION, subject=Subject(kind, pk, place), reason=given["reason"],
            arguments=LocalValues(kind, pk, locked),
        )  # fmt: skip

    context = {
        "heading": _("Fill in local fields"), "lead": called, "effect": effect(viewer, ACTION, place), "cancel_url": back,
    }  # fmt: skip
    template = "people/change.html" if local else "people/local_none.html"
    return handle(request, form, change, back, context, template=template)
