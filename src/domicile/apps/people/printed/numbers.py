"""Numbers, phones and remarks of the people of a page, opened together: a fixed number of queries."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from domicile.apps.people.models import Document, Phone, Remark
from domicile.apps.vault.sealing import binding, data_keys, decrypt
from domicile.core.codes.phones import mask_phone


def full_numbers(persons: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The first document's number of each person in full; those without one are left out. Two queries."""
    rows = list(Document.objects.filter(person__in=persons, number__isnull=False).order_by("-id"))
    return {row.person_id: text for row, text in _opened(rows, "number")}


def phones(persons: Sequence[uuid.UUID], *, full: bool) -> dict[uuid.UUID, list[str]]:
    """The phones of each person, masked unless `full`, with whose they are: 13800000000（李四）. Two queries."""
    rows = list(Phone.objects.filter(person__in=persons).order_by("id"))
    shown: Callable[[str], str] = str if full else mask_phone
    found = defaultdict(list)
    for row, text in _opened(rows, "number"):
        found[row.person_id].append(shown(text) + (f"（{row.belongs_to}）" if row.belongs_to else ""))
    return found


def remarks(rows: Iterable[Remark]) -> dict[uuid.UUID, list[str]]:
    """The texts of these remarks by person. One query."""
    found = defaultdict(list)
    for row, text in _opened(list(rows), "text"):
        found[row.person_id].append(text)
    return found


def _opened(rows: Sequence[Any], column: str) -> Iterator[tuple[Any, str]]:
    """Each row that has something sealed in the column, with what it says; rows of the erased are left out."""
    keys = data_keys(row.person_id for row in rows)
    for row in rows:
        sealed = getattr(row, column)
        if sealed and row.person_id in keys:
            bound = binding(row._meta.db_table, column, row.pk)
            yield row, decrypt(keys[row.person_id], bytes(sealed), bound).decode()
