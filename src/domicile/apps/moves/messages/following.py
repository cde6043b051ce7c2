"""A move that another register keeps: its steps are taken over in their order, and what they do here is done."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common import turns
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import applying, ground, homes, policies
from domicile.apps.moves.actions.stepping import TOLERANCE, begun_at, close_or_keep, died_on, people_of, relocate, take
from domicile.apps.moves.actions.taking_back import forget_arrival, shift, undo_arrival
from domicile.apps.moves.messages import people
from domicile.apps.moves.messages.documents import Answer, Declaration, End, Notice, Step, columns, place_of
from domicile.apps.moves.messages.sending import BEGINNINGS, ask_elsewhere
from domicile.apps.moves.models import (
    Correspondence,
    Move,
    MoveChange,
    MoveEnd,
    MovePerson,
    MoveRequest,
    Side,
)
from domicile.apps.moves.policies import Ends
from domicile.apps.peers import directory
from domicile.apps.peers.models import Peer
from domicile.apps.peers.registry import NotNow
from domicile.apps.people import visibility
from domicile.apps.people.models import HEAD
from domicile.core.codes.lists import code_list
from domicile.core.moves import now, owner_of, significant

DESTINATION = Side.DESTINATION.value
NO_HOME = _("This register has not registered their arrival: the other one has to tell of it anew.")


def begin(peer: Peer, told: Declaration, actor: Viewer) -> None:
    """A move that leads here, for the first time or anew. Raises Refused."""
    move = ground.move_of(told.move)
    if move is not None:
        line = next((line for line in ground.lines_of(move) if line.peer_id == peer.pk and line.keeps), None)
        if line is None:
            raise Refused(_("A move of this number is kept elsewhere: tell the administrators of both registers."))
        again = Notice(
            move=told.move, origin=told.origin, destination=End(code=told.origin.to_code), people=[], steps=told.steps
        )
        follow(move, again, line, actor, came_back=told)
        return
    whole = turns.rows(Correspondence, "move_id", [told.part_of], related=("move",)) if told.part_of else []
    kept = next((line for line in whole if line.peer_id == peer.pk and line.keeps), None)
    on_file = [people.known(one) for one in told.people]
    first = on_file[0]
    began = begun_at([one.pk for one in on_file if one is not None], min(told.made_at, timezone.now() + TOLERANCE))
    move = Move(
        pk=told.move, made_at=began, reason=told.reason, expected_return=told.expected_return,
        part_of=kept.move if kept is not None else None,
    )  # fmt: skip
    with recording(
        actor=actor, action="moves.told", subject_kind="person", subject_id=first.pk if first else told.people[0].person,
        place_code=told.origin.to_code,
    ) as change:  # fmt: skip
        change.create(move)
        origin = MoveEnd(move=move, side=Side.ORIGIN, **columns(told.origin))
        destination = MoveEnd(move=move, side=Side.DESTINATION, code=place_of(told.origin.to_code))
        if kept is not None:
            _to_the_same(destination, kept.move)
        change.create_many([origin, destination])
        line = Correspondence(move=move, peer=peer, keeps=True, heard_at=timezone.now(), told=told.steps[-1].number)
        change.create(line)
        _movers(move, told, change)
        _take_over(move, told.steps, change)
        close_or_keep(move, Ends(origin, destination), change)


def _to_the_same(end: MoveEnd, first: Move) -> None:
    """Those who did not come with others go to the community that those were handed on to, where it was chosen here."""
    chosen = ground.ends_of(first)[Side.DESTINATION]
    if chosen.handed_at is not None and chosen.code.startswith(significant(end.code)):
        end.code, end.handed_at = chosen.code, timezone.now()


def follow(move: Move, told: Notice, line: Correspondence, actor: Viewer, came_back: Declaration | None = None) -> None:
    """Take over the steps that are new, with what they do here. Steps that were had before change nothing."""
    taken = ground.last_step(move)
    last = taken.number if taken is not None else 0
    fresh = [step for step in told.steps if step.number > last]
    if not fresh and told.steps:
        return
    if fresh and fresh[0].number != last + 1:
        raise Refused(_("Steps {first} to {last} of this move have not come: ask the other register for them.").format(
            first=last + 1, last=fresh[0].number - 1))  # fmt: skip
    if not told.gone and not directory.answers_for(line.peer, told.origin.code):
        raise Refused(_("This register speaks of a place that is not its own: {code}.").format(code=told.origin.code))
    ends = policies.ends_of(move)
    if came_back is None and not told.gone:
        _check_asked_for(move, fresh)
    told_in: dict[str, Any] = {"reason": fresh[-1].reason, "evidence": fresh[-1].evidence} if fresh else {}
    kind, subject = about(move)
    with recording(
        actor=actor, action="moves.follow", subject_kind=kind, subject_id=subject,
        place_code=ends.destination.code or told.destination.code, **told_in,
    ) as change:  # fmt: skip
        if came_back is not None:
            _movers(move, came_back, change)
        movers = ground.movers_of(move)
        if came_back is None:
            movers = _kept(movers, told, ends, change)
        for step in fresh:
            if came_back is None and not (
                told.gone and step.step in {"arrive", "confirm"}
            ):  # else of another destination
                _effect(step, move, ends, told, movers, actor, change)
            _take_over(move, [step], change)
        _words(ends, told, fresh, movers, change)
        if fresh:  # the time to act begins with a step, not with who was taken out of the move
            change.update(line, told=fresh[-1].number, heard_at=timezone.now())
        change.update(line, gone=told.gone)
        if came_back is None:
            _answer_request(move, fresh, change)
        close_or_keep(move, ends, change, movers)
        if told.gone:
            change.update_many([row for row in movers if row.under_way], under_way=False)


def answered(move: Move, told: Answer, line: Correspondence, actor: Viewer) -> None:
    """A request was not granted: its words are kept. A question found nobody: they count here from now on."""
    ends = policies.ends_of(move)
    kind, subject = about(move)
    with recording(
        actor=actor, action="moves.answered", subject_kind=kind, subject_id=subject, place_code=ends.destination.code,
        reason=told.words,
    ) as change:  # fmt: skip
        asked = ground.waiting_of(move)
        request = next((row for row in asked if row.pk == told.request), None)
        if request is not None:
            change.update(
                request, answered_at=timezone.now(), outcome=MoveRequest.Outcome.REFUSED, answer=told.words[:200]
            )
            if request.step == "arrive":  # the words say what to do instead
                _end_stays_for_now(move, ends, change)
                forget_arrival(move, ends, change)
        if told.request is None and line.keeps and move.state == "asked":
            change.update(line, keeps=False, gone=True)
            for row in ground.waiting_of(move):
                change.update(
                    row, answered_at=timezone.now(), outcome=MoveRequest.Outcome.REFUSED, answer=told.words[:200]
                )
            peer = directory.peer_for(told.code) if told.code else None
            if told.outcome == "elsewhere" and peer is not None:
                change.update(ends.origin, code=place_of(told.code))
                ask_elsewhere(move, ends, peer, change)
            elif told.outcome in {"not_known", "elsewhere"}:
                _come(move, "confirm", ends, people_of(move), ends.destination.day, actor, change)
                take(move, "confirm", to="confirmed", by="rule", actor=actor, change=change, reason=told.words)
            else:  # its words say how to ask otherwise
                undo_arrival(move, "cancel", ends, change)
                take(move, "cancel", to="cancelled", by=DESTINATION, actor=actor, change=change, reason=told.words)
            close_or_keep(move, ends, change)


def about(move: Move) -> tuple[str, uuid.UUID]:
    """What the record of a change of a move is about: the household that moves, else the first mover."""
    if move.household_id is not None:
        return "household", move.household_id
    first = next(iter(ground.movers_of(move)), None)
    return "person", first.person_id if first is not None else move.pk


def _check_asked_for(move: Move, fresh: Sequence[Step]) -> None:
    """Whether this register asked for every step that is said to be its own. Raises Refused."""
    asked = {row.step for row in ground.waiting_of(move)}
    asked |= {"correct"} if "accept" in asked else set()  # of a register that does not know the step
    asked |= {"reopen"} if "correct" in asked else set()
    asked |= (
        {"withdraw"} if "cancel" in asked else set()
    )  # both ends had confirmed the question before it was taken back
    for step in fresh:
        if step.by == DESTINATION and step.step != "ask" and step.step not in asked:
            raise Refused(
                _("A step in the name of this register that it did not ask for: {step}.").format(step=step.step)
            )


def _effect(
    step: Step, move: Move, ends: Ends, told: Notice, rows: Sequence[MovePerson], actor: Viewer, change: Recorder
) -> None:
    """What a step does to where somebody lives here, before it is taken over."""
    movers = [row.person_id for row in rows if row.by_destination]
    if step.step == "arrive" or (step.step == "confirm" and move.state == "asked"):
        _come(move, step.step, ends, movers, told.destination.day or ends.destination.day, actor, change)
    elif step.step == "return" and move.owner == Side.DESTINATION and step.day is not None:
        came = [one for one in movers if applying.own_spells(one, ends.destination.dwelling_id, ends.destination.day)]
        relocate(move, "return", ends, came, change, state=move.state, owner=move.owner, day=step.day)
        homes.leave_homes(came, step.day, change)
    elif step.step == "withdraw":
        undo_arrival(move, "withdraw", ends, change, resumes=step.after)
        forget_arrival(move, ends, change, rows)
    elif step.step in {"cancel", "change_destination", "return"} and not _asked_to_let_go(move, step):
        _end_stays_for_now(move, ends, change)
        if move.state != "asked":
            forget_arrival(move, ends, change, rows)
    elif (step.step == "accept" or _corrects(step)) and told.destination.day is not None:
        shift(move, step.step, ends, Side.DESTINATION, told.destination.day, change)


def _corrects(step: Step) -> bool:
    """Whether a step puts the day of arrival on another one."""
    return step.step in {"correct", "reopen"} and DESTINATION in {step.by, step.side}


def _come(
    move: Move, key: str, ends: Ends, movers: Sequence[uuid.UUID], day: dt.date | None, actor: Viewer, change: Recorder
) -> None:
    """From the day on they count here. Who does so already, since something else was registered meanwhile, stays as is."""
    dwelling, destination = ends.destination.dwelling, ends.destination
    if dwelling is None or day is None:
        raise Refused(NO_HOME)
    change.update(destination, day=day)
    lines = {person: applying.line_of_person(person, lock=True) for person in movers}
    coming = [person for person in movers if not now(lines[person])]
    if not coming:
        return
    busy = [stay.end for person in coming for stay in lines[person] if stay.key is not None and stay.end is not None]
    start = max([day, *busy])  # the other end has let go: a stay here that was registered later does not keep them out
    relocate(
        move, key, ends, coming, change, state=move.state,
        owner="origin" if key == "confirm" else move.owner, day=start,
    )  # fmt: skip
    if key == "confirm" and start != day:
        change.update(destination, day=start)
    living = [person for person, died in died_on(coming).items() if died is None]
    if not living:
        return
    relations, head = _household_of(move)
    homes.leave_homes(living, start, change)
    home = homes.settle_there(
        dwelling, living, start, change, into=destination.household, head_id=head, relations=relations
    )
    change.update(destination, household=home)


def _household_of(move: Move) -> tuple[dict[str, str], uuid.UUID | None]:
    """What those who come are to the head of their household, and who heads it, as was declared or said on arrival."""
    rows, known = ground.movers_of(move), code_list("relation").codes
    head = next((row.person_id for row in rows if row.relation == HEAD), None)
    return {str(row.person_id): row.relation for row in rows if row.relation in known and row.relation != HEAD}, head


def _take_over(move: Move, steps: Sequence[Step], change: Recorder) -> None:
    """Write steps of the keeper down as they were taken."""
    rows: list[MoveChange] = []
    for step in steps:
        word = (rows[-1].step, rows[-1].side or rows[-1].by) if rows else None
        policies.check(
            step.step, move_state=step.before, after=step.after, by=step.by, reason=step.reason or "-",
            evidence=step.evidence or "-", in_reach=False,
            last=policies.last_word(move) if word is None and step.step == "accept" else word,
        )  # fmt: skip
        rows.append(
            MoveChange(
                move=move, number=step.number, step=step.step, before=step.before, after=step.after, by=step.by,
                day=step.day, reason=step.reason, evidence=step.evidence, actor_name=step.who, at=step.at,
                side=step.side,
            )
        )  # fmt: skip
    change.create_many(rows)
    last = steps[-1].after
    change.update(move, state=last, owner=owner_of(last, origin_counts=True))


def _words(ends: Ends, told: Notice, fresh: Sequence[Step], movers: Sequence[MovePerson], change: Recorder) -> None:
    """What the other end says now, and by whose word everybody moves; our own word is ours."""
    if told.gone:
        change.update(ends.destination, code="")
        return
    change.update(ends.origin, **columns(told.origin))
    unsaid = ends.destination.said_at is None or not ends.destination.code
    ours = policies.in_register(told.destination.code)
    if unsaid and ours and not _handed_on(ends, told, fresh):
        change.update(ends.destination, code=place_of(told.destination.code), handed_at=None)
    if any(step.step == "accept" or _corrects(step) for step in fresh):
        change.update(ends.destination, day=told.destination.day)
    held = {row.pk: row for row in movers}
    waits = any(row.step == "arrive" for row in ground.waiting_of(ends.origin.move_id))
    for one in told.people:
        if one.mover in held:
            row = held[one.mover]
            here = row.by_destination if waits else one.by_destination  # our own word is ours until it is answered
            change.update(row, by_origin=one.by_origin, by_destination=here)


def _handed_on(ends: Ends, told: Notice, fresh: Sequence[Step]) -> bool:
    """Whether the community was chosen here, of the very area that the keeper names: our word on our end is closer."""
    anew = any(step.step in BEGINNINGS for step in fresh)
    wide = significant(place_of(told.destination.code))
    return ends.destination.handed_at is not None and not anew and ends.destination.code.startswith(wide)


def _movers(move: Move, told: Declaration, change: Recorder) -> None:
    """Everybody of a declaration: those who did not come with others are taken from that move."""
    for one in told.people:
        row = next(iter(turns.rows(MovePerson, "id", [one.mover], related=("move",))), None)
        if row is None:
            person = people.known(one) or people.put_on_file(one, change)
            if any(other.under_way for other in ground.moves_of([person.pk])):
                raise NotNow(
                    _("Another move of this person is under way here: this one waits until that one has ended.")
                )
            change.create(MovePerson(pk=one.mover, move=move, person=person, by_origin=True, relation=one.relation))
        elif row.move_id != move.pk:
            if not _keepers(row.move) & _keepers(move):
                raise Refused(_("A move of this number is kept elsewhere: tell the administrators of both registers."))
            change.update(row, move=move, by_destination=False)


def _keepers(move: Move) -> set[uuid.UUID]:
    return {line.peer_id for line in ground.lines_of(move) if line.keeps}


def _kept(movers: Sequence[MovePerson], told: Notice, ends: Ends, change: Recorder) -> list[MovePerson]:
    """Those who are still among the movers; who has died, or moves by themselves, is dropped."""
    named = {one.mover for one in told.people}
    dropped = [row for row in movers if named and row.pk not in named]
    for row in dropped:
        if ends.destination.dwelling_id is not None:
            applying.end_stay_for_now(row.person_id, ends.destination.dwelling_id, timezone.localdate(), change)
        change.delete(row)
    if dropped:
        visibility.refresh_all([row.person_id for row in dropped], change, moving=())
    return [row for row in movers if row not in dropped]


def _answer_request(move: Move, fresh: Sequence[Step], change: Recorder) -> None:
    taken = {step.step for step in fresh if step.by == Side.DESTINATION}
    taken |= {"correct"} if "reopen" in taken else set()
    taken |= {"accept"} if "correct" in taken else set()
    taken |= {"cancel"} if "withdraw" in taken else set()
    for row in ground.waiting_of(move):
        if row.step in taken:
            change.update(row, answered_at=timezone.now(), outcome=MoveRequest.Outcome.DONE)


def _asked_to_let_go(move: Move, step: Step) -> bool:
    """Whether the keeper still has to answer an arrival here, which a change of the destination alone does not settle."""
    return step.step == "change_destination" and any(row.step == "arrive" for row in ground.waiting_of(move))


def _end_stays_for_now(move: Move, ends: Ends, change: Recorder) -> None:
    if ends.destination.dwelling_id is not None:
        for person in people_of(move):
            applying.end_stay_for_now(person, ends.destination.dwelling_id, timezone.localdate(), change)
