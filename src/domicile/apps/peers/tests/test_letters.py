"""Messages that were set aside: each has a cure."""

import datetime as dt
import json
import uuid

import pytest
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.peers import (
    actions,
    bodies,
    builtin,
    delivery,
    inbox,
    letters,
    notes,
    outbox,
    registry,
    retention,
    selectors,
)
from domicile.apps.peers.inbox import Answer
from domicile.apps.peers.models import InMessage, OutMessage, Peer, Thread
from domicile.apps.vault.models import SubjectKey
from domicile.apps.vault.sealing import Erased
from tests.peers import incoming

pytestmark = pytest.mark.django_db
SUBJECT = uuid.UUID("00000000-0000-4000-8000-0000000000a1")
MACHINE = actions.MACHINE


@pytest.fixture
def peer() -> Peer:
    incoming.own_register()
    return incoming.peer()


def refused_note(peer: Peer) -> OutMessage:
    sent = outbox.post(peer=peer, kind=builtin.NOTE, subject=SUBJECT, data={"text": "x"})
    answer = Answer(str(sent.pk), inbox.NO, "unknown_type")
    delivery.note(peer, [sent], {sent.pk: answer}, timezone.now())
    return sent


def test_a_refused_message_goes_again(peer: Peer) -> None:
    sent = refused_note(peer)
    later = outbox.post(peer=peer, kind=builtin.NOTE, subject=SUBJECT, data={"text": "y"})
    assert list(delivery.sendable(peer)) == []

    letters.send_again(actor=MACHINE, message_id=sent.pk)

    assert [message.pk for message in delivery.next_batch(peer).messages] == [sent.pk, later.pk]
    assert Change.objects.get(action="peers.send_again").subject_id == peer.pk


def test_a_refused_message_that_is_given_up_leaves_a_gap_that_is_told(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(registry, "_given_up", {builtin.NOTE: [lambda message: told.append(message.words)]})
    sent = refused_note(peer)

    letters.send_no_more(actor=MACHINE, message_id=sent.pk, reason="too old")

    batch = delivery.next_batch(peer)
    event = json.loads(batch.contents[0])
    assert (event["type"], event["sequence"]) == ("domicile.void.v1", "0000000001")
    assert told == ["too old"]
    with pytest.raises(Refused):
        letters.send_no_more(actor=MACHINE, message_id=sent.pk, reason="again")


def test_a_gap_lets_later_messages_go_on(peer: Peer) -> None:
    incoming.take_in(peer, builtin.NOTE, SUBJECT, 2, {"text": "later"})
    assert inbox.apply_waiting() == 0
    incoming.take_in(peer, builtin.VOID, SUBJECT, 1, {"message": str(uuid.uuid4())})
    assert inbox.apply_waiting() == 2


def test_a_gap_in_place_of_a_message_that_did_arrive_is_none(peer: Peer) -> None:
    document = incoming.document(peer, builtin.NOTE, SUBJECT, 1, {"text": "x"})
    inbox.receive(peer, [document])
    assert incoming.take_in(peer, builtin.VOID, SUBJECT, 1, {"message": document["id"]}).outcome == "had"
    assert incoming.take_in(peer, builtin.VOID, SUBJECT, 1, {"message": "?"}).code == "number_taken"


def test_a_message_set_aside_is_tried_again_or_given_up_with_word_to_its_sender(peer: Peer) -> None:
    incoming.take_in(peer, builtin.NOTE, SUBJECT, 1, {"text": ""})
    incoming.take_in(peer, builtin.NOTE, SUBJECT, 2, {"text": "good"})
    assert inbox.apply_waiting() == 0
    aside = InMessage.objects.get(state="aside")

    letters.apply_again(actor=MACHINE, message_id=aside.pk)
    assert inbox.apply_waiting() == 0
    with pytest.raises(Refused):
        letters.apply_no_more(actor=MACHINE, message_id=aside.pk, reason=" ")
    letters.apply_no_more(actor=MACHINE, message_id=aside.pk, reason="empty")

    assert inbox.apply_waiting() == 1
    assert Thread.objects.get(subject=SUBJECT).settled == 2
    assert json.loads(delivery.next_batch(peer).contents[0])["data"] == {
        "message": str(aside.message_id), "words": "empty",
    }  # fmt: skip


def test_the_sender_is_told_that_its_message_was_given_up(peer: Peer) -> None:
    sent = outbox.post(peer=peer, kind=builtin.NOTE, subject=SUBJECT, data={"text": "x"})
    incoming.take_in(peer, builtin.GIVEN_UP, uuid.uuid4(), 1, {"message": str(sent.pk), "words": "empty"})
    incoming.take_in(peer, builtin.GIVEN_UP, uuid.uuid4(), 1, {"message": str(uuid.uuid4())})

    assert inbox.apply_waiting() == 0  # its receipt is not noted yet: that comes first
    delivery.note(peer, [sent], {sent.pk: Answer(str(sent.pk), inbox.STORED)}, timezone.now())
    InMessage.objects.update(next_at=incoming.MADE)
    assert inbox.apply_waiting() == 1

    sent.refresh_from_db()
    assert (sent.state, sent.problem, sent.words) == ("received", "given_up_there", "empty")
    assert selectors.set_aside(peer)[0] == sent
    assert selectors.directory(peer.pk)[0].set_aside == 2  # and the notice about a message that was never sent

    letters.seen(actor=MACHINE, message_id=sent.pk)

    assert sent not in selectors.set_aside(peer)
    assert selectors.directory(peer.pk)[0].given_up == 0
    assert Change.objects.get(action="peers.seen").subject_id == peer.pk
    with pytest.raises(Refused):
        letters.seen(actor=MACHINE, message_id=sent.pk)


def test_a_notice_loses_numbers_of_people(peer: Peer) -> None:
    notes.send(actor=MACHINE, peer_id=peer.pk, text="  ask 13800000000 about it ")
    assert json.loads(delivery.next_batch(peer).contents[0])["data"]["text"] == "ask [number] about it"
    with pytest.raises(Refused):
        notes.send(actor=MACHINE, peer_id=peer.pk, text="x" * 501)


def test_contents_end_after_their_time_and_their_key_with_the_last_of_them(peer: Peer) -> None:
    sent = outbox.post(peer=peer, kind=builtin.NOTE, subject=SUBJECT, data={"text": "x"})
    incoming.take_in(peer, builtin.NOTE, SUBJECT, 1, {"text": "y"})
    inbox.apply_waiting()
    later = timezone.now() + dt.timedelta(days=91)

    assert retention.erase_settled(later) == 1
    assert SubjectKey.objects.filter(pk=sent.sealed_under).exists()  # what was sent is not settled yet
    delivery.note(peer, [sent], {sent.pk: Answer(str(sent.pk), inbox.STORED)}, timezone.now())
    assert retention.erase_settled(later) == 1

    sent.refresh_from_db()
    assert sent.body is None
    assert len(sent.digest) == 32
    assert not SubjectKey.objects.filter(pk=sent.sealed_under).exists()
    with pytest.raises(Erased):
        bodies.open_bodies([("peers_outmessage", sent.pk, sent.sealed_under, sent.body)])
