"""Decide about a row: who is meant, that the list is wrong, that it is another county's; and take that back."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.scope import person_in_scope
from domicile.apps.sources import policies
from domicile.apps.sources.actions.comparing import CHOSEN, REFUSED
from domicile.apps.sources.models import ListRow, Load
from domicile.apps.sources.registry import source
from domicile.apps.sources.remaining import left_alone
from domicile.apps.sources.sides import counts, differing

ANSWER, CHOOSE, NONE, REOPEN, DONE = (
    "sources.answer",
    "sources.choose",
    "sources.none_of_them",
    "sources.reopen",
    "sources.done",
)
LONGEST = 200
#: A number in a reason is somebody's: reasons are kept in the clear.
MOST_DIGITS = 11
Outcome, Pile = ListRow.Outcome, ListRow.Pile


@transaction.atomic
def answer(*, actor: Viewer, row_id: uuid.UUID, outcome: str, reason: str) -> ListRow:
    """Say that the list is wrong (`wrong`), or that this is another county's (`elsewhere`), and why. Raises Refused, OutOfReach."""
    row = open_row(actor, row_id)
    if outcome not in {Outcome.WRONG, Outcome.ELSEWHERE}:
        raise Refused(_("Choose from the list."), "outcome")
    return settle(actor=actor, row=row, outcome=outcome, reason=checked(reason), action=ANSWER)


@transaction.atomic
def choose(*, actor: Viewer, row_id: uuid.UUID, person_id: uuid.UUID | None) -> ListRow:
    """Say who is meant: one of those that were found. The next list knows it. Raises Refused, OutOfReach."""
    row = open_row(actor, row_id)
    offered = {row.person, *(uuid.UUID(one["person"]) for one in row.candidates if one.get("why") == "maybe")}
    if row.sure or person_id is None or person_id not in offered:
        raise Refused(_("Choose one of those who may be meant."), "person")
    person_in_scope(actor, person_id)
    kind, others = source(row.load.source), offered - {person_id, None}
    if counts(kind, row, person_id):
        differs = differing(kind, row, person_id)
        agrees = {"pile": Pile.AGREE, "facts": None, "outcome": Outcome.SAME} if not differs else {"pile": Pile.DIFFER}
    else:
        differs, agrees = [], {"pile": Pile.THERE}  # it is they, and what the list says of them is not on file
    with _recording(actor, CHOOSE, row) as change:
        change.update(
            row, person=person_id, sure=True, step=CHOSEN, differs=" ".join(differs), candidates=[], **agrees,
            **(_signed(actor) if "outcome" in agrees else {}),
        )  # fmt: skip
        change.create_many(left_alone(row, others))
    return row


@transaction.atomic
def none_of_them(*, actor: Viewer, row_id: uuid.UUID) -> ListRow:
    """Say that nobody of those found is meant: the row stands on the list alone from now on. Raises Refused, OutOfReach."""
    row = open_row(actor, row_id)
    if row.sure:
        raise Refused(_("Here is nothing to choose."))
    out = [row.person.hex] if row.person else [one["person"] for one in row.candidates if one.get("why") == "maybe"]
    with _recording(actor, NONE, row) as change:
        change.update(
            row, pile=Pile.THERE, person=None, event=None, sure=True, step=REFUSED, differs="",
            candidates=[{"person": one, "why": "not"} for one in out],
        )  # fmt: skip
        change.create_many(left_alone(row, [uuid.UUID(one) for one in out]))
    return row


@transaction.atomic
def done(*, actor: Viewer, row_id: uuid.UUID, reason: str = "") -> ListRow:
    """Note that what the row asks for was registered, corrected or proposed here. Raises Refused, OutOfReach."""
    return settle(actor=actor, row=open_row(actor, row_id), outcome=Outcome.DONE, reason=reason, action=DONE)


@transaction.atomic
def reopen(*, actor: Viewer, row_id: uuid.UUID) -> ListRow:
    """Take back what was decided about a row; what was registered stays as it is. Raises Refused, OutOfReach."""
    row = _row(actor, row_id)
    if not row.outcome or row.outcome == Outcome.SAME:
        raise Refused(_("Nothing was decided here, or it cannot be taken back."))
    with _recording(actor, REOPEN, row) as change:
        change.update(
            row, outcome="", reason="", carried=False, answered_by=None, answered_by_name="", answered_at=None
        )
    return row


def settle(*, actor: Viewer, row: ListRow, outcome: str, reason: str, action: str) -> ListRow:
    """Write how a row came out."""
    with _recording(actor, action, row, reason) as change:
        return change.update(row, outcome=outcome, reason=reason, **_signed(actor))


def open_row(actor: Viewer, row_id: uuid.UUID) -> ListRow:
    """A row inside the actor's areas that waits, locked. Raises NotAllowed, OutOfReach, Refused."""
    row = _row(actor, row_id)
    if row.outcome or row.pile == Pile.AGREE:
        raise Refused(_("This was decided already."))
    return row


def checked(reason: str) -> str:
    """A reason, which is needed and names no number. Raises Refused."""
    text = " ".join(reason.split())[:LONGEST]
    if not text:
        raise Refused(_("Say why."), "reason")
    if sum(character.isdigit() for character in text) >= MOST_DIGITS:
        raise Refused(_("This looks like it holds a number. Leave identity and phone numbers out."), "reason")
    return text


def _row(actor: Viewer, row_id: uuid.UUID) -> ListRow:
    row = ListRow.objects.select_for_update(of=("self",)).select_related("load").filter(pk=row_id).first()
    if row is None or row.load.state != Load.State.READY:
        raise OutOfReach
    policies.check_may_work(actor, row)
    return row


def _signed(actor: Viewer) -> dict[str, object]:
    return {
        "answered_by": actor.user_id,
        "answered_by_name": actor.name,
        "answered_at": timezone.now(),
        "carried": False,
    }


def _recording(actor: Viewer, action: str, row: ListRow, reason: str = ""):  # type: ignore[no-untyped-def]
    return recording(
        actor=actor, action=action, subject_kind="list_row", subject_id=row.pk, place_code=row.place_code, reason=reason
    )
