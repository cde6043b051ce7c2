"""The file of addresses and expected counts that is carried into a census (docs/operate/census-frame.md): sheets, columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name here, the heads under which it stands in a file (the first is written), whether it must be there."""

    name: str
    heads: tuple[str, ...]
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of the file. `titles` are names of the sheet in a workbook (the first is written); its columns tell it as well."""

    name: str
    titles: tuple[str, ...]
    columns: tuple[Column, ...]


PLACE = (Column("longitude", ("经度", "longitude", "lon")), Column("latitude", ("纬度", "latitude", "lat")))
COUNTS = (
    Column("dwellings", ("住房数", "套数", "户室数", "dwellings")),
    Column("expected", ("预计人数", "人数", "people", "expected")),
)
SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "areas",
        ("区划", "areas"),
        (
            Column("code", ("区划代码", "area code"), needed=True),
            Column("name", ("区划名称", "area name"), needed=True),
        ),
    ),
    Sheet(
        "buildings",
        ("建筑物", "楼栋", "buildings"),
        (
            Column("number", ("建筑物编号", "楼栋编号", "编号", "number"), needed=True),
            Column("address", ("地址", "详细地址", "address"), needed=True),
            Column("community", ("社区代码", "村居代码", "普查区代码", "community"), needed=True),
            *COUNTS,
            *PLACE,
        ),
    ),
    Sheet(
        "stairwells",
        ("单元", "单元入口", "stairwells"),
        (
            Column("number", ("所在建筑物编号", "of building"), needed=True),
            Column("name", ("单元名称", "单元", "stairwell"), needed=True),
            *COUNTS,
            *PLACE,
        ),
    ),
    Sheet(
        "ways",
        ("相邻建筑物", "neighbours"),
        (
            Column("one", ("建筑物编号一", "building one"), needed=True),
            Column("other", ("建筑物编号二", "building two"), needed=True),
            Column("metres", ("距离（米）", "距离", "metres")),
        ),
    ),
    Sheet(
        "lines",
        ("线", "街道和界线", "lines"),
        (
            Column("kind", ("线的种类", "kind"), needed=True),
            Column("name", ("线的名称", "line name"), needed=True),
            Column("points", ("坐标串", "points"), needed=True),
        ),
    ),
)
KINDS: Mapping[str, str] = {
    "街道": "street", "道路": "street", "street": "street", "界线": "barrier", "不可跨越": "barrier", "barrier": "barrier",
}  # fmt: skip


def plain(head: str) -> str:
    """A head without blanks, brackets and case, as it is compared."""
    return "".join(head.split()).replace("(", "（").replace(")", "）").lower()


def matched(sheet: Sheet, heads: Sequence[str]) -> dict[str, int]:
    """Column name → its place among the heads of a file."""
    at: dict[str, int] = {}
    for number, head in enumerate(heads):
        at.setdefault(plain(head), number)
    found = {}
    for column in sheet.columns:
        place = next((at[plain(head)] for head in column.heads if plain(head) in at), None)
        if place is not None:
            found[column.name] = place
    return found


def recognised(heads: Sequence[str]) -> tuple[Sheet, dict[str, int]] | None:
    """The sheet that these heads belong to, with its columns; None where none has all that it needs."""
    best: tuple[Sheet, dict[str, int]] | None = None
    for sheet in SHEETS:
        found = matched(sheet, heads)
        whole = all(column.name in found for column in sheet.columns if column.needed)
        if whole and (best is None or len(found) > len(best[1])):
            best = sheet, found
    return best


def lacking(heads: Sequence[str]) -> list[str]:
    """Of the sheet that comes nearest, the heads that are needed and not there."""
    nearest = max(SHEETS, key=lambda sheet: len(matched(sheet, heads)))
    found = matched(nearest, heads)
    return [column.heads[0] for column in nearest.columns if column.needed and column.name not in found]
