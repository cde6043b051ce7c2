"""Files of frames for tests: a community of houses in rows, as CSV or as a workbook."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter

from domicile.apps.areas.models import Area
from domicile.core.codes import frame_layout as layout
from tests.cast import COMMUNITY

AREAS = {
    "770000000000": "云屏省", "770100000000": "平川市", "770101000000": "安禾县", "770101001000": "青石街道",
    "770101001001": "河沿社区", "770101001002": "北塔社区",
}  # fmt: skip
OTHER = "770101001002"
#: Degrees of about twenty metres.
STEP = 0.0002


def make_areas() -> None:
    """The county from its province down to two communities."""
    levels = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}
    for code, name in AREAS.items():
        level = levels[next(end for end in levels if not code[end:].strip("0"))]
        Area.objects.create(code=code, name=name, level=level, valid_from=dt.date(2010, 1, 1))


def houses(
    across: int = 6, up: int = 5, people: int = 30, community: str = COMMUNITY, first: int = 1
) -> list[list[Any]]:
    """Rows of the sheet of buildings: number, address, community, dwellings, people, longitude, latitude."""
    return [
        [
            str(first + y * across + x), f"和平路{first + y * across + x}号", community, people // 3, people,
            113.0 + x * STEP, 23.0 + y * STEP,
        ]
        for y in range(up) for x in range(across)
    ]  # fmt: skip


def heads(name: str) -> list[str]:
    """The heads of a sheet, as the layout writes them."""
    return [column.heads[0] for sheet in layout.SHEETS if sheet.name == name for column in sheet.columns]


def csv_of(rows: Iterable[Sequence[Any]], name: str = "buildings") -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows([heads(name), *rows])
    return target.getvalue().encode()


def book_of(tables: Mapping[str, Iterable[Sequence[Any]]]) -> bytes:
    """A workbook with one sheet for each kind of row."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, rows in tables.items():
            title = next(sheet.titles[0] for sheet in layout.SHEETS if sheet.name == name)
            sheet = book.add_worksheet(title)
            for line, row in enumerate([heads(name), *rows]):
                sheet.write_row(line, 0, row)
    return target.getvalue()
