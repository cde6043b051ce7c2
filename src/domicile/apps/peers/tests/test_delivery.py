"""Rounds of delivery: what waits goes out, and only what the other end itself signed counts as its answer."""

import base64
import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from domicile.apps.peers import actions, builtin, delivery, inbox, keys, lines, outbox, wire
from domicile.apps.peers.events import canonical
from domicile.apps.peers.models import InMessage, Line, OutMessage, Peer
from domicile.apps.peers.tests.wired import SECONDS, SUBJECT, batch, send, signed
from tests.peers import incoming

pytestmark = pytest.mark.django_db


class There:
    """The other end: what it received, and what it answers."""

    def __init__(self, peer: Peer) -> None:
        self.peer, self.bodies = peer, list[bytes]()
        self.outcome: dict[str, Any] = {"outcome": "stored"}
        self.status, self.key_id, self.change = 200, peer.keys.get().key_id, lambda answered: answered
        self.nonce = ""

    def __call__(self, peer: Peer, request: wire.Request, body: bytes) -> lines.Answered:
        self.bodies.append(body)
        told = canonical({"answers": [{"id": one["id"], **self.outcome} for one in json.loads(body)]})
        nonce = self.nonce or request.headers["Signature-Input"].partition('nonce="')[2].partition('"')[0]
        answer = wire.sign_answer(self.status, "application/json", told, self.key_id, nonce, seconds=SECONDS)
        found: lines.Answered = self.change(lines.Answered(self.status, dict(answer.headers), told))
        return found


@pytest.fixture
def there(own: Peer, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> There:
    found = There(peer)
    monkeypatch.setattr(lines, "send", found)
    return found


def post(peer: Peer, count: int = 1) -> list[OutMessage]:
    return [outbox.post(peer=peer, kind=builtin.NOTE, subject=SUBJECT, data={"text": f"{n}"}) for n in range(count)]


def test_what_waits_goes_in_one_batch_and_its_sender_is_told(
    there: There, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[OutMessage] = []
    monkeypatch.setattr(delivery.registry, "_acknowledged", {builtin.NOTE: [told.extend]})
    sent = post(peer, 3)

    report = delivery.deliver_once(now=timezone.now())

    assert report == delivery.Report(3, 0, 0)
    assert [one["sequence"] for one in json.loads(there.bodies[0])] == ["0000000001", "0000000002", "0000000003"]
    assert [message.pk for message in told] == [message.pk for message in sent]
    assert set(OutMessage.objects.values_list("state", flat=True)) == {"received"}
    assert delivery.deliver_once(now=timezone.now()) == delivery.Report()


def _forged(answered: lines.Answered) -> lines.Answered:
    """An answer with a signature of the right length that nobody made."""
    forged = f"sig=:{base64.b64encode(bytes(64)).decode()}:"
    return lines.Answered(answered.status, {**answered.headers, "Signature": forged}, answered.body)


def _changed(answered: lines.Answered) -> lines.Answered:
    """An answer that says something else than what was signed, and whose digest says so too."""
    body = answered.body.replace(b"stored", b"had")
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return lines.Answered(answered.status, {**answered.headers, "Content-Digest": f"sha-256=:{digest}:"}, body)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda answered: lines.Answered(500, {}, b"oops"), "status_500"),
        (lambda answered: lines.Answered(302, {"Location": "http://elsewhere"}, b""), "redirect"),
        (lambda answered: lines.Answered(401, {}, b'{"error":"key_revoked"}'), "key_revoked"),
        (lambda answered: lines.Answered(401, {}, b'{"error":"<script>"}'), "status_401"),
        (lambda answered: lines.Answered(200, {}, answered.body), "answer_not_signed"),
        (lambda answered: lines.Answered(200, answered.headers, answered.body[:-4]), "answer_not_signed"),
        (lambda answered: lines.Answered(413, {}, b"{}"), "too_large"),
        (lambda answered: lines.Answered(401, {}, b'{"error":["stale"]}'), "status_401"),
        (_forged, "answer_not_signed"),
        (_changed, "answer_not_signed"),
    ],
)
def test_a_line_that_fails_waits_longer_each_time_and_loses_nothing(
    there: There, peer: Peer, change: Callable[[lines.Answered], lines.Answered], problem: str
) -> None:
    post(peer)
    there.change = change
    now, waits = timezone.now(), []
    for _turn in range(4):
        assert delivery.deliver_once(now=now) == delivery.Report(failed=1)
        line = Line.objects.get(peer=peer)
        assert line.problem == problem
        waits.append((line.next_at - now).total_seconds())
        assert delivery.deliver_once(now=now) == delivery.Report()  # its time has not come
        now = line.next_at

    assert [0.5 * 2**n <= wait <= 2**n for n, wait in enumerate(waits)] == [True] * 4
    there.change = lambda answered: answered
    assert delivery.deliver_once(now=now).delivered == 1
    assert Line.objects.get(peer=peer).failures == 0


