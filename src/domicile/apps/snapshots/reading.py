"""The register read for a snapshot: range by range of ids, beneath the ORM, every sealed value opened once.

Never more than a range of people is held. All ranges see the register as it stands at one moment.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import pyarrow as pa
from django.db import connections, transaction

from domicile.apps.common.fields import next_key
from domicile.apps.people.models import Document, Person, Phone
from domicile.apps.snapshots.tables import OF_PEOPLE, OF_PLACES, batch
from domicile.apps.vault.keyring import wrapper
from domicile.apps.vault.sealing import NONCE, decrypt

ROWS_AT_ONCE: Final = 50_000
MERGED_AT_ONCE: Final = 5_000
RESIDENT: Final = "resident_id"

_PEOPLE = """SELECT {key:p.id}, {key:home.household_id}, {key:s.dwelling_id}, p.name, p.sex, {day:p.birth_date}, d.address,
    home.relation, p.registered_code, {day:p.died_on}, d.place_code, p.birth_precision, p.education, p.marital,
    p.nationality, p.registration, p.registered_text, {key:reg.household_id}, reg.relation, k.wrap_key, k.wrapped
    FROM people_person p
    LEFT JOIN people_member home ON home.person_id = p.id AND home.side = 'living' AND home.left_on IS NULL
    LEFT JOIN people_member reg ON reg.person_id = p.id AND reg.side = 'registered' AND reg.left_on IS NULL
    LEFT JOIN people_spell s ON s.person_id = p.id AND s.kind = 'usual' AND (s.start IS NULL OR s.start <= %s)
        AND (s."end" IS NULL OR s."end" > %s)
    LEFT JOIN places_dwelling d ON d.id = s.dwelling_id
    LEFT JOIN vault_subjectkey k ON k.subject_id = p.id
    WHERE {after}{seen} ORDER BY p.id LIMIT %s"""
_NAMES = """SELECT {key:p.person_id}, p.name FROM people_formername p
    WHERE p.person_id BETWEEN %s AND %s ORDER BY p.person_id, p.until, p.id"""
_DOCUMENTS = """SELECT {key:p.id}, {key:p.person_id}, p.kind, p.number, p.finding FROM people_document p
    WHERE p.person_id BETWEEN %s AND %s ORDER BY p.person_id, p.id"""
_PHONES = """SELECT {key:p.id}, {key:p.person_id}, p.number, p.belongs_to FROM people_phone p
    WHERE p.person_id BETWEEN %s AND %s ORDER BY p.person_id, p.id"""
_MEMBERS = """SELECT {key:p.id}, {key:p.person_id}, {key:p.household_id}, p.side, p.relation, {day:p.joined_on} FROM people_member p
    WHERE p.left_on IS NULL AND p.person_id BETWEEN %s AND %s"""
_PARENTS = """SELECT {key:p.id}, {key:p.child_id}, {key:p.parent_id}, p.kind FROM people_parentage p
    WHERE p.child_id BETWEEN %s AND %s"""
_SPELLS = """SELECT {key:p.id}, {key:p.person_id}, {key:p.dwelling_id}, d.place_code, p.kind, {day:p.start}, {day:p."end"},
    p.source, {day:p.verified_on} FROM people_spell p JOIN places_dwelling d ON d.id = p.dwelling_id
    WHERE p.person_id BETWEEN %s AND %s"""
_EVENTS = """SELECT {key:p.id}, {key:p.person_id}, p.kind, {day:p.day}, {day:p.registered_on}, {key:n.person_id}, p.code,
    p.told_by, p.late FROM vitals_vitalevent p LEFT JOIN vitals_vitalnamed n ON n.event_id = p.id AND n.role = 'spouse'
    WHERE p.state = 'counts' AND p.person_id BETWEEN %s AND %s"""
#: Who stands for whom: records that were found to be one person.
_SAME = "SELECT {key:p.person_id}, {key:p.stands_id} FROM people_sameperson p WHERE 0 = %s"
#: Keys, documents and phones of some records.
_KEYS = "SELECT {key:k.subject_id}, k.wrap_key, k.wrapped FROM vault_subjectkey k WHERE k.subject_id IN ({marks})"
_THEIR_DOCUMENTS = """SELECT {key:p.id}, {key:p.person_id}, p.kind, p.number, p.finding FROM people_document p
    WHERE p.person_id IN ({marks}) ORDER BY p.id"""
_THEIR_PHONES = """SELECT {key:p.id}, {key:p.person_id}, p.number, p.belongs_to FROM people_phone p
    WHERE p.person_id IN ({marks}) ORDER BY p.id"""
#: Columns that name people.
_NAMED = {"members": [1], "parents": [1, 2], "spells": [1], "events": [1, 5]}
_OF_PEOPLE = {"members": _MEMBERS, "parents": _PARENTS, "spells": _SPELLS, "events": _EVENTS}

_DWELLINGS = """SELECT {key:p.id}, {key:p.building_id}, p.place_code, p.address, p.use, p.floor_area, p.rooms,
    {day:p.in_use_from}, {day:p.in_use_to}, {day:b.in_use_to}
    FROM places_dwelling p JOIN places_building b ON b.id = p.building_id WHERE {after}{inside} ORDER BY p.id LIMIT %s"""
_HOUSEHOLDS = """SELECT {key:p.id}, {key:p.dwelling_id}, d.place_code, p.side, p.kind, {day:p.formed_on}, {day:p.ended_on}
    FROM people_household p JOIN places_dwelling d ON d.id = p.dwelling_id WHERE {after}{inside} ORDER BY p.id LIMIT %s"""
_RENTALS = """SELECT {key:p.id}, {key:p.dwelling_id}, d.place_code, {key:h.person_id}, p.part, {day:p.contract_start},
    {day:p.contract_end}, p.safety, {day:p.safety_signed_on}, {day:p.last_visit}, {day:p.ended_on},
    (SELECT count(*) FROM tenure_tenant t WHERE t.rental_id = p.id)
    FROM tenure_rental p JOIN places_dwelling d ON d.id = p.dwelling_id JOIN tenure_holder h ON h.id = p.landlord_id
    WHERE {after}{inside} ORDER BY p.id LIMIT %s"""
_CHECKS = """SELECT {key:p.id}, {key:p.check_of_id}, d.place_code, {day:d.checked_on}, p.agrees, p.verdict
    FROM fieldwork_checkitem p JOIN fieldwork_backcheck d ON d.id = p.check_of_id WHERE {after}{inside} ORDER BY p.id LIMIT %s"""
_OF_PLACES = {
    "dwellings": (_DWELLINGS, "p"), "households": (_HOUSEHOLDS, "d"), "rentals": (_RENTALS, "d"), "checks": (_CHECKS, "d"),
}  # fmt: skip

#: By person, a kind (or whose it is) and a number.
Best = dict[str, tuple[str, str | None]]
Write = Callable[[str, pa.RecordBatch], None]


def read(tables: Collection[str], scopes: Collection[str], today: dt.date, write: Write, *, numbers: bool) -> None:
    """Call `write(table, batch)` for every range of every table asked for.

    `scopes` are prefixes of place codes; '' is everywhere. Without `numbers`, columns of numbers and phones are null.
    A value whose key was destroyed is null; one that was tampered with raises vault.sealing.Tampered.
    """
    with _one_moment():
        if wanted := [name for name in OF_PEOPLE if name in tables]:
            _read_people(wanted, scopes, today, write, numbers=numbers)
        for name in OF_PLACES:
            if name in tables:
                _read_places(name, scopes, write)


def count_people() -> int:
    """How many people are on file."""
    return Person.objects.count()


def _read_people(
    tables: Collection[str], scopes: Collection[str], today: dt.date, write: Write, *, numbers: bool
) -> None:
    seen, values = _ranges(scopes, "v.code")
    only = f" AND p.id IN (SELECT v.person_id FROM people_visibility v WHERE {seen})" if seen else ""  # noqa: S608
    same = dict(_fetch(_SAME, [0]))
    beside = _beside(same, numbers=numbers) if same and "people" in tables else ({}, {})
    last: str | None = None
    while rows := _fetch(
        _PEOPLE,
        [today, today, *([] if last is None else [last]), *values, ROWS_AT_ONCE],
        after="p.id > %s" if last is not None else "1 = 1",
        seen=only,
    ):
        reach = _Range(rows, same, whole=not seen)
        if {"people", "documents", "phones"} & set(tables):
            reach.open(numbers=numbers)
        for name in tables:
            if name in _OF_PEOPLE:
                found = reach.within(_fetch(_OF_PEOPLE[name], reach.ends), 1)
                _write_rows(name, reach.resolved(found, _NAMED[name]), write)
        if "people" in tables:
            _write_rows("people", reach.people(*beside), write)
        if "documents" in tables:
            _write_rows("documents", reach.resolved(reach.documents, [1]), write)
        if "phones" in tables:
            _write_rows("phones", reach.resolved(reach.phones, [1]), write)
        last = reach.ends[1]
        if len(rows) < ROWS_AT_ONCE:
            break


def _read_places(table: str, scopes: Collection[str], write: Write) -> None:
    sql, place = _OF_PLACES[table]
    inside, values = _ranges(scopes, f"{place}.place_code")
    last: str | None = None
    while rows := _fetch(
        sql,
        [*([] if last is None else [last]), *values, ROWS_AT_ONCE],
        after="p.id > %s" if last is not None else "1 = 1",
        inside=f" AND ({inside})" if inside else "",
    ):
        _write_rows(table, rows, write)
        last = rows[-1][0]
        if len(rows) < ROWS_AT_ONCE:
            break


def _write_rows(table: str, rows: Sequence[Sequence[Any]], write: Write) -> None:
    if rows:
        write(table, batch(table, zip(*rows, strict=True)))


class _Range:
    """The people of one range of ids, with what is sealed under their keys."""

    def __init__(self, rows: Sequence[tuple[Any, ...]], same: dict[str, str], *, whole: bool) -> None:
        self.rows, self._same = rows, same
        self.ends = [rows[0][0], rows[-1][0]]
        self._kept = None if whole else {row[0] for row in rows}
        self._sealed = {row[0]: (row[-2], row[-1]) for row in rows if row[-1] is not None}
        self._keys: dict[str, bytes] = {}
        self.documents: list[tuple[Any, ...]] = []
        self.phones: list[tuple[Any, ...]] = []

    def within(self, rows: list[tuple[Any, ...]], column: int) -> list[tuple[Any, ...]]:
        """Rows of these people: a range of ids may hold others, outside the areas."""
        return rows if self._kept is None else [row for row in rows if row[column] in self._kept]

    def resolved(self, rows: list[tuple[Any, ...]], columns: Sequence[int]) -> list[tuple[Any, ...]]:
        """Rows with the ids of people in these columns replaced by those that stand for them."""
        if not self._same:
            return rows
        return [
            tuple(self._same.get(value, value) if place in columns else value for place, value in enumerate(row))
            for row in rows
        ]

    def open(self, *, numbers: bool) -> None:
        """Read documents and phones, and open what is sealed in them."""
        for key, person, kind, sealed, finding in self.within(_fetch(_DOCUMENTS, self.ends), 1):
            self.take_document(key, person, kind, sealed, finding, numbers=numbers)
        for key, person, sealed, belongs_to in self.within(_fetch(_PHONES, self.ends), 1):
            self.take_phone(key, person, sealed, belongs_to, numbers=numbers)

    def take_document(
        self, key: str, person: str, kind: str, sealed: bytes | None, finding: str, *, numbers: bool
    ) -> None:
        opened = self._opened(Document._meta.db_table, key, person, sealed) if numbers else None
        self.documents.append((key, person, kind, opened, finding))

    def take_phone(self, key: str, person: str, sealed: bytes | None, belongs_to: str, *, numbers: bool) -> None:
        opened = self._opened(Phone._meta.db_table, key, person, sealed) if numbers else None
        self.phones.append((key, person, opened, belongs_to))

    def _opened(self, table: str, row: str, person: str, sealed: bytes | None) -> str | None:
        key = self._keys.get(person)
        if key is None:
            held = self._sealed.get(person)
            if held is None:  # the key was destroyed: nobody can read it any more
                return None
            number, wrapped = held[0], bytes(held[1])
            key = wrapper(number).decrypt(wrapped[:NONCE], wrapped[NONCE:], bytes.fromhex(person))
            self._keys[person] = key
        return decrypt(key, bytes(sealed), f"{table}\x1fnumber\x1f{row}".encode()).decode() if sealed else None

    def people(self, documents: Best, phones: Best) -> list[tuple[Any, ...]]:
        """The rows of `people`: those who stand for others stand there once, with documents and phones of the others."""
        names = dict(self.within(_fetch(_NAMES, self.ends), 0))
        first = _best_documents(self.documents, documents)
        phones = _best_phones(self.phones, phones)
        none = ("", None)
        return [
            _person(row, names, first.get(row[0], none), phones.get(row[0], none))
            for row in self.rows
            if row[0] not in self._same
        ]


def _best_documents(rows: Iterable[tuple[Any, ...]], others: Best) -> Best:
    """By person, kind and number of the resident number, else of the first document; `others` where there is none of these."""
    first: Best = {}
    for _key, person, kind, number, _finding in rows:
        if person not in first or (kind == RESIDENT and first[person][0] != RESIDENT):
            first[person] = (kind, number)
    return others | first


def _best_phones(rows: Iterable[tuple[Any, ...]], others: Best) -> Best:
    """By person, whose it is and the number of their own phone, else of the first one."""
    phones: Best = {}
    for _key, person, number, belongs_to in rows:
        if person not in phones or (phones[person][0] and not belongs_to):
            phones[person] = (belongs_to, number)
    return others | phones


def _beside(same: dict[str, str], *, numbers: bool) -> tuple[Best, Best]:
    """Documents and phones of merged records, by who stands for them: few, and read at once."""
    ids = sorted(same)
    documents: Best = {}
    phones: Best = {}
    for start in range(0, len(ids), MERGED_AT_ONCE):
        some = ids[start : start + MERGED_AT_ONCE]
        marks = ", ".join(["%s"] * len(some))
        keys = [(key, wrap, wrapped) for key, wrap, wrapped in _fetch(_KEYS.replace("{marks}", marks), [*some])]
        reach = _Range(keys or [(some[0], None, None)], same, whole=False)
        for key, person, kind, sealed, finding in _fetch(_THEIR_DOCUMENTS.replace("{marks}", marks), [*some]):
            reach.take_document(key, person, kind, sealed, finding, numbers=numbers)
        for key, person, sealed, belongs_to in _fetch(_THEIR_PHONES.replace("{marks}", marks), [*some]):
            reach.take_phone(key, person, sealed, belongs_to, numbers=numbers)
        documents = _best_documents(reach.resolved(reach.documents, [1]), documents)
        phones = _best_phones(reach.resolved(reach.phones, [1]), phones)
    return documents, phones


def _person(
    row: tuple[Any, ...], names: dict[str, str], document: tuple[str, str | None], phone: tuple[str, str | None]
) -> tuple[Any, ...]:
    (key, household, dwelling, name, sex, born, address, relation, registered, died, place, precision, education,
     marital, nationality, registration, registered_text, other, other_relation, _wrap, _wrapped) = row  # fmt: skip
    registered = registered if registration == Person.Registration.AREA else ""
    place = place or registered or ""
    return (
        key, household, dwelling, place[:12], name, names.get(key), sex if sex in "12" else None, born,
        document[1], document[0], phone[1], address, relation, registered, died, place, precision, education,
        marital, nationality, registration, registered_text, other, other_relation,
    )  # fmt: skip


def _ranges(scopes: Collection[str], column: str) -> tuple[str, list[str]]:
    """A condition that holds inside the scopes, and its values; '' where they hold everywhere."""
    if "" in scopes:
        return "", []
    parts, values = [], []
    for scope in scopes:
        parts.append(f"({column} >= %s AND {column} < %s)")
        values += [scope, next_key(scope)]
    return " OR ".join(parts) or "1 = 0", values


class _Column:
    """Writes a column as text, alike on both engines: ids as 32 hex digits, days as YYYY-MM-DD."""

    def __init__(self, kind: str, *, postgresql: bool) -> None:
        self.kind, self.postgresql = kind, postgresql

    def __format__(self, column: str) -> str:
        if self.kind == "day":
            return f"CAST({column} AS text)"
        return f"replace(CAST({column} AS text), '-', '')" if self.postgresql else column


def _fetch(sql: str, values: Sequence[Any], **parts: str) -> list[tuple[Any, ...]]:
    connection = connections[Person.objects.db]
    postgresql = connection.vendor == "postgresql"
    written = sql.format(key=_Column("key", postgresql=postgresql), day=_Column("day", postgresql=postgresql), **parts)
    with connection.cursor() as cursor:
        cursor.execute(written, [str(value) for value in values[:-1]] + [values[-1]])
        return list(cursor.fetchall())


@contextmanager
def _one_moment() -> Iterator[None]:
    """A read transaction that takes no lock from writers; inside another one, that one."""
    connection = connections[Person.objects.db]
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:  # atomic() would take the one writer's place
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("COMMIT")
