"""Small rows for tests: an area tree, a grid, a building, a dwelling, a household with people.

Every factory is keyword-only, stores what it makes and gives it back. The county is in no real use (770101), so no
number here can be anybody's. Nothing is drawn at random: the same test makes the same people.
"""

import datetime as dt
import itertools
import uuid
from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model

from domicile.apps.areas.models import Area, Grid
from domicile.apps.people.models import (
    Document,
    FormerName,
    Household,
    Member,
    Person,
    Phone,
    Remark,
    Spell,
    Visibility,
)
from domicile.apps.places.models import Building, Dwelling, FormerAddress, Unit
from domicile.apps.vault.keyring import blind
from domicile.apps.vault.sealing import seal
from domicile.core.addresses import parse
from domicile.core.codes.identity import check_char
from domicile.core.linkage.names import sound, split_name

COUNTY = "770101"
TOWNSHIP = "770101001"
COMMUNITY = "770101001001"
OTHER_COMMUNITY = "770101001002"
GRID = COMMUNITY + "001"
OTHER_GRID = COMMUNITY + "002"
FAR_GRID = OTHER_COMMUNITY + "001"
LONG_AGO = dt.date(2010, 1, 1)
HEAD, SPOUSE, CHILD = "02", "10", "20"
_serial = itertools.count(1)
Row = TypeVar("Row", bound=Model)

AREAS = {
    "770000000000": "云屏省",
    "770100000000": "平川市",
    "770101000000": "安禾县",
    "770101001000": "青石街道",
    "770101001001": "河沿社区",
    "770101001002": "北塔社区",
}


def area_tree() -> dict[str, Area]:
    """The fictional county from its province down to two communities, by code. Twice makes nothing new."""
    held = {area.code: area for area in Area.objects.filter(code__in=AREAS, valid_to=None)}
    if fresh := [_area(code) for code in AREAS if code not in held]:
        held |= {area.code: area for area in Area.objects.bulk_create(fresh)}
    return {code: held[code] for code in AREAS}


def _area(code: str) -> Area:
    levels = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}
    level = levels[next(end for end in levels if not code[end:].strip("0"))]
    return Area(code=code, name=AREAS[code], level=level, valid_from=LONG_AGO)


def _on_file(model: type[Row], key: dict[str, object], others: dict[str, object]) -> Row:
    """The row of this key, made where there is none: as get_or_create, which also guards against others, for half the time."""
    rows = model._default_manager
    return rows.filter(**key).first() or rows.create(**key, **others)


def grid(*, code: str = GRID, name: str = "", **fields: object) -> Grid:
    """A small grid of a community; the one on file when there is one."""
    defaults = {"name": name or f"第{int(code[12:])}网格", "valid_from": LONG_AGO, **fields}
    return _on_file(Grid, {"code": code, "valid_to": None}, defaults)


def building(
    *, place_code: str = GRID, street: str = "人民路", plate: str = "12号", name: str = "3栋", **fields: object
) -> Building:
    """A building, in the grid of its place code; the one on file when there is one at this address."""
    held = None if place_code.endswith("000") else grid(code=place_code)
    key = "|".join(part.rstrip("号栋幢座") for part in (street, plate, name))
    defaults = {"place_code": place_code, "grid": held, "street": street, "plate": plate, "name": name, **fields}
    return _on_file(Building, {"community_code": place_code[:12], "key": key}, defaults)


def dwelling(
    *, within: Building | None = None, place_code: str = GRID, unit: str = "2单元", room: str = "", **fields: object
) -> Dwelling:
    """A dwelling; each call without a room makes the next room."""
    house = within or building(place_code=place_code)
    door = room or f"{100 + next(_serial)}室"
    values = {
        "building": house,
        "place_code": house.place_code,
        "unit": unit,
        "room": door,
        "key": f"{unit.removesuffix('单元')}|{door.removesuffix('室')}",
        "address": f"{house.street}{house.plate}{house.name}{unit}{door}",
        "use": Dwelling.Use.OWNER_OCCUPIED,
        **fields,
    }
    return Dwelling.objects.create(**values)


def former_address(*, of: Dwelling, text: str) -> FormerAddress:
    """A former address of a dwelling."""
    return FormerAddress.objects.create(dwelling=of, text=text, key=parse(text).address.key(), until=LONG_AGO)


def number_of(*, birth_date: dt.date, sex: str = "1", serial: int = 0, county: str = COUNTY) -> str:
    """A valid resident number of the fictional county; a new one at each call without a serial."""
    count = serial or next(_serial)
    odd_for_men = (count * 2 - (1 if sex == "1" else 0)) % 1000
    first17 = f"{county}{birth_date:%Y%m%d}{odd_for_men:03d}"
    return first17 + check_char(first17)


