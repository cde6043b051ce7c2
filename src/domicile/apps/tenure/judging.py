"""Whether what is told of rentals at the door could be made: many at once in one query, by the rules of the actions.

What needs more than the rental itself, the use of its dwelling or its tenants, is left to a rehearsal.
"""

from collections.abc import Callable, Sequence

from django.utils import timezone

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.collect.drafts import REFUSALS, UNSURE, Draft, Verdict
from domicile.apps.tenure.actions import rentals
from domicile.apps.tenure.models import Rental

JUDGED = frozenset({rentals.VISIT, rentals.EXTEND, rentals.END})


def judge_visits(drafts: Sequence[Draft]) -> list[Verdict]:
    """Visits of rentals, contracts that are extended, rentals that ended. One query."""
    held = Rental.objects.select_related("dwelling").in_bulk({draft.arguments.rental_id for draft in drafts})
    today = timezone.localdate()

    def judge(draft: Draft) -> Verdict:
        arguments = draft.arguments
        rental = held.get(arguments.rental_id)
        if rental is None or not draft.actor.covers(rental.dwelling.place_code):
            raise OutOfReach
        if isinstance(arguments, rentals.RecordVisit):
            rentals.seen(rental, arguments, today)
        elif isinstance(arguments, rentals.ExtendContract):
            rentals.check_extension(rental, arguments)
        elif isinstance(arguments, rentals.EndRental) and not arguments.use:
            rentals.check_end(rental, arguments, today)
        else:
            return UNSURE
        return None

    return [_verdict(judge, draft) for draft in drafts]


def _verdict(judge: Callable[[Draft], Verdict], draft: Draft) -> Verdict:
    try:
        return judge(draft)
    except REFUSALS as refusal:
        return refusal
