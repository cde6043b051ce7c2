"""Seal a log: the records that came since the last seal get a Merkle root, chained to that seal and signed."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction

from domicile.apps.audit.merkle import Tree
from domicile.apps.audit.sealed_log import MARK, SealedLog, chain_of
from domicile.apps.vault.keyring import seal_signer

BATCH = 100_000
FIRST = bytes(32)


@dataclass(frozen=True)
class Anchor:
    """What to keep elsewhere: with it, a log that was cut off at its end shows."""

    log: str
    number: int
    at: str
    chain: str

    def line(self) -> str:
        return f"domicile-anchor {self.log} {self.number} {self.at} {self.chain}"

    @classmethod
    def read(cls, line: str) -> "Anchor":
        """Read a line that `line()` wrote. Raises ValueError for any other."""
        parts = line.split()
        if len(parts) != 5 or parts[0] != "domicile-anchor" or not parts[2].isdigit() or len(parts[4]) != 64:
            raise ValueError(f"not an anchor line: {line.strip()[:100]}")
        return cls(parts[1], int(parts[2]), parts[3], parts[4])


def seal(log: SealedLog, *, now: dt.datetime, batch: int = BATCH) -> int:
    """Seal everything new in `log`, at most `batch` records a seal; returns how many records were sealed.

    Hashes outside any lock: what stands at or below `highest()` changes no more. When two seal at once, one gives way.
    """
    upto, sealed = log.highest(), 0
    while True:
        last = _seals(log).order_by("-pk").first()
        after = None if last is None else last.last_id
        if upto <= (after or 0):
            return sealed
        tree, marks, first, final = Tree(), bytearray(), 0, 0
        for number, hashed in log.leaves(after, upto):
            first, final = first or number, number
            tree.add(hashed)
            marks += hashed[:MARK]
            if tree.count == batch:
                break
        if not tree.count:
            return sealed
        record = log.seals(
            at=now, first_id=first, last_id=final, count=tree.count, root=tree.root(), marks=bytes(marks)
        )
        if not _append(log, record, last):
            return sealed
        sealed += tree.count


def _append(log: SealedLog, record: Any, last: Any) -> bool:
    """Chain, sign and store a seal, unless another process stored one since `last`."""
    with transaction.atomic(using=log.alias):
        if connections[log.alias].vendor == "postgresql":
            with connections[log.alias].cursor() as cursor:
                cursor.execute(f'LOCK TABLE "{log.seals._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')
        newest = _seals(log).order_by("-pk").first()
        if (newest and newest.pk) != (last and last.pk):
            return False
        before = FIRST if last is None else bytes(last.chain)
        record.chain = chain_of(log, _seals(log).count() + 1, record, before)
        record.signature = seal_signer().sign(record.chain)
        record.save(using=log.alias, force_insert=True)
        return True


def anchor(log: SealedLog) -> Anchor | None:
    """The anchor of the newest seal; None when nothing is sealed yet."""
    last = _seals(log).order_by("-pk").first()
    if last is None:
        return None
    at = last.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Anchor(log.name, _seals(log).count(), at, bytes(last.chain).hex())


def _seals(log: SealedLog) -> Any:
    return log.seals._default_manager.using(log.alias)
