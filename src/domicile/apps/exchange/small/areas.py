"""Areas: checks of a row, and rows of the register."""

import datetime as dt
from typing import Any

from domicile.apps.areas.models import Area, AreaChange
from domicile.apps.common.ids import new_id
from domicile.apps.exchange.small.book import Book, Held, Subject, day_of, held
from domicile.apps.exchange.small.reading import Ground, Row, divided
from domicile.core.codes.areas import LEVELS, NO_GRID, AreaError, parse_area_code

CHANGES = frozenset(AreaChange.Kind.values)


def check(rows: list[Row], ground: Ground) -> None:
    """Fill `values` of every row, and say what is wrong."""
    today, open_rows = ground.today, ground.seen
    for row in rows:
        code = row.digits("code")
        try:
            area = parse_area_code(code)
            code = area.code
        except AreaError:
            row.say("area_code_bad", "code", code)
            continue
        row.within(code, ground.scopes, "code", above=True)
        start, end = row.day("valid_from", today), row.day("valid_to", today)
        if not start and not row.cell("valid_from"):
            row.say("start_assumed", "valid_from", detail=today.isoformat())
            start = today.isoformat()
        if end and start and end <= start:
            row.say("ends_before_begin", "valid_to", end)
        change = row.word("change", "area_change", "change_unknown")
        successor = "、".join(divided(row.digits("successor")))
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
        row.once(ground, (code, start), "code", code)
        if not end and code in open_rows:
            row.say("open_twice", "code", code, str(open_rows[code]))
        if not end:
            open_rows[code] = row.number


def write(book: Book, rows: list[dict[str, Any]]) -> None:
    """Create and change areas. Those above the importer's are made where they are missing, and left as they are on file."""
    on_file = held(Area, "code", (values["code"] for values in rows if values["code"]))
    on_file_codes = {row["code"] for row in on_file}
    exact = {(row["code"], row["valid_from"]): row for row in on_file}
    current = {row["code"]: row for row in on_file if row["valid_to"] is None}
    ties = held(AreaChange, "from_code", (values["code"] for values in rows))
    known = {(row["kind"], row["on"], row["from_code"], row["to_code"]) for row in ties}
    for values in rows:
        since, start = book.steps, day_of(values["valid_from"])
        if values["code"] in on_file_codes and not book.actor.covers(values["code"]):
            book.tally(new=False, since=since)
            continue
        end = day_of(values["valid_to"])
        row = exact.get((values["code"], start)) or (current.get(values["code"]) if end is None else None)
        area = row["id"] if row else new_id()
        subject = Subject("area", area, values["code"] + NO_GRID)
        if row is None:
            book.create(
                subject, Area, area, code=values["code"], level=int(values["level"] or 0), name=values["name"],
                urban_rural=values["urban_rural"], valid_from=start, valid_to=end,
            )  # fmt: skip
        else:
            _change(book, subject, row, values, end)
        for follower in divided(values["successor"]) if values["change"] in CHANGES and end is not None else ():
            tie = (values["change"], end, values["code"], follower)
            if tie not in known:
                book.create(subject, AreaChange, **dict(zip(("kind", "on", "from_code", "to_code"), tie, strict=True)))
                known.add(tie)
        book.tally(new=row is None, since=since)


def _change(book: Book, subject: Subject, row: Held, values: dict[str, Any], end: dt.date | None) -> None:
    book.change(
        subject, Area, row, name=values["name"], urban_rural=values["urban_rural"] or row["urban_rural"],
        valid_to=end or row["valid_to"],
    )  # fmt: skip
