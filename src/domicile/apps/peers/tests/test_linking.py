"""Cards: nothing of a card counts before its fingerprint was confirmed."""

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.peers import actions, cards, directory, inbox, keys
from domicile.apps.peers.models import InMessage, Line, Peer, PeerKey
from domicile.apps.peers.tests.linked import DAYS, MACHINE, card_there, ends_of, link
from domicile.cli import peers as command
from tests.cast import WU, sign_in
from tests.peers import incoming

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Peer:
    return actions.set_up(actor=MACHINE, name="安禾县", address="", areas=["770101"])


def announced(peer: Peer, fresh: str, old: Sequence[str], ends: dt.datetime) -> dict[str, object]:
    """What a peer says of a new key of its own."""
    public = keys.private(fresh).public_key().public_bytes_raw()
    proof = keys.private(fresh).sign(actions.proof_text(fresh, peer.pk)).hex()
    return {"new": public.hex(), "old": list(old), "old_ends": ends.isoformat(), "proof": proof}


def test_a_card_tells_the_ends_of_keys_beside_what_older_versions_read(own: Peer) -> None:
    plain = cards.card_of(own, timezone.now())
    assert "ends" not in json.loads(plain.text())
    actions.rotate(actor=MACHINE)

    card = cards.card_of(own, timezone.now())

    assert cards.read(card.text()) == card
    assert [end is None for end in card.ends] == [False, True]
    told = json.loads(card.text())
    ends = told.pop("ends")
    assert cards.read(json.dumps(told)).fingerprint == card.fingerprint
    for wrong in (
        ["9999-12-31T23:59:59-12:00", None],
        [None],
        [ends[0], "soon"],
        [ends[0][:19], None],
        "x",
        7,
        [7, None],
    ):
        with pytest.raises(Refused):
            cards.read(json.dumps({**told, "ends": wrong}))


def test_a_card_is_read_as_it_was_written_and_no_other_way(own: Peer) -> None:
    card = cards.card_of(own, timezone.now())

    assert cards.read(card.text()) == card
    for change in ({"areas": ["77"]}, {"address": "http://127.0.0.1:9"}, {"name": ""}, {"keys": []}, {"version": 2}):
        with pytest.raises(Refused):
            cards.read(json.dumps({**json.loads(card.text()), **change}))
    for text in ("", "[]", "{}", "null", "x" * 30_000):
        with pytest.raises(Refused):
            cards.read(text)


def test_the_keys_on_a_card_end_as_it_says_and_the_next_rotation_is_heard(own: Peer) -> None:
    (old_id, old), (new_id, new) = keys.new_private(), keys.new_private()
    ends = timezone.now() + 9 * DAYS
    peer = link(card_there(old, new, ends=(ends, None)))
    assert ends_of(peer) == {old_id: ends, new_id: None}

    third, _public = keys.new_private()
    incoming_own(own)
    incoming.take_in(peer, keys.KEY, uuid.uuid4(), 1, announced(peer, third, [new_id], ends + 9 * DAYS))

    assert inbox.apply_waiting() == 1
    assert ends_of(peer) == {old_id: ends, new_id: ends + 9 * DAYS, third: None}


def incoming_own(own: Peer) -> None:
    """Let messages of `tests.peers.incoming` be for this register."""
    Peer.objects.filter(pk=own.pk).update(state=Peer.State.ENDED)
    own.areas.all().delete()
    incoming.own_register()


def test_a_notice_of_a_new_key_ends_all_others_even_those_of_a_card_without_ends(own: Peer) -> None:
    (old_id, old), (new_id, new) = keys.new_private(), keys.new_private()
    peer = link(card_there(old, new))  # as an older version writes it
    third, _public = keys.new_private()
    ends = timezone.now() + 14 * DAYS
    incoming_own(own)
    incoming.take_in(peer, keys.KEY, uuid.uuid4(), 1, announced(peer, third, [new_id], ends))

    assert inbox.apply_waiting() == 1
    assert ends_of(peer) == {old_id: ends, new_id: ends, third: None}


def test_a_notice_of_a_key_that_a_card_brought_meanwhile_changes_nothing_else(own: Peer) -> None:
    (old_id, old), (new_id, new) = keys.new_private(), keys.new_private()
    ends = timezone.now() + 14 * DAYS
    peer = link(card_there(old, new))
    incoming_own(own)
    incoming.take_in(peer, keys.KEY, uuid.uuid4(), 1, announced(peer, new_id, [old_id], ends))

    assert inbox.apply_waiting() == 1
    assert ends_of(peer) == {old_id: ends, new_id: None}