def person(
    *,
    name: str = "张伟",
    sex: str = "1",
    birth_date: dt.date | None = dt.date(1980, 5, 6),
    number: str | None = "",
    phone: str = "",
    **fields: object,
) -> Person:
    """A person with a sealed document (`number` None: without one) and perhaps a phone; lives nowhere yet."""
    values = {
        "name": name,
        "given": split_name(name)[1],
        "sound": sound(name),
        "sex": sex,
        "birth_date": birth_date,
        "registration": Person.Registration.AREA,
        "registered_code": COMMUNITY,
        "registered_text": "云屏省平川市安禾县青石街道河沿社区",
        **fields,
    }
    made = Person.objects.create(**values)
    if number is not None:
        document(of=made, number=number or number_of(birth_date=birth_date or dt.date(1980, 5, 6), sex=sex))
    if phone:
        telephone(of=made, number=phone)
    return made


def document(*, of: Person, number: str, kind: str = "resident_id", finding: str = "") -> Document:
    """A document with its number sealed and findable."""
    row = Document(person=of, kind=kind, blind=blind("document", number), finding=finding)
    row.number = seal(row, "number", number)
    row.save(force_insert=True)
    return row


def telephone(*, of: Person, number: str, belongs_to: str = "") -> Phone:
    """A phone with its number sealed and findable."""
    row = Phone(person=of, blind=blind("phone", number), belongs_to=belongs_to)
    row.number = seal(row, "number", number)
    row.save(force_insert=True)
    return row


def former_name(*, of: Person, name: str) -> FormerName:
    """A former name."""
    return FormerName.objects.create(person=of, name=name, sound=sound(name), until=LONG_AGO)


def remark(
    *, of: Person, text: str, written_on: dt.date = LONG_AGO, expires_on: dt.date = dt.date(2099, 1, 1)
) -> Remark:
    """A sealed remark."""
    row = Remark(person=of, written_on=written_on, expires_on=expires_on)
    row.text = seal(row, "text", text)
    row.save(force_insert=True)
    return row


def spell(
    *,
    of: Person,
    at: Dwelling,
    start: dt.date | None = LONG_AGO,
    end: dt.date | None = None,
    kind: str = "usual",
    reason: str = "",
) -> Spell:
    """A stay at a dwelling, which makes the person visible to the area while it is open."""
    if end is None:
        visible(of=of, code=at.place_code, why=Visibility.Why.LIVES)
    return Spell.objects.create(person=of, dwelling=at, kind=kind, start=start, end=end, reason=reason, source="test")


def visible(*, of: Person, code: str, why: str = "registered") -> Visibility:
    """The person is visible to the place code, for a reason."""
    return _on_file(Visibility, {"person": of, "code": code, "why": why}, {})


def household(
    *,
    at: Dwelling | None = None,
    members: Sequence[tuple[Person, str]] = (),
    side: str = "living",
    kind: str = "family",
    formed_on: dt.date | None = LONG_AGO,
) -> Household:
    """A household at a dwelling with (person, relation to the head) members, who live or are registered there."""
    home = at or dwelling()
    made = Household.objects.create(dwelling=home, side=side, kind=kind, formed_on=formed_on)
    for who, relation in members:
        Member.objects.create(household=made, person=who, side=side, relation=relation, joined_on=formed_on)
        if side == Household.Side.REGISTERED:
            visible(of=who, code=home.place_code)
        elif not Spell.objects.filter(person=who, end=None, kind="usual").exists():
            spell(of=who, at=home, start=formed_on)
    return made


def family(*, size: int = 3, at: Dwelling | None = None, surname: str = "王", registered: bool = True) -> Household:
    """A living household of `size` people, the head first; also registered there unless told not to."""
    home = at or dwelling()
    given = "建国秀英小明丽丽志强文静海波雪梅俊杰玉兰春生晓燕"
    people = []
    for place in range(size):
        who = surname + given[(place * 2) % len(given) : (place * 2) % len(given) + 2]
        born = dt.date(1955, 3, 1) if place < 2 else dt.date(1985 + place, 7, 15)
        people.append(person(name=who, sex="1" if place % 2 == 0 else "2", birth_date=born))
    relations = [HEAD, SPOUSE, *[CHILD] * 30]
    members = list(zip(people, relations, strict=False))
    if registered:
        household(at=home, members=members, side="registered")
    return household(at=home, members=members)


def unknown_id() -> uuid.UUID:
    """An id that belongs to nothing."""
    return uuid.UUID("0190b6a0-0000-7000-8000-000000000000")


def unit(
    *, at: Dwelling | None = None, place_code: str = GRID, name: str = "", phone: str = "", **fields: object
) -> Unit:
    """A shop in a dwelling; each call without a name makes another. `at` None: a new dwelling of the place code."""
    home = at or dwelling(place_code=place_code)
    values = {"kind": "shop", "address": home.address, "place_code": home.place_code, **fields}
    row = Unit(name=name or f"好又来超市{next(_serial)}店", dwelling=home, **values)
    if phone:
        row.phone = seal(row, "phone", phone)
    row.save(force_insert=True)
    return row
