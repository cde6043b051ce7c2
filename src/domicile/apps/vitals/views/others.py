"""Those whom a form names by number, and the household that they live in."""

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from domicile.apps.access.log import record_look
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.selectors.placing import holder_of, living_household_of


def holder(viewer: Viewer, number: str, field: str) -> uuid.UUID:
    """The one person inside the viewer's areas who has this number. Raises Refused."""
    found = holder_of(viewer, number)
    if found is None:
        raise Refused(_("Nobody of your areas has this number on file: compare the document, or give the name."), field)
    record_look(viewer, question="change_form", persons=[found])
    return found


def into_household(viewer: Viewer, adopters: Sequence[uuid.UUID]) -> uuid.UUID:
    """The living household of the first of them who has one. Raises Refused."""
    for adopter in adopters:
        household = living_household_of(viewer, adopter)
        if household is not None:
            return household.pk
    raise Refused(_("None of them belongs to a living household of your areas: leave this out."), "moves_in")
