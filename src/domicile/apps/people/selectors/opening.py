"""Open sealed values of several kinds of rows of one person with one query for the key."""

import uuid
from collections.abc import Sequence

from django.db import models

from domicile.apps.vault.sealing import binding, data_keys, decrypt


def opener(person_id: uuid.UUID) -> "Opener":
    """Something that opens what is sealed for this person. One query."""
    return Opener(data_keys([person_id]).get(person_id))


class Opener:
    """Opens sealed columns with a key read once; an erased person's values read as ''."""

    def __init__(self, key: bytes | None) -> None:
        self._key = key

    def value(self, row: models.Model, column: str) -> str:
        """The value of a sealed column of a row of this person. Raises Tampered."""
        return self.sealed(row._meta.db_table, column, row.pk, getattr(row, column))

    def sealed(self, table: str, column: str, row: uuid.UUID, ciphertext: bytes | None) -> str:
        """As `value`, for a ciphertext that stands in the change log."""
        if self._key is None or not ciphertext:
            return ""
        return decrypt(self._key, bytes(ciphertext), binding(table, column, row)).decode()

    def values(self, rows: Sequence[models.Model], column: str) -> dict[uuid.UUID, str]:
        """Values of one column of several rows by row id."""
        return {row.pk: self.value(row, column) for row in rows}
