"""What a death ends beyond the person's own rows: moves under way and certificates."""

import datetime as dt
import uuid

from django.utils.translation import gettext as _

from domicile.apps.audit.recording import Recorder
from domicile.apps.certificates.actions import end_for_person
from domicile.apps.certificates.models import Certificate
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import policies
from domicile.apps.moves.actions.stepping import RULE, close_or_keep, people_of, take
from domicile.apps.moves.messages.sending import keeper_of, tell_people
from domicile.apps.moves.models import Move, MovePerson
from domicile.apps.moves.policies import Ends
from domicile.apps.people.models import Person, Visibility
from domicile.core.moves import steps

#: How a move ends in which nobody is left, by its state, when whoever registers the death works at neither end: by the
#: steps that follow by themselves.
LAST = {
    "declared": ("lapse", "lapsed", "clock"),
    "told": ("lapse", "lapsed", "clock"),
    "asked": ("confirm", "confirmed", RULE),
    "away": ("answer", "confirmed", RULE),
    "arrived": ("confirm", "confirmed", RULE),
}


def take_out_of_moves(person_id: uuid.UUID, died_on: dt.date, actor: Viewer, change: Recorder) -> None:
    """Take somebody who has died out of the move under way: those who go along go on, and a move of nobody ends."""
    row = MovePerson.objects.filter(person_id=person_id, under_way=True).first()
    if row is None:
        return
    move = Move.objects.select_for_update().get(pk=row.move_id)
    if keeper_of(move) is not None:  # the register that keeps it takes its own steps
        change.update(row, under_way=False)
        return
    ends = policies.ends_of(move)
    if people_of(move) == [person_id]:
        key, to, by = _last_step(move, ends, actor)
        reason = _("The person has died.")
        take(move, key, to=to, by=by, actor=actor, change=change, day=died_on, reason=reason, evidence=reason)
        close_or_keep(move, ends, change)
        return
    change.delete(row)
    for seen in Visibility.objects.filter(person_id=person_id, why=Visibility.Why.MOVING):
        change.delete(seen)
    if move.new_head_id == person_id:
        change.update(move, new_head=None)
    tell_people(move, ends)


def _last_step(move: Move, ends: Ends, actor: Viewer) -> tuple[str, str, str]:
    """Before an arrival counts it is cancelled by the end that registers the death; else it comes to its end by rule."""
    step = steps()["cancel"]
    by = policies.party_for(actor, ends, step) if move.state in {"declared", "told", "asked"} else None
    return ("cancel", "cancelled", by) if by is not None else LAST[move.state]


def end_certificates(person: Person, day: dt.date, change: Recorder) -> None:
    """End the certificates of somebody who has died, and what they applied for."""
    end_for_person(person_id=person.pk, day=day, change=change)


def move_certificates(person: Person, before: dt.date, day: dt.date, change: Recorder) -> None:
    """The death was on another day: certificates that it ended on that day end on this."""
    for row in Certificate.objects.filter(person=person, ended_why=Certificate.Ended.DIED):
        if row.ended_on == max(before, row.issued_on):
            change.update(row, ended_on=max(day, row.issued_on))
