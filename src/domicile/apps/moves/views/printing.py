"""The card of a move as a PDF."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from domicile.apps import printing
from domicile.apps.access.decorators import requires
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.moves import prints


@require_POST
@requires("view_person")
def card(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Sent, not fetched: printing is on record."""
    return printing.respond(prints.CARD, prints.move_data(request.viewer, pk), name=_("Move card"))
