"""Messages in a file, where there is no line; and journals side by side."""

import datetime as dt
import io
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.utils import timezone

from domicile.apps.common.refusals import Refused
from domicile.apps.peers import actions, builtin, byhand, delivery, directory, inbox, journals, keys, outbox, policies
from domicile.apps.peers.models import InMessage, OutMessage, Peer, PeerKey
from domicile.cli import exchange
from domicile.core.messages import journals as laid
from tests.peers import incoming

pytestmark = pytest.mark.django_db
SUBJECT = uuid.UUID("00000000-0000-4000-8000-0000000000a1")
MACHINE = actions.MACHINE


@pytest.fixture
def peer() -> Peer:
    own, row = incoming.own_register(), incoming.peer()
    for one in (own, row):
        key_id, public = keys.new_private()
        PeerKey.objects.create(peer=one, key_id=key_id, public=public, valid_from=incoming.MADE)
    return row


def from_there(peer: Peer, monkeypatch: pytest.MonkeyPatch, body: dict[str, object]) -> byhand.Written:
    """A file of the peer for this register."""
    with monkeypatch.context() as there:
        own = directory.own()
        there.setattr(directory, "own_id", lambda: peer.pk)
        there.setattr(keys, "own_keys", lambda now: list(peer.keys.all()))
        assert own is not None
        return byhand._seal(own, body, 1)


