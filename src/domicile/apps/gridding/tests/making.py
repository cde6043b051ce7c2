"""A community of houses in rows on the map, with households, for tests of grids."""

import datetime as dt

from domicile.apps.gridding import plans
from domicile.apps.gridding.models import Proposal
from domicile.apps.people.models import Household
from domicile.apps.places.models import Building
from tests import factories
from tests.cast import COMMUNITY, SUN, viewer

#: Degrees of about twenty metres.
STEP = 0.0002
TODAY = dt.date(2026, 11, 20)
DESK = viewer(SUN)


def houses(across: int = 6, up: int = 5, homes: int = 4, community: str = COMMUNITY) -> list[Building]:
    """Buildings in no grid, 20 metres apart, each with so many dwellings with one household each."""
    factories.area_tree()
    made = []
    for number in range(across * up):
        house = factories.building(
            place_code=community + "000", street="和平路", plate=f"{number + 1}号", name="",
            longitude=113 + number % across * STEP, latitude=23 + number // across * STEP,
        )  # fmt: skip
        for _home in range(homes):
            household(house)
        made.append(house)
    return made


def household(house: Building) -> Household:
    """A dwelling more, with a household that lives there."""
    return factories.household(at=factories.dwelling(within=house))


def plan(measure: str = "households", size: float = 40, today: dt.date = TODAY, lines=(), **wanted) -> Proposal:
    """A plan as it is drawn, for grids of forty households."""
    asked = plans.ask(
        actor=DESK, community=COMMUNITY, measure=measure, lines=lines,
        wanted=plans.usual(today, measure, size=size, **wanted),
    )  # fmt: skip
    return plans.draw(actor=DESK, proposal_id=asked.pk, today=today)


def adopt(row: Proposal, on: dt.date = TODAY, today: dt.date = TODAY) -> Proposal:
    return plans.adopt(actor=DESK, proposal_id=row.pk, on=on, today=today, reason="街道〔2026〕3号")
