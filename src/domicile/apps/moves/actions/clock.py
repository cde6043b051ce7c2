"""What a day brings by itself: a departure to where nobody can answer, and a declaration of which nothing was heard."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Exists, OuterRef

from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import policies
from domicile.apps.moves.actions.declaring import leave
from domicile.apps.moves.actions.stepping import close_or_keep, people_of, take
from domicile.apps.moves.models import Correspondence, Move, Side
from domicile.core.policy.parameters import parameter

MACHINE = Viewer(user_id=None, name="", role="machine")
REASON = "the day has come"


def run(*, actor: Viewer, today: dt.date) -> int:
    """Take the steps that are due by the clock; returns how many. Each is a transaction of its own."""
    lapse_after = dt.timedelta(days=int(parameter("moves.lapse_days", today)))
    due = Move.objects.filter(state__in=["declared", "told"], ends__side=Side.ORIGIN, ends__day__lte=today)
    due = due.exclude(
        Exists(Correspondence.objects.filter(move=OuterRef("pk"), keeps=True))
    )  # its keeper's clock counts
    taken = 0
    for key in list(due.order_by("pk").values_list("pk", flat=True)):
        taken += _take_one(key, actor, today, lapse_after)
    return taken


@transaction.atomic
def _take_one(key: uuid.UUID, actor: Viewer, today: dt.date, lapse_after: dt.timedelta) -> int:
    move = Move.objects.select_for_update().filter(pk=key, state__in=["declared", "told"]).first()
    if move is None:
        return 0
    ends = policies.ends_of(move)
    reached, day = policies.in_reach(ends.destination.code), ends.origin.day
    if day is None or (reached and day + lapse_after > today):
        return 0
    kind, subject = ("household", move.household_id) if move.household_id else ("person", people_of(move)[0])
    try:
        with recording(
            actor=actor, action="moves.lapse" if reached else "moves.depart", subject_kind=kind, subject_id=subject,
            place_code=ends.origin.code, reason=REASON,
        ) as change:  # fmt: skip
            if reached:
                take(move, "lapse", to="lapsed", by="clock", actor=actor, change=change)
            else:
                leave(move, ends, actor, change, by="clock")
            close_or_keep(move, ends, change)
    except Refused:  # something else was changed meanwhile: the origin looks at it, `domicile check moves` names it
        return 0
    return 1


def daily(today: dt.date) -> int:
    """What is done once a day."""
    return run(actor=MACHINE, today=today)
