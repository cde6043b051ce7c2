"""Messages that came: each is stored once and applied once, in its order."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.peers import directory, inbox, outbox, registry
from domicile.apps.peers.actions import MACHINE
from domicile.apps.peers.models import InMessage, OutMessage, Peer, PeerArea, Thread
from tests.peers import incoming

pytestmark = pytest.mark.django_db
SUBJECT = uuid.UUID("00000000-0000-4000-8000-0000000000a1")


@pytest.fixture
def peer() -> Peer:
    incoming.own_register()
    return incoming.peer()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[registry.Incoming]:
    """A kind of message `word` that is known for the length of a test, and the messages of it that were applied."""
    messages: list[registry.Incoming] = []

    def handle(message: registry.Incoming) -> None:
        if message.data.get("refuse"):
            raise Refused("No such thing.")
        if message.data.get("later"):
            raise registry.NotNow("the day has not come")
        if message.data.get("break"):
            raise ZeroDivisionError
        messages.append(message)

    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    registry.register("word", handle)
    return messages


def test_a_place_has_one_peer_that_answers_for_it(peer: Peer) -> None:
    assert directory.peer_for("770102001002003") == peer
    assert directory.peer_for("770102") == peer
    assert directory.peer_for("770101001002") is None  # an own place
    assert directory.peer_for("7701") is None  # of both
    assert not directory.is_linked("880101")
    for state, linked in ((Peer.State.PAUSED, True), (Peer.State.PROPOSED, False), (Peer.State.ENDED, False)):
        Peer.objects.filter(pk=peer.pk).update(state=state)
        assert directory.is_linked("770102") is linked
        assert bool(directory.linked_areas()) is linked


def test_messages_about_a_subject_are_counted_from_one(peer: Peer) -> None:
    posted = [outbox.post(peer=peer, kind="word", subject=SUBJECT, data={"n": n}) for n in range(3)]
    posted.append(outbox.post(peer=peer, kind="word", subject=uuid.uuid4(), data={}))

    assert [message.number for message in posted] == [1, 2, 3, 1]
    held = OutMessage.objects.get(pk=posted[0].pk)
    assert held.state == "waiting"
    assert b'"n"' not in bytes(held.body)


def test_a_message_is_posted_with_three_statements(peer: Peer, django_assert_num_queries: Any) -> None:
    outbox.post(peer=peer, kind="word", subject=SUBJECT, data={})  # makes the key of the day
    with django_assert_num_queries(3):
        outbox.post(peer=peer, kind="word", subject=SUBJECT, data={"n": 1})
    with pytest.raises(ValueError, match="too large"):
        outbox.post(peer=peer, kind="word", subject=SUBJECT, data={"n": "x" * 1_000_000})


def test_messages_are_applied_in_the_order_of_their_numbers(peer: Peer, heard: list[registry.Incoming]) -> None:
    for number in (3, 2):
        assert incoming.take_in(peer, "word", SUBJECT, number, {"n": number}).outcome == "stored"
    assert inbox.apply_waiting() == 0

    incoming.take_in(peer, "word", SUBJECT, 1, {"n": 1})

    assert inbox.apply_waiting() == 3
    assert [message.data["n"] for message in heard] == [1, 2, 3]
    assert Thread.objects.get().settled == 3
    assert inbox.apply_waiting() == 0


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_at_the_end_of_a_transaction_holds_up_no_other_message(
    heard: list[registry.Incoming],
) -> None:
    incoming.own_register()
    peer = incoming.peer()

    def lead_nowhere(message: registry.Incoming) -> None:
        Thread.objects.create(peer_id=uuid.uuid4(), subject=uuid.uuid4())  # of no register: told when all is written

    registry.register("nowhere", lead_nowhere)
    incoming.take_in(peer, "nowhere", uuid.uuid4(), 1, {})
    for number in range(3):
        incoming.take_in(peer, "word", uuid.uuid4(), 1, {"n": number})

    assert inbox.apply_waiting() == 3
    assert {message.data["n"] for message in heard} == {0, 1, 2}
    broken = InMessage.objects.get(kind="nowhere")
    assert (broken.state, broken.attempts, broken.problem) == ("waiting", 1, "error")
    assert not Thread.objects.exclude(peer=peer).exists()
    for _time in range(20):
        InMessage.objects.filter(state="waiting").update(next_at=timezone.now())
        inbox.apply_waiting()
    assert InMessage.objects.get(kind="nowhere").state == "aside"


def test_a_message_that_comes_again_counts_once(peer: Peer, heard: list[registry.Incoming]) -> None:
    document = incoming.document(peer, "word", SUBJECT, 1, {"n": 1})

    answers = [*inbox.receive(peer, [document, document]), *inbox.receive(peer, [document])]

    assert [answer.outcome for answer in answers] == ["stored", "had", "had"]
    assert inbox.apply_waiting() == 1
    assert inbox.receive(peer, [{**document, "data": {"n": 2}}])[0].code == "changed"
    other = incoming.document(peer, "word", SUBJECT, 1, {"n": 2})
    assert inbox.receive(peer, [other])[0].code == "number_taken"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": "urn:uuid:00000000-0000-4000-8000-00000000dead"}, "wrong_source"),
        ({"recipient": "urn:uuid:00000000-0000-4000-8000-00000000dead"}, "wrong_recipient"),
        ({"type": "domicile.rumour.v1"}, "unknown_type"),
        ({"type": "domicile.word.v2"}, "unknown_schema"),
        ({"type": "com.example.word"}, "unknown_type"),
        ({"sequence": "0"}, "not_an_event"),
        ({"sequence": "99999999999"}, "not_an_event"),
        ({"id": "1"}, "not_an_event"),
        ({"time": "2026-11-02T08:00:00"}, "not_an_event"),
        ({"time": "9999-12-31T23:59:59+00:00"}, "not_an_event"),
        ({"time": "0001-01-01T00:00:00+00:00"}, "not_an_event"),
        ({"extra": "1"}, "not_an_event"),
        ({"data": [1]}, "not_an_event"),
        ({"subject": "x" * 300}, "not_an_event"),
    ],
)
def test_what_is_no_message_for_this_register_is_refused_with_a_code(
    peer: Peer, heard: list[registry.Incoming], change: dict[str, Any], code: str
) -> None:
    answer = inbox.receive(peer, [{**incoming.document(peer, "word", SUBJECT, 1, {}), **change}])[0]

    assert (answer.outcome, answer.code) == ("refused", code)
    assert not InMessage.objects.exists()


def test_a_message_that_must_wait_is_kept(peer: Peer, heard: list[registry.Incoming]) -> None:
    incoming.take_in(peer, "word", SUBJECT, 1, {"later": True})

    assert inbox.apply_waiting() == 0

    held = InMessage.objects.get()
    assert (held.state, held.problem, held.words) == ("waiting", "not_now", "the day has not come")
    assert held.next_at > held.received_at


def test_a_message_that_came_while_the_clock_was_fast_does_not_wait_for_that_hour(
    peer: Peer, heard: list[registry.Incoming]
) -> None:
    event = incoming.document(peer, "word", SUBJECT, 1, {})
    inbox.receive(peer, [event], now=timezone.now() + dt.timedelta(hours=19))

    assert inbox.apply_waiting() == 1


def test_a_refused_message_is_set_aside_and_holds_up_its_own_subject_alone(
    peer: Peer, heard: list[registry.Incoming]
) -> None:
    incoming.take_in(peer, "word", SUBJECT, 1, {"refuse": True})
    incoming.take_in(peer, "word", SUBJECT, 2, {})
    incoming.take_in(peer, "word", uuid.uuid4(), 1, {})

    assert inbox.apply_waiting() == 1

    held = InMessage.objects.get(subject=SUBJECT, number=1)
    assert (held.state, held.words) == ("aside", "No such thing.")
    assert len(heard) == 1


def test_an_error_is_tried_again_and_then_set_aside(
    peer: Peer, heard: list[registry.Incoming], caplog: pytest.LogCaptureFixture
) -> None:
    incoming.take_in(peer, "word", SUBJECT, 1, {"break": True})
    for _turn in range(8):
        InMessage.objects.update(next_at=incoming.MADE)
        inbox.apply_waiting()

    held = InMessage.objects.get()
    assert (held.state, held.attempts, held.words) == ("aside", 8, "ZeroDivisionError")


def test_many_messages_take_a_fixed_number_of_statements(
    peer: Peer, heard: list[registry.Incoming], django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "TURN", 600.0)  # one turn, however slow this machine is at the moment
    monkeypatch.setattr(inbox, "AT_ONCE", 100)
    batches = [[incoming.document(peer, "word", uuid.uuid4(), 1, {"n": n}) for n in range(size)] for size in (1, 50)]
    inbox.receive(peer, [incoming.document(peer, "word", uuid.uuid4(), 1, {})])  # makes the key of the day
    inbox.apply_waiting()
    for batch in batches:
        # own register, begin, peer, those there already, key of the day, messages, when heard, threads, end
        with django_assert_num_queries(9):
            inbox.receive(peer, batch)
        # begin, the heads, keys, marks, threads, end; then a look that finds nothing
        with django_assert_num_queries(6 + 3):
            inbox.apply_waiting()
    assert len(heard) == 52


def test_what_the_database_forbids_of_one_message_fails_alone(
    peer: Peer, monkeypatch: pytest.MonkeyPatch, heard: list[registry.Incoming]
) -> None:
    def answer_for(message: registry.Incoming) -> None:
        with recording(actor=MACHINE, action="test", subject_kind="peer", subject_id=peer.pk) as change:
            change.create(PeerArea(peer=peer, prefix=message.data["area"]))

    registry.register("area", answer_for)
    for area in ("880101", "880102", "880101", "880103"):  # one of them twice
        incoming.take_in(peer, "area", uuid.uuid4(), 1, {"area": area})

    assert inbox.apply_waiting() == 3
    assert sorted(directory.linked_areas()) == [(area, peer.name) for area in ("770102", "880101", "880102", "880103")]
    waits = InMessage.objects.get(state="waiting")
    assert (waits.problem, waits.words, waits.attempts) == ("error", "IntegrityError", 1)
    assert Change.objects.filter(action="test").count() == 3
