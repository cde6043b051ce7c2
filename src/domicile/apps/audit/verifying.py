"""Prove a log whole, or name the first record that is not as it was sealed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError

from domicile.apps.audit.merkle import Tree
from domicile.apps.audit.sealed_log import MARK, SealedLog, chain_of
from domicile.apps.audit.sealing import FIRST, Anchor

Leaf = tuple[int, bytes]


@dataclass(frozen=True)
class Verdict:
    """What a proof found. `problem` is '' for a whole log; `record` and `seal` are 0 where none can be named."""

    log: str
    seals: int
    records: int
    unsealed: int
    problem: str = ""
    kind: str = ""
    record: int = 0
    seal: int = 0

    @property
    def whole(self) -> bool:
        return not self.kind


class Broken(Exception):
    """The first thing that is not as it was sealed."""

    def __init__(self, kind: str, text: str, *, record: int = 0, seal: int = 0) -> None:
        super().__init__(text)
        self.kind, self.record, self.seal = kind, record, seal


def verify(
    log: SealedLog,
    *,
    public_key: Ed25519PublicKey,
    anchors: Iterable[Anchor] = (),
    progress: Callable[[int], object] = lambda _: None,
) -> Verdict:
    """Read every seal and every sealed record once, in constant memory; `progress` hears how many were read.

    Finds records changed, deleted, inserted or put in another order, seals changed or taken out, signatures of another
    key, and, with `anchors`, a log that was cut off at its end. The first of these is named.
    """
    number = records = last_id = 0
    try:
        after: int | None = None
        expected = {one.number: one.chain for one in anchors if one.log == log.name}
        for number, seal in enumerate(_checked_seals(log, public_key, expected), start=1):
            _check_records(log, number, seal, after)
            after = last_id = seal.last_id
            records += seal.count
            progress(records)
        beyond = [one for one in sorted(expected) if one > number]
        if beyond:
            text = f"the anchor names seal {beyond[0]}, the log ends with seal {number}: its end was cut off"
            raise Broken("truncated", text, seal=beyond[0])
    except Broken as broken:
        return Verdict(log.name, number, records, 0, str(broken), broken.kind, broken.record, broken.seal)
    return Verdict(log.name, number, records, log.count_after(last_id))


def _checked_seals(log: SealedLog, public_key: Ed25519PublicKey, expected: dict[int, str]) -> Iterator[Any]:
    """The seals in order, each checked against the one before, its signature and the anchor that names it."""
    before = FIRST
    seals: Iterator[Any] = log.seals._default_manager.using(log.alias).order_by("pk").iterator(chunk_size=20)
    for number, seal in enumerate(seals, start=1):
        chain = bytes(seal.chain)
        if chain != chain_of(log, number, seal, before):
            raise Broken("seal", f"seal {number} was changed, or a seal before it was taken out", seal=number)
        try:
            public_key.verify(bytes(seal.signature), chain)
        except InvalidSignature:
            raise Broken("signature", f"seal {number} is not signed with this register's key", seal=number) from None
        if expected.get(number, chain.hex()) != chain.hex():
            raise Broken(
                "anchor", f"seal {number} is not the one that was anchored: the log was written anew", seal=number
            )
        before = chain
        yield seal


def _check_records(log: SealedLog, number: int, seal: Any, after: int | None) -> None:
    """Compare the records of one seal with its root and, when they differ, find the first by its mark."""
    tree, marks, previous = Tree(), bytes(seal.marks), after or 0
    leaves = log.leaves(after, seal.last_id)
    try:
        for record, hashed in leaves:
            at = tree.count * MARK
            if marks[at : at + MARK] != hashed[:MARK]:
                raise _difference(number, marks[at:], previous, (record, hashed), leaves)
            tree.add(hashed)
            previous = record
    except (DatabaseError, TypeError, UnicodeError) as problem:
        text = f"the record after {previous} cannot be read: {problem}"
        raise Broken("unreadable", text, record=previous + 1, seal=number) from problem
    if tree.count < len(marks) // MARK:
        raise _deleted(number, previous)
    if tree.root() != bytes(seal.root) or tree.count != seal.count:
        raise Broken("changed", f"a record of seal {number} was changed", seal=number)


def _difference(number: int, marks: bytes, previous: int, found: Leaf, rest: Iterator[Leaf]) -> Broken:
    """Say what happened at the first record whose mark is not the sealed one; `marks` are those from there on."""
    record, hashed = found
    following = next(rest, None)
    if not marks or (following is not None and following[1][:MARK] == marks[:MARK]):
        return Broken(
            "inserted", f"record {record} was inserted after seal {number} was made", record=record, seal=number
        )
    if hashed[:MARK] in (marks[one : one + MARK] for one in range(0, len(marks), MARK)):
        return _deleted(number, previous)
    return Broken("changed", f"record {record} was changed", record=record, seal=number)


def _deleted(number: int, previous: int) -> Broken:
    text = (
        f"record {previous + 1}, or the next after {previous}, was deleted"
        if previous
        else "the first record was deleted"
    )
    return Broken("deleted", f"{text} (seal {number})", record=previous + 1, seal=number)
