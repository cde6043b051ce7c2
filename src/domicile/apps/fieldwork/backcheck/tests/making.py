"""Accepted records to draw from, and a draw with who can be sent."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from domicile.apps.accounts.models import User
from domicile.apps.collect.actions import Subject, accept, propose
from domicile.apps.collect.models import Proposal
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.backcheck.actions.checking import enter
from domicile.apps.fieldwork.backcheck.actions.drawing import NewDraw, draw_sample
from domicile.apps.fieldwork.backcheck.models import BackCheck, Draw
from domicile.apps.fieldwork.visits.models import Confirmation, Visit
from domicile.apps.people.actions import Correct
from domicile.apps.people.models import Person
from domicile.apps.places.models import Dwelling
from tests import factories
from tests.cast import COMMUNITY, GRID, QIAN, SUN, ZHAO, Actor, make_user, qian_viewer, viewer, zhao_viewer

TODAY = dt.date(2026, 3, 5)
BEGIN, END = dt.date(2026, 3, 1), dt.date(2026, 3, 6)
#: Somebody else who works the same grid.
FENG = Actor("feng", "冯网格", "grid_worker", GRID, "door_visit")
SCHOOL, COLLEGE = "60", "40"


def staff() -> None:
    """The area and the accounts, once: Zhao and Feng in the grid, Qian above them, Sun above all."""
    factories.area_tree()
    for actor in (ZHAO, FENG, QIAN, SUN):
        if not User.objects.filter(pk=actor.id).exists():
            make_user(actor)


def at_home(name: str = "张伟", **fields: Any) -> tuple[Person, Dwelling]:
    """Somebody who lives alone in a dwelling of the grid."""
    person = factories.person(name=name, **fields)
    home = factories.dwelling()
    factories.household(at=home, members=[(person, factories.HEAD)])
    return person, home


def accepted(
    action: str, subject: Subject, arguments: Any, *, by: Viewer | None = None, on: dt.date | None = BEGIN, evidence: str = ""
) -> Proposal:  # fmt: skip
    """A proposal of Zhao's that Qian accepted on a day (None: just now)."""
    collector = by or zhao_viewer()
    made = propose(
        actor=collector, action=action, subject=subject, arguments=arguments, reason="上门", evidence=evidence
    )
    done = accept(actor=qian_viewer(), proposal_id=made.pk)
    if on is not None:
        Proposal.objects.filter(pk=done.pk).update(decided_at=timezone.make_aware(dt.datetime.combine(on, dt.time(9))))
        done.refresh_from_db()
    return done


def schooled(person: Person, *, by: Viewer | None = None, value: str = SCHOOL) -> Proposal:
    """That somebody's education was corrected."""
    return accepted(
        "people.correct_education", Subject("person", person.pk, GRID),
        Correct(person.pk, "education", {"education": value}), by=by,
    )  # fmt: skip


def visited(home: Dwelling, *persons: Person, by: uuid.UUID = ZHAO.id, on: dt.date = BEGIN) -> Visit:
    """A visit at which people were confirmed."""
    visit = Visit.objects.create(
        form="dwelling_visit", dwelling=home, place_code=home.place_code, worker_id=by, visited_on=on, outcome="met"
    )
    Confirmation.objects.bulk_create([Confirmation(visit=visit, person=person) for person in persons])
    return visit


def drawn(seed: int = 7, place: str = COMMUNITY, actor: Viewer | None = None) -> Draw:
    """A draw of the first days of March."""
    return draw_sample(actor=actor or qian_viewer(), new=NewDraw(place, BEGIN, END), seed=seed, today=TODAY)


def checked(check: BackCheck, by: Actor = FENG, on: dt.date = TODAY, **answers: str) -> BackCheck:
    """A check with its answers by key: the same for everybody it is about."""
    told = {item.pk: answers.get(item.key, "") for item in check.items.all()}
    return enter(actor=viewer(by), check_id=check.pk, answers=told, today=on)