def test_a_line_that_failed_while_the_clock_was_fast_does_not_wait_for_that_hour(there: There, peer: Peer) -> None:
    post(peer)
    there.status, right = 500, timezone.now()
    assert delivery.deliver_once(now=right + dt.timedelta(hours=19)).failed == 1

    there.status = 200
    assert delivery.deliver_once(now=right).delivered == 1


def test_an_answer_of_somebody_else_or_to_another_request_does_not_count(there: There, own: Peer, peer: Peer) -> None:
    post(peer)
    good, now = there.key_id, timezone.now()
    for key_id, nonce in ((own.keys.get().key_id, ""), (good, "of-another-request")):
        there.key_id, there.nonce = key_id, nonce
        assert delivery.deliver_once(now=now).failed == 1
        line = Line.objects.get(peer=peer)
        assert line.problem == "answer_not_signed"
        assert OutMessage.objects.get().state == "waiting"
        now = line.next_at
    there.key_id, there.nonce = good, ""
    assert delivery.deliver_once(now=now).delivered == 1


def test_a_refused_message_is_put_aside_and_holds_up_its_own_subject_alone(there: There, peer: Peer) -> None:
    post(peer)
    there.outcome = {"outcome": "refused", "code": "unknown_type", "words": ""}
    assert delivery.deliver_once(now=timezone.now()).refused == 1
    there.outcome = {"outcome": "stored"}
    post(peer)
    other = outbox.post(peer=peer, kind=builtin.NOTE, subject=uuid.uuid4(), data={"text": "x"})

    assert delivery.deliver_once(now=timezone.now()).delivered == 1

    states = {message.pk: message.state for message in OutMessage.objects.all()}
    assert states[other.pk] == "received"
    assert sorted(states.values()) == ["received", "refused", "waiting"]


def test_what_is_too_large_for_the_other_end_goes_in_halves(there: There, peer: Peer) -> None:
    post(peer, 5)
    there.change = lambda answered: (
        answered if len(json.loads(there.bodies[-1])) < 3 else lines.Answered(413, {}, b"{}")
    )
    assert delivery.deliver_once(now=timezone.now()).delivered == 5
    assert [len(json.loads(body)) for body in there.bodies] == [5, 2, 3, 1, 2]


@pytest.mark.parametrize("culprit", range(5))
def test_what_arrived_before_one_that_is_too_large_is_noted_and_the_line_stops_there(
    there: There, peer: Peer, culprit: int
) -> None:
    sent = [str(message.pk) for message in post(peer, 5)]
    there.change = lambda answered: (
        lines.Answered(413, {}, b"{}") if sent[culprit] in there.bodies[-1].decode() else answered
    )
    now = timezone.now()

    if culprit:
        assert delivery.deliver_once(now=now) == delivery.Report(culprit, 0, 0)
    assert delivery.deliver_once(now=now) == delivery.Report(failed=1)

    waiting = OutMessage.objects.filter(state="waiting").order_by("pk")
    assert [str(message.pk) for message in waiting] == sent[culprit:]
    assert Line.objects.get(peer=peer).problem == "too_large"
    assert not any(
        one in body.decode()
        for body in there.bodies
        for one in sent[culprit + 1 :]
        if sent[culprit] not in body.decode()
    )


