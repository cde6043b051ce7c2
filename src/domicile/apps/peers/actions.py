"""What administrators do about other registers: each is recorded."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.policies import administrators
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.peers import cards, directory, keys, outbox, policies
from domicile.apps.peers.models import Line, OutMessage, Peer, PeerArea, PeerKey

MACHINE = Viewer(
    user_id=None, name="machine", role="machine", permissions=frozenset({policies.MANAGE}), channel="command"
)
SUBJECT = "peer"
INSTANT = dt.timedelta(microseconds=1)


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
    """Keep the card of another register: nothing of it counts before somebody has compared its fingerprint and confirmed.

    The card of a register that is linked already changes nothing either until then. Raises Refused.
    """
    require(actor)
    if directory.own_id() == card.id:
        raise Refused(_("This is the card of this register itself."), "card")
    now = timezone.now()
    _check(card, now)
    row = Peer.objects.filter(pk=card.id).first()
    kept = {"card": card.text(), "proposed_by": actor.user_id}
    fresh = row or Peer(
        pk=card.id, name=card.name, address=card.address, state=Peer.State.PROPOSED, since=now, **kept
    )  # fmt: skip
    with _recording(actor, "peers.propose", fresh) as change:
        if row is None:
            change.create(fresh)
            Line.objects.create(peer=fresh)
        else:
            change.update(fresh, **kept)
    return fresh


def confirm(*, actor: Viewer, peer_id: uuid.UUID, fingerprint: str) -> Peer:
    """Let the card that waits count: `fingerprint` is the one that was compared, and no other card counts by it.

    Where there is a second administrator, it is that one who confirms. Raises Refused.
    """
    require(actor)
    now = timezone.now()
    with transaction.atomic():
        peer = Peer.objects.select_for_update().filter(pk=peer_id).exclude(state=Peer.State.OWN).first()
        if peer is None or not peer.card:
            raise Refused(_("No card of this register waits to be confirmed. Take up its card first."))
        card = cards.read(peer.card)
        if not cards.is_of(fingerprint, card):
            raise Refused(
                _("The card that waits has another fingerprint: it was changed meanwhile. Compare it once more.")
            )
        if actor.user_id is not None and actor.user_id == peer.proposed_by and second_administrators(actor):
            raise Refused(
                _("You took up this card yourself: a second administrator compares the fingerprint and confirms.")
            )
        again = peer.state in Peer.LINKED
        told = {} if again else {"state": Peer.State.ACTIVE, "since": now}
        with _recording(actor, "peers.confirm", peer) as change:
            change.update(peer, name=card.name, address=card.address, card="", confirmed_by=actor.user_id, **told)
            _set_areas(change, peer, card.areas)
            _set_keys(change, peer, card, now)
        Line.objects.filter(peer=peer).update(next_at=None)  # the card may be the cure of what failed
        _tell_newest(peer, now)
    return peer


def drop(*, actor: Viewer, peer_id: uuid.UUID) -> Peer:
    """Drop the card that waits: it was taken up by mistake. The link stays as it is; a register without one is ended instead."""
    require(actor)
    with transaction.atomic():
        peer = _peer(peer_id, *Peer.LINKED, Peer.State.ENDED)
        if not peer.card:
            raise Refused(_("No card of this register waits to be confirmed. Take up its card first."))
        with _recording(actor, "peers.drop", peer) as change:
            return change.update(peer, card="")


def trust(*, actor: Viewer, peer_id: uuid.UUID, ca_file: str) -> Peer:
    """Name the file of authorities that the certificate of a peer is checked against; '' for the usual ones."""
    require(actor)
    peer = _peer(peer_id, *Peer.LINKED, Peer.State.PROPOSED, Peer.State.ENDED)
    if peer.state == Peer.State.ENDED and not peer.card:
        raise Refused(_("No card of this register waits to be confirmed. Take up its card first."))
    with _recording(actor, "peers.trust", peer) as change:
        return change.update(peer, ca_file=ca_file)


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
    held = (*Peer.LINKED, Peer.State.PROPOSED)
    with transaction.atomic():
        require(actor)
        peer = _peer(peer_id, *held)
        with _recording(actor, "peers.end", peer, reason=reason) as change:
            for area in peer.areas.all():
                change.delete(area)
            return change.update(peer, state=Peer.State.ENDED, card="")


def _to(
    actor: Viewer, peer_id: uuid.UUID, action: str, held: Sequence[Peer.State], state: Peer.State, reason: str
) -> Peer:
    require(actor)
    peer = _peer(peer_id, *held)
    with _recording(actor, action, peer, reason=reason) as change:
        return change.update(peer, state=state)


def rotate(*, actor: Viewer) -> PeerKey:
    """Make a new key, tell every peer of it under the old one, and let the old one end after the overlap.

    Raises Refused while another rotation is under way, unless the file of its new key is lost.
    """
    require(actor)
    own, now = directory.own(), timezone.now()
    if own is None:
        raise Refused(_("Say first how this register is called and where it is reached: domicile peers own."))
    held = keys.own_keys(now)
    ending = [key.valid_to for key in held if key.valid_to is not None]
    if ending and any(key.valid_to is None and keys.is_here(key) for key in held):
        raise Refused(
            _("The last rotation is not over: both keys count until %(day)s.") % {"day": f"{max(ending):%Y-%m-%d}"}
        )
    with _recording(actor, "peers.rotate", own) as change:
        return _succeed(change, own, now)


def _succeed(change: Recorder, own: Peer, now: dt.datetime) -> PeerKey:
    """A new own key, announced to every peer under the keys that count; those end after the overlap, none later than before."""
    held, ends = keys.own_keys(now), now + dt.timedelta(days=policies.number("overlap_days"))
    fresh = _new_key(change, own, now)
    for old in held:
        change.update(old, valid_to=min(old.valid_to or ends, ends))
    _tell_all(fresh.pk, _announcement(fresh, held, ends))
    return fresh


def _announcement(fresh: PeerKey, held: Sequence[PeerKey], ends: dt.datetime) -> dict[str, object]:
    return {
        "new": bytes(fresh.public).hex(), "old": [key.key_id for key in held], "old_ends": ends.isoformat(),
        "proof": proof(fresh.key_id, fresh.peer_id),
    }  # fmt: skip


def _tell_newest(peer: Peer, now: dt.datetime) -> None:
    """Tell a peer of a new key while the old one counts too: which of them stood on the card that it has is not known."""
    held = sorted(keys.own_keys(now), key=lambda key: key.valid_from)
    ending = [key.valid_to for key in held if key.valid_to is not None]
    if not ending or len(held) == len(ending):
        return
    fresh, old = held[-1], [key for key in held if key.valid_to is not None]
    if not OutMessage.objects.filter(peer=peer, subject=fresh.pk, kind=keys.KEY).exists():
        outbox.post(peer=peer, kind=keys.KEY, subject=fresh.pk, data=_announcement(fresh, old, max(ending)))


def proof(key_id: str, register: uuid.UUID) -> str:
    """The new key's own word that it belongs to a register: nobody announces a key that they do not hold."""
    return keys.private(key_id).sign(proof_text(key_id, register)).hex()


