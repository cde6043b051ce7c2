"""Messages that were set aside, here or at the other end: tried again, or given up for good with word to the other end."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.peers import actions, inbox, outbox, registry
from domicile.apps.peers.builtin import GIVEN_UP, VOID
from domicile.apps.peers.models import GIVEN_UP_SEEN, GIVEN_UP_THERE, InMessage, Line, OutMessage, Peer


def send_again(*, actor: Viewer, message_id: uuid.UUID) -> OutMessage:
    """Offer a refused message to the other end once more, with all that it held up."""
    actions.require(actor)
    with transaction.atomic():
        message = _held(OutMessage, message_id, OutMessage.State.REFUSED)
        with _recording(actor, "peers.send_again", message.peer) as change:
            return change.update(message, state=OutMessage.State.WAITING, problem="", words="")


def send_no_more(*, actor: Viewer, message_id: uuid.UUID, reason: str) -> OutMessage:
    """Give up a refused message: in its place the other end is told that there is nothing, so that later ones go on."""
    actions.require(actor)
    with transaction.atomic():
        message = _held(OutMessage, message_id, OutMessage.State.REFUSED)
        with _recording(actor, "peers.send_no_more", message.peer, reason) as change:
            now, void = timezone.now(), message.kind == VOID
            change.update(message, state=OutMessage.State.GIVEN_UP, settled_at=now, words=_said(reason))
            if not void:
                outbox.keep(
                    peer=message.peer, kind=VOID, schema=1, subject=message.subject, number=message.number,
                    data={"message": str(message.pk)},
                )  # fmt: skip
        registry.tell_given_up(message)
        return message


def apply_again(*, actor: Viewer, message_id: uuid.UUID) -> InMessage:
    """Try once more to apply a message that was set aside, with all that it held up."""
    actions.require(actor)
    with transaction.atomic():
        message = _held(InMessage, message_id, InMessage.State.ASIDE)
        with _recording(actor, "peers.apply_again", message.peer) as change:
            return change.update(
                message, state=InMessage.State.WAITING, next_at=timezone.now(), attempts=0, problem="", words=""
            )


def apply_no_more(*, actor: Viewer, message_id: uuid.UUID, reason: str) -> InMessage:
    """Give up a message that was set aside: later ones go on, and its sender is told why."""
    actions.require(actor)
    with transaction.atomic():
        message = _held(InMessage, message_id, InMessage.State.ASIDE)
        with _recording(actor, "peers.apply_no_more", message.peer, reason) as change:
            said = _said(reason)
            change.update(message, state=InMessage.State.GIVEN_UP, settled_at=timezone.now(), words=said)
            inbox.note([message])
            told = {"message": str(message.message_id), "words": said}
            outbox.post(peer=message.peer, kind=GIVEN_UP, subject=new_id(), data=told)
        return message


def seen(*, actor: Viewer, message_id: uuid.UUID) -> OutMessage:
    """Note that somebody knows of a message given up at the other end: it leaves the page, and never counts as taken."""
    actions.require(actor)
    with transaction.atomic():
        message = _held(OutMessage, message_id, OutMessage.State.RECEIVED, problem=GIVEN_UP_THERE)
        with _recording(actor, "peers.seen", message.peer) as change:
            return change.update(message, problem=GIVEN_UP_SEEN)


def try_now(*, actor: Viewer, peer_id: uuid.UUID) -> None:
    """Try the line to a peer at once, however long it would still wait."""
    actions.require(actor)
    Line.objects.filter(peer=peer_id).update(next_at=None)


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Say why."), "reason")
    return reason.strip()[:300]


def _held(model: Any, key: uuid.UUID, state: str, **others: str) -> Any:
    waiting = model.objects.select_for_update(of=("self",)).select_related("peer")
    found = waiting.filter(pk=key, state=state, **others).first()
    if found is None:
        raise Refused(_("Somebody was quicker: look at the page again."))
    return found


def _recording(actor: Viewer, action: str, peer: Peer, reason: str = ""):  # type: ignore[no-untyped-def]
    return recording(
        actor=actor, action=action, subject_kind=actions.SUBJECT, subject_id=peer.pk, reason=reason.strip()[:200]
    )
