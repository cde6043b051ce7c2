"""What tests of lists share: a register of the true people of a synthetic county, and lists as their offices write them."""

import datetime as dt
import uuid
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Document, Household, Member, Parentage, Person, Spell, Visibility
from domicile.apps.places.models import Building, Dwelling
from domicile.apps.sources.actions import NewList, compare_load, load_list
from domicile.apps.sources.models import ListRow, Load
from domicile.apps.vault.keyring import blind
from domicile.apps.vault.sealing import binding, encrypt, ensure_subjects
from domicile.apps.vitals.models import VitalEvent, VitalNamed
from domicile.core.linkage.names import sound, split_name
from domicile.core.synth import County, make_county
from domicile.core.synth.outside import OutsideLists, make_outside
from domicile.core.synth.outside_files import write_list
from tests import factories
from tests.cast import sun_viewer

STANDS_ON = dt.date(2026, 11, 1)
COUNTY = "770101"


@cache
def county(people: int = 1200, seed: int = 11) -> County:
    return make_county(people, seed, STANDS_ON)


@cache
def outside(people: int = 1200, seed: int = 11) -> OutsideLists:
    return make_outside(county(people, seed))


def key_of(person: int) -> uuid.UUID:
    """The key of a person of the county in the register of the test."""
    return uuid.UUID(int=0x7000_0000_0000_7000_8000_0000_0000_0000 + person)


def fill_register(one: County, events: pl.DataFrame) -> None:
    """The true people, where they live and are registered, and the events that the register knows of."""
    factories.area_tree()
    homes = _dwellings(one)
    died = {who: day for kind, who, _other, day in events.iter_rows() if kind == "death"}
    rows = one.people.to_dicts()
    Person.objects.bulk_create([_person(row, died.get(row["person_id"])) for row in rows])
    _documents(rows)
    Parentage.objects.bulk_create(
        [Parentage(child_id=key_of(row["person_id"]), parent_id=key_of(row["mother_id"]), kind=Parentage.Kind.BIRTH)
         for row in rows if row["mother_id"] is not None]
    )  # fmt: skip
    _homes(one, rows, homes, died)
    for kind, who, other, day in events.iter_rows():
        _event(kind, key_of(who), None if other is None else key_of(other), day, homes[rows[who]["dwelling"]])


def _dwellings(one: County) -> dict[int, Dwelling]:
    found, buildings = {}, {}
    for row in one.dwellings.to_dicts():
        number = row["building_id"]
        if number not in buildings:
            buildings[number] = Building(
                community_code=row["community"], place_code=row["grid"], street=f"路{number}", plate="1号", key=f"路{number}|1|"
            )  # fmt: skip
        found[row["dwelling"]] = Dwelling(
            building=buildings[number], place_code=row["grid"], key=f"|{row['dwelling']}", address=row["address"],
            use=Dwelling.Use.OWNER_OCCUPIED,
        )  # fmt: skip
    Building.objects.bulk_create(buildings.values())
    Dwelling.objects.bulk_create(found.values())
    return found


def _person(row: dict[str, Any], died_on: dt.date | None) -> Person:
    name = row["name"] or ""
    here = row["residence"] != "registered_elsewhere"
    return Person(
        pk=key_of(row["person_id"]), name=name, given=split_name(name)[1], sound=sound(name), sex=row["sex"],
        birth_date=row["birth_date"], died_on=died_on, registered_text=row["registered_address"] or "",
        registration=Person.Registration.AREA, registered_code=row["registered_area"].ljust(15, "0") if here else "880000",
    )  # fmt: skip


def _documents(rows: list[dict[str, Any]]) -> None:
    keys = ensure_subjects(key_of(row["person_id"]) for row in rows)
    made = []
    for row in rows:
        number, person = row["document_number"], key_of(row["person_id"])
        if number:
            one = Document(person_id=person, kind=row["document_type"], blind=blind("document", number))
            one.number = encrypt(keys[person], number.encode(), binding(Document._meta.db_table, "number", one.pk))
            made.append(one)
    Document.objects.bulk_create(made)


def _homes(one: County, rows: list[dict[str, Any]], homes: dict[int, Dwelling], died: dict[int, dt.date]) -> None:
    households = {
        row["household_id"]: Household(dwelling=homes[row["dwelling"]], side="living")
        for row in one.households.to_dicts()
    }
    Household.objects.bulk_create(households.values())
    Member.objects.bulk_create(
        [Member(household=households[row["household_id"]], person_id=key_of(row["person_id"]), side="living",
                relation=row["relation"] if row["person_id"] not in died else "", left_on=died.get(row["person_id"]))
         for row in rows]
    )  # fmt: skip
    Spell.objects.bulk_create(
        [Spell(person_id=key_of(row["person_id"]), dwelling=homes[row["dwelling"]], source="test",
               end=died[row["person_id"]] + dt.timedelta(days=1) if row["person_id"] in died else None) for row in rows]
    )  # fmt: skip
    seen = []
    for row in rows:
        why = "left" if row["person_id"] in died else "lives"
        seen.append(Visibility(person_id=key_of(row["person_id"]), code=homes[row["dwelling"]].place_code, why=why))
        if row["residence"] != "registered_elsewhere":
            code = row["registered_area"].ljust(15, "0")
            seen.append(Visibility(person_id=key_of(row["person_id"]), code=code, why="registered"))
    Visibility.objects.bulk_create(seen)


def _event(kind: str, who: uuid.UUID, other: uuid.UUID | None, day: dt.date, home: Dwelling) -> None:
    event = VitalEvent.objects.create(
        kind=kind, person_id=who, code=home.place_code, dwelling=home, day=day, registered_on=day,
        registered_at=dt.datetime.combine(day, dt.time(12), dt.UTC),
    )  # fmt: skip
    if other is not None:
        VitalNamed.objects.create(event=event, role="spouse", person_id=other)


def file_of(made: OutsideLists, name: str, folder: Path) -> NewList:
    """A list as its office writes it, for the year before the day of the county, or for that day."""
    path = write_list(made, name, folder)
    return new_list(name, path.name, path.read_bytes())


def new_list(source: str, file_name: str, content: bytes, *, scope: str = COUNTY, **days: dt.date) -> NewList:
    """A list of the county; of the usual time unless told otherwise."""
    moment = source in {"school_rolls", "immunisation", "registration"}
    begin = days.get("begin", STANDS_ON if moment else STANDS_ON - dt.timedelta(days=365))
    end = days.get("end", STANDS_ON + dt.timedelta(days=1) if moment else STANDS_ON)
    return NewList(source=source, scope=scope, begin=begin, end=end, file_name=file_name, content=content)


def taken_in(new: NewList, actor: Viewer | None = None, answer: str = "") -> Load:
    """A list, loaded and compared."""
    actor = actor or sun_viewer("import_check")
    load = load_list(actor=actor, new=new)
    return compare_load(actor=actor, load_id=load.pk, answer=answer)


def piles(load: Load) -> dict[str, int]:
    """Rows by pile."""
    found: dict[str, int] = {}
    for pile in ListRow.objects.filter(load=load).values_list("pile", flat=True):
        found[pile] = found.get(pile, 0) + 1
    return found
