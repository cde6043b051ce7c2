"""A synthetic county as a census meets it: what each household would answer, and what befalls the count.

`homes` is the truth: every household behind its door with the answers that are right. `fates` plants what goes wrong at
random: households that the census never reaches, households that answer on two roads, households that the survey afterwards
misses, each independent of the others, as a dual-system estimate asks; `strangers` are forms of people who are not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any, Final

import polars as pl

from domicile.core.enumeration import Item, forms, judged
from domicile.core.synth.county import County

#: Shares of households: never reached, on two roads, on the web, on paper; forms of nobody, of all; missed by the survey.
MISSED: Final = 0.03
TWICE: Final = 0.02
NOBODY: Final = 0.004
UNSEEN: Final = 0.04
WEB, PAPER = 0.25, 0.12
ROUNDS: Final = 6
#: First digit of a relation of GB/T 4761 → the item; what is written out goes before.
RELATIONS: Final = {"0": 0, "1": 1, "2": 2, "3": 2, "4": 7, "5": 3, "6": 5, "7": 8}
CLOSER: Final = {"55": 4, "56": 4, "57": 4, "58": 4, "28": 6, "38": 6, "02": 0}
#: First digit of an education of GB/T 4658 → the item.
EDUCATION: Final = {"1": 8, "2": 7, "3": 6, "4": 5, "6": 5, "7": 4, "8": 3, "9": 1}
MARITAL: Final = {"10": 1, "20": 2, "21": 2, "22": 3, "23": 3, "30": 5, "40": 4}
#: Reasons of coming (the register's codes) → reasons of being away of the census; everything else is 9.
REASONS: Final = {"01": 0, "02": 0, "03": 1, "04": 5, "05": 2, "06": 2, "08": 3}
WORK: Final = (
    ("服装厂，做服装", "缝纫工"), ("中心小学", "小学教师"), ("镇卫生院", "护士"), ("自家的地，种水稻", "种地"),
    ("超市", "收银员"), ("建筑公司，盖房子", "泥瓦工"), ("物流公司，送快递", "快递员"), ("饭店", "厨师"),
    ("社区居委会", "社区工作者"), ("电子厂，装配", "装配工"),
)  # fmt: skip
WORKING = (16, 60)
UNNAMED: Final = "未取名"
MONTHS = 30.44


@dataclass(frozen=True, slots=True)
class Home:
    """A household behind its door: the number of its building, the door, and what is right about it, on the short form.

    `marital` is the marital status of each of its people, which the long form alone asks.
    """

    key: int
    building: str
    door: str
    head: str
    content: Mapping[str, Any]
    marital: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fate:
    """What befalls a household: by which roads its form comes (none: it is missed), and whether the survey finds it."""

    roads: tuple[str, ...]
    found: bool


def number_of(building_id: int) -> str:
    """The number of a building in the frame."""
    return f"B{building_id:06d}"


def frame(county: County) -> Iterator[dict[str, str]]:
    """Rows of the file of the frame: buildings with what is expected there. Nobody is named."""
    held = county.people.join(county.dwellings.select("dwelling", "building_id"), on="dwelling", how="inner")
    people = dict(held.group_by("building_id").len().iter_rows())
    doors = dict(county.dwellings.group_by("building_id").len().iter_rows())
    address = dict(county.dwellings.unique("building_id", keep="first").select("building_id", "address").iter_rows())
    for row in county.buildings.sort("building_id").to_dicts():
        key = row["building_id"]
        if key in address:
            yield {
                "number": number_of(key), "address": _street(address[key], row), "community": row["community"],
                "dwellings": str(doors.get(key, 0)), "expected": str(people.get(key, 0)),
                "longitude": str(row["longitude"]), "latitude": str(row["latitude"]),
            }  # fmt: skip


def _street(address: str, row: Mapping[str, Any]) -> str:
    """An address without what stands behind the building."""
    for sign in ("幢", "栋"):
        if sign in address:
            return address[: address.index(sign) + 1]
    return address


def homes(county: County, moment: datetime) -> Iterator[Home]:
    """Every household, in the order of its door, as it would answer for the moment if nobody made a mistake."""
    doors = {row["dwelling"]: row for row in county.dwellings.to_dicts()}
    people: dict[int, list[dict[str, Any]]] = {}
    for row in county.people.sort("person_id").to_dicts():
        people.setdefault(row["household_id"], []).append(row)
    kinds = dict(county.households.select("household_id", "collective").iter_rows())
    order = pl.Series(sorted(people, key=lambda key: (people[key][0]["dwelling"], key)))
    for key in order:
        door, members = doors[people[key][0]["dwelling"]], people[key]
        content = _short(members, door, moment, collective=kinds[key])
        head = next((one["name"] for one in members if one["relation"] == "02"), members[0]["name"])
        marital = tuple(MARITAL.get(str(one["marital"] or ""), 1) for one in members)
        yield Home(key, number_of(door["building_id"]), _door(door), head, content, marital)


def _door(row: Mapping[str, Any]) -> str:
    said = "-".join(str(row[name]) for name in ("unit", "room") if row[name] is not None)
    return said or "1"


def _short(
    members: Sequence[Mapping[str, Any]], door: Mapping[str, Any], moment: datetime, *, collective: bool
) -> dict[str, Any]:
    born = [one for one in members if 0 <= (moment.date() - one["birth_date"]).days < 365]
    content: dict[str, Any] = {
        "kind": 2 if collective else 1, "present_count": len(members), "absent_count": 0,
        "births_male": sum(one["sex"] == "1" for one in born), "births_female": sum(one["sex"] == "2" for one in born),
        "deaths_male": 0, "deaths_female": 0, "dwelling": 2 if collective else 1,
        "persons": [_person(one, door["community"], moment.date(), first=at == 0) for at, one in enumerate(members)],
    }  # fmt: skip
    if not collective:
        content |= {"floor_area": max(8, round(door["floor_area"] or 60)), "rooms": max(1, door["rooms"] or 2)}
    return content


def _person(one: Mapping[str, Any], community: str, on: date, *, first: bool) -> dict[str, Any]:
    born, relation = one["birth_date"], str(one["relation"] or "99")
    age = on.year - born.year - (born.month >= on.month)
    education = EDUCATION.get(str(one["education"] or "")[:1], 1)
    told: dict[str, Any] = {
        "name": one["name"] or UNNAMED, "relation": 0 if first else CLOSER.get(relation) or RELATIONS.get(relation[:1], 9) or 9,
        "sex": int(one["sex"]), "birth_year": born.year, "birth_month": born.month, "ethnic": 1, "present": 1,
        **_registered(one, community, on),
    }  # fmt: skip
    if one["document_type"] == "resident_id":
        told["id_number"] = one["document_number"]
    if age >= 3:
        told["education"] = min(education, 2 if age < 6 else 3 if age < 12 else 4 if age < 15 else 9)
    if age >= 15:
        told["literate"] = 2 if told["education"] == 1 else 1
    return told


def _registered(one: Mapping[str, Any], community: str, on: date) -> dict[str, Any]:
    if one["residence"] == "registered_here":
        return {"registered": 1, "away": 1}
    code = str(one["registered_area"] or "")
    where = 1 if code[:12] == community else 2 if code[:9] == community[:9] else 3 if code[:6] == community[:6] else 4
    if where == 1:
        return {"registered": 1, "away": 1}
    came = one["inflow_date"]
    months = (on - came).days / MONTHS if came is not None else 72.0
    away = 2 + sum(months >= least for least in (6, 12, 24, 36, 48, 60, 120))
    told = {"registered": where, "away": away, "away_reason": REASONS.get(str(one["inflow_reason"] or ""), 9)}
    if where == 4:
        told["registered_place"] = str(one["registered_address"] or "外县")[:40]
    return told


def long(home: Home, moment: datetime, seed: int) -> dict[str, Any]:
    """The same household on the long form: what it alone asks is drawn, alike for the same seed."""
    draw, form = Random(f"{seed} {home.key}"), forms()["long"]  # noqa: S311
    content = {**home.content, "persons": [dict(one) for one in home.content["persons"]]}
    for person, status in zip(content["persons"], home.marital, strict=True):
        person["marital"] = status  # a child is not asked: it goes again
    for _round in range(ROUNDS):  # one item may decide whether the next is asked
        faults = judged(form, content, moment).faults
        if not faults:
            break
        for fault in faults:
            row = content if fault.person is None else content["persons"][fault.person]
            if fault.code == "missing":
                row[fault.item] = _drawn(form.by_name[fault.item], row, draw, moment)
            else:
                row.pop(fault.item, None)
    return content


def _drawn(item: Item, row: Mapping[str, Any], draw: Random, moment: datetime) -> Any:
    age = moment.year - row["birth_year"] if "birth_year" in row else 0
    if item.name in {"industry_text", "occupation_text"}:
        return WORK[(row["birth_year"] * 12 + row["birth_month"]) % len(WORK)][item.name == "occupation_text"]
    if item.name == "worked":
        return 1 if WORKING[0] <= age < WORKING[1] and draw.random() < 0.8 else 2
    if item.kind == "count":
        return draw.randint(item.least, min(item.most, max(item.least, 3)))
    if item.kind == "choice":
        return draw.choice(item.choices).value
    return "不详"


def fates(count: int, seed: int) -> list[Fate]:
    """What befalls so many households, in their order."""
    draw = Random(f"{seed} fates")  # noqa: S311
    found = []
    for _one in range(count):
        road, missed = draw.random(), draw.random() < MISSED
        first = "web" if road < WEB else "paper" if road < WEB + PAPER else "collect"
        other = "collect" if first != "collect" else "web"
        twice, seen = draw.random() < TWICE, draw.random() >= UNSEEN
        found.append(Fate(() if missed else (first, other) if twice else (first,), seen))
    return found


def strangers(count: int, seed: int, moment: datetime) -> Iterator[tuple[int, dict[str, Any]]]:
    """Forms of people who are not there: beside which of so many households they turn up, and what they say."""
    draw = Random(f"{seed} strangers")  # noqa: S311
    for number in range(max(1, round(count * NOBODY))):
        year = draw.randint(moment.year - 60, moment.year - 20)
        person = {
            "name": f"虚构人{number + 1}", "relation": 0, "sex": draw.choice((1, 2)), "birth_year": year,
            "birth_month": draw.randint(1, 12), "ethnic": 1, "present": 1, "registered": 1, "away": 1, "education": 4,
            "literate": 1,
        }  # fmt: skip
        content = {
            "kind": 1, "present_count": 1, "absent_count": 0, "births_male": 0, "births_female": 0, "deaths_male": 0,
            "deaths_female": 0, "dwelling": 1, "floor_area": 40, "rooms": 1, "persons": [person],
        }  # fmt: skip
        yield draw.randrange(count), content
