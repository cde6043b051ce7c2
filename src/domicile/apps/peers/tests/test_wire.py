"""The door for other registers: nothing is stored but what an active peer signed, whole and now."""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from domicile.apps.peers import actions, builtin, cards, delivery, inbox, keys, lines, outbox, receiving, wire
from domicile.apps.peers.events import BATCH, canonical
from domicile.apps.peers.models import InMessage, Line, OutMessage, Peer, PeerKey
from tests.peers import incoming

pytestmark = pytest.mark.django_db
ADDRESS = "http://127.0.0.1:8000"
SUBJECT = uuid.UUID("00000000-0000-4000-8000-0000000000a1")
SECONDS = 300


@pytest.fixture
def own() -> Peer:
    row = incoming.own_register()
    Peer.objects.filter(pk=row.pk).update(address=ADDRESS)
    _key(row)
    return Peer.objects.get(pk=row.pk)


@pytest.fixture
def peer(own: Peer) -> Peer:
    row = incoming.peer()
    Peer.objects.filter(pk=row.pk).update(address="http://127.0.0.1:8001")
    Line.objects.create(peer=row)
    _key(row)
    return Peer.objects.get(pk=row.pk)


def _key(row: Peer) -> PeerKey:
    key_id, public = keys.new_private()
    return PeerKey.objects.create(peer=row, key_id=key_id, public=public, valid_from=incoming.MADE)


def batch(peer: Peer, *texts: str, subject: uuid.UUID = SUBJECT) -> bytes:
    told = [
        incoming.document(peer, builtin.NOTE, subject, number, {"text": text})
        for number, text in enumerate(texts, start=1)
    ]
    return b"[" + b",".join(canonical(one) for one in told) + b"]"


def signed(peer: Peer, body: bytes, *, url: str = wire.target(ADDRESS), key_id: str = "") -> wire.Request:
    return wire.sign_request(url, BATCH, body, key_id or peer.keys.get().key_id, seconds=SECONDS)


def send(request: wire.Request, body: bytes, **others: Any) -> Any:
    headers = {name: value for name, value in request.headers.items() if name != "Content-Type"}
    content_type = others.pop("content_type", request.headers["Content-Type"])
    return Client(raise_request_exception=True).post(
        wire.PATH, body, content_type=content_type, headers=headers, **others
    )


def test_a_signed_batch_is_stored_and_answered_under_the_own_key(own: Peer, peer: Peer) -> None:
    body = batch(peer, "one", "two")
    request = signed(peer, body)

    answer = send(request, body)

    assert [one["outcome"] for one in answer.json()["answers"]] == ["stored", "stored"]
    assert InMessage.objects.count() == 2
    told = wire.Response(200, dict(answer.headers.items()), request)
    resolver = wire.MappingKeyResolver(
        public_keys={own.keys.get().key_id: keys.public(bytes(own.keys.get().public))}, private_keys={}
    )
    assert wire.check_answer(told, answer.content, resolver, seconds=SECONDS).key_id == own.keys.get().key_id
    assert "sessionid" not in answer.cookies
    # The same request again: nothing is stored twice.
    assert [one["outcome"] for one in send(request, body).json()["answers"]] == ["had", "had"]
    assert inbox.apply_waiting() == 2
    assert Line.objects.get(peer=peer).heard_at is not None


def refused(answer: Any) -> tuple[int, str]:
    assert not InMessage.objects.exists()
    return answer.status_code, answer.json()["error"]


def test_what_is_not_whole_or_not_signed_by_a_peer_is_turned_away(own: Peer, peer: Peer) -> None:
    body = batch(peer, "one")
    request = signed(peer, body)
    other = batch(peer, "another")

    assert refused(send(request, other)) == (401, "bad_digest")
    assert refused(send(request, body[:-5])) == (401, "bad_digest")
    assert refused(send(signed(peer, body, url="http://127.0.0.1:8009/peers/inbox"), body)) == (401, "bad_signature")
    assert refused(send(wire.Request("", {"Content-Type": BATCH}), body)) == (401, "bad_signature")
    stranger_id, _public = keys.new_private()
    assert refused(send(signed(peer, body, key_id=stranger_id), body)) == (401, "unknown_key")
    forged = wire.Request(request.url, {**request.headers})
    forged.headers["Signature-Input"] = forged.headers["Signature-Input"].replace(
        peer.keys.get().key_id, own.keys.get().key_id
    )
    assert refused(send(forged, body)) == (401, "bad_signature")
    assert refused(send(request, body, content_type="application/json")) == (415, "content_type")
    assert Client().get(wire.PATH).json() == {"error": "post_only"}


def test_an_old_signature_counts_no_more(own: Peer, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    body = batch(peer, "one")
    for away in (dt.timedelta(hours=-1), dt.timedelta(hours=1)):

        class Clock(dt.datetime):
            @classmethod
            def now(cls, tz: Any = None, away: dt.timedelta = away) -> Any:
                return timezone.now() + away

        with monkeypatch.context() as then:
            then.setattr(wire.dt, "datetime", Clock)
            request = signed(peer, body)
        assert refused(send(request, body)) == (401, "stale")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"revoked_at": incoming.MADE}, (401, "key_revoked")),
        ({"valid_to": incoming.MADE + dt.timedelta(seconds=1)}, (401, "key_expired")),
        ({"valid_from": timezone.now() + dt.timedelta(days=9)}, (401, "key_expired")),
    ],
)
def test_a_key_that_does_not_count_opens_nothing(
    own: Peer, peer: Peer, change: dict[str, Any], code: tuple[int, str]
) -> None:
    PeerKey.objects.filter(peer=peer).update(**change)
    body = batch(peer, "one")
    assert refused(send(signed(peer, body), body)) == code