def test_messages_come_in_a_file_and_their_answers_go_back_in_one(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    document = incoming.document(peer, builtin.NOTE, SUBJECT, 1, {"text": "by hand"})
    file = from_there(peer, monkeypatch, {"messages": [document]})

    found = byhand.read(actor=MACHINE, peer=peer, content=file.content, code=file.code)
    again = byhand.read(actor=MACHINE, peer=peer, content=file.content, code=file.code.upper().replace("-", " "))

    assert (found.stored, again.had) == (1, 1)
    assert found.answers is not None
    assert InMessage.objects.count() == 1
    assert b"by hand" not in file.content


def test_answers_in_a_file_settle_what_was_sent(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = outbox.post(peer=peer, kind=builtin.NOTE, subject=SUBJECT, data={"text": "x"})
    written = byhand.write(actor=MACHINE, peer=peer)
    assert written.count == 1
    answers = [{"id": str(sent.pk), "outcome": "stored"}, {"id": str(uuid.uuid4()), "outcome": "stored"}]
    file = from_there(peer, monkeypatch, {"answers": answers})

    assert byhand.read(actor=MACHINE, peer=peer, content=file.content, code=file.code).answered == 1

    assert OutMessage.objects.get().state == "received"
    with pytest.raises(Refused):
        byhand.write(actor=MACHINE, peer=peer)


def test_everything_that_waits_goes_into_one_file_in_batches(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    number = policies.number
    monkeypatch.setattr(policies, "number", lambda name: 2 if name == "batch_messages" else number(name))
    monkeypatch.setattr(byhand, "CHUNK", 2)
    sent = [outbox.post(peer=peer, kind=builtin.NOTE, subject=SUBJECT, data={"text": f"{n}"}) for n in range(5)]
    written: list[dict[str, Any]] = []
    seal = byhand._seal
    monkeypatch.setattr(byhand, "_seal", lambda peer, body, *rest: written.append(body) or seal(peer, body, *rest))

    assert byhand.write(actor=MACHINE, peer=peer).count == 5

    batches = [written[0]["messages"], *written[0]["more"]]
    assert [[one["data"]["text"] for one in batch] for batch in batches] == [["0", "1"], ["2", "3"], ["4"]]
    answers = [{"id": str(one.pk), "outcome": "stored"} for one in sent]
    file = from_there(peer, monkeypatch, {"answers": answers})
    assert byhand.read(actor=MACHINE, peer=peer, content=file.content, code=file.code).answered == 5
    came = [incoming.document(peer, builtin.NOTE, SUBJECT, n, {"text": f"{n}"}) for n in range(1, 6)]
    file = from_there(peer, monkeypatch, {"messages": came[:2], "more": [came[2:4], came[4:]]})
    assert byhand.read(actor=MACHINE, peer=peer, content=file.content, code=file.code).stored == 5
    for body in (
        {"messages": came[:2], "more": [came]},
        {"messages": [], "more": {}},
        {"more": [[]]},
        {"messages": "x"},
    ):
        file = from_there(peer, monkeypatch, body)
        with pytest.raises(Refused):
            byhand.read(actor=MACHINE, peer=peer, content=file.content, code=file.code)


def test_a_file_holds_as_much_as_can_be_read_again(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    number = policies.number
    monkeypatch.setattr(policies, "number", lambda name: 1 if name == "batch_messages" else number(name))
    sizes = [outbox.post(peer=peer, kind=builtin.NOTE, subject=SUBJECT, data={"text": "x"}).size for _n in range(3)]
    monkeypatch.setattr(byhand, "MOST_WRITTEN", sum(sizes[:2]) + 2 * len("[]"))
    assert byhand.write(actor=MACHINE, peer=peer).count == 2


def test_a_file_that_is_not_for_here_or_was_changed_brings_nothing(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox.post(peer=peer, kind=builtin.NOTE, subject=SUBJECT, data={"text": "x"})
    own_file = byhand.write(actor=MACHINE, peer=peer)
    file = from_there(peer, monkeypatch, {"messages": []})
    outer = json.loads(file.content)
    changed = json.dumps({**outer, "sealed": outer["sealed"][:-8] + "AAAAAA=="}).encode()

    for content, code in (
        (own_file.content, own_file.code), (file.content, "wrong-code"), (changed, file.code), (b"[]", ""), (b"", ""),
        (b'{"file":"domicile messages","version":1}', ""),
    ):  # fmt: skip
        with pytest.raises(Refused):
            byhand.read(actor=MACHINE, peer=peer, content=content, code=code)
    ended = incoming.MADE + dt.timedelta(days=1)
    for change in ({"revoked_at": incoming.MADE}, {"revoked_at": None, "valid_to": ended}):
        PeerKey.objects.filter(peer=peer).update(**change)
        with pytest.raises(Refused, match="没有用该系统有效的密钥签名"):
            byhand.read(actor=MACHINE, peer=peer, content=file.content, code=file.code)
    assert not InMessage.objects.exists()


def journal(peer: Peer) -> str:
    stream = io.StringIO()
    journals.write(peer, stream)
    return stream.getvalue()


def mirrored(text: str) -> str:
    """The journal of the other end, where everything arrived as it was sent."""
    own = str(directory.own_id())
    rows = text.replace(own, "OWN").splitlines()
    there = str(incoming.THERE)
    turned = []
    for row in rows[1:]:
        cells = row.split(",")
        way = laid.RECEIVED if cells[2] == laid.SENT else laid.SENT
        turned.append(
            ",".join([there, own, way, *cells[3:-1], {"received": "applied", "applied": "received"}[cells[-1]]])
        )
    return "\n".join([rows[0], *turned]) + "\n"


def test_journals_that_agree_and_those_that_do_not(peer: Peer) -> None:
    incoming.take_in(peer, builtin.NOTE, SUBJECT, 1, {"text": "x"})
    inbox.apply_waiting()
    sent = [outbox.post(peer=peer, kind=builtin.NOTE, subject=SUBJECT, data={"text": "y"}) for _n in range(2)]
    answers = {one.pk: inbox.Answer(str(one.pk), inbox.STORED) for one in sent}
    delivery.note(peer, sent, answers, timezone.now())
    here = journal(peer)
    there = mirrored(here)

    def found(other: str) -> list[tuple[str, str]]:
        read = laid.read(io.StringIO(here)), laid.read(io.StringIO(other))
        return [(one.what, one.id) for one in laid.compare(*read)]

    assert found(there) == []
    lines = there.splitlines(keepends=True)
    last = str(sent[1].pk)
    assert found("".join(line for line in lines if last not in line)) == [("not_received", last)]
    assert found(there.replace(f"{sent[1].digest.hex()}", "00")) == [("content", last)]
    waiting = "".join(line.replace("applied", "waiting") if last in line else line for line in lines)
    assert found(waiting) == [("not_applied", last)]
    extra = str(uuid.uuid4())
    assert found(there + next(line for line in lines if last in line).replace(last, extra)) == [("not_sent", extra)]
    for wrong in ("", "a,b\n", here, there.splitlines()[0]):
        with pytest.raises(laid.NotAJournal):
            found(wrong)


def test_the_command_says_on_what_journals_disagree(peer: Peer, tmp_path: Path) -> None:
    sent = outbox.post(peer=peer, kind=builtin.NOTE, subject=SUBJECT, data={"text": "y"})
    delivery.note(peer, [sent], {sent.pk: inbox.Answer(str(sent.pk), inbox.STORED)}, timezone.now())
    left, right, out = tmp_path / "left.csv", tmp_path / "right.csv", tmp_path / "out.csv"
    left.write_text(journal(peer))
    right.write_text(mirrored(journal(peer)))

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(exchange.command, ["compare", *arguments], standalone_mode=False)
        return done.return_value, done.output

    assert run(str(left), str(right)) == (0, "1 messages, no disagreement\n")
    right.write_text(right.read_text().replace("applied", "aside"))
    code, told = run(str(left), str(right), str(out))
    assert code == 1
    assert told.startswith("1 received, but not applied\n")
    assert str(sent.pk) in out.read_text()
