"""The door for other registers: nothing is stored but what an active peer signed, whole and now."""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from domicile.apps.peers import builtin, inbox, keys, policies, receiving, wire
from domicile.apps.peers.events import BATCH, canonical
from domicile.apps.peers.models import InMessage, Line, Peer, PeerKey
from domicile.apps.peers.tests.wired import SECONDS, SUBJECT, batch, key_of, send, signed
from tests.peers import incoming

pytestmark = pytest.mark.django_db


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
    other = incoming.peer(("770103",), "云溪县", uuid.UUID("00000000-0000-4000-8000-000000000003"))
    key_of(other)
    limits(monkeypatch, requests_a_minute=2)
    codes = []
    for sender in (peer, peer, peer, other):
        body = batch(sender, "one", subject=uuid.uuid4())
        codes.append(send(signed(sender, body), body).status_code)
    assert codes == [200, 200, 429, 200]
    monkeypatch.setattr(receiving.time, "time", lambda: 10.0**10)  # another minute
    body = batch(peer, "one", subject=uuid.uuid4())
    assert send(signed(peer, body), body).status_code == 200


def limits(monkeypatch: pytest.MonkeyPatch, **numbers: int) -> None:
    """Nothing was counted so far in this minute, and these parameters are in force."""
    number = policies.number
    monkeypatch.setattr(receiving, "RATE", receiving.Rate())
    monkeypatch.setattr(receiving.time, "time", lambda: 1_793_404_800.0)
    monkeypatch.setattr(policies, "number", lambda name: numbers.get(name) or number(name))


def test_too_many_requests_of_nobody_are_put_off_and_peers_are_heard(
    own: Peer, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits(monkeypatch, refused_a_minute=2)
    stranger_id, _public = keys.new_private()
    body = batch(peer, "one")
    found = [refused(send(signed(peer, body, key_id=stranger_id), body)) for _turn in range(3)]
    assert found == [(401, "unknown_key"), (401, "unknown_key"), (429, "too_many")]
    assert send(signed(peer, body), body).status_code == 200


@pytest.mark.parametrize("how", ["revoked", "no file", "open to all"])
def test_a_register_that_cannot_answer_takes_nothing_in(own: Peer, peer: Peer, how: str) -> None:
    body, file = batch(peer, "one"), Path(settings.KEYS) / f"peer-{own.keys.get().key_id}.key"
    request = signed(peer, body)
    keys._private.cache_clear()
    if how == "revoked":
        PeerKey.objects.filter(peer=own).update(revoked_at=timezone.now())
    elif how == "no file":
        file.unlink()
    else:
        file.chmod(0o644)
    assert refused(send(request, body)) == (503, "no_key_there")
