"""Undo a change."""

import uuid

import orjson
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from domicile.apps.access.decorators import requires
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.people import actions
from domicile.apps.people.scope import on_file


@require_POST
@requires("propose_change")
def undo(request: ViewerRequest, pk: int) -> HttpResponse:
    """Undo a change made a moment ago, or found in the history."""
    try:
        change = actions.undo(actor=request.viewer, change_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        change = Change.objects.get(pk=pk)
    else:
        messages.success(request, _("Undone: everything is as it was before."))
    kind, subject = change.subject_kind, change.subject_id
    if on_file(kind, subject):
        return redirect(f"people:{kind}", subject)
    for _table, _row, _operation, fields in orjson.loads(change.values):  # what had only just been added is gone
        if "dwelling_id" in fields:
            return redirect("people:dwelling", uuid.UUID(fields["dwelling_id"][1]))
    return redirect("/")