def test_an_older_notice_of_a_key_counts_no_more_after_a_later_one(own: Peer) -> None:
    key_id, public = keys.new_private()
    peer = link(card_there(public))
    (second, _), (third, _) = keys.new_private(), keys.new_private()
    incoming_own(own)
    ends = timezone.now() + 14 * DAYS
    incoming.take_in(peer, keys.KEY, uuid.uuid4(), 1, announced(peer, third, [key_id], ends))
    inbox.apply_waiting()
    InMessage.objects.update(made_at=incoming.MADE + DAYS)
    incoming.take_in(peer, keys.KEY, uuid.uuid4(), 1, announced(peer, second, [key_id], ends))

    assert inbox.apply_waiting() == 0
    assert ends_of(peer) == {key_id: ends, third: None}


@pytest.mark.parametrize("taken_up", [0, 9])
def test_a_key_that_has_ended_on_a_new_card_counts_no_more(own: Peer, taken_up: int) -> None:
    (old_id, old), (new_id, new) = keys.new_private(), keys.new_private()
    ended = timezone.now() - 2 * DAYS
    peer = link(card_there(old, new))  # as an older version writes it
    PeerKey.objects.filter(peer=peer).update(valid_from=timezone.now() - taken_up * DAYS)

    link(card_there(old, new, ends=(ended, None)))

    assert [key.key_id for key in keys.holding(timezone.now()).filter(peer=peer)] == [new_id]
    key = peer.keys.get(key_id=old_id)
    assert key.revoked_at is None
    assert key.valid_to == max(ended, key.valid_from + actions.INSTANT)


def test_a_card_on_which_every_key_has_ended_is_refused(own: Peer) -> None:
    _id, public = keys.new_private()
    with pytest.raises(Refused):
        actions.propose(actor=MACHINE, card=card_there(public, ends=(timezone.now() - DAYS,)))
    assert not Peer.objects.exclude(pk=own.pk).exists()


def test_a_new_card_of_a_linked_register_changes_nothing_before_it_is_confirmed(own: Peer) -> None:
    (key_id, public), (new_id, new) = keys.new_private(), keys.new_private()
    peer = link(card_there(public))
    changed = card_there(new, address="https://elsewhere.example.org", areas=("770103",), name="别处")
    Line.objects.update(next_at=timezone.now() + DAYS)

    actions.propose(actor=MACHINE, card=changed)

    assert Line.objects.get().next_at is not None
    peer.refresh_from_db()
    assert (peer.name, peer.address, peer.state) == ("临溪县", "https://linxi.example.org", "active")
    assert directory.peer_for("770102") == peer
    assert list(ends_of(peer)) == [key_id]
    confirmed = actions.confirm(
        actor=MACHINE, peer_id=peer.pk, fingerprint=changed.fingerprint.replace(" ", "").upper()
    )
    assert (confirmed.name, confirmed.address, confirmed.card) == ("别处", "https://elsewhere.example.org", "")
    assert directory.peer_for("770102") is None
    assert list(ends_of(peer)) == [new_id]
    assert Line.objects.get().next_at is None  # what waits is sent at once


def test_a_confirmation_holds_for_the_card_that_was_compared_alone(own: Peer) -> None:
    (_id, public), (_other, other) = keys.new_private(), keys.new_private()
    compared, changed = card_there(public), card_there(other)
    actions.propose(actor=MACHINE, card=compared)
    actions.propose(actor=MACHINE, card=changed)

    for told in (compared.fingerprint, "", "0"):
        with pytest.raises(Refused):
            actions.confirm(actor=MACHINE, peer_id=incoming.THERE, fingerprint=told)
    assert Peer.objects.get(pk=incoming.THERE).state == "proposed"

    link(changed)
    with pytest.raises(Refused):  # nothing waits any more
        actions.confirm(actor=MACHINE, peer_id=incoming.THERE, fingerprint=changed.fingerprint)


