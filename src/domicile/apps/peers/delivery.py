"""Rounds of delivery: what is due goes out, and what the other end answers is noted."""

import datetime as dt
import random
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from http_message_signatures import HTTPSignatureKeyResolver

from domicile.apps.common.refusals import Refused
from domicile.apps.peers import inbox, keys, lines, policies, receiving, registry, wire
from domicile.apps.peers.bodies import open_bodies
from domicile.apps.peers.events import BATCH
from domicile.apps.peers.models import Line, OutMessage, Peer

TABLE = OutMessage._meta.db_table
OK, TOO_LARGE, REDIRECTS = 200, 413, range(300, 400)
#: What a peer says of a whole batch when it does not take it in.
CODES = frozenset(
    {
        "unknown_key", "key_revoked", "key_expired", "bad_signature", "bad_digest", "stale", "paused", "not_linked",
        "too_many", "no_key_there", "not_json", "not_canonical", "not_a_batch", "too_deep", "too_many_messages", "content_type",
    }
)  # fmt: skip
_CHANCE = random.SystemRandom()


@dataclass(frozen=True)
class Report:
    """What a round did: messages that the other ends have now, those they refused, and lines that failed."""

    delivered: int = 0
    refused: int = 0
    failed: int = 0


@dataclass
class Batch:
    """Messages that go in one request, with their contents."""

    messages: list[OutMessage] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """The batch as it goes over the wire: each message is canonical, so the whole is."""
        return b"[" + b",".join(self.contents) + b"]"

    def halves(self) -> "list[Batch]":
        """Two smaller ones."""
        middle = len(self.messages) // 2
        return [
            Batch(self.messages[:middle], self.contents[:middle]), Batch(self.messages[middle:], self.contents[middle:])
        ]  # fmt: skip


def deliver_once(*, peer: Peer | None = None, now: dt.datetime, chance: random.Random | None = None) -> Report:
    """One round over the wire for what is due: one batch to each peer whose line is not waiting (or to one of them).

    `chance` spreads the waits after a failure.
    """
    total = Report()
    for one in due(now, peer):
        found = _deliver(one, now, chance or _CHANCE)
        total = Report(total.delivered + found.delivered, total.refused + found.refused, total.failed + found.failed)
    return total


def due(now: dt.datetime, peer: Peer | None = None) -> list[Peer]:
    """Peers with something to send whose line may be tried. One query."""
    # Asked of each peer whether there is one, SQLite would go through all that was ever sent to it.
    waiting = OutMessage.objects.filter(state=OutMessage.State.WAITING).values("peer")
    found = Peer.objects.filter(
        Q(line__next_at__isnull=True) | policies.due("line__next_at", now), pk__in=waiting, state=Peer.State.ACTIVE
    ).exclude(address="")
    return list(found.filter(pk=peer.pk) if peer is not None else found.order_by("pk"))


def next_batch(peer: Peer, after: uuid.UUID | None = None) -> Batch:
    """What goes next to a peer (`after` a message): oldest first, nothing after a refused one about the same subject."""
    waiting = sendable(peer) if after is None else sendable(peer).filter(pk__gt=after)
    messages = list(waiting.order_by("pk")[: policies.number("batch_messages")])
    batch, size = Batch(), 2
    rows = [(TABLE, message.pk, message.sealed_under, message.body) for message in messages]
    for message, content in zip(messages, open_bodies(rows) if rows else [], strict=True):
        size += len(content) + 1
        if batch.messages and size > policies.number("body_bytes"):
            break
        batch.messages.append(message)
        batch.contents.append(content)
    return batch


def sendable(peer: Peer) -> "QuerySet[OutMessage]":
    """Messages that wait for a peer and are held up by none before them."""
    before = OutMessage.objects.filter(
        peer=OuterRef("peer"),
        subject=OuterRef("subject"),
        number__lt=OuterRef("number"),
        state=OutMessage.State.REFUSED,
    )
    return OutMessage.objects.filter(~Exists(before), peer=peer, state=OutMessage.State.WAITING)


def _deliver(peer: Peer, now: dt.datetime, chance: random.Random) -> Report:
    batch = next_batch(peer)
    if not batch.messages:  # all are held up: look again later, not at once
        Line.objects.filter(peer=peer).update(next_at=now + dt.timedelta(seconds=policies.number("wait_seconds")))
        return Report()
    try:
        answers = _send(peer, batch, now)
    except lines.Failed as failure:
        _fail(peer, failure.problem, now, chance)
        return Report(failed=1)
    return note(peer, batch.messages, answers, now)


