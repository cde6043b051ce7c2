"""The lines of ledgers of people, read for thousands at a time: statements kept as text, no model of each row."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connections
from django.urls import reverse

from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Document, Person, Phone
from domicile.apps.people.selectors import words
from domicile.apps.people.selectors.standing import standing
from domicile.apps.vault.sealing import binding, decrypt, stored_keys
from domicile.core.codes.identity import mask
from domicile.core.codes.phones import mask_phone

_LINES = """
    SELECT p.id, p.name, p.sex, {birth}, p.birth_precision, p.education, p.marital, p.registration,
        p.registered_code, p.registered_text, {died}, s.dwelling_id, d.address, d.place_code, {start}, s.reason,
        m.household_id, m.relation, EXISTS (SELECT 1 FROM people_sameperson o WHERE o.stands_id = p.id)
    FROM people_person p
    LEFT JOIN people_spell s ON s.person_id = p.id AND s."end" IS NULL AND s.kind = 'usual'
    LEFT JOIN places_dwelling d ON d.id = s.dwelling_id
    LEFT JOIN people_member m ON m.person_id = p.id AND m.left_on IS NULL AND m.side = 'living'
    WHERE p.id IN ({{marks}})"""
_DAYS = {"birth": "p.birth_date", "died": "p.died_on", "start": "s.start"}
# SQLite keeps days as text, of which Django makes a day each time: here it is made once for each day of a part.
_STATEMENTS = {
    "sqlite": _LINES.format(**{name: f"CAST({column} AS text)" for name, column in _DAYS.items()}),
    "postgresql": _LINES.format(**_DAYS),
}


#: Persons by their ids as the engine keeps them.
Ids = Mapping[Any, uuid.UUID]


@dataclass(slots=True)
class LedgerLine:
    """What a ledger may say of a person. Where they live is told only inside the viewer's areas ('' else)."""

    person_id: uuid.UUID
    name: str
    sex: str
    age: int | None
    born: Any
    education: str
    marital: str
    registered: str
    situation: str
    address: str
    place_code: str
    since: dt.date | None
    reason: str
    relation: str
    home: tuple[str, Any]
    number: str = ""
    phone: str = ""
    #: What the table of a ledger adds: the row of which this is the line, its key, and the name of the grid.
    row: Any = None
    pk: Any = None
    place: str = ""
    #: What is entered in the local fields whose columns are shown, by field.
    local: Any = None

    @property
    def grid_code(self) -> str:
        """The code of the grid; '' where none is known."""
        return "" if self.place_code.endswith("000") else self.place_code

    @property
    def home_url(self) -> str:
        """The address of the household, else of the dwelling; '' where none may be told. Not made for files."""
        address, key = self.home
        return address.replace(_NO_ID, str(key if isinstance(key, uuid.UUID) else uuid.UUID(key))) if key else ""


def ledger_lines(
    viewer: Viewer,
    ids: Ids,
    *,
    today: dt.date,
    numbers: bool = True,
    phones: bool = False,
    full: bool = False,
    opened: "Callable[..., dict[Any, str]] | None" = None,
) -> dict[Any, LedgerLine]:
    """Lines of persons already known to be visible to the viewer. One query, and two or three for what is sealed.

    `ids` and the lines are by the persons' ids as the engine keeps them. `numbers` and `phones` are opened only where
    asked for, and stand masked unless `full`.
    """
    if not ids:
        return {}
    lines, merged = _lines(viewer, ids, today)
    reading = opened or sealed_texts
    if numbers or phones:
        keys = stored_keys(ids) if opened is None else {}
        if numbers:
            for key, text in reading(Document, ids, keys, None if full else mask).items():
                lines[key].number = text.partition(" ")[0]
        if phones:
            for key, text in reading(Phone, ids, keys, None if full else mask_phone).items():
                lines[key].phone = text
        if merged:
            _fill_from_others(lines, merged, numbers=numbers, phones=phones, full=full)
    return lines


