"""What upper apps add: kinds of message, and what is done when one comes. This app knows nothing of what they say.

In `AppConfig.ready`:

    registry.register("move", handle, schemas=(1, 2))
    registry.on_acknowledged("move", told)
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domicile.apps.peers.models import OutMessage, Peer


class NotNow(Exception):
    """The message cannot be applied yet; it is kept and tried again. The text says what it waits for."""


@dataclass(frozen=True)
class Incoming:
    """A message of a peer, in its turn."""

    id: uuid.UUID
    peer: Peer
    kind: str
    subject: uuid.UUID
    number: int
    schema: int
    data: Mapping[str, Any]
    made_at: dt.datetime
    received_at: dt.datetime


Handle = Callable[[Incoming], None]
#: Looks at a message before it is stored; raises Refused where the peer may not say this (a place that is not its own).
Check = Callable[[Incoming], None]
#: Reads together what the handlers of these messages will ask for (common.turns); whatever it leaves out is read by them.
Prepare = Callable[[Sequence[Incoming]], None]


@dataclass(frozen=True)
class Kind:
    """A kind of message: the schemas that are understood, and what is done with one."""

    name: str
    handle: Handle
    schemas: frozenset[int]
    check: Check | None = None
    prepare: Prepare | None = None


_kinds: dict[str, Kind] = {}
_acknowledged: dict[str, list[Callable[[Sequence[OutMessage]], None]]] = {}
_given_up: dict[str, list[Callable[[OutMessage], None]]] = {}


def register(
    kind: str, handle: Handle, *, schemas: Collection[int] = (1,), check: Check | None = None,
    prepare: Prepare | None = None,
) -> None:  # fmt: skip
    """Have `handle` called for each message of a kind. Raises ValueError for a kind twice.

    It runs in one transaction with the mark that the message is applied: once in effect, in the order of numbers of a
    peer and subject. It raises NotNow where the message must wait; Refused where it can never be applied: it is set aside
    with these words, and later messages about its subject wait until somebody tries it again or gives it up. Any other
    error is tried again some times, then set aside. `check` is asked before the message is taken in. `prepare` is called
    once with all messages of a turn of which it is the one.
    """
    if kind in _kinds:
        raise ValueError(f"{kind} is registered already")
    _kinds[kind] = Kind(kind, handle, frozenset(schemas), check, prepare)


def prepare(messages: Sequence[Incoming]) -> None:
    """Read together what these messages will ask for."""
    groups: dict[Prepare, list[Incoming]] = {}
    for message in messages:
        kind = _kinds.get(message.kind)
        if kind is not None and kind.prepare is not None:
            groups.setdefault(kind.prepare, []).append(message)
    for read, some in groups.items():
        read(some)


def on_acknowledged(kind: str, call: Callable[[OutMessage], None]) -> None:
    """Tell `call` when the other end has stored a message of a kind, in the transaction that notes it."""

    def each(messages: Sequence[OutMessage]) -> None:
        for message in messages:
            call(message)

    on_acknowledged_together(kind, each)


def on_acknowledged_together(kind: str, call: Callable[[Sequence[OutMessage]], None]) -> None:
    """The same for all messages of a kind that are noted at once."""
    _acknowledged.setdefault(kind, []).append(call)


def on_given_up(kind: str, call: Callable[[OutMessage], None]) -> None:
    """Tell `call` when an own message of a kind was given up, here or at the other end (`words` say why)."""
    _given_up.setdefault(kind, []).append(call)


def known(kind: str) -> Kind | None:
    """A kind of message, if there is one."""
    return _kinds.get(kind)


def tell_acknowledged(*messages: OutMessage) -> None:
    """Tell whoever asked, kind by kind."""
    kinds: dict[str, list[OutMessage]] = {}
    for message in messages:
        kinds.setdefault(message.kind, []).append(message)
    for kind, some in kinds.items():
        for call in _acknowledged.get(kind, ()):
            call(some)


def tell_given_up(message: OutMessage) -> None:
    """Tell whoever asked."""
    for call in _given_up.get(message.kind, ()):
        call(message)
