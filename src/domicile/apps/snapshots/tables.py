"""What a snapshot holds: tables and their columns. Missing is null, never a blank; ids are 32 hex digits, days are dates."""

from collections.abc import Iterable, Mapping
from typing import Final

import pyarrow as pa

TEXT, DAY, COUNT, NUMBER, FLAG = pa.string(), pa.date32(), pa.int32(), pa.float64(), pa.bool_()

#: Everybody on file inside the areas, the dead with their day. `area`, `place_code` and `dwelling_id` say the usual residence on
#: the day of the snapshot; the first two are those of the registration for who lives nowhere. `household_id` and `relation`
#: (GB/T 4761) are of the living household, the `registered_` ones of the registered. `sex` is 1, 2 or null. `number` is the
#: resident number where somebody has one, else that of another document, named by `number_kind`; `phone` their own, else any.
#: A record that was merged with another is left out; what hangs on it (documents, stays …) names who stands for it.
_PEOPLE: Final = {
    "person_id": TEXT, "household_id": TEXT, "dwelling_id": TEXT, "area": TEXT, "name": TEXT, "former_name": TEXT,
    "sex": TEXT, "birth_date": DAY, "number": TEXT, "number_kind": TEXT, "phone": TEXT, "address": TEXT,
    "relation": TEXT, "registered_at": TEXT, "dead_on": DAY,
    "place_code": TEXT, "birth_precision": TEXT, "education": TEXT, "marital": TEXT, "nationality": TEXT,
    "registration": TEXT, "registered_text": TEXT, "registered_household_id": TEXT, "registered_relation": TEXT,
}  # fmt: skip
_TABLES: Final = {
    "people": _PEOPLE,
    "documents": {"document_id": TEXT, "person_id": TEXT, "kind": TEXT, "number": TEXT, "finding": TEXT},
    "phones": {"phone_id": TEXT, "person_id": TEXT, "number": TEXT, "belongs_to": TEXT},
    # Who belongs to which household on the day, on either side (living, registered).
    "members": {"member_id": TEXT, "person_id": TEXT, "household_id": TEXT, "side": TEXT, "relation": TEXT, "joined_on": DAY},
    "parents": {"tie_id": TEXT, "child_id": TEXT, "parent_id": TEXT, "kind": TEXT},
    # Stays in [since, until); an empty beginning is unknown, an empty end open.
    "spells": {
        "spell_id": TEXT, "person_id": TEXT, "dwelling_id": TEXT, "place_code": TEXT, "kind": TEXT, "since": DAY,
        "until": DAY, "source": TEXT, "verified_on": DAY,
    },
    # Births, deaths, marriages … that count; `other_id` is the spouse of a marriage or divorce, where on file; `place_code` is
    # where the event was registered, `told_by` who reported it, `late` whether after its time.
    "events": {
        "event_id": TEXT, "person_id": TEXT, "kind": TEXT, "day": DAY, "registered_on": DAY, "other_id": TEXT,
        "place_code": TEXT, "told_by": TEXT, "late": FLAG,
    },
    "households": {
        "household_id": TEXT, "dwelling_id": TEXT, "place_code": TEXT, "side": TEXT, "kind": TEXT, "formed_on": DAY,
        "ended_on": DAY,
    },
    "dwellings": {
        "dwelling_id": TEXT, "building_id": TEXT, "place_code": TEXT, "address": TEXT, "use": TEXT,
        "floor_area": NUMBER, "rooms": COUNT, "in_use_from": DAY, "in_use_to": DAY, "building_in_use_to": DAY,
    },
    # `landlord_id` where a person of the register lets; the contract runs in [contract_start, contract_end).
    "rentals": {
        "rental_id": TEXT, "dwelling_id": TEXT, "place_code": TEXT, "landlord_id": TEXT, "part": TEXT,
        "contract_start": DAY, "contract_end": DAY, "safety": TEXT, "safety_signed_on": DAY, "last_visit": DAY,
        "ended_on": DAY, "tenants": COUNT,
    },
    # Items of back-checks and what came of them, and nothing of whom or of what was asked.
    "checks": {
        "item_id": TEXT, "check_id": TEXT, "place_code": TEXT, "checked_on": DAY, "agrees": FLAG, "verdict": TEXT,
    },
}  # fmt: skip
TABLES: Final[Mapping[str, pa.Schema]] = {name: pa.schema(list(columns.items())) for name, columns in _TABLES.items()}
#: The tables with rows of people: read together, range by range of the ids of people.
OF_PEOPLE: Final = ("people", "documents", "phones", "members", "parents", "spells", "events")
OF_PLACES: Final = ("dwellings", "households", "rentals", "checks")


def batch(table: str, columns: Iterable[Iterable[object]]) -> pa.RecordBatch:
    """Columns of text, numbers, yes or no and days written YYYY-MM-DD as a batch of `table`; blanks become null."""
    schema = TABLES[table]
    return pa.RecordBatch.from_arrays(
        [_array(list(values), field.type) for values, field in zip(columns, schema, strict=True)], schema=schema
    )


def _array(values: list[object], kind: pa.DataType) -> pa.Array:
    if kind == NUMBER:
        return pa.array([None if value is None else float(value) for value in values], NUMBER)  # type: ignore[arg-type]
    if kind == COUNT:
        return pa.array(values, COUNT)
    if kind == FLAG:  # SQLite has them as numbers
        return pa.array([None if value is None else bool(value) for value in values], FLAG)
    return pa.array([value or None for value in values], TEXT).cast(kind)


def empty(table: str) -> pa.RecordBatch:
    """A batch of no rows."""
    return pa.RecordBatch.from_pylist([], schema=TABLES[table])