def _fill_from_others(lines: dict[Any, LedgerLine], merged: Ids, *, numbers: bool, phones: bool, full: bool) -> None:
    """What the record that stands has not, other records of the same person may. Two queries, and one for each kind."""
    stands = dict(_rows("SELECT person_id, stands_id FROM people_sameperson WHERE stands_id IN ({marks})", merged))
    others = {one: one if isinstance(one, uuid.UUID) else uuid.UUID(one) for one in stands}
    keys = stored_keys(others)
    if numbers:
        for key, text in sealed_texts(Document, others, keys, None if full else mask).items():
            lines[stands[key]].number = lines[stands[key]].number or text.partition(" ")[0]
    if phones:
        for key, text in sealed_texts(Phone, others, keys, None if full else mask_phone).items():
            lines[stands[key]].phone = " ".join(filter(None, [lines[stands[key]].phone, text]))


def _rows(sql: str, ids: Ids) -> list[tuple[Any, ...]]:
    with connections[Person.objects.db].cursor() as cursor:
        cursor.execute(sql.format(marks=", ".join(["%s"] * len(ids))), list(ids))
        return cursor.fetchall()


def _day(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _lines(viewer: Viewer, ids: Ids, today: dt.date) -> tuple[dict[Any, LedgerLine], dict[Any, uuid.UUID]]:
    """The lines, and who of them has other records too.

    Words are looked up once for each code, the situation once for each pair of places, not for each person."""
    rows = _rows(_STATEMENTS[connections[Person.objects.db].vendor], ids)
    coded, covers, day, completed = cache(words.coded), cache(viewer.covers), cache(_day), words.age
    sexes = {code: words.sex(code) for code in "0129"}
    unnamed = words.name("")
    homes = {kind: reverse(f"people:{kind}", args=[uuid.UUID(int=0)]) for kind in ("household", "dwelling")}
    households, dwellings, nowhere = homes["household"], homes["dwelling"], ("", None)

    @cache
    def situation(registration: str, registered: str, residence: str, died_on: dt.date | None) -> str:
        return standing(
            viewer,
            registration=registration,
            registered_code=registered,
            residence_code=residence,
            today=today,
            died_on=died_on,
        ).label

    lines, merged = {}, {}
    for (
        key, name, sex, birth, precision, education, marital, registration, code, text, died, dwelling, address,
        place, start, reason, household, relation, others,
    ) in rows:  # fmt: skip
        born = day(birth)
        near = bool(place) and covers(place)
        if others:
            merged[key] = ids[key]
        if not near:
            home = nowhere
        else:
            home = (households, household) if household else (dwellings, dwelling)
        lines[key] = LedgerLine(
            ids[key],
            name or unnamed,
            sexes.get(sex, ""),
            completed(born, today),
            born if precision == "day" else str(birth or "")[: {"month": 7, "year": 4}.get(precision, 0)],
            coded("education", education),
            coded("marital", marital),
            text or (code if registration == "area" else words.registration(registration)),
            situation(registration, code, place or "", day(died)),
            address if near else "",
            place if near else "",
            day(start) if near else None,
            coded("inflow_reason", reason or "") if near else "",
            coded("relation", relation or "") if near else "",
            home,
        )
    return lines, merged


_NO_ID = str(uuid.UUID(int=0))


def sealed_texts(model: Any, ids: Ids, keys: Mapping[Any, bytes], shown: Callable[[str], str] | None) -> dict[Any, str]:
    """The numbers of documents or phones of each person, in order, divided by blanks; the erased are left out."""
    table = model._meta.db_table
    found: dict[Any, str] = {}
    sql = f"SELECT id, person_id, number FROM {table} WHERE person_id IN ({{marks}}) AND number IS NOT NULL ORDER BY id"  # noqa: S608
    for row, person, sealed in _rows(sql, ids):
        key = keys.get(person)
        if key is not None:
            bound = binding(table, "number", row if isinstance(row, str) else row.hex)
            text = decrypt(key, bytes(sealed), bound).decode()
            text = shown(text) if shown else text
            found[person] = f"{found[person]} {text}" if person in found else text
    return found
