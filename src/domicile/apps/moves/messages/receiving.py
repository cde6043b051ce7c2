"""What comes from another register about a move: one function a kind of message."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common import turns
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import ground, policies
from domicile.apps.moves.actions import elsewhere
from domicile.apps.moves.meant.actions import taken_back
from domicile.apps.moves.messages import documents, following, questions
from domicile.apps.moves.messages.sending import subject_of
from domicile.apps.moves.messages.speaking import peer_viewer
from domicile.apps.moves.models import Correspondence, Move
from domicile.apps.moves.policies import Ends
from domicile.apps.peers import directory, outbox
from domicile.apps.peers.models import Peer
from domicile.apps.peers.registry import Incoming

TAKEN_BACK = _("Taken back before anybody had answered.")
ON_FILE = _("This stands against what is on file here: look at both records of the move.")


def declaration(message: Incoming) -> None:
    """A move leads here."""
    told = documents.read(documents.Declaration, message.data)
    if not directory.answers_for(message.peer, told.origin.code):
        raise Refused(_("This register speaks of a place that is not its own: {code}.").format(code=told.origin.code))
    if not policies.in_register(told.origin.to_code):
        raise Refused(_("The destination is no place of this register: {code}.").format(code=told.origin.to_code))
    following.begin(message.peer, told, peer_viewer(message.peer))


def notice(message: Incoming) -> None:
    """Its keeper has taken steps of a move that leads, or led, here."""
    told = documents.read(documents.Notice, message.data)
    move = ground.move_of(told.move)
    line = _line(move, message.peer, keeps=True) if move else None
    if move is None or line is None:
        raise Refused(_("No such move is kept by that register: {move}.").format(move=told.move))
    following.follow(move, told, line, peer_viewer(message.peer))


def answer(message: Incoming) -> None:
    """A request was not granted, or a question found nobody."""
    told = documents.read(documents.Answer, message.data)
    move = ground.move_of(told.move)
    line = _line(move, message.peer) if move else None
    if move is None or line is None:
        raise Refused(_("No such move is kept by that register: {move}.").format(move=told.move))
    following.answered(move, told, line, peer_viewer(message.peer))


def arrival(message: Incoming) -> None:
    """They have arrived over there."""
    told = documents.read(documents.Arrival, message.data)

    def take(move: Move, ends: Ends, actor: Viewer, change: Recorder) -> None:
        if not directory.answers_for(message.peer, told.destination.code):
            raise Refused(
                _("This register speaks of a place that is not its own: {code}.").format(code=told.destination.code)
            )
        elsewhere.arrive(move, ends, told, actor, change)

    _requested(message, told, "moves.arrive", take)


def correction(message: Incoming) -> None:
    """The day of arrival over there was another one; or what was corrected here is accepted; or nobody has arrived yet."""
    told = documents.read(documents.Correction, message.data)
    takes = {"accept": elsewhere.accept, "not_yet": elsewhere.not_yet}.get(told.step, elsewhere.correct)
    _requested(message, told, f"moves.{told.step or 'correct'}", lambda *at: takes(*at, told=told))


def withdrawal(message: Incoming) -> None:
    """The arrival over there was none."""
    told = documents.read(documents.Withdrawal, message.data)
    if taken_back(actor=peer_viewer(message.peer, told.who), peer=message.peer, move_key=told.move):
        questions.answer(message.peer, told.move, "refused", TAKEN_BACK)
        return
    _requested(message, told, "moves.withdraw", lambda *at: elsewhere.withdraw(*at, told=told))


def question(message: Incoming) -> None:
    """Somebody has arrived there: do they live here?"""
    questions.question(message)


def _line(move: Move, peer: Peer, *, keeps: bool | None = None) -> Correspondence | None:
    """What is spoken with a register about a move; `keeps`: where it keeps the move, or does not."""
    lines = (line for line in ground.lines_of(move) if line.peer_id == peer.pk)
    return next((line for line in lines if keeps is None or line.keeps == keeps), None)


def _requested(
    message: Incoming, told: documents.Request, action: str, take: Callable[[Move, Ends, Viewer, Recorder], Any]
) -> None:
    """Take the step, or tell in words why not: the other end waits for one or the other."""
    try:
        with turns.atomic():
            move = ground.move_of(told.move)
            line = _line(move, message.peer, keeps=False) if move else None
            if move is None or line is None or line.gone:
                raise Refused(_("This move is not told to your register, or leads elsewhere by now."))
            ends, actor = policies.ends_of(move), peer_viewer(message.peer, told.who)
            kind, subject = following.about(move)
            with recording(
                actor=actor, action=action, subject_kind=kind, subject_id=subject, place_code=ends.origin.code,
                reason=told.reason, evidence=told.evidence,
            ) as change:  # fmt: skip
                take(move, ends, actor, change)
    except (Refused, IntegrityError) as error:
        words = str(error.message) if isinstance(error, Refused) else str(ON_FILE)
        refused = documents.Answer(move=told.move, request=told.request, outcome="refused", words=words[:200])
        known = turns.row(Move, told.move)
        outbox.post(
            peer=message.peer, kind=documents.ANSWER, subject=subject_of(known) if known else message.subject,
            data=documents.written(refused),
        )  # fmt: skip
