"""The cells of a sheet of moves: names, numbers, days, words. Whatever is read otherwise than it stands is told."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from domicile.apps.exchange import staging
from domicile.apps.exchange.issues import mask
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.small.reading import Row, divided
from domicile.core.codes import identity
from domicile.core.codes.text import clean_name

BLOCKING = frozenset({"looks_rounded", "masked", "length", "characters", "pattern"})
TEXT, REMARK = 160, 200
SHORTEST = 7  # no document has a shorter number: a sum stands there
NAMES = (
    "name", "number", "kind", "born", "registered_address", "left", "to", "address", "inflow_reason", "day", "phone",
    "along", "back", "remark",
)  # fmt: skip
#: The words with which a form speaks of itself, below its rows and between its pages.
_FURNITURE = re.compile(
    r"^(?:合计|总计|小计|共计|填表|制表|填报|经办|审核|负责人|单位|说明|备注|注[:：]|注意|联系人|签字|盖章|第.{0,4}页|姓名$)"
)


def rows_of(batch: Batch) -> Iterator[Row]:
    """Every row of the file, its cells by the names of the layout's columns."""
    for part in staging.parts(batch.pk, "raw"):
        for record in part.iter_rows(named=True):
            cells = {name: record.get(header) or "" for name, header in batch.column_map.items()}
            yield Row(record["_sheet"], record["_row"], cells)


def is_furniture(row: Row) -> str:
    """What a row says that is no mover: a note, a sum, a head repeated; '' of a mover."""
    filled = [row.cell(name) for name in row.cells if row.cell(name)]
    if not filled or (len(row.cell("document_number")) < SHORTEST and _FURNITURE.match(row.cell("name"))):
        return filled[0] if filled else "—"
    alone = not row.cell("document_number") and not row.cell("day")
    return filled[0] if alone and (len(filled) == 1 or _FURNITURE.match(filled[0])) else ""


def read(row: Row, today: dt.date, *, leaving: bool) -> None:
    """Fill the values of a row, and say what is wrong with its cells."""
    name = row.text("name", 64, "name_missing")
    cleaned = clean_name(name)
    if cleaned != name:
        row.say("name_cleaned", "name", name, cleaned)
    kind, number, born = _number(row, today)
    day, back = row.day("day", today), row.day("back", today)
    if not day and not row.cell("day"):
        row.say("mover_day_missing", "day")
    if day and not leaving and day > today.isoformat():
        row.say("date_future", "day", day)
    if day and back and back <= day:
        row.say("mover_back_before", "back", back, day)
    row.values = {
        "name": cleaned, "number": number, "kind": kind, "born": born, "day": day, "back": back,
        "registered_address": row.text("registered_address", TEXT), "left": row.text("left", TEXT),
        "to": row.text("to", TEXT), "address": row.cell("address"),
        "inflow_reason": row.word("inflow_reason", "inflow_reason", "reason_unknown"), "phone": row.phone("phone"),
        "along": "、".join(clean_name(one) for one in divided(row.cell("along")) if one not in {"无", "-", "—", "/"}),
        "remark": row.text("remark", REMARK),
    }  # fmt: skip


def _number(row: Row, today: dt.date) -> tuple[str, str, str]:
    """Kind, canonical number and the birth date that it tells; empty where the cell is, or cannot be read."""
    typed = row.cell("document_number")
    if not typed or typed in {"无", "-", "—", "/"}:
        return "", "", ""
    try:
        read = identity.classify(typed, today=today)
    except identity.NumberError as fault:
        row.say(f"number_{fault.code}", "document_number", mask(typed))
        return ("", "", "") if fault.code in BLOCKING else ("resident_id", identity.normalise_number(typed), "")
    if len(identity.normalise_number(typed)) == 15 and len(read.canonical) == 18:
        row.say("number_upgraded", "document_number", mask(typed))
    try:
        born = identity.parse_resident_number(read.canonical, today=today).birth_date.isoformat()
    except identity.NumberError:
        born = ""
    return read.kind, read.canonical, born


def staged(row: Row) -> dict[str, Any]:
    """A row as it waits for the commit."""
    return {"_sheet": row.sheet, "_row": row.number, "place": row.place} | {
        name: row.values.get(name, "") for name in NAMES
    }
