"""A small chain for tests."""

import datetime as dt
import uuid
from typing import Any

from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing.actions import holdings, posts, workers
from domicile.apps.staffing.models import Holding, Post, Worker
from tests import factories
from tests.cast import COMMUNITY, GRID, qian_viewer

TODAY = dt.date(2026, 11, 1)
BEFORE = dt.date(2026, 1, 5)
DAY = dt.timedelta(days=1)


def worker(name: str = "陈协管", *, actor: Viewer | None = None, place: str = COMMUNITY, **fields: Any) -> Worker:
    """Somebody at work in a community."""
    values = {"phone": "", "since": BEFORE, **fields}
    return workers.add_worker(actor=actor or qian_viewer(), place_code=place, name=name, **values)


def post(
    role: str = "informant", *, name: str = "", place: str = GRID, above: Post | None = None, **fields: Any
) -> Post:
    """A post of a role."""
    new = posts.NewPost(role=role, place=place, name=name or role, above_id=above.pk if above else None, **fields)
    return posts.open_post(actor=qian_viewer(), arguments=new, on=BEFORE)


def given(where: Post, who: Worker, *, start: dt.date = BEFORE) -> Holding:
    """The worker holds the post."""
    return holdings.give_post(actor=qian_viewer(), post_id=where.pk, worker_id=who.pk, start=start)


def chain_of_three() -> tuple[Post, Post, Post]:
    """A lead, a coordinator and an informant of a grid, each held."""
    factories.area_tree()
    factories.grid()
    lead = post("lead", name="社区责任人")
    group = post("coordinator", name="第1组", above=lead)
    informant = post("informant", name="第1网格", above=group)
    for row, name in ((lead, "李责任"), (group, "陈协管"), (informant, "王信息")):
        given(row, worker(name))
    return lead, group, informant


def homes(count: int, *, plate: str = "1号", unit: str = "1单元", place_code: str = GRID) -> uuid.UUID:
    """A building with so many households behind one entrance; its id."""
    house = factories.building(place_code=place_code, street="和平路", plate=plate, name="1栋")
    for _number in range(count):
        factories.household(at=factories.dwelling(within=house, unit=unit))
    return house.pk
