"""Grids: checks of a row, and rows of the register."""

import uuid
from collections import defaultdict
from typing import Any

import orjson
import polars as pl
import shapely.geometry

from domicile.apps.areas.models import Grid, GridBuilding, GridStaff
from domicile.apps.common.ids import new_id
from domicile.apps.exchange.small.book import Book, Held, Subject, day_of, held
from domicile.apps.exchange.small.boundaries import BoundaryError, read_boundary
from domicile.apps.exchange.small.reading import Ground, Row, divided
from domicile.core.addresses.frame import parse_frame
from domicile.core.codes.areas import AreaError, parse_place_code

NAMED = 128


def check(rows: list[Row], ground: Ground) -> None:
    """Fill `values` of every row, and say what is wrong."""
    for row in rows:
        code = row.digits("code")
        try:
            area, serial = parse_place_code(code)
        except AreaError:
            row.say("grid_code_bad", "code", code)
            continue
        if serial is None:
            row.say("grid_code_bad", "code", code)
        above = row.digits("area")
        if above and above != area.code:
            row.say("grid_area_differs", "area", above, area.code)
        if area.code not in ground.communities:
            row.say("area_unknown", "code", area.code)
        row.within(code, ground.scopes, "code")
        row.once(ground, code, "code", code)
        start = row.day("valid_from", ground.today)
        if not start and not row.cell("valid_from"):
            row.say("start_assumed", "valid_from", detail=ground.today.isoformat())
            start = ground.today.isoformat()
        kind = row.word("kind", "grid_kind", "grid_kind_unknown")
        row.values = {
            "code": code,
            "name": row.text("name", 64, "name_of_place_missing"),
            "special_kind": "" if kind == "general" else kind,
            "leader": row.text("leader", 64),
            "workers": "、".join(divided(row.cell("workers"))),
            "phone": row.phone("phone"),
            "buildings": "、".join(divided(row.cell("buildings"))),
            "boundary": _boundary(row),
            "valid_from": start,
        }


def _boundary(row: Row) -> str:
    """The polygon as GeoJSON text; '' when empty or not a sound polygon, which is a finding."""
    text = (row.cells.get("boundary") or "").strip()
    if not text:
        return ""
    try:
        return orjson.dumps(read_boundary(text)).decode()
    except BoundaryError as fault:
        row.say(fault.code, "boundary", text[:40], fault.detail)
        return ""


def write(book: Book, rows: list[dict[str, Any]]) -> None:
    """Create and change grids with their staff and buildings. A constant number of queries."""
    named = sorted({name for values in rows for name in divided(values["buildings"])})
    keys = dict(zip(named, parse_frame(pl.Series(named, dtype=pl.String))["building_key"].to_list(), strict=True))
    grids = {row["code"]: row for row in held(Grid, "code", (r["code"] for r in rows), valid_to__isnull=True)}
    ids = [row["id"] for row in grids.values()]
    staff, buildings = defaultdict(list), defaultdict(set)
    for member in held(GridStaff, "grid_id", ids, valid_to__isnull=True):
        staff[member["grid_id"]].append(member)
    for building in held(GridBuilding, "grid_id", ids):
        buildings[building["grid_id"]].add(building["text"])
    book.know(member["id"] for members in staff.values() for member in members if member["phone"])
    for values in rows:
        since, row = book.steps, grids.get(values["code"])
        grid = row["id"] if row else new_id()
        subject = Subject("grid", grid, values["code"])
        _grid(book, subject, row, values)
        _staff(book, subject, values, staff[grid])
        for name in divided(values["buildings"]):
            if name[:NAMED] not in buildings[grid]:
                text, key = name[:NAMED], (keys[name] or "")[:NAMED]
                book.create(subject, GridBuilding, grid_id=grid, text=text, key=key)
                buildings[grid].add(text)
        book.tally(new=row is None, since=since)


def _grid(book: Book, subject: Subject, row: Held | None, values: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"name": values["name"], "special_kind": values["special_kind"]}
    if values["boundary"]:
        geometry = orjson.loads(values["boundary"])
        west, south, east, north = shapely.geometry.shape(geometry).bounds
        fields |= {"boundary": geometry, "west": west, "south": south, "east": east, "north": north}
    if row is None:
        start = day_of(values["valid_from"])
        book.create(subject, Grid, subject.id, code=values["code"], valid_from=start, **fields)
    else:
        book.change(subject, Grid, row, **fields)


def _staff(book: Book, subject: Subject, values: dict[str, Any], staff: list[Held]) -> None:
    """Staff named in the table; the phone is the first worker's, or the leader's where no worker is named."""
    named = [(GridStaff.Duty.WORKER.value, name) for name in divided(values["workers"])]
    if values["leader"]:
        named.append((GridStaff.Duty.LEADER.value, values["leader"]))
    for number, (duty, name) in enumerate(named):
        phone = values["phone"] if number == 0 else ""
        person = next((one for one in staff if (one["duty"], one["name"]) == (duty, name)), None)
        if person is None:
            made, start = new_id(), day_of(values["valid_from"])
            sealed = book.sealed(GridStaff, "phone", made, made, phone)
            new = {"grid_id": subject.id, "duty": duty, "name": name, "valid_from": start, "phone": sealed}
            staff.append(book.create(subject, GridStaff, made, **new))
        elif phone and book.opened(GridStaff, "phone", person, person["id"]) != phone:
            _phone(book, subject, person, phone)


def _phone(book: Book, subject: Subject, person: Held, phone: str) -> None:
    owner: uuid.UUID = person["id"]
    book.change(subject, GridStaff, person, phone=book.sealed(GridStaff, "phone", owner, owner, phone))
