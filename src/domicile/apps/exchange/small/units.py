"""Units: checks of a row, and rows of the register."""

import uuid
from typing import Any

import polars as pl

from domicile.apps.common.ids import new_id
from domicile.apps.common.masking import without_numbers
from domicile.apps.exchange.small.book import Book, Held, Subject, held
from domicile.apps.exchange.small.reading import Ground, Row
from domicile.apps.places.models import Unit
from domicile.core.addresses.frame import parse_frame
from domicile.core.codes.credit import CreditCodeError, parse_credit_code

NAME, ADDRESS, REMARK, MOST_PEOPLE = 120, 160, 200, 99_999


def check(rows: list[Row], ground: Ground) -> None:
    """Fill `values` of every row, and say what is wrong."""
    for row in rows:
        name, code = row.text("name", NAME, "unit_name_missing"), _credit_code(row)
        if code:
            row.once(ground, code, "credit_code", code)
        elif name and row.place is not None:
            row.once(ground, (name, row.place), "name", name)
        kind = row.word("kind", "unit_kind", "unit_kind_unknown")
        if not row.cell("kind"):
            row.say("unit_kind_missing", "kind")
        employees, lodged = row.figure("employees", MOST_PEOPLE), row.figure("lodged", MOST_PEOPLE)
        if employees and lodged and int(lodged) > int(employees):
            row.say("more_lodged", "lodged", lodged, employees)
        remark = row.text("remark", REMARK)
        row.values = {
            "name": name,
            "credit_code": code,
            "kind": kind or "other",
            "responsible": row.text("responsible", 64),
            "phone": row.phone("phone"),
            "employees": employees,
            "lodged": lodged,
            "remark": without_numbers(remark) if remark else "",
        }


def _credit_code(row: Row) -> str:
    text = row.cell("credit_code")
    try:
        return parse_credit_code(text)
    except CreditCodeError as fault:
        row.say(f"credit_code_{fault.code}", "credit_code", text)
        return ""


def write(book: Book, rows: list[dict[str, Any]]) -> None:
    """Create and change units: the same credit code is the same unit, else the same name at the same address."""
    units = _on_file(book, rows)
    book.know(row["id"] for row in units.values() if row["phone"])
    for values in rows:
        since = book.steps
        code, written = values.get("place_code") or "", (values.get("address") or "")[:ADDRESS]
        place = (values["name"], code[:12], f"{values.get('building_key')}|{values.get('dwelling_key')}")
        unit = units.get(values["credit_code"] or "-") or units.get(place)
        if unit and unit["credit_code"] and values["credit_code"] not in ("", unit["credit_code"]):
            unit = None  # another unit of that name
        subject = Subject("unit", unit["id"] if unit else new_id(), code)
        said = _said(values)
        if unit is None:
            made = book.create(
                subject, Unit, subject.id, **said, address=written, place_code=code,
                phone=book.sealed(Unit, "phone", subject.id, subject.id, values["phone"]),
            )  # fmt: skip
            units[place] = units[values["credit_code"] or place] = made
        else:
            book.change(subject, Unit, unit, **said)
            phone = values["phone"]
            if phone and book.opened(Unit, "phone", unit, unit["id"]) != phone:
                book.change(subject, Unit, unit, phone=book.sealed(Unit, "phone", unit["id"], unit["id"], phone))
        book.tally(new=unit is None, since=since)


def _on_file(book: Book, rows: list[dict[str, Any]]) -> dict[Any, Held]:
    """Units that are open, by credit code and by name, place and address. Only those inside the importer's areas."""
    found: dict[Any, Held] = {}
    codes = (row["credit_code"] for row in rows if row["credit_code"])
    names = (row["name"] for row in rows)
    rows_held = [
        *held(Unit, "credit_code", codes, in_use_to__isnull=True),
        *held(Unit, "name", names, in_use_to__isnull=True),
    ]
    units = {unit["id"]: unit for unit in rows_held if book.actor.covers(unit["place_code"])}
    keys = parse_frame(pl.Series([unit["address"] for unit in units.values()], dtype=pl.String))["key"]
    for unit, key in zip(units.values(), keys.to_list(), strict=True):
        found.setdefault(unit["credit_code"], unit)
        found.setdefault((unit["name"], unit["place_code"][:12], key), unit)
    return found


def _said(values: dict[str, Any]) -> dict[str, Any]:
    """What the row says of the unit; empty cells say nothing."""
    said: dict[str, Any] = {name: values[name] for name in ("name", "credit_code", "kind", "responsible", "remark")}
    said |= {name: int(values[name]) for name in ("employees", "lodged") if values[name]}
    for name in ("building", "dwelling"):
        if values.get(f"{name}_id"):
            said[f"{name}_id"] = uuid.UUID(values[f"{name}_id"])
    return {name: value for name, value in said.items() if value not in ("", None)}
