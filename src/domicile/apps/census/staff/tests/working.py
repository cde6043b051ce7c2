"""A census area with enumeration areas, buildings and people to ask there, for tests."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.utils import timezone

from domicile.apps.areas.models import Area, Grid
from domicile.apps.census.frame.models import Building
from domicile.apps.census.plan.actions.plans import create_census
from domicile.apps.census.plan.models import Census
from domicile.apps.census.staff.actions import recruits
from domicile.apps.census.staff.models import Recruit
from domicile.apps.staffing.models import Badge, Course, CoursePresence
from tests.cast import COMMUNITY, COUNTY, Actor, viewer

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)
OFFICE = Actor("fang", "方普查", "census_office", COUNTY, "supervision")
ENUMERATOR = Actor("he", "何普查", "enumerator", COMMUNITY + "001", "enumeration")
AREAS = {
    "770000000000": ("云屏省", 1), "770100000000": ("平川市", 2), "770101000000": ("安禾县", 3), "770101001000": ("青石街道", 4),
    COMMUNITY: ("河沿社区", 5), COMMUNITY[:9] + "002": ("北塔社区", 5),
}  # fmt: skip


def ground(count: int = 4, community: str = COMMUNITY) -> list[str]:
    """The county's areas, and so many enumeration areas of a census area, in a row from west to east; their codes."""
    for code, (name, level) in AREAS.items():
        Area.objects.get_or_create(
            code=code, valid_to=None, defaults={"name": name, "level": level, "valid_from": TODAY - 900 * DAY}
        )
    codes = [f"{community}{number:03d}" for number in range(1, count + 1)]
    for number, code in enumerate(codes, start=1):
        Grid.objects.get_or_create(
            code=code, valid_to=None, defaults={"name": f"第{number}小区", "valid_from": TODAY - 900 * DAY}
        )
    return codes


def plan(code: str = "2026", **fields: object) -> Census:
    """A census whose reference moment lies ten days ahead."""
    at = timezone.make_aware(dt.datetime.combine(TODAY + 10 * DAY, dt.time()))
    told = {"name": "安禾县人口普查", "scope": COUNTY, "reference_at": at, **fields}
    return create_census(actor=viewer(OFFICE), code=code, **told)  # type: ignore[arg-type]


def frame(census: Census, codes: Sequence[str]) -> None:
    """Two buildings in each enumeration area, 150 people each; 500 m from one area to the next."""
    for number, code in enumerate(codes):
        for house in (1, 2):
            Building.objects.create(
                census=census, place_code=code, number=f"{code[-6:]}-{house}", address=f"和平路{number * 2 + house}号",
                dwellings=50, expected=150, longitude=110.0 + number * 0.005, latitude=30.0,
            )  # fmt: skip


def won(
    census: Census, name: str, *, near: str = "", duty: str = "enumerator", reserve: bool = False, fit: bool = True,
    account: uuid.UUID | None = None,
) -> Recruit:  # fmt: skip
    """Somebody recruited; `fit`: signed, trained and tested."""
    row = recruits.recruit(
        actor=viewer(OFFICE), census_id=census.pk, community=COMMUNITY, worker=recruits.NewWorker(name, account=account),
        duty=duty, reserve=reserve, near_code=near, on=TODAY - 20 * DAY,
    )  # fmt: skip
    if fit:
        row = recruits.sign_undertaking(actor=viewer(OFFICE), recruit_id=row.pk, on=TODAY - 10 * DAY, today=TODAY)
        passed_test(row)
    return row


def passed_test(row: Recruit) -> None:
    """The recruit took part in a course and passed the test."""
    course = Course.objects.create(
        place_code=row.worker.place_code, subject="enumeration", title="普查业务", held_on=TODAY - 8 * DAY
    )
    CoursePresence.objects.create(course=course, worker=row.worker)
    Badge.objects.create(worker=row.worker, subject="enumeration", start=TODAY - 7 * DAY, end=TODAY + 300 * DAY)
