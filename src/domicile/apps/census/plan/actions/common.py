"""What the actions of the plan share."""

import uuid

from django.utils.translation import gettext as _

from domicile.apps.census.plan import policies
from domicile.apps.census.plan.models import Census
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

PLACE = 15
KIND = "census"


def place_of(census: Census) -> str:
    """The place under which changes of a census are recorded: the code of its area with zeros."""
    return census.scope.ljust(PLACE, "0")


def census_for_change(actor: Viewer, pk: uuid.UUID) -> Census:
    """A census that the actor plans, locked. Raises NotAllowed, also where there is none."""
    row = Census.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotAllowed("census")
    policies.check_plan(actor, row.scope)
    return row


def text(value: str, field: str, *, longest: int, needed: bool = True) -> str:
    """A text as it is kept. Raises Refused for one that is empty, too long, or holds a number of a person's kind."""
    kept = "\n".join(" ".join(line.split()) for line in value.strip().splitlines())
    if needed and not kept:
        raise Refused(_("This is needed."), field)
    if len(kept) > longest:
        raise Refused(_("At most {count} characters.").format(count=longest), field)
    if without_numbers(kept) != kept:
        raise Refused(_("This looks like it holds a number. Leave identity and phone numbers out."), field)
    return kept
