"""Open sealed values of several kinds of rows of one person with one query for the keys."""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from domicile.apps.vault.sealing import Tampered, binding, data_keys, decrypt


def opener(*ids: uuid.UUID) -> "Opener":
    """Something that opens what is sealed for this person, under any of their ids. One query."""
    keys = data_keys(ids)
    return Opener({one: keys.get(one) for one in ids})


class Opener:
    """Opens sealed columns with keys read once; an erased person's values read as ''."""

    def __init__(self, keys: Mapping[uuid.UUID, bytes | None]) -> None:
        self._keys = keys

    def value(self, row: Any, column: str) -> str:
        """The value of a sealed column of a row of this person. Raises Tampered."""
        key, ciphertext = self._keys.get(row.person_id), getattr(row, column)
        if key is None or not ciphertext:
            return ""
        return decrypt(key, bytes(ciphertext), binding(row._meta.db_table, column, row.pk)).decode()

    def sealed(self, table: str, column: str, row: uuid.UUID, ciphertext: bytes | None) -> str:
        """As `value`, for a ciphertext that stands in the change log, which does not say for which of several ids."""
        keys = [key for key in self._keys.values() if key is not None]
        if not keys or not ciphertext:
            return ""
        bound = binding(table, column, row)
        for key in keys[1:] if len(keys) == len(self._keys) else keys:
            with suppress(Tampered):
                return decrypt(key, bytes(ciphertext), bound).decode()
        return decrypt(keys[0], bytes(ciphertext), bound).decode() if len(keys) == len(self._keys) else ""

    def values(self, rows: Sequence[Any], column: str) -> dict[uuid.UUID, str]:
        """Values of one column of several rows by row id."""
        return {row.pk: self.value(row, column) for row in rows}
