"""What was told on a day is told again later, whatever was entered, corrected, moved, merged or deleted since."""

import datetime as dt
import random
from typing import Any

import pytest

from domicile.apps.areas import actions as area_actions
from domicile.apps.areas.models import Area
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.moves.population.selectors import Asked, floating_population
from domicile.apps.moves.tests.test_population import on
from domicile.apps.people.models import Person, Spell
from domicile.apps.places.models import Dwelling
from tests import factories
from tests.cast import qian_viewer, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
FIRST = dt.date(2026, 3, 1)
DAYS = 9
PLACES = (factories.GRID, factories.FAR_GRID, "770101002001001")
REGISTERED = ("440305001001", factories.COMMUNITY + "000", "770101002001000", "770122", "")


def figures(day: dt.date, known_on: dt.date) -> Any:
    found = floating_population(sun_viewer(), [Asked(day, known_on)])[0]
    return {line.code: dict(line.figures) for line in found.lines if any(line.figures.values())}


def county(draw: random.Random) -> list[Dwelling]:
    """Two townships, a dwelling or two in each of three communities."""
    factories.area_tree()
    for code, name, level in (("770101002000", "白石镇", 4), ("770101002001", "东街社区", 5)):
        Area.objects.create(code=code, name=name, level=level, valid_from=factories.LONG_AGO)
    return [
        factories.dwelling(within=factories.building(place_code=code, plate=f"{number}号"))
        for number, code in enumerate(PLACES, start=1)
        for _ in range(draw.choice([1, 2]))
    ]


def enter(draw: random.Random, homes: list[Dwelling], day: dt.date, change: Recorder) -> None:
    person = Person(name="甲", registration="area", registered_code=draw.choice(REGISTERED))
    change.create(person)
    start = day - dt.timedelta(days=draw.randrange(200)) if draw.random() < 0.9 else None
    change.create(
        Spell(
            person=person, dwelling=draw.choice(homes), start=start, source="test", reason=draw.choice(["01", "05", ""])
        )
    )


def alter(draw: random.Random, homes: list[Dwelling], day: dt.date, change: Recorder) -> None:
    """One thing that happens to somebody: a move, a correction, a death, an entry taken out, a registration that moves."""
    stay = draw.choice(list(Spell.objects.order_by("pk")))
    kind = draw.randrange(6)
    if kind == 0 and stay.end is None and (stay.start is None or stay.start < day):
        change.update(stay, end=day)
        change.create(Spell(person=stay.person, dwelling=draw.choice(homes), start=day, source="test"))
    elif kind == 1 and stay.person.spells.count() == 1:
        change.update(stay, start=(stay.end or day) - dt.timedelta(days=draw.randrange(1, 90)))
    elif kind == 2:
        change.update(stay.person, registered_code=draw.choice(REGISTERED))
    elif kind == 3:
        change.update(stay.person, died_on=day)
    elif kind == 4:
        change.delete(stay)
    elif kind == 5:
        change.update(stay, dwelling=draw.choice(homes))


@pytest.mark.parametrize("seed", range(2))
def test_figures_of_a_day_of_knowledge_never_change(seed: int) -> None:
    draw = random.Random(seed)
    homes = county(draw)
    told = {}
    for number in range(DAYS):
        today = FIRST + dt.timedelta(days=number * 12)
        with on(today):
            for place in range(draw.randrange(2, 6)):
                with recording(actor=qian_viewer(), action="people.correct", subject_kind="person",
                               subject_id=factories.unknown_id(), place_code=factories.GRID) as change:  # fmt: skip
                    (enter if number == 0 or place == 0 or not Spell.objects.exists() else alter)(
                        draw, homes, today, change
                    )
            if number == DAYS // 2:  # a township becomes part of the other
                area_actions.merge_area(
                    actor=sun_viewer(), area_id=Area.objects.get(code="770101002000").pk,
                    into_id=Area.objects.get(code="770101001000").pk, on=today, today=today, reason="测试",
                )  # fmt: skip
                homes = list(Dwelling.objects.order_by("pk"))
            for day in (today, today - dt.timedelta(days=20)):
                told[day, today] = figures(day, today)
    assert len({str(one) for one in told.values()}) > DAYS // 2  # they do differ
    for (day, known_on), before in told.items():
        assert figures(day, known_on) == before, (day, known_on)
