"""Open many sealed answers at once, and say to the log that it was done.

The rows are read beneath the ORM and a cipher is made once for each envelope, of which there is one an area. What is asked
for main figures (`quick_rows`) holds no name and no number; whole forms come from `contents`.
"""

import uuid
from collections.abc import Iterator
from itertools import accumulate
from struct import iter_unpack
from typing import Any, NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connections

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.census.answers.models import Answer, Envelope
from domicile.apps.census.plan.models import Census
from domicile.apps.common.viewer import Viewer
from domicile.apps.vault import sealing

AT_ONCE = 20_000
SEE = "view_answer"


class Batch(NamedTuple):
    """Opened values with the place code of each, in the same order, and the household where that was asked for."""

    places: list[str]
    values: list[bytes]
    households: list[str]


def quick_rows(census: Census, *, at_once: int = AT_ONCE) -> Iterator[Batch]:
    """The packed rows (answers/quick.py) of the household forms that count, batch by batch. The caller logs the look.

    Raises Erased where the forms were destroyed, Tampered where one was changed.
    """
    if connections[Answer.objects.db].vendor == "postgresql":
        return _opened_by_area(census, ("short", "long"), at_once)
    return _opened(census, "quick", ("short", "long"), at_once)


def contents(
    census: Census, *, forms: tuple[str, ...] = ("short", "long"), at_once: int = AT_ONCE
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Place code, household (32 hex characters) and content of the forms that count. The caller logs the look. Raises as above."""
    for batch in _opened(census, "content", forms, at_once, households=True):
        for place, value, household in zip(*batch, strict=True):
            yield place, household, orjson.loads(value)


def _opened(
    census: Census, column: str, forms: tuple[str, ...], at_once: int, *, households: bool = False
) -> Iterator[Batch]:
    """The database cuts each value into nonce and rest and says what it is bound to: by the million that is dear in Python."""
    connection, ciphers = connections[Answer.objects.db], _ciphers(census)
    own, table, size = connection.features.has_native_uuid_field, Answer._meta.db_table, sealing.NONCE
    plain = "replace({}::text, '-', '')" if own else "{}"  # an id as an object is dear too
    bound = f"convert_to(%s || {plain.format('id')}, 'UTF8')" if own else "CAST(%s || id AS BLOB)"
    more = f", {plain.format('household_id')}" if households else ""
    lies, marks = plain.format("envelope_id"), ", ".join(["%s"] * len(forms))
    sql = (
        f'SELECT place_code, {lies}, substr("{column}", 1, {size}), substr("{column}", {size + 1}), {bound}{more}'  # noqa: S608
        f" FROM {table} WHERE census_id = %s AND state = 'counts' AND form IN ({marks})"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{table}\x1f{column}\x1f", census.pk if own else census.pk.hex, *forms])
        while rows := cursor.fetchmany(at_once):
            try:
                values = [ciphers[row[1]].decrypt(row[2], row[3], row[4]) for row in rows]
            except KeyError as gone:
                raise sealing.Erased(f"envelope {gone}") from gone
            except InvalidTag as error:
                raise sealing.Tampered(f"{table}.{column}") from error
            yield Batch([row[0] for row in rows], values, [row[5] for row in rows] if households else [])


def _opened_by_area(census: Census, forms: tuple[str, ...], at_once: int) -> Iterator[Batch]:
    """Packed rows from PostgreSQL: one row an area and envelope, with the ids, lengths and sealed values of all its forms.

    Bytes come over as they are, and what a value is bound to is known from its id: a form whose place in the three were another
    one would not open.
    """
    from psycopg import Cursor  # the cursors of Django take no results but text

    connection, ciphers, table = connections[Answer.objects.db], _ciphers(census), Answer._meta.db_table
    begins, size = f"{table}\x1fquick\x1f".encode(), sealing.NONCE
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:
        cursor.execute(
            "SELECT place_code, replace(envelope_id::text, '-', ''), string_agg(uuid_send(id), ''::bytea), "  # noqa: S608
            "string_agg(int4send(length(quick)), ''::bytea), string_agg(quick, ''::bytea) "
            f"FROM {table} WHERE census_id = %s AND state = 'counts' AND form = ANY(%s) GROUP BY 1, 2",
            [census.pk, list(forms)],
            binary=True,
        )
        batch = Batch([], [], [])
        for place, envelope, ids, lengths, sealed in cursor:
            if envelope not in ciphers:
                raise sealing.Erased(f"envelope {envelope}")
            opened, names = ciphers[envelope].decrypt, ids.hex().encode()
            ends = list(accumulate(length for (length,) in iter_unpack("!i", lengths)))
            try:
                batch.values.extend(
                    opened(sealed[start : start + size], sealed[start + size : end], begins + names[at : at + 32])
                    for start, end, at in zip([0, *ends], ends, range(0, len(names), 32), strict=False)
                )
            except InvalidTag as error:
                raise sealing.Tampered(f"{table}.quick") from error
            batch.places.extend([place] * len(ends))
            if len(batch.places) >= at_once:
                yield batch
                batch = Batch([], [], [])
        if batch.places:
            yield batch


def _ciphers(census: Census) -> dict[str, AESGCM]:
    """The cipher of each envelope, by its id as 32 hex characters."""
    keys = sealing.data_keys(Envelope.objects.filter(census=census).values_list("pk", flat=True))
    return {envelope.hex: AESGCM(key) for envelope, key in keys.items()}


def quick_of_area(census: Census, place_code: str) -> list[tuple[Answer, bytes]]:
    """The forms of an enumeration area that count, with their packed rows. The caller logs the look. Two queries."""
    rows = list(
        Answer.objects.filter(census=census, place_code=place_code, state=Answer.State.COUNTS, form__in=("short", "long"))
        .select_related("household__dwelling__building").defer("content").order_by("received_at", "pk")
    )  # fmt: skip
    keys, table = sealing.data_keys(row.envelope_id for row in rows), Answer._meta.db_table
    return [
        (row, sealing.decrypt(keys[row.envelope_id], bytes(row.quick), sealing.binding(table, "quick", row.pk)))
        for row in rows
    ]


def look_at(viewer: Viewer, answer: Answer, question: str = "answer") -> dict[str, Any]:
    """The content of one form, after the look is recorded. Raises OutOfReach outside the areas, NotAllowed without the right."""
    viewer.require(SEE)
    if not viewer.covers(answer.place_code):
        raise OutOfReach([answer.household_id])
    record_look(viewer, question=question, persons=[answer.household_id])
    told: dict[str, Any] = orjson.loads(sealing.open_value(answer, "content"))
    return told


def household_names(viewer: Viewer, rows: list[Any], question: str) -> dict[uuid.UUID, str]:
    """Names of the heads of households inside the viewer's areas, after the look is recorded. Two queries at most."""
    viewer.require(SEE)
    held = [row for row in rows if viewer.covers(row.place_code)]
    record_look(viewer, question=question, persons=[row.pk for row in held])
    return sealing.open_many(held, "head_name")
