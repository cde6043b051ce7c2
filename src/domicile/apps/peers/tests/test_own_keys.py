"""The own keys: no rotation cuts a line, and a register that lost its key says so and gets another."""

import json
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.utils import timezone

from domicile.apps.common.refusals import Refused
from domicile.apps.peers import actions, cards, delivery, keys, letters, outbox, selectors
from domicile.apps.peers.models import GIVEN_UP_THERE, OutMessage, Peer, PeerKey
from domicile.apps.peers.tests.linked import DAYS, MACHINE, all_received, card_there, ends_of, link
from domicile.cli import peers as command

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Peer:
    return actions.set_up(actor=MACHINE, name="安禾县", address="", areas=["770101"])


def test_a_card_taken_up_during_a_rotation_does_not_hurry_the_new_key(own: Peer) -> None:
    _id, public = keys.new_private()
    peer = link(card_there(public))
    old = own.keys.get()
    fresh = actions.rotate(actor=MACHINE)
    peer = link(card_there(public, address="https://linxi.example.com"))

    held = keys.own_keys(timezone.now())
    assert keys.signing_key(held, peer).key_id == old.key_id  # the notice has not arrived: the new key is unknown there
    assert OutMessage.objects.filter(kind=keys.KEY).count() == 1
    all_received(peer)
    assert keys.signing_key(held, peer).key_id == fresh.key_id


def test_a_register_that_is_linked_during_a_rotation_is_told_of_the_new_key(own: Peer) -> None:
    old, fresh = own.keys.get(), actions.rotate(actor=MACHINE)
    _id, public = keys.new_private()
    peer = link(card_there(public))  # whoever has our card from before the rotation knows the old key alone

    held = keys.own_keys(timezone.now())
    assert keys.signing_key(held, peer).key_id == old.key_id
    all_received(peer)
    assert keys.signing_key(held, peer).key_id == fresh.key_id


def test_a_notice_of_a_new_key_that_was_given_up_there_is_not_signed_with_even_once_that_is_noted(own: Peer) -> None:
    _id, public = keys.new_private()
    peer = link(card_there(public))
    old = own.keys.get()
    fresh = actions.rotate(actor=MACHINE)
    all_received(peer)
    held, told = keys.own_keys(timezone.now()), OutMessage.objects.get(kind=keys.KEY)
    assert keys.signing_key(held, peer).key_id == fresh.key_id
    OutMessage.objects.filter(pk=told.pk).update(problem=GIVEN_UP_THERE)
    assert keys.signing_key(held, peer).key_id == old.key_id

    letters.seen(actor=MACHINE, message_id=told.pk)

    assert keys.signing_key(held, peer).key_id == old.key_id


def test_a_new_key_that_is_taken_back_during_the_overlap_is_followed_by_another(own: Peer) -> None:
    _id, public = keys.new_private()
    peer = link(card_there(public))
    old, stolen = own.keys.get(), actions.rotate(actor=MACHINE)
    all_received(peer)
    ends = timezone.now() + DAYS
    PeerKey.objects.filter(pk=old.pk).update(valid_to=ends)

    actions.revoke(actor=MACHINE, key_id=stolen.key_id, reason="stolen")

    assert ends_of(own)[old.key_id] == ends  # no longer than before
    third = own.keys.get(valid_to=None, revoked_at=None)
    assert third.key_id not in {old.key_id, stolen.key_id}
    told = [json.loads(content)["data"] for content in delivery.next_batch(peer).contents]
    assert told[0] == {"revoked": stolen.key_id}
    assert told[1]["old"] == [old.key_id]
    held = keys.own_keys(timezone.now())
    assert keys.signing_key(held, peer).key_id == old.key_id
    all_received(peer)
    assert keys.signing_key(held, peer).key_id == third.key_id
    assert len(keys.own_keys(timezone.now() + 15 * DAYS)) == 1  # the line goes on after the overlap


def test_an_old_key_that_is_taken_back_during_the_overlap_leaves_the_new_one(own: Peer) -> None:
    old, fresh = own.keys.get(), actions.rotate(actor=MACHINE)
    actions.revoke(actor=MACHINE, key_id=old.key_id, reason="stolen")
    assert [key.key_id for key in keys.own_keys(timezone.now())] == [fresh.key_id]
    with pytest.raises(Refused):
        actions.revoke(actor=MACHINE, key_id=old.key_id, reason="again")


def test_a_second_rotation_waits_for_the_first(own: Peer) -> None:
    actions.rotate(actor=MACHINE)
    with pytest.raises(Refused, match=f"{timezone.now() + 14 * DAYS:%Y-%m-%d}"):
        actions.rotate(actor=MACHINE)


def lose(own: Peer, how: str) -> None:
    if how == keys.NO_KEY:
        PeerKey.objects.filter(peer=own).update(revoked_at=timezone.now())
        return
    for key in own.keys.all():
        (Path(settings.KEYS) / f"peer-{key.key_id}.key").unlink()
    keys._private.cache_clear()


@pytest.mark.parametrize("rotated", [False, True])
@pytest.mark.parametrize("how", [keys.NO_KEY, keys.NO_FILE])
def test_a_register_without_its_own_key_waits_and_says_so(own: Peer, how: str, rotated: bool) -> None:
    if rotated:
        actions.rotate(actor=MACHINE)
    _id, public = keys.new_private()
    peer = link(card_there(public))
    outbox.post(peer=peer, kind="note", subject=uuid.uuid4(), data={"text": "x"})
    lose(own, how)
    now = timezone.now()

    assert delivery.deliver_once(now=now).failed == 1

    peer.line.refresh_from_db()
    assert peer.line.problem == how
    assert peer.line.next_at > now
    assert keys.trouble(now) == how
    assert len(keys.missing(now)) == (how == keys.NO_FILE) * (1 + rotated)
    assert selectors.in_trouble(now) == 2  # the line, and the register itself
    assert delivery.deliver_once(now=now) == delivery.Report()  # its time has not come
    ran = CliRunner().invoke(command.command, ["list"], standalone_mode=False)
    assert ran.return_value == 1
    assert "domicile peers rotate" in ran.output
    fresh = actions.rotate(actor=MACHINE)
    assert keys.trouble(now + DAYS) == ""
    assert keys.signing_key(keys.own_keys(timezone.now()), peer).key_id == fresh.key_id
    assert fresh.key_id in {keys.id_of(raw) for raw in cards.read(cards.card_of(own, timezone.now()).text()).keys}


def test_a_peer_without_a_key_is_named_with_its_cure(own: Peer) -> None:
    key_id, public = keys.new_private()
    peer = link(card_there(public))
    assert selectors.directory(peer.pk)[0].trouble == ""
    actions.revoke(actor=MACHINE, key_id=key_id, reason="stolen there")
    assert selectors.directory(peer.pk)[0].trouble == selectors.NO_KEY_OF_PEER
