"""Dwellings with their owners, and rentals: one form serves both, so one module reads both."""

import datetime as dt
import decimal
import uuid
from typing import Any

from domicile.apps.common.ids import new_id
from domicile.apps.exchange.issues import mask
from domicile.apps.exchange.small.addresses import dwellings_of
from domicile.apps.exchange.small.book import Book, Held, Subject, day_of
from domicile.apps.exchange.small.holders import CREDIT_CODE, Holders
from domicile.apps.exchange.small.reading import Ground, Row, divided
from domicile.apps.places.models import Dwelling
from domicile.apps.tenure.models import Holding, Rental, Tenant
from domicile.core.codes.credit import CreditCodeError, parse_credit_code
from domicile.core.codes.identity import NumberError, classify, normalise_number
from domicile.core.codes.lists import code_list
from domicile.core.codes.phones import parse_phones

USES = {
    "01": "owner_occupied", "02": "let", "03": "vacant", "04": "commercial", "05": "collective", "06": "work_shed", "99": "other",
}  # fmt: skip
# 住宅 says neither who lives there nor whether it is let.
HOUSE_USES = {
    "1": "commercial",
    "2": "",
    "3": "commercial",
    "4": "other",
    "5": "other",
    "6": "commercial",
    "7": "work_shed",
}
NOT_LET = ("owner_occupied", "vacant", "unknown")
BLOCKING = ("looks_rounded", "masked", "length", "characters", "pattern")
MOST_AREA, MOST_ROOMS, NAME = 99_999, 999, 120


def check(rows: list[Row], ground: Ground) -> None:
    """Rows of 房屋信息表: let where the row says so, or names a tenant or a contract."""
    _check(rows, ground, all_let=False)


def check_rentals(rows: list[Row], ground: Ground) -> None:
    """Rows of 出租房屋台账: all are let."""
    _check(rows, ground, all_let=True)


def _check(rows: list[Row], ground: Ground, *, all_let: bool) -> None:
    for row in rows:
        starts, ends = row.day("contract_from", ground.today), row.day("contract_to", ground.today)
        if starts and ends and ends < starts:
            row.say("ends_before_begin", "contract_to", ends)
        visit = row.day("last_visit", ground.today)
        if visit > ground.today.isoformat():
            row.say("date_future", "last_visit", visit)
        tenants = divided(row.cell("tenant"))
        told = row.word("let", "yes_no", "yes_no_unknown")
        is_let = all_let or told == "1" or bool(tenants or starts or ends)
        if told == "0" and is_let:
            row.say("let_contradicts", "let", row.cell("let"))
        owners = divided(row.cell("owner"))
        kinds, numbers = _numbers(row, ground, owners)
        if is_let and not owners:
            row.say("landlord_missing", "owner")
        for name, named in (("owner", owners), ("tenant", tenants)):
            if any(len(one) > NAME for one in named):
                row.say("text_too_long", name, "、".join(named), str(NAME))
        if row.cell("remark"):
            row.say("remark_not_kept", "remark")
        part = row.text("part", 40)
        if row.place is not None:
            row.once(ground, (row.place, part, tuple(tenants) if is_let else ()), "address", row.cell("address"))
        row.values = {
            "use": _use(row, is_let=is_let),
            "floor_area": row.figure("floor_area", MOST_AREA, decimals=2),
            "rooms": row.figure("rooms", MOST_ROOMS),
            "owner": "、".join(owners),
            "owner_number": "、".join(numbers),
            "owner_kind": "、".join(kinds),
            "owner_phone": _phones(row, "owner_phone", owners),
            "let": "1" if is_let else "0",
            "tenant": "、".join(tenants),
            "tenant_phone": _phones(row, "tenant_phone", tenants),
            "contract_from": starts,
            "contract_to": ends,
            "safety": {"1": "signed", "0": "unsigned"}.get(row.word("safety", "yes_no", "yes_no_unknown"), ""),
            "last_visit": visit,
            "part": part,
        }


def _use(row: Row, *, is_let: bool) -> str:
    """The use of the dwelling as stored; '' where the row does not tell."""
    text = row.cell("use")
    use = ""
    if text:
        match, house = code_list("dwelling_use").match(text), code_list("house_use").match(text)
        if match is not None:
            use = USES[match.code]
        elif house is not None:
            use = HOUSE_USES.get(house.code, "other")
        else:
            row.say("use_unknown", "use", text)
    if is_let and use in NOT_LET:
        row.say("use_let", "use", text)
    return "let" if is_let and use in ("", *NOT_LET) else use


def _numbers(row: Row, ground: Ground, owners: list[str]) -> tuple[list[str], list[str]]:
    """Kinds and numbers of the owners' documents, in their order."""
    texts = divided(row.cell("owner_number"))
    if texts and len(texts) != len(owners):
        row.say("numbers_uneven", "owner_number", detail=f"{len(texts)}/{len(owners)}")
        return [], []
    read = [_number(row, text, ground.today) for text in texts]
    return [kind for kind, _ in read], [number for _, number in read]


def _number(row: Row, text: str, today: dt.date) -> tuple[str, str]:
    if set(text) <= set("-—_/ "):
        return "", ""  # one of several owners without a number
    try:
        found = classify(text, today=today)
    except NumberError as fault:
        try:
            return CREDIT_CODE, parse_credit_code(text)
        except CreditCodeError:
            row.say(f"number_{fault.code}", "owner_number", mask(text))
            return ("", "") if fault.code in BLOCKING else ("resident_id", normalise_number(text))
    return found.kind, found.canonical


