"""The lines of ledgers of people, read for thousands at a time: statements kept as text, no model of each row."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connections
from django.urls import reverse

from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Document, Person, Phone
from domicile.apps.people.selectors import words
from domicile.apps.people.selectors.standing import standing
from domicile.apps.vault.sealing import binding, data_keys, decrypt
from domicile.core.codes.identity import mask
from domicile.core.codes.phones import mask_phone

_LINES = """
    SELECT p.id, p.name, p.sex, p.birth_date, p.birth_precision, p.education, p.marital, p.registration,
        p.registered_code, p.registered_text, p.died_on, s.dwelling_id, d.address, d.place_code, s.start, s.reason,
        m.household_id, m.relation
    FROM people_person p
    LEFT JOIN people_spell s ON s.person_id = p.id AND s."end" IS NULL AND s.kind = 'usual'
    LEFT JOIN places_dwelling d ON d.id = s.dwelling_id
    LEFT JOIN people_member m ON m.person_id = p.id AND m.left_on IS NULL AND m.side = 'living'
    WHERE p.id IN ({marks})"""


@dataclass(slots=True)
class LedgerLine:
    """What a ledger may say of a person. Where they live is told only inside the viewer's areas ('' else)."""

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
    home_url: str
    number: str = ""
    phone: str = ""

    @property
    def grid_code(self) -> str:
        """The code of the grid; '' where none is known."""
        return "" if self.place_code.endswith("000") else self.place_code


def ledger_lines(
    viewer: Viewer,
    persons: Sequence[uuid.UUID],
    *,
    today: dt.date,
    numbers: bool = True,
    phones: bool = False,
    full: bool = False,
    opened: "Callable[..., dict[uuid.UUID, str]] | None" = None,
) -> dict[uuid.UUID, LedgerLine]:
    """Lines of persons already known to be visible to the viewer, by id. One query, and two or three for what is sealed.

    `numbers` and `phones` are opened only where asked for, and stand masked unless `full`.
    """
    if not persons:
        return {}
    rows = _rows(_LINES, persons)
    lines = _lines(viewer, rows, today)
    reading = opened or sealed_texts
    if numbers or phones:
        keys = data_keys(lines) if opened is None else {}
        if numbers:
            for person, text in reading(Document, persons, keys, (lambda text: text) if full else mask).items():
                lines[person].number = text.partition(" ")[0]
        if phones:
            for person, text in reading(Phone, persons, keys, (lambda text: text) if full else mask_phone).items():
                lines[person].phone = text
    return lines


def _rows(sql: str, persons: Sequence[uuid.UUID]) -> list[tuple[Any, ...]]:
    connection = connections[Person.objects.db]
    key = Person._meta.pk
    ids = [key.get_db_prep_value(person, connection) for person in persons]
    with connection.cursor() as cursor:
        cursor.execute(sql.format(marks=", ".join(["%s"] * len(ids))), ids)
        return list(cursor.fetchall())


def _key(value: Any) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)


def _day(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _lines(viewer: Viewer, rows: list[tuple[Any, ...]], today: dt.date) -> dict[uuid.UUID, LedgerLine]:
    """Words are looked up once for each code, the situation once for each pair of places, not for each person."""
    coded = cache(words.coded)
    sexes = {code: words.sex(code) for code in "0129"}
    unnamed = words.name("")
    covers = cache(viewer.covers)
    homes = {kind: reverse(f"people:{kind}", args=[uuid.UUID(int=0)]) for kind in ("household", "dwelling")}

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

    lines = {}
    for (
        person, name, sex, birth, precision, education, marital, registration, code, text, died, dwelling, address,
        place, start, reason, household, relation,
    ) in rows:  # fmt: skip
        near = bool(place) and covers(place)
        born, home = _day(birth), ("household", household) if household else ("dwelling", dwelling)
        known = _key(person)
        lines[known] = LedgerLine(
            name=name or unnamed,
            sex=sexes.get(sex, ""),
            age=words.age(born, today),
            born=born if precision == "day" else str(birth or "")[: {"month": 7, "year": 4}.get(precision, 0)],
            education=coded("education", education),
            marital=coded("marital", marital),
            registered=text or (code if registration == "area" else words.registration(registration)),
            situation=situation(registration, code, place or "", _day(died)),
            address=address if near else "",
            place_code=place if near else "",
            since=_day(start) if near else None,
            reason=coded("inflow_reason", reason or "") if near else "",
            relation=coded("relation", relation or "") if near else "",
            home_url=homes[home[0]].replace(_NO_ID, str(_key(home[1]))) if near and home[1] else "",
        )
    return lines


_NO_ID = str(uuid.UUID(int=0))


def sealed_texts(
    model: Any, persons: Sequence[uuid.UUID], keys: dict[uuid.UUID, bytes], shown: Callable[[str], str]
) -> dict[uuid.UUID, str]:
    """The numbers of documents or phones of each person, in order, divided by blanks; the erased are left out."""
    table = model._meta.db_table
    found: dict[uuid.UUID, list[str]] = {}
    sql = f"SELECT id, person_id, number FROM {table} WHERE person_id IN ({{marks}}) AND number IS NOT NULL ORDER BY id"  # noqa: S608
    for row, person, sealed in _rows(sql, persons):
        known = _key(person)
        if known in keys:
            text = decrypt(keys[known], bytes(sealed), binding(table, "number", _key(row))).decode()
            found.setdefault(known, []).append(shown(text))
    return {person: " ".join(texts) for person, texts in found.items()}
