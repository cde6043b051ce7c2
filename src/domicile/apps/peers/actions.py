"""What administrators do about other registers: each is recorded."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.policies import administrators
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.peers import cards, directory, keys, outbox, policies
from domicile.apps.peers.models import Line, Peer, PeerArea, PeerKey

MACHINE = Viewer(
    user_id=None, name="machine", role="machine", permissions=frozenset({policies.MANAGE}), channel="command"
)
SUBJECT = "peer"


def require(actor: Viewer) -> None:
    """Raise NotAllowed unless the actor keeps the links of this register: with the right, over all that it answers for."""
    actor.require(policies.MANAGE)
    own = directory.own()
    if actor.user_id is None or own is None:
        return
    if not all(actor.covers(prefix) for prefix in own.areas.values_list("prefix", flat=True)):
        raise NotAllowed("manage_peers outside the area")


def set_up(*, actor: Viewer, name: str, address: str, areas: Sequence[str]) -> Peer:
    """Say how this register is called, where others reach it and what it answers for; makes its key the first time.

    Raises Refused naming the faulty field.
    """
    require(actor)
    address, prefixes, now, own = (
        cards.check_address(address),
        cards.check_areas(areas),
        timezone.now(),
        directory.own(),
    )
    if not name.strip():
        raise Refused(_("Say how this register is called."), "name")
    row = own or Peer(pk=uuid.uuid4(), state=Peer.State.OWN, since=now)
    with _recording(actor, "peers.set_up", row) as change:
        if own is None:
            row.name, row.address = name.strip()[:64], address
            change.create(row)
            _new_key(change, row, now)
        else:
            change.update(row, name=name.strip()[:64], address=address)
        _set_areas(change, row, prefixes)
    return row


def propose(*, actor: Viewer, card: cards.Card) -> Peer:
    """Take up the card of another register; it counts once somebody has compared its fingerprint and confirmed it.

    A card of a register that is known already renews its address, areas and keys, and waits to be confirmed again.
    Raises Refused.
    """
    require(actor)
    now = timezone.now()
    if directory.own_id() == card.id:
        raise Refused(_("This is the card of this register itself."), "card")
    row = Peer.objects.filter(pk=card.id).first()
    proposed = {"state": Peer.State.PROPOSED, "since": now, "proposed_by": actor.user_id, "confirmed_by": None}
    fresh = row or Peer(pk=card.id, name=card.name, address=card.address, **proposed)
    with _recording(actor, "peers.propose", fresh) as change:
        if row is None:
            change.create(fresh)
            Line.objects.create(peer=fresh)
        else:
            change.update(fresh, name=card.name, address=card.address, **proposed)
        _set_areas(change, fresh, card.areas)
        _set_keys(change, fresh, card.keys, now)
    return fresh


def confirm(*, actor: Viewer, peer_id: uuid.UUID) -> Peer:
    """Let a proposed peer count: its fingerprint was compared. Where there is a second administrator, it is that one."""
    require(actor)
    peer = _peer(peer_id, Peer.State.PROPOSED)
    if actor.user_id is not None and actor.user_id == peer.proposed_by and second_administrators(actor):
        raise Refused(
            _("You took up this card yourself: a second administrator compares the fingerprint and confirms.")
        )
    with _recording(actor, "peers.confirm", peer) as change:
        return change.update(peer, state=Peer.State.ACTIVE, confirmed_by=actor.user_id)


def second_administrators(actor: Viewer) -> bool:
    """Whether somebody else could confirm."""
    own = directory.own()
    codes = tuple(own.areas.values_list("prefix", flat=True)) if own else ()
    return bool(administrators(timezone.localdate()).over(codes, but=(actor.user_id,)))


def pause(*, actor: Viewer, peer_id: uuid.UUID, reason: str) -> Peer:
    """Send and take in nothing for a while; what is written meanwhile waits."""
    return _to(actor, peer_id, "peers.pause", (Peer.State.ACTIVE,), Peer.State.PAUSED, reason)


def resume(*, actor: Viewer, peer_id: uuid.UUID) -> Peer:
    """Go on after a pause."""
    return _to(actor, peer_id, "peers.resume", (Peer.State.PAUSED,), Peer.State.ACTIVE, "")


def end(*, actor: Viewer, peer_id: uuid.UUID, reason: str) -> Peer:
    """End a link: the peer answers for no place any more. What was sent and received stays on record."""
    held = (Peer.State.ACTIVE, Peer.State.PAUSED, Peer.State.PROPOSED)
    with transaction.atomic():
        peer = _to(actor, peer_id, "peers.end", held, Peer.State.ENDED, reason)
        PeerArea.objects.filter(peer=peer).delete()
    return peer


def _to(
    actor: Viewer, peer_id: uuid.UUID, action: str, held: Sequence[Peer.State], state: Peer.State, reason: str
) -> Peer:
    require(actor)
    peer = _peer(peer_id, *held)
    with _recording(actor, action, peer, reason=reason) as change:
        return change.update(peer, state=state)


def rotate(*, actor: Viewer) -> PeerKey:
    """Make a new key, tell every peer of it under the old one, and let the old one end after the overlap.

    Raises Refused while another rotation is under way.
    """
    require(actor)
    own, now = directory.own(), timezone.now()
    if own is None:
        raise Refused(_("Say first how this register is called and where it is reached: domicile peers own."))
    held = keys.own_keys(now)
    if len(held) > 1:
        raise Refused(
            _("The last rotation is not over: both keys count until %(day)s.") % {"day": f"{held[0].valid_to:%Y-%m-%d}"}
        )
    ends = now + dt.timedelta(days=policies.number("overlap_days"))
    with _recording(actor, "peers.rotate", own) as change:
        fresh = _new_key(change, own, now)
        for old in held:
            change.update(old, valid_to=ends)
        told = {"new": bytes(fresh.public).hex(), "old": [key.key_id for key in held], "old_ends": ends.isoformat()}
        _tell_all(fresh.pk, {**told, "proof": proof(fresh.key_id, own.pk)})
    return fresh


def proof(key_id: str, register: uuid.UUID) -> str:
    """The new key's own word that it belongs to a register: nobody announces a key that they do not hold."""
    return keys.private(key_id).sign(proof_text(key_id, register)).hex()