def test_a_new_key_signs_once_the_peer_knows_it(there: There, own: Peer, peer: Peer) -> None:
    old = own.keys.get()
    fresh = actions.rotate(actor=actions.MACHINE)
    held = keys.own_keys(timezone.now())

    assert keys.signing_key(held, peer).key_id == old.key_id
    assert delivery.deliver_once(now=timezone.now()).delivered == 1
    assert keys.signing_key(held, peer).key_id == fresh.key_id
    # The other end, told of it, lets the new one count beside the old until the overlap ends.
    told = json.loads(there.bodies[0])[0]["data"]
    assert told["old"] == [old.key_id]
    own_proof = bytes.fromhex(told["proof"])
    keys.public(bytes.fromhex(told["new"])).verify(own_proof, actions.proof_text(fresh.key_id, own.pk))


def test_a_peer_tells_of_its_new_key_under_the_old_one(own: Peer, peer: Peer) -> None:
    key_id, public = keys.new_private()
    old, ends = peer.keys.get(), timezone.now() + dt.timedelta(days=14)
    proof = keys.private(key_id).sign(actions.proof_text(key_id, peer.pk)).hex()
    data = {"new": public.hex(), "old": [old.key_id], "old_ends": ends.isoformat(), "proof": proof}
    stolen = {**data, "proof": keys.private(old.key_id).sign(actions.proof_text(key_id, peer.pk)).hex()}

    incoming.take_in(peer, keys.KEY, uuid.uuid4(), 1, stolen)
    incoming.take_in(peer, keys.KEY, SUBJECT, 1, data)

    assert inbox.apply_waiting() == 1
    assert InMessage.objects.filter(state="aside").count() == 1
    assert {key.key_id: key.valid_to for key in peer.keys.all()} == {key_id: None, old.key_id: ends}
    body = batch(peer, "new", subject=uuid.uuid4())
    assert send(signed(peer, body, key_id=key_id), body).status_code == 200
    incoming.take_in(peer, keys.KEY, uuid.uuid4(), 1, {"revoked": old.key_id})
    inbox.apply_waiting()
    body = batch(peer, "old", subject=uuid.uuid4())
    assert send(signed(peer, body, key_id=old.key_id), body).json() == {"error": "key_revoked"}


@pytest.mark.parametrize(
    "answers", [{"answers": [{"id": "1", "outcome": ["stored"]}]}, {"answers": {}}, [], {"answers": [1]}]
)
def test_an_answer_that_says_nothing_is_a_failure_of_the_line(
    there: There, peer: Peer, monkeypatch: pytest.MonkeyPatch, answers: Any
) -> None:
    post(peer)
    monkeypatch.setattr(delivery.orjson, "loads", lambda body: answers)
    assert delivery.deliver_once(now=timezone.now()).failed == 1
    assert Line.objects.get(peer=peer).problem == "bad_answer"


def test_words_of_the_other_end_are_one_line_that_every_database_keeps(there: There, peer: Peer) -> None:
    sent = post(peer)[0]
    there.outcome = {"outcome": "refused", "code": "not_taken\u0000", "words": "No\u0000 \u202e such\nplace."}
    assert delivery.deliver_once(now=timezone.now()).refused == 1
    sent.refresh_from_db()
    assert (sent.problem, sent.words) == ("not_taken ", "No    such place.")


@pytest.mark.sqlite_only
def test_what_was_sent_before_is_not_gone_through(own: Peer, peer: Peer) -> None:
    """The plans of SQLite, which keeps no statistics: by the lists of what waits and was refused, not by all that was ever sent."""
    with CaptureQueriesContext(connection) as asked:
        delivery.due(timezone.now())
        delivery.next_batch(peer)
    plans = []
    for one in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + one["sql"])
            plans.append("; ".join(row[3] for row in cursor.fetchall()))
    told = "; ".join(plans)
    assert told.count("INDEX sent_waiting") == 2, told
    assert "INDEX sent_refused (peer_id=? AND subject=? AND number<?)" in told
    assert "sent_of_peer" not in told
