"""Messages that came: stored before they are acknowledged, applied once and in their order."""

import datetime as dt
import logging
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import IntegrityError, OperationalError, connections, models, transaction
from django.utils import timezone

from domicile.apps.common import turns
from domicile.apps.common.ids import new_id
from domicile.apps.common.inserting import insert_rows, update_rows
from domicile.apps.common.refusals import Refused
from domicile.apps.peers import bodies, directory, events, policies, registry
from domicile.apps.peers.bodies import DayKey
from domicile.apps.peers.models import InMessage, Line, Peer, Thread

log = logging.getLogger("domicile.peers")
TABLE = InMessage._meta.db_table
STORED, HAD, NO = "stored", "had", "refused"
#: One transaction applies as many messages as fit into so many seconds: others wait for it to end.
TURN = 0.25
#: Read so many for that, with what they need; what does not fit is read again. So many are taken however long it lasts: on a busy
#: machine to read again and again would cost more than they do.
AT_ONCE, LEAST = 64, 16
#: That a peer was heard is noted so often at most.
NOTED_EVERY = dt.timedelta(seconds=10)
#: The kind of message that stands for one that its sender gave up.
GAP = "void"
SETTLED = (InMessage.State.APPLIED, InMessage.State.GIVEN_UP)


@dataclass(frozen=True)
class Answer:
    """What became of one message of a batch: stored, had before, or refused with a code and words."""

    id: str
    outcome: str
    code: str = ""
    words: str = ""


# --- taking in ---------------------------------------------------------------------------------------------------------


def receive(
    peer: Peer, documents: Sequence[Any], *, now: dt.datetime | None = None, own: Peer | None = None
) -> list[Answer]:
    """Store the messages of a batch durably, and answer for each of them. A fixed number of statements."""
    now = now or timezone.now()
    own_id, answers = (own.pk if own else directory.own_id()), [Answer("", NO, "not_an_event")] * len(documents)
    read: dict[int, events.Event] = {}
    for place, document in enumerate(documents):
        try:
            event = events.read(document)
            _admit(peer, own_id, event, now)
            read[place] = event
        except events.NotAnEvent as problem:
            answers[place] = Answer(_id_of(document), NO, str(problem))
        except Refused as problem:
            answers[place] = Answer(_id_of(document), NO, "not_taken", str(problem.message)[:300])
    with transaction.atomic():
        for place, answer in _store(peer, read, now):
            answers[place] = answer
    return answers


def _admit(peer: Peer, own: uuid.UUID, event: events.Event, now: dt.datetime) -> None:
    """Whether a message is the peer's, for this register, and of a kind that is known here."""
    if event.source != peer.pk:
        raise events.NotAnEvent("wrong_source")
    if event.recipient != own:
        raise events.NotAnEvent("wrong_recipient")
    kind = registry.known(event.kind)
    if kind is None:
        raise events.NotAnEvent("unknown_type")
    if event.schema not in kind.schemas:
        raise events.NotAnEvent("unknown_schema")
    if kind.check is not None:
        kind.check(_incoming_of(peer, event, now))


def _store(peer: Peer, read: Mapping[int, events.Event], now: dt.datetime) -> Iterator[tuple[int, Answer]]:
    """Insert what is new."""
    if not read:
        return
    Peer.objects.select_for_update().get(pk=peer.pk)  # two batches of a peer at once come one after the other
    there = models.Q(message_id__in=[event.id for event in read.values()])
    there |= models.Q(
        subject__in={event.subject for event in read.values()}, number__in={event.number for event in read.values()}
    )
    had: dict[uuid.UUID, bytes] = {}
    taken: set[tuple[uuid.UUID, int]] = set()
    for key, subject, number, digest in InMessage.objects.filter(there, peer=peer).values_list(
        "message_id", "subject", "number", "digest"
    ):
        had[key] = bytes(digest)
        taken.add((subject, number))
    day, rows = DayKey(now), []
    for place, event in read.items():
        if event.id in had:
            same = had[event.id] == event.digest
            yield place, Answer(str(event.id), HAD) if same else Answer(str(event.id), NO, "changed")
        elif (event.subject, event.number) in taken:
            # Whoever sends a gap gave up a message that did arrive: there is no gap.
            gap = event.kind == GAP and _key(event.data.get("message")) in had
            yield place, Answer(str(event.id), HAD) if gap else Answer(str(event.id), NO, "number_taken")
        else:
            had[event.id] = event.digest
            taken.add((event.subject, event.number))
            rows.append(_row(peer, event, day, now))
            yield place, Answer(str(event.id), STORED)
    insert_rows(rows)
    Line.objects.filter(models.Q(heard_at=None) | models.Q(heard_at__lt=now - NOTED_EVERY), peer=peer).update(
        heard_at=now
    )
    threads = [Thread(peer=peer, subject=subject) for subject in {row.subject for row in rows}]
    Thread.objects.bulk_create(threads, ignore_conflicts=True)


def _row(peer: Peer, event: events.Event, day: DayKey, now: dt.datetime) -> InMessage:
    key = new_id()
    return InMessage(
        id=key, peer=peer, message_id=event.id, kind=event.kind, schema=event.schema, subject=event.subject,
        number=event.number, made_at=event.made_at, received_at=now, next_at=now, sealed_under=day.subject,
        body=day.seal(TABLE, key, event.content), digest=event.digest, size=len(event.content),
    )  # fmt: skip


def _key(told: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(told))
    except ValueError:
        return None


def _id_of(document: Any) -> str:
    """The id that a document claims, where it has one at all."""
    found = document.get("id") if isinstance(document, dict) else None
    return found[:36] if isinstance(found, str) else ""


