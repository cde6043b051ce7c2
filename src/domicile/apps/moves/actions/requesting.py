"""Steps of a move that another register keeps: asked of it, and nothing counts otherwise until it has taken them."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import applying, ground, policies
from domicile.apps.moves.actions.stepping import close_or_keep, says
from domicile.apps.moves.actions.taking_back import shift
from domicile.apps.moves.messages.sending import request
from domicile.apps.moves.models import Move, MovePerson, Side, Where
from domicile.apps.moves.policies import Ends
from domicile.apps.moves.records import moving
from domicile.apps.peers.models import Peer
from domicile.apps.people.models import HEAD, Household
from domicile.apps.people.scope import household_in_scope
from domicile.apps.places.models import Dwelling
from domicile.core.moves import OUTSIDE, now

if TYPE_CHECKING:
    from domicile.apps.moves.actions.arriving import Arrive

DESTINATION = Side.DESTINATION.value


def arrival(
    move: Move, ends: Ends, came: Sequence[uuid.UUID], dwelling: Dwelling, actor: Viewer, reason: str, evidence: str,
    arguments: "Arrive",
) -> None:  # fmt: skip
    """Note who has come and ask the keeper to let them go; until then they live here for the time being."""
    from domicile.apps.moves.messages import documents

    peer = _keeper(move, ends, "arrive", actor)
    into = _household(actor, dwelling, arguments.into_id)
    with moving(actor, "moves.arrive", move, ends.destination, reason, evidence) as change:
        says(
            ends.destination, actor, change, code=dwelling.place_code, dwelling=dwelling, household=into,
            to_where=Where.AREA, to_code=dwelling.place_code, day=arguments.day, evidence=evidence[:200],
        )  # fmt: skip
        keys = []
        for row in MovePerson.objects.filter(move=move).order_by("pk"):
            here = row.person_id in came
            relation = _relation(row, arguments) if here else row.relation
            change.update(row, by_destination=here, relation=relation)
            if here:
                keys.append(row.pk)
                _here_for_now(row.person_id, dwelling, arguments.day, move.reason, change)
        document = documents.Arrival(
            request=new_id(), move=move.pk, reason=reason, evidence=evidence, who=actor.name, people=keys,
            destination=documents.end(ends.destination),
        )  # fmt: skip
        request(move, peer, document, documents.ARRIVAL, "arrive", actor, change)
        close_or_keep(move, ends, change)


def withdrawal(move: Move, ends: Ends, step: str, actor: Viewer, reason: str, evidence: str) -> None:
    """Ask the keeper to take an arrival back that was registered in error. Raises Refused."""
    from domicile.apps.moves.messages import documents

    peer = _keeper(move, ends, step, actor)
    document = documents.Withdrawal(request=new_id(), move=move.pk, reason=reason, evidence=evidence, who=actor.name)
    with moving(actor, f"moves.{step}", move, ends.destination, reason, evidence) as change:
        request(move, peer, document, documents.WITHDRAWAL, step, actor, change)


def correction(
    move: Move, ends: Ends, side: str, day: dt.date | None, actor: Viewer, reason: str, evidence: str
) -> None:
    """Ask the keeper to correct the day of arrival. Raises Refused."""
    from domicile.apps.moves.messages import documents

    if side != DESTINATION or day is None:
        raise Refused(_("Another register keeps this move: it takes this step, or is asked to."), "side")
    peer = _keeper(move, ends, "reopen" if move.state == "confirmed" else "correct", actor)
    _can_be(move, ends, day)
    document = documents.Correction(
        request=new_id(), move=move.pk, reason=reason, evidence=evidence, who=actor.name, day=day
    )
    with moving(actor, "moves.correct", move, ends.destination, reason, evidence) as change:
        request(move, peer, document, documents.CORRECTION, "correct", actor, change)


def acceptance(
    move: Move, ends: Ends, number: int, day: dt.date | None, actor: Viewer, reason: str, evidence: str
) -> None:
    """Ask the keeper to take down that its correction is accepted: a correction to `day` for an older one. Raises Refused."""
    from domicile.apps.moves.messages import documents

    peer = _keeper(move, ends, "accept", actor)
    if day is None:
        raise Refused(_("The move stands otherwise by now. Open it again."))
    _can_be(move, ends, day)
    document = documents.Correction(
        request=new_id(), move=move.pk, reason=reason, evidence=evidence, who=actor.name, day=day, step="accept",
        number=number,
    )  # fmt: skip
    with moving(actor, "moves.accept", move, ends.destination, reason, evidence) as change:
        request(move, peer, document, documents.CORRECTION, "accept", actor, change)


def not_yet(move: Move, ends: Ends, actor: Viewer, reason: str, evidence: str) -> None:
    """Ask the keeper to take down that nobody has arrived yet. Raises Refused."""
    from domicile.apps.moves.messages import documents

    peer = _keeper(move, ends, "not_yet", actor)
    document = documents.Correction(
        request=new_id(), move=move.pk, reason=reason, evidence=evidence, who=actor.name, day=timezone.localdate(),
        step="not_yet",
    )  # fmt: skip
    with moving(actor, "moves.not_yet", move, ends.destination, reason, evidence) as change:
        request(move, peer, document, documents.CORRECTION, "not_yet", actor, change)


def _can_be(move: Move, ends: Ends, day: dt.date) -> None:
    """Whether the movers' days here can follow: tried, and taken back. Raises Refused."""
    kept = transaction.savepoint()
    try:
        shift(move, "reopen" if move.state == "confirmed" else "correct", ends, DESTINATION, day, Recorder())
    finally:
        transaction.savepoint_rollback(kept)


def _keeper(move: Move, ends: Ends, key: str, actor: Viewer) -> Peer:
    """The register that is asked, where the step is the actor's to ask for and the machine has it. Raises Refused."""
    step = policies.step(key)
    if move.state not in step.befores():
        policies.check(key, move_state=move.state, after="", by=DESTINATION)
    if not actor.covers(ends.destination.code) and key != "arrive":
        policies.check(key, move_state=move.state, after=step.afters(move.state)[0], by=None)
    line = next((one for one in ground.lines_of(move) if one.keeps), None)
    if line is None:
        raise Refused(_("The move stands otherwise by now. Open it again."))
    if line.gone:
        raise Refused(
            _("The other register says that this move leads elsewhere by now: register who has arrived without it.")
        )
    return line.peer


def _here_for_now(person: uuid.UUID, dwelling: Dwelling, day: dt.date, reason: str, change: Recorder) -> None:
    line = applying.line_of_person(person, lock=True)
    if now(line) not in {None, OUTSIDE}:
        raise Refused(_("Somebody of these lives in this register already: end that first, or ask there."), "who")
    began = [stay.start for stay in line if stay.key is not None and stay.end is not None and stay.end > day]
    if began:
        raise Refused(_("Another stay began on {day}: give a later day.").format(day=began[0]), "day")
    applying.end_stay_for_now(person, dwelling.pk, day, change)  # asked for once more: not twice here
    applying.stay_for_now(person, dwelling, day, reason, change)


def _household(actor: Viewer, dwelling: Dwelling, key: uuid.UUID | None) -> Household | None:
    if key is None:
        return None
    found = household_in_scope(actor, key, lock=True)
    if found.dwelling_id != dwelling.pk or found.ended_on is not None:
        raise Refused(_("That household lives elsewhere by now. Choose again."), "where")
    return found


def _relation(row: MovePerson, arguments: "Arrive") -> str:
    if arguments.head_id == row.person_id:
        return HEAD
    given = arguments.relations.get(str(row.person_id), "")
    return given or ("" if arguments.into_id else row.relation)