def proof_text(key_id: str, register: uuid.UUID) -> bytes:
    """What a new key signs."""
    return f"domicile key {key_id} of {register}".encode()


def revoke(*, actor: Viewer, key_id: str, reason: str) -> PeerKey:
    """Take a key back at once, an own one or a peer's. Peers are told of an own one.

    Where the last own key goes, a new one is made: hand out the card again.
    """
    require(actor)
    key = PeerKey.objects.select_related("peer").filter(key_id=key_id, revoked_at__isnull=True).first()
    if key is None:
        raise Refused(_("There is no such key that counts."))
    now, own = timezone.now(), key.peer.state == Peer.State.OWN
    with _recording(actor, "peers.revoke", key.peer, reason=reason) as change:
        if own:
            _tell_all(new_id(), {"revoked": key_id})
            if len(keys.own_keys(now)) == 1:
                _new_key(change, key.peer, now)
        return change.update(key, revoked_at=now)


def _tell_all(subject: uuid.UUID, data: dict[str, object]) -> None:
    for peer in Peer.objects.filter(state__in=(Peer.State.ACTIVE, Peer.State.PAUSED)):
        outbox.post(peer=peer, kind=keys.KEY, subject=subject, data=data)


def _new_key(change: Recorder, own: Peer, now: dt.datetime) -> PeerKey:
    key_id, public = keys.new_private()
    return change.create(PeerKey(peer=own, key_id=key_id, public=public, valid_from=now))


def _set_areas(change: Recorder, peer: Peer, prefixes: Sequence[str]) -> None:
    """Answer for exactly these areas. Raises Refused where another register does already."""
    held = {row.prefix: row for row in peer.areas.all()}
    for prefix, row in held.items():
        if prefix not in prefixes:
            change.delete(row)
    try:
        with transaction.atomic():
            for prefix in prefixes:
                if prefix not in held:
                    change.create(PeerArea(peer=peer, prefix=prefix))
    except IntegrityError as problem:
        raise Refused(_("Another register answers for one of these areas, or for one in it."), "areas") from problem


def _set_keys(change: Recorder, peer: Peer, public: Sequence[bytes], now: dt.datetime) -> None:
    """Let exactly these keys count for a peer. Raises Refused for a key that is somebody else's or was taken back."""
    held = {bytes(key.public): key for key in peer.keys.filter(revoked_at__isnull=True)}
    for raw, key in held.items():
        if raw not in public:
            change.update(key, revoked_at=now)
    for raw in public:
        key_id = keys.id_of(raw)
        if raw in held:
            change.update(held[raw], valid_to=None)
        elif PeerKey.objects.filter(key_id=key_id).exists():
            raise Refused(_("One of the keys on the card is another register's, or was taken back."), "card")
        else:
            change.create(PeerKey(peer=peer, key_id=key_id, public=raw, valid_from=now))


def _peer(peer_id: uuid.UUID, *states: Peer.State) -> Peer:
    found = Peer.objects.filter(pk=peer_id).exclude(state=Peer.State.OWN).first()
    if found is None:
        raise Refused(_("There is no such register."))
    if found.state not in states:
        raise Refused(_("That does not go with how the link stands now. Look at the page again."))
    return found


def _recording(actor: Viewer, action: str, peer: Peer, *, reason: str = ""):  # type: ignore[no-untyped-def]
    return recording(actor=actor, action=action, subject_kind=SUBJECT, subject_id=peer.pk, reason=reason[:200])