def _send(peer: Peer, batch: Batch, now: dt.datetime) -> dict[Any, inbox.Answer]:
    """Answers of the peer by message. Raises Failed. What is too large for it goes in halves."""
    body, seconds = batch.body, policies.number("signature_seconds")
    try:
        key = keys.signing_key(keys.own_keys(now), peer)
        request = wire.sign_request(wire.target(peer.address), BATCH, body, key.key_id, seconds=seconds)
    except Refused as problem:  # the line waits as after any other failure, until there is a key again
        raise lines.Failed(keys.trouble(now) or keys.NO_FILE) from problem
    answered = lines.send(peer, request, body)
    if answered.status == TOO_LARGE:
        if len(batch.messages) == 1:  # whoever says so has signed nothing: the message waits
            raise lines.Failed("too_large")
        return _send_halves(peer, batch, now)
    if answered.status != OK:
        raise lines.Failed(_problem_of(answered))
    _require_signed(peer, answered, request, seconds, now)
    try:
        return dict(receiving.ids_of(orjson.loads(answered.body)))
    except ValueError as problem:
        raise lines.Failed("bad_answer") from problem


def _send_halves(peer: Peer, batch: Batch, now: dt.datetime) -> dict[Any, inbox.Answer]:
    """Answers to the halves of a batch, up to the first that fails: the next round begins there. Raises Failed before any."""
    found: dict[Any, inbox.Answer] = {}
    for half in batch.halves():
        try:
            answers = _send(peer, half, now)
        except lines.Failed:
            if not found:
                raise
            break
        found |= answers
        if len(answers) < len(half.messages):
            break
    return found


def _problem_of(answered: lines.Answered) -> str:
    """What a peer says that does not take a batch in; a code that it made up is left out."""
    if answered.status in REDIRECTS:
        return "redirect"
    try:
        said = orjson.loads(answered.body).get("error")
    except (ValueError, AttributeError):
        said = None
    return said if isinstance(said, str) and said in CODES else f"status_{answered.status}"


class _KeysOf(HTTPSignatureKeyResolver):
    """The keys of one peer that count."""

    def __init__(self, peer: Peer, now: dt.datetime) -> None:
        self.held = {key.key_id: bytes(key.public) for key in keys.holding(now).filter(peer=peer)}

    def resolve_public_key(self, key_id: str) -> Any:
        return keys.public(self.held[key_id]) if key_id in self.held else None


def _require_signed(
    peer: Peer, answered: lines.Answered, request: wire.Request, seconds: int, now: dt.datetime
) -> None:
    """Raise Failed unless the peer itself signed this answer, and to this request."""
    answer = wire.Response(answered.status, answered.headers, request)
    try:
        signed = wire.check_answer(answer, answered.body, _KeysOf(peer, now), seconds=seconds)
    except wire.BadSignature as problem:
        raise lines.Failed("answer_not_signed") from problem
    if f'nonce="{signed.nonce}"' not in request.headers["Signature-Input"]:
        raise lines.Failed("answer_not_signed")


def note(
    peer: Peer,
    messages: Sequence[OutMessage],
    answers: Mapping[Any, inbox.Answer],
    now: dt.datetime,
    *,
    wired: bool = True,
) -> Report:
    """Write down what a peer answered, and tell whoever asked. Messages that it did not name stay."""
    with transaction.atomic():
        still = OutMessage.objects.select_for_update().filter(
            pk__in=[message.pk for message in messages], state=OutMessage.State.WAITING
        )
        held = set(still.values_list("pk", flat=True))
        answered = [
            (message, answers[message.pk]) for message in messages if message.pk in held and message.pk in answers
        ]
        there = [message for message, answer in answered if answer.outcome != inbox.NO]
        settled_at = timezone.now()
        OutMessage.objects.filter(pk__in=[message.pk for message in there]).update(
            state=OutMessage.State.RECEIVED, settled_at=settled_at, attempts=F("attempts") + 1, problem="", words=""
        )
        for message in there:
            message.state, message.settled_at = OutMessage.State.RECEIVED, settled_at
        registry.tell_acknowledged(*there)
        refused = [(message, answer) for message, answer in answered if answer.outcome == inbox.NO]
        _set_aside(refused)
        if wired:
            _reached(peer, now)
    return Report(len(there), len(refused), 0)


def _set_aside(refused: Iterable[tuple[OutMessage, inbox.Answer]]) -> None:
    for message, answer in refused:
        message.state, message.problem, message.words = OutMessage.State.REFUSED, answer.code, answer.words
        message.attempts += 1
        message.save(update_fields=["state", "problem", "words", "attempts"])


def _reached(peer: Peer, now: dt.datetime) -> None:
    """Note that the line holds; not at each batch."""
    stale = Q(reached_at__isnull=True) | Q(reached_at__lt=now - inbox.NOTED_EVERY) | Q(failures__gt=0)
    Line.objects.filter(stale, peer=peer).update(failures=0, problem="", next_at=None, reached_at=now)


def _fail(peer: Peer, problem: str, now: dt.datetime, chance: random.Random) -> None:
    """Note that the line failed, and when it is tried again: twice as late each time, spread over half of the wait."""
    line, _made = Line.objects.get_or_create(peer=peer)
    line.failures, line.problem = line.failures + 1, problem
    line.next_at = now + policies.wait_after(line.failures) * (0.5 + chance.random() / 2)
    line.save()
