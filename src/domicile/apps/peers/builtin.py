"""Kinds of message that two registers understand whatever else they carry: keys, notes, gaps and what was given up."""

import datetime as dt
import uuid

from cryptography.exceptions import InvalidSignature
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.peers import actions, keys, registry
from domicile.apps.peers.inbox import GAP
from domicile.apps.peers.models import OutMessage, PeerKey

NOTE, VOID, GIVEN_UP = "note", GAP, "given_up"
NOTE_LENGTH = 500
MOST_KEYS = 2


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
            raw, ends = bytes.fromhex(str(data["new"])), dt.datetime.fromisoformat(str(data["old_ends"]))
            keys.public(raw).verify(bytes.fromhex(str(data["proof"])), actions.proof_text(keys.id_of(raw), peer.pk))
            old = [str(one) for one in data["old"]]
        except (KeyError, ValueError, TypeError, InvalidSignature) as problem:
            raise Refused(_("The new key is not proven. Ask the other register for its card.")) from problem
        if (
            PeerKey.objects.filter(key_id=keys.id_of(raw)).exists()
            or keys.holding(now).filter(peer=peer).count() >= MOST_KEYS
        ):
            raise Refused(_("This key is known already, or too many keys count at once. Ask for the card."))
        change.create(PeerKey(peer=peer, key_id=keys.id_of(raw), public=raw, valid_from=now))
        for held in PeerKey.objects.filter(peer=peer, key_id__in=old, revoked_at__isnull=True):
            change.update(held, valid_to=max(ends, now + dt.timedelta(minutes=1)))


def given_up(message: registry.Incoming) -> None:
    """The other end has set one of our messages aside for good."""
    try:
        sent = OutMessage.objects.get(pk=uuid.UUID(str(message.data["message"])), peer=message.peer)
    except (KeyError, ValueError, OutMessage.DoesNotExist) as problem:
        raise Refused(_("This register has sent no such message.")) from problem
    sent.problem, sent.words = "given_up_there", str(message.data.get("words", ""))[:300]
    sent.save(update_fields=["problem", "words"])
    registry.tell_given_up(sent)
