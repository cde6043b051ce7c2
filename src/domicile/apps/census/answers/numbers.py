"""Resident numbers of answers serve to find whoever is on two forms. Once matching is over none is kept: neither of what came
before, which is rewritten here batch by batch, nor of what comes late.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from django.db.models import Exists, Model, OuterRef, QuerySet

from domicile.apps.census.ending.models import MatchingEnd
from domicile.apps.vault import sealing
from domicile.core.enumeration.model import PERSONS

ITEM = "id_number"
#: Over rows with a census: whether its matching is over.
OVER = Exists(MatchingEnd.objects.filter(census_id=OuterRef("census_id")))


class Batch(NamedTuple):
    """`last`: the id of the last row that was looked at, None where none was left; `looked` at so many, `changed` of them."""

    last: uuid.UUID | None
    looked: int
    changed: int


def over(census_id: uuid.UUID) -> bool:
    """Whether matching of a census is over. Whoever writes a form asks it after a lock that `ending.dropping.end` waits for."""
    return MatchingEnd.objects.filter(census_id=census_id).exists()


def without(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a form without resident numbers; the rest is as it was."""
    told = {name: value for name, value in content.items() if name != ITEM}
    persons = told.get(PERSONS)
    if isinstance(persons, list):
        told[PERSONS] = [_bare(one) if isinstance(one, Mapping) else one for one in persons]
    return told


def _bare(person: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in person.items() if name != ITEM}


def text_without(text: str) -> str:
    """The same of content as it is kept; text that has none is the same text."""
    return orjson.dumps(without(orjson.loads(text)), option=orjson.OPT_SORT_KEYS).decode() if ITEM in text else text


def drop(rows: "QuerySet[Model]", columns: Sequence[str], after: uuid.UUID | None, at_once: int) -> Batch:
    """Rewrite the next rows by id without resident numbers, in the caller's transaction. `rows` have `envelope_id` and the
    sealed `columns`. What has no number stays byte for byte. Raises Erased, Tampered.
    """
    some = rows if after is None else rows.filter(pk__gt=after)
    held = list(some.select_for_update(of=("self",)).order_by("pk").only("pk", "envelope_id", *columns)[:at_once])
    keys = sealing.data_keys(row.envelope_id for row in held)  # type: ignore[attr-defined]
    changed = []
    for row in held:
        key = keys.get(row.envelope_id)  # type: ignore[attr-defined]
        if key is None:
            raise sealing.Erased(f"{row._meta.label} {row.pk}")
        if sum(_rewritten(row, column, key) for column in columns):  # each of them, also after one that changed
            changed.append(row)
    if changed:
        rows.model._default_manager.bulk_update(changed, list(columns), batch_size=500)
    return Batch(held[-1].pk if held else None, len(held), len(changed))


def _rewritten(row: Model, column: str, key: bytes) -> bool:
    sealed, binding = getattr(row, column), sealing.binding(row._meta.db_table, column, row.pk)
    if not sealed:
        return False
    text = sealing.decrypt(key, bytes(sealed), binding).decode()
    bare = text_without(text)
    if bare != text:
        setattr(row, column, sealing.encrypt(key, bare.encode(), binding))
    return bare != text
