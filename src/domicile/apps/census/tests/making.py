"""A small census for tests: buildings, dwellings, households, and who works in it."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from domicile.apps.census.frame.models import Building
from domicile.apps.census.listing import actions
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.plan.models import Census
from tests.cast import COMMUNITY, COUNTY, GRID, OTHER_GRID_ELSEWHERE, Actor, viewer

MOMENT = dt.datetime(2030, 11, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
LISTED = dt.date(2030, 10, 12)
IN = dt.datetime(2030, 11, 3, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ENUMERATOR = Actor("he", "何普查", "enumerator", GRID, "enumeration")
SUPERVISOR = Actor("lu", "陆指导", "census_supervisor", COMMUNITY, "supervision")
OFFICE = Actor("fang", "方普查", "census_office", COUNTY, "supervision")
STRANGER = Actor("shi", "施外区", "enumerator", OTHER_GRID_ELSEWHERE, "enumeration")


def make_census(**fields: Any) -> Census:
    return Census.objects.create(
        **{"code": "c2030", "name": "2030年普查", "scope": COUNTY, "reference_at": MOMENT} | fields
    )


def make_building(census: Census, number: str = "B1", place_code: str = GRID, **fields: Any) -> Building:
    told: dict[str, Any] = {"address": f"和平路{number}号", "dwellings": 2, "expected": 6} | fields
    return Building.objects.create(census=census, number=number, place_code=place_code, **told)


def make_dwelling(building: Building, number: str = "101", **fields: Any) -> Dwelling:
    told: dict[str, Any] = {"use": Dwelling.Use.LIVED_IN} | fields
    return actions.list_dwelling(actor=viewer(OFFICE), building=building, number=number, today=LISTED, **told)


def make_household(dwelling: Dwelling | None = None, census: Census | None = None, **fields: Any) -> Household:
    if dwelling is None:
        dwelling = make_dwelling(make_building(census or make_census()))
    told: dict[str, Any] = {"expected": 3, "head_name": "林家主"} | fields
    return actions.list_household(actor=viewer(OFFICE), dwelling=dwelling, today=LISTED, **told)


def person(**items: Any) -> dict[str, Any]:
    """A person of a form."""
    told = {
        "name": "林某", "relation": 0, "sex": 1, "birth_year": 1985, "birth_month": 4, "present": 1, "registered": 1,
        "away": 1, "education": 5,
    }  # fmt: skip
    return told | items


def form(*persons: dict[str, Any], **items: Any) -> dict[str, Any]:
    """The content of a form, with one person unless others are given."""
    told = {"kind": 1, "dwelling": 1, "births_male": 0, "births_female": 0, "deaths_male": 0, "deaths_female": 0}
    return told | items | {"persons": list(persons or (person(),))}
