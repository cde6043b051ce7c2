"""Kinds of message that two registers understand whatever else they carry: keys, notes, gaps and what was given up."""

import datetime as dt
import uuid

from cryptography.exceptions import InvalidSignature
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.peers import actions, cards, keys, registry
from domicile.apps.peers.events import line, moment
from domicile.apps.peers.inbox import GAP
from domicile.apps.peers.models import GIVEN_UP_THERE, InMessage, OutMessage, Peer, PeerKey

NOTE, VOID, GIVEN_UP = "note", GAP, "given_up"
NOTE_LENGTH = 500
#: So many keys of a peer count at once: those on its card and one that follows.
MOST_KEYS = cards.MOST_KEYS + 1
#: The old key of a peer counts so long at least after the notice of a new one.
LEAST = dt.timedelta(minutes=1)


def register_all() -> None:
    """Make them known."""
    registry.register(keys.KEY, key)
    registry.register(NOTE, note)
    registry.register(VOID, lambda message: None)
    registry.register(GIVEN_UP, given_up)


def note(message: registry.Incoming) -> None:
    """A plain notice of the other administrators: it is shown from the message itself."""
    text = message.data.get("text")
    if not isinstance(text, str) or not 0 < len(text) <= NOTE_LENGTH:
        raise Refused(_("A notice has up to 500 characters."))


def key(message: registry.Incoming) -> None:
    """A new key under an old one, or a key taken back."""
    peer, now, data = message.peer, timezone.now(), message.data
    teller = Viewer(user_id=None, name=peer.name, role="peer", channel="peers")
    with recording(actor=teller, action="peers.key", subject_kind=actions.SUBJECT, subject_id=peer.pk) as change:
        if "revoked" in data:
            held = PeerKey.objects.filter(peer=peer, key_id=str(data["revoked"])[:32], revoked_at__isnull=True).first()
            if held is not None:
                change.update(held, revoked_at=now)
            return
        try:
            raw, ends = bytes.fromhex(str(data["new"])), moment(str(data["old_ends"]))
            keys.public(raw).verify(bytes.fromhex(str(data["proof"])), actions.proof_text(keys.id_of(raw), peer.pk))
        except (KeyError, ValueError, TypeError, InvalidSignature) as problem:
            raise Refused(_("The new key is not proven. Ask the other register for its card.")) from problem
        later = InMessage.objects.filter(peer=peer, kind=keys.KEY, state=InMessage.State.APPLIED)
        if later.filter(made_at__gt=message.made_at).exists():
            raise Refused(_("A later word on the keys of this register was applied already: give this one up."))
        _succeed(change, peer, raw, max(ends, now + LEAST), now)


def _succeed(change: Recorder, peer: Peer, raw: bytes, ends: dt.datetime, now: dt.datetime) -> None:
    """Let a new key of a peer count, and all others of it until `ends` at the latest: whichever of them it told of."""
    counting = list(keys.holding(now).filter(peer=peer))
    known = PeerKey.objects.filter(key_id=keys.id_of(raw)).first()
    if known is not None and known not in counting:
        raise Refused(_("This key is another register's, or was taken back. Ask the other register for its card."))
    if known is None and len(counting) >= MOST_KEYS:
        raise Refused(_("Too many keys of this register count at once. Ask it for its card."))
    if known is None:
        change.create(PeerKey(peer=peer, key_id=keys.id_of(raw), public=raw, valid_from=now))
    else:
        change.update(known, valid_to=None)
    for held in counting:
        if held != known and (held.valid_to is None or held.valid_to > ends):
            change.update(held, valid_to=ends)


def given_up(message: registry.Incoming) -> None:
    """The other end has given up one of our messages: it stands on the page of the register until somebody has seen it."""
    try:
        sent = OutMessage.objects.get(pk=uuid.UUID(str(message.data["message"])), peer=message.peer)
    except (KeyError, ValueError, OutMessage.DoesNotExist) as problem:
        raise Refused(_("This register has sent no such message.")) from problem
    if sent.state == OutMessage.State.WAITING:
        raise registry.NotNow(_("Its receipt is not noted yet."))
    if sent.state == OutMessage.State.RECEIVED:
        sent.problem, sent.words = GIVEN_UP_THERE, line(message.data.get("words", ""), 300)
        sent.save(update_fields=["problem", "words"])
        registry.tell_given_up(sent)
