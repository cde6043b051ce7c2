"""What tests of duplicates share: two records of one person in one community, or in two, and the pair that a search found."""

import datetime as dt
import json

from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.duplicates.models import Pair, Run
from domicile.apps.people import visibility
from domicile.apps.people.models import Person
from tests import factories
from tests.cast import sun_viewer

EVIDENCE = {
    "number": ["silent", 0.0], "name": ["equal", 9.3], "birth": ["equal", 13.1], "sex": ["equal", 1.0],
    "place": ["other", -2.4], "phone": ["silent", 0.0],
}  # fmt: skip


def twice(*, name: str = "王秀英", code: str = factories.OTHER_GRID, **fields: object) -> tuple[Person, Person]:
    """Somebody who lives here since 2020, and on another record since 2010 in the grid of `code`, without a number."""
    factories.area_tree()
    found = []
    for place, since, number in ((factories.GRID, 2020, ""), (code, 2010, None)):
        person = factories.person(name=name, sex="2", birth_date=dt.date(1971, 3, 9), number=number, **fields)
        home = factories.dwelling(within=factories.building(place_code=place, name=f"{int(place[9:])}栋"))
        factories.household(at=home, members=[(person, "02")], formed_on=dt.date(since, 1, 1))
        found.append(person)
    refreshed(*found)
    return found[0], found[1]


def refreshed(*people: Person) -> None:
    """Let who may see them follow from where they live."""
    with recording(actor=sun_viewer(), action="test", subject_kind="person", subject_id=people[0].pk) as change:
        visibility.refresh_all([one.pk for one in people], change)


def pair(one: Person, other: Person, *, bits: float = 8.0, state: str = "open") -> Pair:
    """The pair as a search leaves it."""
    now = timezone.now()
    run = Run.objects.create(
        engine="duckdb", day=now.date(), started_at=now, ended_at=now, state=Run.State.DONE, found=1, scopes="770101"
    )
    left, right = sorted((one.pk, other.pk))
    return Pair.objects.create(
        left=left, right=right, step="probable", bits=bits, prior=-13.0, evidence=json.dumps(EVIDENCE),
        outcome="joined", state=state, run=run, found_at=now,
    )  # fmt: skip
