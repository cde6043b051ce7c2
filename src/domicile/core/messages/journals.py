"""The journals of two registers laid side by side: what one sent, the other must have received, and applied.

A journal is CSV, one line a message, with the columns of `COLUMNS`: no content, only ids, numbers, times and digests.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TextIO

COLUMNS: Final = (
    "register", "peer", "way", "id", "kind", "schema", "subject", "number", "made_at", "settled_at", "digest", "outcome",
)  # fmt: skip
SENT, RECEIVED = "sent", "received"
#: What the sender itself took back, or was told is not taken in: the other end need not have it.
NOT_THERE: Final = frozenset({"given_up", "refused"})
SETTLED: Final = frozenset({"applied", "given_up"})


class NotAJournal(ValueError):
    """The file is no journal, or the two are not those of one pair. The message says which."""


class Empty(NotAJournal):
    """The journal names no message, and so no pair either."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One message on which two journals disagree. `what`: not_received, not_sent, content, number, not_applied, not_noted."""

    what: str
    sender: str
    id: str
    kind: str
    subject: str
    number: int
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Journal:
    """The lines of one register about one peer, by way and id."""

    register: str
    peer: str
    lines: Mapping[str, Mapping[str, Mapping[str, str]]]


def read(stream: TextIO) -> Journal:
    """A journal from its text. Raises NotAJournal."""
    rows = csv.DictReader(stream)
    if rows.fieldnames is None or tuple(rows.fieldnames) != COLUMNS:
        raise NotAJournal("the first line is not that of a journal")
    lines: dict[str, dict[str, Mapping[str, str]]] = {SENT: {}, RECEIVED: {}}
    pair: set[tuple[str, str]] = set()
    for row in rows:
        if None in row.values() or row["way"] not in lines or not row["number"].isdigit():
            raise NotAJournal(f"line {rows.line_num} is not that of a journal")
        pair.add((row["register"], row["peer"]))
        lines[row["way"]][row["id"]] = row
    if not pair:
        raise Empty("the journal is empty")
    if len(pair) != 1:
        raise NotAJournal("a journal is of one register and one peer")
    register, peer = pair.pop()
    return Journal(register, peer, lines)


def compare(left: Journal, right: Journal) -> Iterator[Difference]:
    """On what the two disagree, by sender, subject and number. Raises NotAJournal when they are not of one pair."""
    if (left.register, left.peer) != (right.peer, right.register):
        raise NotAJournal("the journals are not of one pair of registers")
    yield from _one_way(left, right, swapped=False)
    yield from _one_way(right, left, swapped=True)


def _one_way(sender: Journal, receiver: Journal, *, swapped: bool) -> Iterator[Difference]:
    sent, received = sender.lines[SENT], receiver.lines[RECEIVED]
    found = []
    for key in {*sent, *received}:
        out, into = sent.get(key), received.get(key)
        what = _difference(out, into)
        if what:
            row: Mapping[str, str] = out or into or {}
            told = (out["outcome"] if out else "", into["outcome"] if into else "")
            left, right = reversed(told) if swapped else told
            found.append(
                Difference(what, sender.register, key, row["kind"], row["subject"], int(row["number"]), left, right)
            )
    yield from sorted(found, key=lambda one: (one.subject, one.number, one.id))


def _difference(out: Mapping[str, str] | None, into: Mapping[str, str] | None) -> str:
    if out is None:
        return "not_sent"
    if into is None:
        return "" if out["outcome"] in NOT_THERE else "not_received"
    if out["digest"] != into["digest"]:
        return "content"
    if any(out[column] != into[column] for column in ("kind", "schema", "subject", "number")):
        return "number"
    if into["outcome"] not in SETTLED:
        return "not_applied"
    return "" if out["outcome"] == "received" else "not_noted"


def write(stream: TextIO, differences: Iterable[Difference]) -> int:
    """Write differences as CSV; how many."""
    writer = csv.writer(stream)
    writer.writerow(("what", "sender", "id", "kind", "subject", "number", "left", "right"))
    count = 0
    for one in differences:
        writer.writerow((one.what, one.sender, one.id, one.kind, one.subject, one.number, one.left, one.right))
        count += 1
    return count
