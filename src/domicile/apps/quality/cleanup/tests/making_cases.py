"""What tests of clean-ups share: a community with somebody for each list that the register alone can tell, and a round."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from domicile.apps.duplicates.tests.pieces import pair
from domicile.apps.people.models import Household, Person
from domicile.apps.quality.cleanup import actions, making
from domicile.apps.quality.cleanup.models import CleanupCase, CleanupRound
from domicile.apps.quality.models import RuleFinding
from tests import factories
from tests.cast import COMMUNITY, GRID, qian_viewer

TODAY = timezone.localdate()
CHILD = dt.date(TODAY.year - 6, 3, 1)


@dataclass
class Community:
    """Who stands on which list, by the list's key; those who stand on none."""

    on: dict[str, Person]
    none: list[Person]
    home: Household
    gone: Household


def community() -> Community:
    """One for each list: two children (one registered), adults by registration, the dead, the absent, a shell, a pair."""
    factories.area_tree()
    home = factories.household()
    at = home.dwelling

    def lives(name: str, **fields: object) -> Person:
        who = factories.person(name=name, **fields)
        factories.spell(of=who, at=at)
        return who

    def nowhere(name: str, **fields: object) -> Person:
        return lives(name, registration="nowhere", registered_code="", registered_text="", **fields)

    on = {
        "children": nowhere("周小雨", birth_date=CHILD, number=None),
        "papers": nowhere("吴大山", birth_date=dt.date(1979, 2, 2)),
        "present": lives("郑一平", registered_code="770101001002", registered_text="北塔社区"),
        "elsewhere": lives("冯二妹", registered_code="330102001001", registered_text="外省某市"),
        "abroad": lives("ANNA SMITH", nationality="826", registration="abroad", registered_code="", registered_text=""),
        "number": lives("陈三元"),
    }
    factories.visible(of=on["number"], code=COMMUNITY)
    on["absent"] = factories.person(name="褚四方")
    on["cancel"] = factories.person(name="卫五福", died_on=dt.date(2025, 1, 5))
    for one in ("absent", "cancel"):
        factories.visible(of=on[one], code=COMMUNITY)
    shell = factories.person(name="蒋六顺")
    gone = factories.household(
        at=factories.dwelling(in_use_to=dt.date(2020, 1, 1)), members=[(shell, "02")], side="registered"
    )
    on["shell"] = shell
    one, other = lives("沈秀英", birth_date=dt.date(1971, 3, 9)), lives("沈秀瑛", birth_date=dt.date(1971, 3, 9))
    pair(one, other)
    on["double"] = one
    RuleFinding.objects.create(
        rule="N03", record="document", subject=on["number"].documents.get().pk, place_code=GRID, person=on["number"],
        first_seen=TODAY, last_seen=TODAY,
    )  # fmt: skip
    for who in (one, other):
        factories.visible(of=who, code=COMMUNITY)
    child = lives("周大雨", birth_date=CHILD)
    factories.visible(of=child, code=COMMUNITY)
    return Community(on, [child], home, gone)


def begun(scope: str = COMMUNITY, name: str = "2026年户口整顿") -> CleanupRound:
    """A round over the community, its cases made."""
    of = actions.begin(actor=qian_viewer(), plan=actions.Plan(name, scope, TODAY), today=TODAY)
    making.make(actor=making.MACHINE, round_id=of.pk, today=TODAY)
    of.refresh_from_db()
    return of


def case(of: CleanupRound, listed: str) -> CleanupCase:
    """The one case of a list."""
    return CleanupCase.objects.get(round=of, listed=listed)
