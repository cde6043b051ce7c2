"""What every step of a move does: it is checked, written down once and for all, and who sees whom follows."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder
from domicile.apps.common import turns
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import applying, ground, policies
from domicile.apps.moves.deadlines.tasks import follow
from domicile.apps.moves.messages.sending import keeper_of, tell_other_end
from domicile.apps.moves.models import Move, MoveChange, MoveEnd, MovePerson, MoveRequest, Side
from domicile.apps.moves.policies import Ends
from domicile.apps.people import visibility
from domicile.apps.people.models import Person, Spell
from domicile.core.moves import OUTSIDE, Line, TooEarly, Word, after, differences, ended, owner_of, states
from domicile.core.moves import ends as ends_of_core
from domicile.core.policy.parameters import parameter

RULE = "rule"
#: States of a move that has led somewhere.
CAME = frozenset({"away", "arrived", "confirmed"})
RETURNED = "returned"
NO_WORD_YET = _("The other register has not answered yet: wait for its word.")
FAR_AHEAD = dt.timedelta(days=366)
#: The clocks of two registers may stand on two days.
TOLERANCE = dt.timedelta(days=1)
WHERE: dict[str, ends_of_core.Where] = {
    "area": "area",
    "elsewhere": "elsewhere",
    "abroad": "abroad",
    "unknown": "unknown",
}


def locked(viewer: Viewer, move_id: uuid.UUID) -> tuple[Move, Ends]:
    """The move with its ends, when one of them lies inside the viewer's areas. Raises OutOfReach else."""
    move = ground.move_of(move_id)
    if move is None:
        raise OutOfReach()
    ends = policies.ends_of(move)
    if not policies.parties(viewer, ends):
        raise OutOfReach(people_of(move))
    return move, ends


def people_of(move: Move | uuid.UUID) -> list[uuid.UUID]:
    """Who moves, in the order in which they were named."""
    return [row.person_id for row in ground.movers_of(move)]


def begun_at(people: Collection[uuid.UUID], at: dt.datetime | None = None) -> dt.datetime:
    """When a move of these began (None: now), as their moves are put in order here: after each that is on file before it.

    The clocks of registers differ and go wrong; what was taken down first comes first.
    """
    known = [row.move.made_at + dt.timedelta(microseconds=1) for row in ground.moves_of(people)]
    return max([at or timezone.now(), *known])


def check_free(move: Move, people: Sequence[uuid.UUID]) -> None:
    """Whether this is the latest move of everybody in it: what a later one has made of them stands. Raises Refused."""
    others = [row for row in ground.moves_of(people) if row.move_id != move.pk]
    if any(row.under_way or (row.move.made_at > move.made_at and has_led_away(row.move)) for row in others):
        raise Refused(_("Somebody of these has moved again since, or is about to: open the later move."), "who")


def has_led_away(move: Move) -> bool:
    """Whether a move has made days elsewhere: also one from which they came back, since they count there anew from then on.

    One query, of a move from which somebody came back.
    """
    return move.state in CAME or (move.state == RETURNED and any(row.after in CAME for row in ground.steps_of(move)))


def check_living(people: Sequence[uuid.UUID]) -> None:
    """Whether all of these live: what both ends had agreed on somebody who died since is taken up no more. Raises Refused."""
    if any(day is not None for day in died_on(people).values()):
        raise Refused(_("Somebody of these has died since: what was agreed on their move stands."), "who")


def died_on(people: Sequence[uuid.UUID]) -> dict[uuid.UUID, dt.date | None]:
    """The day on which each of these died; None for the living."""
    return dict.fromkeys(people) | {row.pk: row.died_on for row in turns.rows(Person, "id", people)}


def check_answered(people: Sequence[uuid.UUID]) -> None:
    """Whether no other register still has to take a step about one of these: their days may change by it. Raises Refused."""
    if waits_for_word(people):
        raise Refused(NO_WORD_YET, "who")


def waits_for_word(people: Sequence[uuid.UUID]) -> bool:
    """Whether another register was asked to take a step about one of these and has not answered. Two queries."""
    moves = {row.move_id for row in ground.moves_of(people)}
    return any(row.answered_at is None for row in turns.rows(MoveRequest, "move_id", moves))


def check_not_far(day: dt.date) -> None:
    """Whether a day can be meant. Raises Refused."""
    if day > timezone.localdate() + FAR_AHEAD:
        raise Refused(_("This day lies more than a year ahead."), "day")


def check_day(people: Sequence[uuid.UUID], day: dt.date) -> None:
    """Whether these can come or go on a day: they are born by then, and it is not far ahead. Raises Refused."""
    check_not_far(day)
    if any(row.birth_date is not None and row.birth_date > day for row in turns.rows(Person, "id", people)):
        raise Refused(_("This day is before the birth date."), "day")