@pytest.mark.django_db(databases=["default", "log"])
def test_pages_show_the_card_that_waits_and_confirm_no_other(own: Peer, client: Client) -> None:
    (_id, public), (_other, other) = keys.new_private(), keys.new_private()
    shown, changed = card_there(public), card_there(other)
    actions.propose(actor=MACHINE, card=shown)
    sign_in(client, WU)
    page = client.get(reverse("peers:peer", args=[incoming.THERE])).content.decode()
    assert shown.fingerprint in page
    assert "770102" in page
    actions.propose(actor=MACHINE, card=changed)

    answer = client.post(
        reverse("peers:confirm", args=[incoming.THERE]), {"fingerprint": shown.fingerprint, "compared": "on"}
    )  # fmt: skip

    assert answer.status_code == 422
    assert f'value="{changed.fingerprint}"' in answer.content.decode()
    assert Peer.objects.get(pk=incoming.THERE).state == "proposed"


@pytest.mark.django_db(databases=["default", "log"])
@pytest.mark.parametrize(("state", "goes_on"), [("active", True), ("paused", True), ("ended", False)])
def test_a_card_that_was_taken_up_by_mistake_is_shown_for_what_it_is_and_dropped(
    own: Peer, client: Client, state: str, goes_on: bool
) -> None:
    (old_id, public), (_id, new) = keys.new_private(), keys.new_private()
    linked, mistaken = card_there(public), card_there(new, address="https://elsewhere.example.org")
    link(linked)
    Peer.objects.filter(pk=linked.id).update(state=state)
    actions.propose(actor=MACHINE, card=mistaken)
    sign_in(client, WU)
    address = reverse("peers:peer", args=[linked.id])

    page = client.get(address).content.decode()

    assert ("连接照旧" in page) == goes_on
    assert ((linked.fingerprint in page), (mistaken.fingerprint in page)) == (goes_on, not goes_on)
    assert ("elsewhere.example.org" in page) != goes_on
    dropped = client.post(reverse("peers:drop", args=[linked.id]), follow=True).content.decode()
    assert "名片已丢弃" in dropped
    assert reverse("peers:drop", args=[linked.id]) not in dropped
    peer = Peer.objects.get(pk=linked.id)
    assert (peer.state, peer.card, list(ends_of(peer))) == (state, "", [old_id])
    with pytest.raises(Refused):
        actions.drop(actor=MACHINE, peer_id=linked.id)


def test_the_command_confirms_by_the_fingerprint_that_was_read_out(own: Peer, tmp_path: Path) -> None:
    (_id, public), (_other, other) = keys.new_private(), keys.new_private()
    card, file = card_there(public), tmp_path / "linxi.card"
    file.write_text(card.text(), encoding="utf-8")

    def run(*arguments: str, given: str = "") -> object:
        return CliRunner().invoke(command.command, arguments, input=given, standalone_mode=False).exception

    assert run("add", str(file), "--ca", str(tmp_path / "ca.pem")) is None
    assert isinstance(run("confirm", "临溪县", given=f"{card_there(other).fingerprint}\n"), Refused)
    assert run("confirm", "临溪县", given=f"{card.fingerprint}\n") is None

    peer = Peer.objects.get(pk=incoming.THERE)
    assert (peer.state, peer.ca_file) == ("active", str(tmp_path / "ca.pem"))
    assert Change.objects.filter(action="peers.trust", subject_id=peer.pk).exists()


def test_a_card_with_a_key_or_an_area_of_another_register_is_refused_at_once(own: Peer) -> None:
    _id, public = keys.new_private()
    link(card_there(public))
    other = uuid.UUID("00000000-0000-4000-8000-000000000003")
    _new_id, fresh = keys.new_private()
    for key, areas in ((public, ("770103",)), (fresh, ("770102001",)), (fresh, ("77",)), (fresh, ("770101",))):
        with pytest.raises(Refused):
            actions.propose(actor=MACHINE, card=cards.Card(other, "云溪县", "", areas, (key,)))
    assert not Peer.objects.filter(pk=other).exists()


def test_the_end_of_a_link_records_its_areas(own: Peer) -> None:
    _id, public = keys.new_private()
    peer = link(card_there(public))
    actions.end(actor=MACHINE, peer_id=peer.pk, reason="merged")
    assert not peer.areas.exists()
    told = json.loads(Change.objects.get(action="peers.end").values)
    assert ("peers_peerarea", "delete") in [(table, operation) for table, _key, operation, _fields in told]
    with pytest.raises(Refused):
        actions.trust(actor=MACHINE, peer_id=peer.pk, ca_file="ca.pem")
    actions.propose(actor=MACHINE, card=card_there(public))
    assert actions.trust(actor=MACHINE, peer_id=peer.pk, ca_file="ca.pem").ca_file == "ca.pem"
    assert link(card_there(public)).state == "active"
