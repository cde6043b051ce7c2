"""Bring in the listing of an enumeration area from a sheet: all rows or none, and twice adds nothing."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domicile.apps.census.frame import tables
from domicile.apps.census.frame.models import Building
from domicile.apps.census.listing import actions, words
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.plan.models import Census
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.vault import sealing

MOST_ROWS, MOST_FAULTS = 3_000, 50
#: Heads by which columns are known. Building and door are needed.
HEADS = {
    "building": ("楼栋编号", "建筑物编号", "building"),
    "number": ("门牌", "房号", "房间号", "door"),
    "use": ("用途", "住房状态", "use"),
    "channel": ("登记渠道", "channel"),
    "head_name": ("户主姓名", "户主", "head"),
    "expected": ("人数", "应登记人数", "people"),
    "phone": ("电话", "联系电话", "phone"),
    "absence": ("外出情况", "absence"),
    "back_on": ("返回日期", "back on"),
}
#: What stands in a cell, besides the stored word itself.
USES = {
    "有人住": "lived_in",
    "空房": "empty",
    "空置": "empty",
    "偶尔住": "second",
    "非住宅": "other",
    "不详": "unknown",
    "": "",
}
CHANNELS = {
    "": "ordinary", "普通": "ordinary", "军营": "barracks", "羁押": "detention", "学校": "school", "工地": "site",
    "留宿": "lodging", "无住所": "no_home",
}  # fmt: skip
ABSENCES = {"": "none", "无": "none", "部分外出": "some", "全家外出": "all"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row, in words."""

    line: int
    text: str | Promise


class Faulty(Refused):
    """Rows have to be put right first; nothing was taken."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(_("Nothing was brought in. Put these rows right and send the sheet again."), "file")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Brought:
    """How many doors and households were listed, and how many rows stood on the list already."""

    dwellings: int
    households: int
    known: int


def bring(*, actor: Viewer, census: Census, place_code: str, content: bytes, today: dt.date) -> Brought:
    """List what a sheet says (CSV or workbook; heads HEADS): a row a household, or a row a door where nobody lives.

    A door that is listed keeps its use; a household with the same name behind the same door is the same. Raises Faulty with
    the rows that are wrong, Refused where the file is no table.
    """
    actions.may_list(actor, place_code)
    rows = _read(content)
    buildings = {one.number: one for one in Building.objects.filter(census=census, place_code=place_code)}
    doors = {
        (one.building_id, one.number): one
        for one in Dwelling.objects.filter(building__in=[one.pk for one in buildings.values()])
    }
    parsed, faults = [], []
    for line, told in rows:
        try:
            parsed.append(_parsed(told, buildings))
        except Refused as problem:
            faults.append(Fault(line, problem.message))
    if faults:
        raise Faulty(faults[:MOST_FAULTS])
    known = _heads(doors.values())
    made = homes = same = 0
    with transaction.atomic():
        for building, door, home in parsed:
            dwelling = doors.get((building.pk, door["number"]))
            fresh = dwelling is None
            if dwelling is None:
                dwelling = actions.list_dwelling(actor=actor, building=building, today=today, **door)
                doors[building.pk, door["number"]] = dwelling
                made += 1
            if home is None or (home["head_name"] and (dwelling.pk, home["head_name"]) in known):
                same += not fresh
                continue
            if not home["head_name"] and not fresh and dwelling.households.filter(ended_on=None).exists():
                same += 1
                continue
            actions.list_household(actor=actor, dwelling=dwelling, today=today, **home)
            known.add((dwelling.pk, home["head_name"]))
            homes += 1
    return Brought(made, homes, same)


def _heads(doors: Any) -> set[tuple[Any, str]]:
    """Which names stand behind which doors; they are compared here and shown to nobody."""
    homes = list(Household.objects.filter(dwelling__in=[one.pk for one in doors], ended_on=None))
    names = sealing.open_many(homes, "head_name")
    return {(home.dwelling_id, names[home.pk]) for home in homes if names[home.pk]}


def _read(content: bytes) -> list[tuple[int, dict[str, str]]]:
    try:
        table = tables.read(content)[0]
    except tables.NoTable as problem:
        raise Refused(
            _("This file holds no table that can be read. Save it as CSV or xlsx and send it again."), "file"
        ) from problem
    head = next((row for row in table.rows[: tables.FIRST] if _columns(row[1]).keys() >= {"building", "number"}), None)
    if head is None:
        raise Refused(_("The sheet needs columns with the heads 楼栋编号 (building) and 门牌 (door)."), "file")
    columns = _columns(head[1])
    rows = [
        (line, {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()})
        for line, cells in table.rows
        if line > head[0]
    ]
    if not rows or len(rows) > MOST_ROWS:
        raise Refused(_("A sheet of one enumeration area has 1 to 3,000 rows."), "file")
    return rows


def _columns(cells: list[str]) -> dict[str, int]:
    known = {head: name for name, heads in HEADS.items() for head in heads}
    return {known[cell.strip().lower()]: place for place, cell in enumerate(cells) if cell.strip().lower() in known}


def _parsed(
    told: dict[str, str], buildings: dict[str, Building]
) -> tuple[Building, dict[str, str], dict[str, Any] | None]:
    """Building, door, and household or None, of a row. Raises Refused."""
    building = buildings.get(told["building"])
    if building is None:
        raise Refused(_("No building of this number stands in this enumeration area."))
    if not told["number"]:
        raise Refused(_("The number of the door is missing."))
    name, people = told.get("head_name", ""), told.get("expected", "")
    somebody = bool(name or people.strip("0"))
    use = _word(told.get("use", ""), USES, words.USES) or ("lived_in" if somebody else "unknown")
    door = {"number": told["number"], "use": use, "channel": _word(told.get("channel", ""), CHANNELS, words.CHANNELS)}
    if not somebody:
        return building, door, None
    if not (people or "0").isascii() or not (people or "0").isdigit() or int(people or 0) > 9999:
        raise Refused(_("The number of people is no whole number up to 9999."))
    if len(name) > actions.NAME or len(told.get("phone", "")) > actions.PHONE or len(told["number"]) > 32:
        raise Refused(_("A name, a phone or the number of a door is too long."))
    absence = _word(told.get("absence", ""), ABSENCES, words.ABSENCES)
    home = {
        "head_name": name, "expected": int(people or 0), "phone": told.get("phone", ""), "absence": absence,
        "back_on": _day(told.get("back_on", "")),
    }  # fmt: skip
    return building, door, home


def _word(said: str, known: dict[str, str], stored: dict[str, Any]) -> str:
    if said in known:
        return known[said]
    if said in stored:
        return said
    raise Refused(_("“{said}” is not one of: {known}.").format(said=said, known="、".join(one for one in known if one)))


def _day(said: str) -> dt.date | None:
    if not said:
        return None
    try:
        return dt.date.fromisoformat(said[:10].replace("/", "-").replace(".", "-"))
    except ValueError as problem:
        raise Refused(_("“{said}” is no day; write it as 2030-11-01.").format(said=said)) from problem
