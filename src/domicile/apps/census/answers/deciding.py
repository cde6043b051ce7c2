"""A supervisor says which of two forms of a household counts. Nothing is thrown away; what was decided can be decided anew."""

import datetime as dt
from contextlib import AbstractContextManager

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.census.answers import precedence
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.answers.receiving import ONE_OF, counting
from domicile.apps.census.listing import actions as listing
from domicile.apps.census.listing.models import Household
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

COUNT, LEAVE, APART = (f"census.{name}" for name in ("count_answer", "leave_answers", "answer_of_another"))
PERMISSION = "review_change"


def may_decide(viewer: Viewer, place_code: str) -> bool:
    """Whether the viewer answers which form counts there."""
    return viewer.may(PERMISSION) and viewer.covers(place_code)


def check(viewer: Viewer, place_code: str) -> None:
    """Raise NotAllowed unless `may_decide`."""
    if not may_decide(viewer, place_code):
        raise NotAllowed("decide which form counts")


def let_count(*, actor: Viewer, answer: Answer) -> Answer:
    """This form counts; the one that did is kept. Whatever comes in later does not change it."""
    check(actor, answer.place_code)
    with _change(actor, COUNT, answer.household) as change:
        held = _held(answer)
        before = counting(held.household_id, held.form)
        if before is not None and before.pk != held.pk:
            change.update(before, state=Answer.State.KEPT, **_settled(actor))
        change.update(held, state=Answer.State.COUNTS, **_settled(actor))
        _settle(change, actor, held.household, held.form)
    return held


def leave(*, actor: Viewer, household: Household, form: str) -> int:
    """What counts goes on counting; the questions about the others are answered. Returns how many there were."""
    check(actor, household.place_code)
    with _change(actor, LEAVE, household) as change:
        held = counting(household.pk, form)
        if held is not None:
            change.update(held, why=precedence.SUPERVISOR)
        return _settle(change, actor, household, form)


def of_another(
    *, actor: Viewer, answer: Answer, today: dt.date, head_name: str = "", expected: int = 0, phone: str = ""
) -> Household:
    """This form is of another household behind the same door: that one is listed, and the form counts there.

    Raises Refused where it is the form that counts: then the household would have none.
    """
    check(actor, answer.place_code)
    if answer.state == Answer.State.COUNTS:
        raise Refused(_("This form counts for the household. Let another one count first."))
    fresh = listing.split_household(
        actor=actor, household=answer.household, today=today, head_name=head_name, expected=expected or answer.people,
        phone=phone,
    )  # fmt: skip
    with _change(actor, APART, fresh) as change:
        change.update(_held(answer), household=fresh, state=Answer.State.COUNTS, **_settled(actor))
    return fresh


def _held(answer: Answer) -> Answer:
    Household.objects.select_for_update(of=("self",)).get(pk=answer.household_id)
    return Answer.objects.get(pk=answer.pk)


def _settled(actor: Viewer) -> dict[str, object]:
    return {"why": precedence.SUPERVISOR, "settled_at": timezone.now(), "settled_by": actor.user_id}


def _settle(change: Recorder, actor: Viewer, household: Household, form: str) -> int:
    forms = ONE_OF if form in ONE_OF else {form}
    rows = list(Answer.objects.filter(household=household, form__in=forms, state=Answer.State.KEPT, settled_at=None))
    change.update_many(rows, settled_at=timezone.now(), settled_by=actor.user_id)
    return len(rows)


def _change(actor: Viewer, action: str, household: Household) -> "AbstractContextManager[Recorder]":
    return recording(
        actor=actor, action=action, subject_kind="household", subject_id=household.pk, place_code=household.place_code
    )