# --- applying ----------------------------------------------------------------------------------------------------------


def apply_waiting(limit: int = 100) -> int:
    """Apply messages whose turn it is, up to `limit`; returns how many were applied."""
    applied, tried, size = 0, 0, AT_ONCE
    while tried < limit:
        wanted = min(limit - tried, size)
        done, looked_at = _apply_some(wanted)
        applied, tried = applied + done, tried + looked_at
        if not looked_at:
            break
        size = max(LEAST, looked_at) if looked_at < wanted else min(AT_ONCE, 2 * size)
    return applied


def _apply_some(limit: int) -> tuple[int, int]:
    """One transaction: (applied, tried). Together, as a turn; where the database does not take that, one by one."""
    try:
        with turns.turn(InMessage):
            return _take_turn(limit)
    except (turns.Unsettled, IntegrityError) as problem:
        log.info("a turn is taken message by message: %s", problem.__cause__ or problem)
    try:
        with transaction.atomic():
            return _take_turn(limit)
    except IntegrityError as problem:
        log.info("messages are taken in a transaction each: %s", problem)
    return _take_first()


def _take_first() -> tuple[int, int]:
    """Apply the message that comes first by itself. What the database refuses at the end of a transaction fails alone."""
    try:
        with transaction.atomic():
            return _take_turn(1)
    except IntegrityError as problem:
        with transaction.atomic():
            heads = _heads(timezone.now(), 1)
            for message in heads:
                message.attempts += 1
                _broke(message, problem, timezone.now())
            note(heads)
        return 0, len(heads)


def _take_turn(limit: int) -> tuple[int, int]:
    """Apply as many as fit. Each message is put back alone where it fails; all marks in one statement a table."""
    heads = _heads(timezone.now(), limit)
    incoming = [_incoming(message, data) for message, data in zip(heads, _contents(heads), strict=True)]
    if turns.current() is not None:
        registry.prepare(incoming)
    until = time.monotonic() + TURN
    tried: list[InMessage] = []
    for message, one in zip(heads, incoming, strict=True):
        _apply(message, one)
        tried.append(message)
        if len(tried) >= LEAST and time.monotonic() > until:
            break
    note(tried)
    return sum(message.state == InMessage.State.APPLIED for message in tried), len(tried)


def note(tried: Sequence[InMessage]) -> None:
    """Write how messages stand now, and how far their threads are settled."""
    update_rows(tried, ["state", "attempts", "next_at", "settled_at", "problem", "words"])
    connection = connections[Thread.objects.db]
    native = connection.features.has_native_uuid_field
    settled = [
        [message.number, *(one if native else one.hex for one in (message.peer_id, message.subject))]
        for message in tried
        if message.state in SETTLED
    ]
    if settled:
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE peers_thread SET settled = %s WHERE peer_id = %s AND subject = %s", settled)


def _heads(now: dt.datetime, limit: int) -> list[InMessage]:
    """The messages that come next in their threads and are due, longest here first; those that others apply are left."""
    thread = Thread.objects.filter(
        peer=models.OuterRef("peer"), subject=models.OuterRef("subject"), settled=models.OuterRef("number") - 1
    )
    found = InMessage.objects.filter(models.Exists(thread), policies.due("next_at", now), state=InMessage.State.WAITING)
    can_skip = connections[InMessage.objects.db].features.has_select_for_update_skip_locked
    return list(
        found.select_related("peer").select_for_update(skip_locked=can_skip, of=("self",)).order_by("pk")[:limit]
    )


def _contents(messages: Sequence[InMessage]) -> list[Mapping[str, Any]]:
    """What messages say. One query."""
    rows = [(TABLE, message.pk, message.sealed_under, message.body) for message in messages]
    return [orjson.loads(content)["data"] for content in bodies.open_bodies(rows)] if rows else []


def _apply(message: InMessage, incoming: registry.Incoming) -> None:
    """Apply one message, and say on it how that came out. What it wrote is undone where it fails."""
    now = timezone.now()
    message.attempts += 1
    kind = registry.known(message.kind)
    try:
        if kind is None:  # a kind that was known when it came: an older version of the register runs again
            raise registry.NotNow("unknown_type")
        with turns.atomic():
            kind.handle(incoming)
    except registry.NotNow as waiting:
        message.next_at = now + policies.wait_after(message.attempts)
        message.problem, message.words = "not_now", str(waiting)[:300]
    except Refused as refusal:
        message.state, message.problem, message.words = InMessage.State.ASIDE, "refused", str(refusal.message)[:300]
    except (turns.Unsettled, OperationalError):
        raise
    except Exception as error:
        _broke(message, error, now)
    else:
        message.state, message.settled_at = InMessage.State.APPLIED, now
        message.problem, message.words = "", ""


def _broke(message: InMessage, error: Exception, now: dt.datetime) -> None:
    """Something that nobody foresaw: it is tried again later, and set aside in the end."""
    log.error("message %s of kind %s cannot be applied", message.message_id, message.kind, exc_info=error)
    message.problem, message.words = "error", type(error).__name__
    message.next_at = now + policies.wait_after(message.attempts)
    if message.attempts >= policies.tries():
        message.state = InMessage.State.ASIDE


def _incoming(message: InMessage, data: Mapping[str, Any]) -> registry.Incoming:
    return registry.Incoming(
        message.message_id, message.peer, message.kind, message.subject, message.number, message.schema, data,
        message.made_at, message.received_at,
    )  # fmt: skip


def _incoming_of(peer: Peer, event: events.Event, now: dt.datetime) -> registry.Incoming:
    return registry.Incoming(
        event.id, peer, event.kind, event.subject, event.number, event.schema, event.data, event.made_at, now
    )
