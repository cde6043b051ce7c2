"""What is answered, and noted, when somebody reaches for what their areas do not hold."""

import uuid
from collections.abc import Collection

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from domicile.apps.access.log import record_look
from domicile.apps.common.viewer import NotAllowed, Viewer


class OutOfReach(NotAllowed):
    """A person, dwelling or household that the viewer's areas do not hold, or that is not there: told alike.

    `persons` are the ids that were aimed at, for the log of looks.
    """

    def __init__(self, persons: Collection[uuid.UUID] = ()) -> None:
        super().__init__("out of reach")
        self.persons = tuple(persons)


def refuse(request: HttpRequest, viewer: Viewer, refusal: NotAllowed) -> HttpResponse:
    """The page of a refused attempt. An aim at a person is noted as a look with the question `refused`."""
    if isinstance(refusal, OutOfReach):
        record_look(viewer, question="refused", persons=refusal.persons)
        cause = _("There is no such record in your area.")
        cure = _(
            "If the person lives or is registered elsewhere, ask the office there. "
            "If your own area is set wrongly, ask whoever gives out roles in your township or county."
        )
    else:
        cause = _("Your role, your area or the purpose you gave does not allow this. Nothing was changed.")
        cure = _("If your work needs it, ask whoever gives out roles in your township or county.")
    return render(request, "access/refused.html", {"cause": cause, "cure": cure}, status=403)
