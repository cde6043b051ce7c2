"""Undo a change."""

import uuid

import orjson
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from domicile.apps.access.decorators import requires
from domicile.apps.audit.models import Change
from domicile.apps.collect.proposing import take_back
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.people.handlers import kinds
from domicile.apps.people.scope import on_file


@require_POST
@requires("propose_change")
def undo(request: ViewerRequest, pk: int) -> HttpResponse:
    """Undo a change made a moment ago, or found in the history."""
    return take_back(request, pk, kinds(), _page_of)


def _page_of(change: Change) -> str:
    if on_file(change.subject_kind, change.subject_id):
        return reverse(f"people:{change.subject_kind}", args=[change.subject_id])
    for _table, _row, _operation, fields in orjson.loads(change.values):  # what had only just been added is gone
        if "dwelling_id" in fields:
            return reverse("people:dwelling", args=[uuid.UUID(fields["dwelling_id"][1])])
    return "/"