def _phones(row: Row, name: str, named: list[str]) -> str:
    """Phones in the order of those they belong to; one without a name is the first one's."""
    if not row.cell(name):
        return ""
    found, faults = parse_phones(row.cell(name))
    for fault in faults:
        row.say(f"phone_{fault.code}", name, mask(row.cell(name)))
    by_owner = {phone.owner: phone.number for phone in found if phone.owner in named}
    rest = [phone.number for phone in found if phone.owner not in named]
    phones = [by_owner.get(one, "") or (rest.pop(0) if rest else "") for one in named]
    return "、".join(phones) if any(phones) else ""


def write(book: Book, rows: list[dict[str, Any]]) -> None:
    """Create and change dwellings, their owners, and rentals with their tenants."""
    doors = dwellings_of(book, rows)
    numbers = {pair for row in rows for pair in zip(_each(row, "owner_kind"), _each(row, "owner_number"), strict=False)}
    holders = Holders(book, {door["id"] for door, _ in doors}, {pair for pair in numbers if pair[1]})
    for row, (door, new) in zip(rows, doors, strict=True):
        since, subject = book.steps, Subject("dwelling", door["id"], row.get("place_code") or "")
        _dwelling(book, subject, door, row)
        owners = _owners(book, subject, holders, door["id"], row)
        fresh = row["let"] == "1" and bool(owners) and _rental(book, holders, door, owners, row)
        book.tally(new=new or fresh, since=since)


def _each(row: dict[str, Any], name: str) -> list[str]:
    return row[name].split("、") if row[name] else []


def _at(values: list[str], index: int) -> str:
    return values[index] if index < len(values) else ""


def _dwelling(book: Book, subject: Subject, door: Held, row: dict[str, Any]) -> None:
    said: dict[str, Any] = {}
    if row["use"] and not (row["use"] == "let" and door["use"] not in NOT_LET and row["let"] == "1"):
        said["use"] = row["use"]
    if row["floor_area"]:
        said["floor_area"] = decimal.Decimal(row["floor_area"])
    if row["rooms"]:
        said["rooms"] = int(row["rooms"])
    book.change(subject, Dwelling, door, **said)


def _owners(book: Book, subject: Subject, holders: Holders, dwelling: uuid.UUID, row: dict[str, Any]) -> list[Held]:
    """The owners whom the row names, made where they are new. Nobody ceases to own because a sheet does not name them."""
    kinds, numbers, phones = (_each(row, f"owner_{name}") for name in ("kind", "number", "phone"))
    found, known = [], holders.owners[dwelling]
    for index, name in enumerate(_each(row, "owner")):
        kind, number, phone = (_at(values, index) for values in (kinds, numbers, phones))
        owner = holders.among(known, name, number)
        if owner is None:
            owner = holders.holder(subject, name, kind, number, phone, lives_at=dwelling)
            if owner not in known:
                book.create(
                    subject, Holding, dwelling_id=dwelling, holder_id=owner["id"], role=Holding.Role.OWNER.value
                )
                known.append(owner)
        else:
            holders.refresh(subject, owner, kind, number, phone)
        found.append(owner)
    return found


def _rental(book: Book, holders: Holders, door: Held, owners: list[Held], row: dict[str, Any]) -> bool:
    """Create or change the rental that the row speaks of; tells whether it is new."""
    names, phones = _each(row, "tenant"), _each(row, "tenant_phone")
    known = [one for one in holders.rentals[door["id"]] if one["part"] == row["part"]]
    rental = _same(known, names)
    said = {
        "contract_start": day_of(row["contract_from"]), "contract_end": _day_after(row["contract_to"]), "safety": row["safety"],
        "last_visit": day_of(row["last_visit"]),
    }  # fmt: skip
    said = {name: value for name, value in said.items() if value}
    subject = Subject("rental", rental["id"] if rental else new_id(), row.get("place_code") or "")
    new = rental is None
    if rental is None:
        rental = book.create(
            subject, Rental, subject.id, dwelling_id=door["id"], landlord_id=owners[0]["id"], part=row["part"], **said
        )
        rental["_tenants"] = []
        holders.rentals[door["id"]].append(rental)
    else:
        landlord = rental["landlord_id"] if rental["landlord_id"] in {one["id"] for one in owners} else owners[0]["id"]
        book.change(subject, Rental, rental, landlord_id=landlord, **said)
    for index, name in enumerate(names):
        tenant = holders.among(rental["_tenants"], name)
        if tenant is None:
            tenant = holders.holder(subject, name, phone=_at(phones, index), lives_at=door["id"])
            book.create(subject, Tenant, rental_id=rental["id"], holder_id=tenant["id"])
            rental["_tenants"].append(tenant)
        else:
            holders.refresh(subject, tenant, "", "", _at(phones, index))
    return new


def _same(known: list[Held], names: list[str]) -> Held | None:
    """The rental on file that shares a tenant; where either names none, the only one there is."""
    for rental in known:
        if {one["_name"] for one in rental["_tenants"]} & set(names):
            return rental
    bare = [rental for rental in known if not names or not rental["_tenants"]]
    return bare[0] if len(bare) == 1 else None


def _day_after(text: str) -> dt.date | None:
    """The first day not covered any more: the paper names the last one."""
    return dt.date.fromisoformat(text) + dt.timedelta(days=1) if text else None
