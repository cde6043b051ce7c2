"""What is to become of somebody whom another register seems to have too: two persons, a question there, or settled."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.comparisons import policies, records
from domicile.apps.comparisons.models import Likeness
from domicile.apps.duplicates.policies import MERGE
from domicile.apps.moves.requests.actions import Ask, ask
from domicile.apps.people.identity import ids_of
from domicile.apps.people.models import Document, Person
from domicile.apps.people.selectors.reach import reach_person
from domicile.apps.vault.sealing import open_many

State = Likeness.State
NUMBERS = "view_number_full"
RESIDENT = "resident_id"


@transaction.atomic
def tell_apart(*, actor: Viewer, likeness_id: uuid.UUID, reason: str) -> Likeness:
    """Remember that the other register means somebody else. Raises NotAllowed, OutOfReach, Refused."""
    return _decide(actor, likeness_id, State.APART, records.APART, reason, (State.OPEN, State.ASKED))


@transaction.atomic
def settle(*, actor: Viewer, likeness_id: uuid.UUID, reason: str) -> Likeness:
    """Note what was done, so that the person counts once. Raises NotAllowed, OutOfReach, Refused."""
    return _decide(actor, likeness_id, State.SETTLED, records.SETTLE, reason, (State.OPEN, State.ASKED))


@transaction.atomic
def reopen(*, actor: Viewer, likeness_id: uuid.UUID) -> Likeness:
    """Put back into the list what was decided. Raises NotAllowed, OutOfReach, Refused."""
    return _decide(actor, likeness_id, State.OPEN, records.REOPEN, "", (State.APART, State.SETTLED))


@transaction.atomic
def ask_there(*, actor: Viewer, likeness_id: uuid.UUID, to_code: str, reason: str) -> Likeness:
    """Ask the other register about the person, by name, number and birth date: the road of any question outside one's areas.

    Raises NotAllowed, OutOfReach, Refused.
    """
    row, person = held(actor, likeness_id)
    actor.require(NUMBERS)
    if row.state != State.OPEN:
        raise Refused(_("Somebody decided about this meanwhile. Open the list again."))
    asked = ask(
        actor=actor,
        arguments=Ask(
            name=person.name, number=_number(person), birth_date=person.birth_date, to_code=to_code, thought="living",
            purpose="duplicate", reason=reason,
        ),
    )  # fmt: skip
    with _noting(actor, records.ASK, row, reason) as change:
        return change.update(row, state=State.ASKED, request=asked.pk, **_who(actor, reason))


def held(actor: Viewer, likeness_id: uuid.UUID) -> tuple[Likeness, Person]:
    """A likeness of a person in the actor's areas, locked, and the person who stands. Raises NotAllowed, OutOfReach."""
    actor.require(MERGE)
    row = (
        Likeness.objects.select_for_update(of=("self",))
        .select_related("comparison__peer")
        .filter(pk=likeness_id)
        .first()
    )
    if row is None:
        raise OutOfReach
    return row, reach_person(actor, row.person)


def area_of(row: Likeness) -> str:
    """The first area of the other register: where a question about somebody goes when no narrower place is known."""
    return next(iter(policies.prefixes(row.comparison.peer)), "")


def _number(person: Person) -> str:
    documents = list(Document.objects.filter(person_id__in=ids_of(person.pk)).order_by("pk"))
    documents.sort(key=lambda one: one.kind != RESIDENT)
    return open_many(documents[:1], "number")[documents[0].pk] if documents else ""


def _decide(
    actor: Viewer, likeness_id: uuid.UUID, state: str, action: str, reason: str, before: tuple[str, ...]
) -> Likeness:
    row, _person = held(actor, likeness_id)
    if row.state not in before:
        raise Refused(_("Somebody decided about this meanwhile. Open the list again."))
    if state != State.OPEN and not reason.strip():
        raise Refused(_("Say why."), "reason")
    with _noting(actor, action, row, reason) as change:
        return change.update(row, state=state, **_who(actor if state != State.OPEN else None, reason))


def _who(actor: Viewer | None, note: str) -> dict[str, object]:
    if actor is None:
        return {"decided_at": None, "decided_by": None, "decided_by_name": "", "note": ""}
    return {
        "decided_at": timezone.now(), "decided_by": actor.user_id, "decided_by_name": actor.name[:64],
        "note": " ".join(note.split())[:200],
    }  # fmt: skip


def _noting(actor: Viewer, action: str, row: Likeness, reason: str):  # type: ignore[no-untyped-def]
    place = actor.scopes[0] if actor.scopes else ""
    return recording(
        actor=actor, action=action, subject_kind="likeness", subject_id=row.pk, place_code=place, reason=reason
    )
