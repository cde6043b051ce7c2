"""What is told to another register about a move, in the transaction of the step that it tells of.

What reads and writes documents is a large library: it is imported where it is used, so that a command which needs none of
it starts at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder
from domicile.apps.common import turns
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import ground, policies
from domicile.apps.moves.models import Correspondence, Move, MoveChange, MoveRequest
from domicile.apps.moves.policies import Ends
from domicile.apps.peers import directory, outbox
from domicile.apps.peers.models import Peer

if TYPE_CHECKING:
    from domicile.apps.moves.messages.documents import Declaration, Notice, Request

#: Steps with which somewhere else is told anew: the words of what came before were not for it.
BEGINNINGS = frozenset({"declare", "change_destination"})


def keeper_of(move: Move) -> Peer | None:
    """The other register that keeps the order of a move's steps; None where this one does. One query."""
    return next((line.peer for line in ground.lines_of(move) if line.keeps), None)


def tell_other_end(move: Move, ends: Ends, change: Recorder) -> None:
    """After steps were taken: tell the register of the destination of them, where it is another one."""
    held = ground.lines_of(move)
    if any(one.keeps for one in held) or policies.in_register(ends.destination.code):
        return
    peer = directory.peer_for(ends.destination.code) if ends.destination.code else None
    if peer is None:
        return
    from domicile.apps.moves.messages import documents

    line = next((one for one in held if one.peer_id == peer.pk), None)
    if line is None:
        line = change.create(Correspondence(move=move, peer=peer))
    steps = _since(move, line)
    if not steps:
        return
    new = line.told == 0 or line.gone
    document = _declaration(move, ends, steps) if new else _notice(move, ends, steps)
    kind = documents.DECLARATION if new else documents.NOTICE
    outbox.post(peer=peer, kind=kind, subject=subject_of(move), data=documents.written(document))
    change.update(line, told=steps[-1].number, gone=False)


def tell_people(move: Move, ends: Ends) -> None:
    """Tell the register of the destination who moves, after somebody was taken out of a move without a step of it."""
    from domicile.apps.moves.messages import documents

    for line in ground.lines_of(move):
        if line.keeps or line.gone or not line.told:
            continue
        document = _notice(move, ends, [])
        outbox.post(peer=line.peer, kind=documents.NOTICE, subject=subject_of(move), data=documents.written(document))


def tell_gone(move: Move, ends: Ends, change: Recorder, *, to_code: str) -> None:
    """Before a destination is forgotten: tell its register that they go elsewhere, unless it stays the same register."""
    from domicile.apps.moves.messages import documents

    for line in ground.lines_of(move):
        steps = _since(move, line)
        if line.keeps or line.gone or not steps or (to_code and directory.answers_for(line.peer, to_code)):
            continue
        silent = [documents.step(row, words=False) for row in steps]
        document = _notice(move, ends, steps).model_copy(
            update={"gone": True, "steps": silent, "origin": documents.End(), "destination": documents.End()}
        )
        outbox.post(peer=line.peer, kind=documents.NOTICE, subject=subject_of(move), data=documents.written(document))
        change.update(line, told=steps[-1].number, gone=True)


def ask_elsewhere(move: Move, ends: Ends, peer: Peer, change: Recorder) -> None:
    """Ask the register of the place left about people of whom no declaration is known; it keeps the move from now on."""
    from domicile.apps.moves.messages import documents

    first = MoveChange.objects.get(move=move, number=1)
    rows = ground.movers_of(move)
    document = documents.Question(
        move=move.pk, made_at=move.made_at, reason=move.reason, asked=ends.origin.code, people=documents.somebodies(rows),
        destination=documents.end(ends.destination), step=documents.step(first),
    )  # fmt: skip
    held = Correspondence.objects.filter(move=move, peer=peer).first()
    if held is None:
        change.create(Correspondence(move=move, peer=peer, keeps=True, told=1))
    else:
        change.update(held, keeps=True, told=1, gone=False)
    outbox.post(peer=peer, kind=documents.QUESTION, subject=move.pk, data=documents.written(document))


def request(
    move: Move, peer: Peer, document: Request, kind: str, step: str, actor: Viewer, change: Recorder
) -> MoveRequest:
    """Ask the keeper to take a step. Raises Refused while it has not answered an earlier one."""
    from domicile.apps.moves.messages import documents

    if ground.waiting_of(move):
        raise Refused(_("The other register has not answered yet: wait for its word."))
    row = change.create(
        MoveRequest(
            pk=document.request, move=move, step=step, made_at=timezone.now(), made_by=actor.user_id,
            made_by_name=actor.name,
        )
    )  # fmt: skip
    outbox.post(peer=peer, kind=kind, subject=subject_of(move), data=documents.written(document))
    return row


def subject_of(move: Move) -> uuid.UUID:
    """What the messages about a move are ordered by: those who did not come together are told of in one order."""
    while move.part_of_id is not None:
        whole = turns.row(Move, move.part_of_id)
        if whole is None:
            break
        move = whole
    return move.pk


def _since(move: Move, line: Correspondence) -> list[MoveChange]:
    return [row for row in ground.steps_of(move) if row.number > line.told]


def _declaration(move: Move, ends: Ends, steps: Sequence[MoveChange]) -> Declaration:
    from domicile.apps.moves.messages import documents

    begins = max((row.number for row in steps if row.step in BEGINNINGS), default=1)
    return documents.Declaration(
        move=move.pk, part_of=move.part_of_id, made_at=move.made_at, reason=move.reason,
        expected_return=move.expected_return, origin=documents.end(ends.origin),
        people=documents.somebodies(ground.movers_of(move)),
        steps=[documents.step(row, words=row.number >= begins) for row in steps],
    )  # fmt: skip


def _notice(move: Move, ends: Ends, steps: Sequence[MoveChange]) -> Notice:
    from domicile.apps.moves.messages import documents

    return documents.Notice(
        move=move.pk, origin=documents.end(ends.origin), destination=documents.end(ends.destination),
        people=documents.movers(move), steps=[documents.step(row) for row in steps],
    )  # fmt: skip
