"""What the layouts have in common on the way out: slices of rows, words of codes, sealed values, whole addresses."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import polars as pl
from django.db.models import Model, QuerySet

from domicile.apps.areas.selectors import trails
from domicile.apps.vault.sealing import binding, data_keys, decrypt
from domicile.core.addresses.frame import parse_frame
from domicile.core.codes.lists import code_list

SLICE = 1000
LISTED = "、"


def slices(rows: "QuerySet[Any]") -> Iterator[list[Any]]:
    """The rows in slices, without all of them in memory."""
    part: list[Any] = []
    for row in rows.iterator(chunk_size=SLICE):
        part.append(row)
        if len(part) == SLICE:
            yield part
            part = []
    if part:
        yield part


@cache
def word(listed: str, code: str) -> str:
    """The printed word of a code; '' for none and for one that the list does not have."""
    try:
        return code_list(listed).name(code) if code else ""
    except KeyError:
        return ""


def day(value: dt.date | None) -> str:
    return value.isoformat() if value else ""


def grid_of(place_code: str) -> str:
    """The grid of a place code, '' where none is known."""
    return "" if place_code.endswith("000") else place_code


class Opener:
    """Opens sealed values of many subjects with one query for their keys; what was erased reads as ''."""

    def __init__(self, subjects: Iterable[uuid.UUID]) -> None:
        self.keys = data_keys(subjects)

    def value(self, row: Model, column: str, subject: uuid.UUID) -> str:
        sealed, key = getattr(row, column), self.keys.get(subject)
        if not sealed or key is None:
            return ""
        return decrypt(key, bytes(sealed), binding(row._meta.db_table, column, row.pk)).decode()


def whole_addresses(places: Sequence[tuple[str, str]]) -> list[str]:
    """Addresses (text, place code) as they stand, with township and community before those that name no community."""
    bare = parse_frame(pl.Series([text for text, _ in places], dtype=pl.String))["community"].is_null().to_list()
    names = trails({code[:12] for (_, code), lacking in zip(places, bare, strict=True) if lacking}, from_level=4)
    return [
        "".join(names.get(code[:12], [])) + text if lacking else text
        for (text, code), lacking in zip(places, bare, strict=True)
    ]