@pytest.mark.parametrize(("state", "code"), [("paused", (503, "paused")), ("proposed", (403, "not_linked"))])
def test_only_an_active_peer_is_heard(own: Peer, peer: Peer, state: str, code: tuple[int, str]) -> None:
    Peer.objects.filter(pk=peer.pk).update(state=state)
    body = batch(peer, "one")
    assert refused(send(signed(peer, body), body)) == code


def deep(levels: int) -> Any:
    return {"in": deep(levels - 1)} if levels else 1


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda one: b'[{"a":1,"a":2}]', (400, "not_canonical")),
        (lambda one: json.dumps([one]).encode(), (400, "not_canonical")),
        (lambda one: canonical(one), (400, "not_a_batch")),
        (lambda one: b"[" * 100_000, (400, "not_json")),
        (lambda one: b"[NaN]", (400, "not_json")),
        (lambda one: b"\xff", (400, "not_json")),
        (lambda one: b" ", (400, "not_json")),
        (lambda one: b"[" + canonical({**one, "data": deep(20)}) + b"]", (400, "too_deep")),
        (lambda one: b"[" + b",".join([b"1"] * 201) + b"]", (413, "too_many_messages")),
        (lambda one: b"[" + canonical({**one, "data": {"x": "x" * 1_000_001}}) + b"]", (413, "too_large")),
    ],
)
def test_rubbish_is_turned_away(
    own: Peer, peer: Peer, make: Callable[[dict[str, Any]], bytes], code: tuple[int, str]
) -> None:
    body = make(incoming.document(peer, builtin.NOTE, SUBJECT, 1, {"text": "x"}))
    assert refused(send(signed(peer, body), body)) == code


def test_too_many_requests_of_one_peer_are_put_off(own: Peer, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "RATE", receiving.Rate())
    monkeypatch.setattr(receiving.RATE, "over", lambda who, most: who == peer.pk)
    body = batch(peer, "one")
    assert refused(send(signed(peer, body), body)) == (429, "too_many")


# --- the sending end ---------------------------------------------------------------------------------------------------


class There:
    """The other end: what it received, and what it answers."""

    def __init__(self, peer: Peer) -> None:
        self.peer, self.bodies = peer, list[bytes]()
        self.outcome: dict[str, Any] = {"outcome": "stored"}
        self.status, self.key_id, self.change = 200, peer.keys.get().key_id, lambda answered: answered

    def __call__(self, peer: Peer, request: wire.Request, body: bytes) -> lines.Answered:
        self.bodies.append(body)
        told = canonical({"answers": [{"id": one["id"], **self.outcome} for one in json.loads(body)]})
        nonce = request.headers["Signature-Input"].partition('nonce="')[2].partition('"')[0]
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
    monkeypatch.setattr(delivery.registry, "_acknowledged", {builtin.NOTE: [told.append]})
    sent = post(peer, 3)

    report = delivery.deliver_once(now=timezone.now())

    assert report == delivery.Report(3, 0, 0)
    assert [one["sequence"] for one in json.loads(there.bodies[0])] == ["0000000001", "0000000002", "0000000003"]
    assert [message.pk for message in told] == [message.pk for message in sent]
    assert set(OutMessage.objects.values_list("state", flat=True)) == {"received"}
    assert delivery.deliver_once(now=timezone.now()) == delivery.Report()


def _nonce(answered: lines.Answered) -> lines.Answered:
    return lines.Answered(answered.status, {**answered.headers, "Signature": "sig=:AAAA:"}, answered.body)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda answered: lines.Answered(500, {}, b"oops"), "status_500"),
        (lambda answered: lines.Answered(302, {"Location": "http://elsewhere"}, b""), "redirect"),
        (lambda answered: lines.Answered(401, {}, b'{"error":"key_revoked"}'), "key_revoked"),
        (lambda answered: lines.Answered(401, {}, b'{"error":"<script>"}'), "status_401"),
        (lambda answered: lines.Answered(200, {}, answered.body), "answer_not_signed"),
        (lambda answered: lines.Answered(200, answered.headers, answered.body[:-4]), "answer_not_signed"),
        (_nonce, "answer_not_signed"),
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


def test_an_answer_of_somebody_else_does_not_count(there: There, own: Peer, peer: Peer) -> None:
    post(peer)
    there.key_id = own.keys.get().key_id
    assert delivery.deliver_once(now=timezone.now()).failed == 1
    assert OutMessage.objects.get().state == "waiting"


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


def test_a_card_is_read_as_it_was_written_and_no_other_way(own: Peer) -> None:
    card = cards.card_of(own, timezone.now())

    assert cards.read(card.text()) == card
    for change in ({"areas": ["77"]}, {"address": "http://127.0.0.1:9"}, {"name": ""}, {"keys": []}, {"version": 2}):
        with pytest.raises(cards.Refused):
            cards.read(json.dumps({**json.loads(card.text()), **change}))
    for text in ("", "[]", "{}", "null", "x" * 30_000):
        with pytest.raises(cards.Refused):
            cards.read(text)
