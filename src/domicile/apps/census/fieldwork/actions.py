"""Write calls at households and interviews held again."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.fieldwork import words
from domicile.apps.census.fieldwork.models import Call, Reinterview
from domicile.apps.census.listing.models import Household
from domicile.apps.census.plan.models import Census
from domicile.apps.census.selfenum import doors
from domicile.apps.census.selfenum.models import HouseholdCode
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.core.sampling import draw

CALL, DRAW_AGAIN, ASKED_AGAIN = (f"census.{name}" for name in ("note_call", "draw_reinterviews", "note_reinterview"))
DO, REVIEW = "propose_change", "review_change"
MOST_ITEMS = 200


def note_call(
    *, actor: Viewer, household: Household, outcome: str, at: dt.datetime, again_on: dt.date | None = None, part_of_day: str = ""
) -> Call:  # fmt: skip
    """Note how a call at a household came out. A refused call marks the call, never the people.

    Raises Refused for an outcome that is not known or a day to come again that is over.
    """
    actor.require(DO)
    if not actor.covers(household.place_code):
        raise NotAllowed("call outside the area")
    if outcome not in Call.Outcome.values:
        raise Refused(_("Choose from the list."), "outcome")
    if part_of_day and part_of_day not in words.PARTS:
        raise Refused(_("Choose from the list."), "part_of_day")
    if again_on is not None and again_on < timezone.localdate(at):
        raise Refused(_("The day to come again lies before the call."), "again_on")
    call = Call(
        pk=new_id(),
        household=household,
        at=at,
        by=actor.user_id,
        outcome=outcome,
        again_on=again_on,
        part_of_day=part_of_day,
    )
    with recording(
        actor=actor, action=CALL, subject_kind="household", subject_id=household.pk, place_code=household.place_code
    ) as change:
        return change.create(call)


def draw_reinterviews(
    *, actor: Viewer, census: Census, place_code: str, count: int, seed: int, today: dt.date
) -> Sequence[Reinterview]:
    """Draw households of an enumeration area that answered, to be asked again by a supervisor; those drawn before are left out.

    Half of them, as far as there are so many, are drawn from those who answered with a code given at the door (selfenum/doors.py):
    they are asked again more often than others. The draws are those of core/sampling: with the seed, which stands in the log of
    changes, anybody repeats them.
    """
    actor.require(REVIEW)
    if not actor.covers(place_code) or not place_code.startswith(census.scope):
        raise NotAllowed("draw outside the area")
    if not 1 <= count <= 50:
        raise Refused(_("Draw 1 to 50 households."), "count")
    answered = Answer.objects.filter(
        census=census, place_code=place_code, state=Answer.State.COUNTS, form__in=("short", "long"),
        household__reinterviews=None,
    )  # fmt: skip
    rows = list(answered.only("road", "instance", "household_id"))
    given = doors.givers(rows)
    by_door = sorted(row.household_id.hex for row in rows if row.pk in given)
    others = sorted(row.household_id.hex for row in rows if row.pk not in given)
    if not rows:
        raise Refused(_("No household of this area has answered that was not drawn already."))
    first = min(len(by_door), max(count - count // 2, count - len(others)))
    again = [
        Reinterview(pk=new_id(), household_id=uuid.UUID(key), place_code=place_code, drawn_on=today)
        for key in (*draw(seed, by_door, first), *draw(seed, others, count - first))
    ]
    with recording(
        actor=actor, action=DRAW_AGAIN, subject_kind="census", subject_id=census.pk, place_code=place_code,
        reason=f"seed {seed}",
    ) as change:  # fmt: skip
        return change.create_many(again)


def note_reinterview(
    *, actor: Viewer, reinterview: Reinterview, items: int, differing: int, today: dt.date
) -> Reinterview:
    """Note how a household answered when asked again. Raises Refused for an enumerator of that form or giver of its code, and for
    odd counts."""
    actor.require(REVIEW)
    if not actor.covers(reinterview.place_code):
        raise NotAllowed("ask again outside the area")
    if not 0 <= differing <= items <= MOST_ITEMS or items == 0:
        raise Refused(_("Of the items compared at most all can differ."), "differing")
    if actor.user_id is not None:
        _check_other(actor.user_id, reinterview)
    with recording(
        actor=actor, action=ASKED_AGAIN, subject_kind="household", subject_id=reinterview.household_id,
        place_code=reinterview.place_code,
    ) as change:  # fmt: skip
        return change.update(reinterview, done_on=today, done_by=actor.user_id, items=items, differing=differing)


def _check_other(asking: uuid.UUID, reinterview: Reinterview) -> None:
    """Raise Refused for whoever filled in the form that counts, or gave the code with which the household answered."""
    home = reinterview.household_id
    if Answer.objects.filter(household=home, state=Answer.State.COUNTS, received_by=asking).exists():
        raise Refused(_("You filled in this form yourself. Somebody else asks again."))
    if HouseholdCode.objects.filter(household=home, at_door=True, used_at__isnull=False, given_by=asking).exists():
        raise Refused(_("You gave this household its code at the door. Somebody else asks again."))
