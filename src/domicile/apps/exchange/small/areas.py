"""Areas: checks of a row, and rows of the register."""

import datetime as dt
import uuid

from domicile.apps.areas.models import Area, AreaChange
from domicile.apps.audit.recording import recording
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.small.reading import Row
from domicile.core.codes.areas import LEVELS, NO_GRID, AreaError, parse_area_code

CHANGES = frozenset(AreaChange.Kind.values)


def check(rows: list[Row], scopes: tuple[str, ...], today: dt.date) -> None:
    """Fill `values` of every row, and say what is wrong."""
    seen: dict[tuple[str, str], int] = {}
    open_rows: dict[str, int] = {}
    for row in rows:
        code = row.digits("code")
        try:
            area = parse_area_code(code)
            code = area.code
        except AreaError:
            row.say("area_code_bad", "code", code)
            continue
        row.within(code, scopes, "code", above=True)
        start, end = row.day("valid_from", today), row.day("valid_to", today)
        if not start and not row.cell("valid_from"):
            row.say("start_assumed", "valid_from", detail=today.isoformat())
            start = today.isoformat()
        if end and start and end <= start:
            row.say("ends_before_begin", "valid_to", end)
        change = row.word("change", "area_change", "change_unknown")
        successor = row.digits("successor")
        row.values = {
            "code": code,
            "level": str(LEVELS.index(area.level) + 1),
            "name": row.text("name", 64, "name_of_place_missing"),
            "urban_rural": row.word("urban_rural", "urban_rural", "urban_rural_unknown"),
            "valid_from": start,
            "valid_to": end,
            "change": change,
            "successor": successor,
        }
        if (code, start) in seen:
            row.say("row_twice", "code", code, str(seen[code, start]))
        if not end and code in open_rows:
            row.say("open_twice", "code", code, str(open_rows[code]))
        seen[code, start] = row.number
        if not end:
            open_rows[code] = row.number


def write(actor: Viewer, batch_id: uuid.UUID, rows: list[dict[str, str]]) -> dict[str, int]:
    """Create and change areas; returns created, changed, unchanged."""
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    for values in rows:
        fate = _write_one(actor, batch_id, values)
        counts[fate] += 1
    return counts


def _write_one(actor: Viewer, batch_id: uuid.UUID, values: dict[str, str]) -> str:
    start = dt.date.fromisoformat(values["valid_from"])
    end = dt.date.fromisoformat(values["valid_to"]) if values["valid_to"] else None
    held = Area.objects.filter(code=values["code"], valid_from=start).first()
    if held is None and end is None:
        held = Area.objects.filter(code=values["code"], valid_to__isnull=True).first()
    area = held or Area(
        code=values["code"], level=int(values["level"]), name=values["name"], urban_rural=values["urban_rural"],
        valid_from=start, valid_to=end,
    )  # fmt: skip
    place = values["code"] + NO_GRID
    with recording(
        actor=actor, action="import", subject_kind="area", subject_id=area.pk, place_code=place, batch_id=batch_id
    ) as change:
        if held is None:
            change.create(area)
        else:
            change.update(
                area,
                name=values["name"],
                urban_rural=values["urban_rural"] or area.urban_rural,
                valid_to=end or area.valid_to,
            )
        if values["change"] in CHANGES and values["successor"] and end is not None:
            tie = {"kind": values["change"], "on": end, "from_code": values["code"], "to_code": values["successor"]}
            if not AreaChange.objects.filter(**tie).exists():
                change.create(AreaChange(**tie))
    if held is None:
        return "created"
    return "changed" if change.values else "unchanged"
