"""A message as a document: CloudEvents 1.0 in JSON (docs/develop/messages.md).

The digest of a message is SHA-256 over the event with sorted keys and no blanks. The event holds a random `salt`, so that
nobody guesses a content from the digest once the body is erased.
"""

import datetime as dt
import hashlib
import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

PREFIX = "domicile."
TYPE = re.compile(r"domicile\.([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\.v([1-9][0-9]{0,3})")
URN = "urn:uuid:"
JSON = "application/json"
BATCH = "application/cloudevents-batch+json"
ATTRIBUTES = frozenset(
    {
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "sequence",
        "recipient",
        "salt",
        "data",
    }
)
MOST_NUMBER = 2**31 - 1
KIND_LENGTH = 32
#: Years of the clocks of registers; every time zone can show them.
EARLIEST, LATEST = 2000, 2999


class NotAnEvent(Exception):
    """The document is no message of another register. The text is one of the codes of docs/develop/messages.md."""


@dataclass(frozen=True)
class Event:
    """One message as it came, with its canonical bytes."""

    id: uuid.UUID
    source: uuid.UUID
    recipient: uuid.UUID
    kind: str
    schema: int
    subject: uuid.UUID
    number: int
    made_at: dt.datetime
    data: Mapping[str, Any]
    content: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.content).digest()


def write(
    *, id: uuid.UUID, source: uuid.UUID, recipient: uuid.UUID, kind: str, schema: int, subject: uuid.UUID, number: int,
    made_at: dt.datetime, data: Mapping[str, Any],
) -> bytes:  # fmt: skip
    """The canonical bytes of a message."""
    return canonical(
        {
            "specversion": "1.0", "id": str(id), "source": f"{URN}{source}", "recipient": f"{URN}{recipient}",
            "type": f"{PREFIX}{kind}.v{schema}", "subject": str(subject), "sequence": f"{number:010d}",
            "time": made_at.astimezone(dt.UTC).isoformat(), "datacontenttype": JSON, "salt": secrets.token_hex(16),
            "data": data,
        }
    )  # fmt: skip


def canonical(document: Mapping[str, Any] | list[Any]) -> bytes:
    """Bytes that are the same for the same document, whoever writes them."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def read(document: Any) -> Event:
    """A message from a parsed document. Raises NotAnEvent."""
    if not isinstance(document, dict) or set(document) != ATTRIBUTES:
        raise NotAnEvent("not_an_event")
    if (
        document["specversion"] != "1.0"
        or document["datacontenttype"] != JSON
        or not isinstance(document["data"], dict)
    ):
        raise NotAnEvent("not_an_event")
    if any(not isinstance(value, str) or len(value) > 200 for name, value in document.items() if name != "data"):
        raise NotAnEvent("not_an_event")
    typed = TYPE.fullmatch(document["type"])
    if typed is None or len(typed[1]) > KIND_LENGTH:
        raise NotAnEvent("unknown_type")
    try:
        return Event(
            uuid.UUID(document["id"]), _register(document["source"]), _register(document["recipient"]), typed[1],
            int(typed[2]), uuid.UUID(document["subject"]), _number(document["sequence"]), moment(document["time"]),
            document["data"], canonical(document),
        )  # fmt: skip
    except (ValueError, OverflowError, orjson.JSONEncodeError) as problem:
        raise NotAnEvent("not_an_event") from problem


def _register(text: str) -> uuid.UUID:
    if not text.startswith(URN):
        raise ValueError(text)
    return uuid.UUID(text.removeprefix(URN))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_NUMBER):
        raise ValueError(text)
    return int(text)


def moment(text: str) -> dt.datetime:
    """A moment as another register writes it, in UTC. Raises ValueError."""
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None or not EARLIEST <= found.year <= LATEST:
        raise ValueError(text)
    return found.astimezone(dt.UTC)


def line(told: Any, most: int) -> str:
    """What another register says in words, in one line: signs that no page shows and no database keeps are left out."""
    return "".join(sign if sign.isprintable() else " " for sign in str(told))[:most]