def take(
    move: Move, key: str, *, to: str, by: str | None, actor: Viewer, change: Recorder, day: dt.date | None = None,
    reason: str = "", evidence: str = "", reach: bool = True, counts_at_origin: bool = True, side: str = "",
) -> None:  # fmt: skip
    """Take one step; `side`: for which end a level above both takes it. Raises Refused where the machine has no such step.

    The step is stored before the state and noted after it: the database wants the one, and undoing the other.
    """
    last = ground.last_step(move)
    before = "" if last is None else move.state
    if last is not None and keeper_of(move) is not None:
        raise Refused(_("Another register keeps this move: it takes this step, or is asked to."))
    if day is not None and by not in {RULE, "clock"}:
        check_day(people_of(move), day)
    word = (last.step, last.side or last.by) if last is not None else None
    policies.check(key, move_state=before, after=to, by=by, reason=reason, evidence=evidence, in_reach=reach, last=word)
    row = MoveChange(
        move=move, number=1 if last is None else last.number + 1, step=key, before=before, after=to, by=by or "", day=day,
        reason=reason, evidence=evidence, actor_id=None if by in {RULE, "clock"} else actor.user_id,
        actor_name="" if by in {RULE, "clock"} else actor.name, at=timezone.now(), side=side,
    )  # fmt: skip
    change.store(row)
    change.update(move, state=to, owner=owner_of(to, origin_counts=counts_at_origin))
    change.created(row)


def close_or_keep(move: Move, ends: Ends, change: Recorder, movers: Sequence[MovePerson] | None = None) -> None:
    """After the last step: whose move is under way, who sees whom because of it, and whose turn it is.

    `movers`: everybody of the move, where they were read already.
    """
    under_way = states()[move.state].is_open
    rows = ground.movers_of(move) if movers is None else movers
    busy = _busy(move, rows) if under_way else set()
    for row in rows:
        change.update(row, under_way=under_way and row.person_id not in busy)
    codes = {ends.of(side).code for side in Side.values if ends.of(side).code} if under_way else set()
    visibility.refresh_all([row.person_id for row in rows], change, moving=codes)
    follow(move, ends, change)
    tell_other_end(move, ends, change)


def _busy(move: Move, rows: Sequence[MovePerson]) -> set[uuid.UUID]:
    """Who has died, lives here already, or is led on by another move, which the keeper of this one has not heard of yet.

    Nobody's own changes are held up by what another register says of them.
    """
    if not any(line.keeps for line in ground.lines_of(move)):
        return set()
    people = [row.person_id for row in rows]
    waiting = [row.person_id for row in rows if not row.by_destination]
    return {
        *(row.person_id for row in ground.moves_of(people) if row.under_way and row.move_id != move.pk),
        *(row.pk for row in turns.rows(Person, "id", people) if row.died_on is not None),
        *(row.person_id for row in ground.spells_of(waiting) if row.kind == Spell.Kind.USUAL and row.end is None),
    }


def relocate(
    move: Move, key: str, ends: Ends, person_ids: Sequence[uuid.UUID], change: Recorder, *, state: str, owner: str,
    day: dt.date | None = None, field: str = "day", resumes: str = "",
) -> None:  # fmt: skip
    """Bring each mover's days in line with a step that is about to be taken. Raises Refused naming `field`.

    Who has died counts nowhere after, whatever both ends find to be the day of the move.
    """
    origin, destination = ends.origin, ends.destination
    died = died_on(person_ids)
    for person in person_ids:
        line = applying.line_of_person(person, lock=True)
        own = applying.own_spells(person, destination.dwelling_id, destination.day)
        try:
            new = after(
                key, line, state=state, owner=owner, origin=place(origin), destination=place(destination), day=day,
                departed=origin.day, arrived=destination.day, own=own, becomes=resumes,
            )  # fmt: skip
        except TooEarly as early:
            raise Refused(_("Another stay began on {day}: give a later day.").format(day=early.start), field) from early
        if (day_of_death := died[person]) is not None:
            new = ended(new, day_of_death + dt.timedelta(days=1))
        if new != line:
            applying.write(person, line, new, change, reason=move.reason)


def place(end: MoveEnd) -> str:
    """The place of an end as the core knows it."""
    return OUTSIDE if end.dwelling_id is None else end.dwelling_id.hex


def says(end: MoveEnd, actor: Viewer, change: Recorder, **fields: object) -> None:
    """Note what an end says, and who wrote it down."""
    change.update(end, **fields, said_at=timezone.now(), said_by=actor.user_id, said_by_name=actor.name)


def word_of(end: MoveEnd, people: Iterable[uuid.UUID]) -> Word:
    """What an end says, as the core compares it."""
    return Word(WHERE[end.to_where or "unknown"], end.to_code, end.day, frozenset(people))


def settled_between(move: Move, ends: Ends, today: dt.date) -> bool:
    """Whether both ends have said the same."""
    if ends.origin.said_at is None or ends.destination.said_at is None:
        return False
    rows = ground.movers_of(move)
    return not differences(
        word_of(ends.origin, (row.person_id for row in rows if row.by_origin)),
        word_of(ends.destination, (row.person_id for row in rows if row.by_destination)),
        most_days=int(parameter("moves.days_between", today)),
    )


def confirm_if_agreed(move: Move, ends: Ends, actor: Viewer, change: Recorder, today: dt.date) -> None:
    """Where both ends say the same, both have confirmed."""
    if move.state == "arrived" and settled_between(move, ends, today):
        take(move, "confirm", to="confirmed", by=RULE, actor=actor, change=change)


def same(line: Line, place_key: str) -> bool:
    """Whether somebody lives in the place now."""
    return bool(line) and line[-1].place == place_key
