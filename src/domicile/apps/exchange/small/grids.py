"""Grids: checks of a row, and rows of the register."""

import datetime as dt
import re
import uuid
from typing import Any

import orjson
import polars as pl
import shapely
import shapely.geometry
import shapely.wkt

from domicile.apps.areas.models import Area, Grid, GridBuilding, GridStaff
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.issues import mask
from domicile.apps.exchange.small.reading import Row
from domicile.apps.vault.sealing import open_value, seal
from domicile.core.addresses.frame import parse_frame
from domicile.core.codes.areas import AreaError, parse_place_code
from domicile.core.codes.phones import PhoneError, parse_phone

_DIVIDERS = re.compile(r"[、,，;；\n/|]+")
SPECIAL = "special"


def check(rows: list[Row], scopes: tuple[str, ...], today: dt.date) -> None:
    """Fill `values` of every row, and say what is wrong."""
    communities = set(Area.objects.filter(valid_to__isnull=True, level=5).values_list("code", flat=True))
    seen: dict[str, int] = {}
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
        if area.code not in communities:
            row.say("area_unknown", "code", area.code)
        row.within(code, scopes, "code")
        if code in seen:
            row.say("row_twice", "code", code, str(seen[code]))
        seen[code] = row.number
        start = row.day("valid_from", today)
        if not start and not row.cell("valid_from"):
            row.say("start_assumed", "valid_from", detail=today.isoformat())
            start = today.isoformat()
        kind = row.word("kind", "grid_kind", "grid_kind_unknown")
        row.values = {
            "code": code,
            "name": row.text("name", 64, "name_of_place_missing"),
            "special_kind": "" if kind == "general" else kind,
            "leader": row.text("leader", 64),
            "workers": "、".join(_divided(row.cell("workers"))),
            "phone": _phone(row),
            "buildings": "、".join(_divided(row.cell("buildings"))),
            "boundary": _boundary(row),
            "valid_from": start,
        }


def _divided(text: str) -> list[str]:
    return [piece.strip() for piece in _DIVIDERS.split(text) if piece.strip()]


def _phone(row: Row) -> str:
    text = row.cell("phone")
    if not text:
        return ""
    try:
        return parse_phone(text).number
    except PhoneError as fault:
        row.say(f"phone_{fault.code}", "phone", mask(text))
        return ""


def _boundary(row: Row) -> str:
    """The polygon as GeoJSON text; '' when empty or not a sound polygon, which is a finding."""
    text = (row.cells.get("boundary") or "").strip()
    if not text:
        return ""
    try:
        shape = shapely.geometry.shape(orjson.loads(text)) if text.startswith("{") else shapely.wkt.loads(text)
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError):
        row.say("boundary_unreadable", "boundary", text[:40])
        return ""
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty or not shape.is_valid:
        row.say("boundary_unsound", "boundary", text[:40], shapely.is_valid_reason(shape))
        return ""
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        row.say("boundary_unsound", "boundary", text[:40], f"{west}, {south}")
        return ""
    return orjson.dumps(shapely.geometry.mapping(shape)).decode()


def write(actor: Viewer, batch_id: uuid.UUID, rows: list[dict[str, str]]) -> dict[str, int]:
    """Create and change grids with staff and buildings; returns created, changed, unchanged."""
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    named = sorted({name for values in rows for name in _divided(values["buildings"])})
    keys = dict(zip(named, parse_frame(pl.Series(named, dtype=pl.String))["building_key"].to_list(), strict=True))
    for values in rows:
        counts[_write_one(actor, batch_id, values, keys)] += 1
    return counts


def _write_one(actor: Viewer, batch_id: uuid.UUID, values: dict[str, str], keys: dict[str, str | None]) -> str:
    start = dt.date.fromisoformat(values["valid_from"])
    held = Grid.objects.filter(code=values["code"], valid_to__isnull=True).first()
    grid = held or Grid(code=values["code"], valid_from=start)
    fields: dict[str, Any] = {"name": values["name"], "special_kind": values["special_kind"]}
    if values["boundary"]:
        geometry = orjson.loads(values["boundary"])
        west, south, east, north = shapely.geometry.shape(geometry).bounds
        fields |= {"boundary": geometry, "west": west, "south": south, "east": east, "north": north}
    with recording(
        actor=actor, action="import", subject_kind="grid", subject_id=grid.pk, place_code=grid.code, batch_id=batch_id
    ) as change:
        if held is None:
            for name, value in fields.items():
                setattr(grid, name, value)
            change.create(grid)
        else:
            change.update(grid, **fields)
        _staff(change, grid, values, start)
        _buildings(change, grid, values["buildings"], keys)
    if held is None:
        return "created"
    return "changed" if change.values else "unchanged"


def _staff(change: Recorder, grid: Grid, values: dict[str, str], start: dt.date) -> None:
    """Staff named in the table; the phone is the first worker's, or the leader's where no worker is named."""
    workers = _divided(values["workers"])
    named = [(GridStaff.Duty.WORKER, name) for name in workers]
    if values["leader"]:
        named.append((GridStaff.Duty.LEADER, values["leader"]))
    for number, (duty, name) in enumerate(named):
        phone = values["phone"] if number == 0 else ""
        held = GridStaff.objects.filter(grid=grid, duty=duty, name=name, valid_to__isnull=True).first()
        if held is None:
            person = GridStaff(grid=grid, duty=duty, name=name, valid_from=start)
            person.phone = seal(person, "phone", phone)
            change.create(person)
        elif phone and open_value(held, "phone") != phone:
            change.update(held, phone=seal(held, "phone", phone))


def _buildings(change: Recorder, grid: Grid, text: str, keys: dict[str, str | None]) -> None:
    held = set(GridBuilding.objects.filter(grid=grid).values_list("text", flat=True))
    for name in _divided(text):
        if name[:128] not in held:
            change.create(GridBuilding(grid=grid, text=name[:128], key=(keys[name] or "")[:128]))
            held.add(name[:128])