def proof_text(key_id: str, register: uuid.UUID) -> bytes:
    """What a new key signs."""
    return f"domicile key {key_id} of {register}".encode()


def revoke(*, actor: Viewer, key_id: str, reason: str) -> PeerKey:
    """Take a key back at once, an own one or a peer's. Peers are told of an own one.

    Where no own key without an end is left, a new one is made. An older one that counts still announces it; where there is
    none, hand out the card again.
    """
    require(actor)
    key = PeerKey.objects.select_related("peer").filter(key_id=key_id, revoked_at__isnull=True).first()
    if key is None:
        raise Refused(_("There is no such key that counts."))
    now, own = timezone.now(), key.peer.state == Peer.State.OWN
    with _recording(actor, "peers.revoke", key.peer, reason=reason) as change:
        if own:
            _tell_all(new_id(), {"revoked": key_id})
        change.update(key, revoked_at=now)
        if own:
            left = keys.own_keys(now)
            if not left:
                _new_key(change, key.peer, now)
            elif all(one.valid_to is not None for one in left):
                _succeed(change, key.peer, now)
    return key


def _tell_all(subject: uuid.UUID, data: dict[str, object]) -> None:
    for peer in Peer.objects.filter(state__in=Peer.LINKED).order_by("pk"):
        outbox.post(peer=peer, kind=keys.KEY, subject=subject, data=data)


def _new_key(change: Recorder, own: Peer, now: dt.datetime) -> PeerKey:
    key_id, public = keys.new_private()
    return change.create(PeerKey(peer=own, key_id=key_id, public=public, valid_from=now))


def _check(card: cards.Card, now: dt.datetime) -> None:
    """Raise Refused for a card that could not be confirmed as things stand."""
    taken = PeerArea.objects.exclude(peer=card.id).values_list("prefix", flat=True)
    if any(one.startswith(other) or other.startswith(one) for one in taken for other in card.areas):
        raise Refused(_("Another register answers for one of these areas, or for one in it."), "areas")
    if not card.counting(now):
        raise Refused(_("Every key on this card has ended. Ask for a new card."), "card")
    same = PeerKey.objects.filter(key_id__in=[keys.id_of(raw) for raw in card.keys])
    if same.filter(~Q(peer=card.id) | Q(revoked_at__isnull=False)).exists():
        raise Refused(_("One of the keys on the card is another register's, or was taken back."), "card")


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


def _set_keys(change: Recorder, peer: Peer, card: cards.Card, now: dt.datetime) -> None:
    """Let exactly the keys on a card count for a peer, each until its end. Raises Refused as `_check`."""
    _check(card, now)
    counting, held = card.counting(now), {bytes(key.public): key for key in peer.keys.filter(revoked_at__isnull=True)}
    over = {raw: end for raw, end in zip(card.keys, card.ends, strict=False) if end is not None and end <= now}
    for raw, key in held.items():
        if raw not in card.keys:
            change.update(key, revoked_at=now)
        elif raw in over:  # a key holds a while, however late its card was taken up here
            change.update(key, valid_to=max(over[raw], key.valid_from + INSTANT))
    for raw, end in counting:
        if raw in held:  # a card of an older version names no ends: one that was told stays, beside another key
            change.update(held[raw], valid_to=end or (held[raw].valid_to if len(counting) > 1 else None))
        else:
            change.create(PeerKey(peer=peer, key_id=keys.id_of(raw), public=raw, valid_from=now, valid_to=end))


def _peer(peer_id: uuid.UUID, *states: Peer.State) -> Peer:
    found = Peer.objects.filter(pk=peer_id).exclude(state=Peer.State.OWN).first()
    if found is None:
        raise Refused(_("There is no such register."))
    if found.state not in states:
        raise Refused(_("That does not go with how the link stands now. Look at the page again."))
    return found


def _recording(actor: Viewer, action: str, peer: Peer, *, reason: str = ""):  # type: ignore[no-untyped-def]
    return recording(actor=actor, action=action, subject_kind=SUBJECT, subject_id=peer.pk, reason=reason[:200])
