"""Hand a move on to a community. No step of the move: where it leads was said wider, and is said closer."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.models import Area
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.actions.stepping import close_or_keep, locked
from domicile.apps.moves.deadlines.tasks import hand_over
from domicile.apps.moves.handing.policies import check, lies_in
from domicile.apps.moves.records import moving

COMMUNITY, PLACE = 12, 15


@dataclass(frozen=True)
class HandOn:
    """The community, by its 12 digits, that a move goes to."""

    move_id: uuid.UUID
    code: str


@transaction.atomic
def hand_on(*, actor: Viewer, reason: str, evidence: str = "", arguments: HandOn) -> None:
    """Give a move to a community: it sees who comes, has the task, and its time begins now. Raises Refused, OutOfReach."""
    move, ends = locked(actor, arguments.move_id)
    check(actor, move, ends)
    code = arguments.code.strip()
    known = Area.objects.filter(code=code, level=Area.Level.VILLAGE, valid_to__isnull=True)
    if not lies_in(code, ends) or not known.exists():
        raise Refused(_("Choose a community of the area that they go to."), "code")
    if ends.destination.code[:COMMUNITY] == code:
        raise Refused(_("This is on file already: nothing would change."), "code")
    with moving(actor, "moves.hand_on", move, ends.destination, reason, evidence) as change:
        change.update(ends.destination, code=code.ljust(PLACE, "0"), handed_at=timezone.now())
        hand_over(move, ends, change)
        close_or_keep(move, ends, change)
