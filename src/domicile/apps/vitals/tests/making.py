"""What tests of vital events share: a family, what is told of an event, and all rows of people as they stand."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import plain
from domicile.apps.collect.undoing import undo
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.models import Move, MoveEnd, MovePerson
from domicile.apps.peers import inbox
from domicile.apps.peers.models import Peer
from domicile.apps.people.models import Household, Member, Parentage, Person, Spell, Visibility
from domicile.apps.vitals import actions, between
from domicile.apps.vitals.handlers import KINDS
from domicile.apps.vitals.models import VitalEvent
from tests import factories
from tests.cast import qian_viewer, sun_viewer
from tests.peers.incoming import take_in

TODAY = timezone.localdate()
DAY = TODAY - dt.timedelta(days=10)
WHY = "家属申报"
#: A community of another register, and what it asks about a birth there.
FAR = "880101001001"
NUMBER = "770101199003072321"
ASKED: dict[str, Any] = {
    "asked": factories.COMMUNITY, "home": FAR, "child": "李小满", "day": DAY.isoformat(), "precision": "day", "late": True,
    "missing": ["birth_certificate"],
    "parents": [{"role": "mother", "name": "欧阳兰", "birth_date": "1990-03-07", "number": NUMBER}, {"role": "father"}],
}  # fmt: skip
TABLES = (Person, Household, Member, Spell, Parentage, Visibility, Move, MoveEnd, MovePerson)


def family(size: int = 3) -> Household:
    """A family in the first community: head, spouse, child."""
    factories.area_tree()
    return factories.family(size=size)


def one(household: Household, relation: str) -> Person:
    """The member so related to the head."""
    return household.members.get(relation=relation, left_on=None).person


def born(household: Household, actor: Viewer | None = None, **fields: Any) -> VitalEvent:
    """A birth in the household, on DAY unless told otherwise."""
    values: dict[str, Any] = {"birth_date": DAY, "sex": "2", "relation": "30", **fields}
    arguments = actions.Birth(household_id=household.pk, **values)
    return get(actions.birth(actor=actor or qian_viewer(), reason=WHY, arguments=arguments))


def died(person: Person, actor: Viewer | None = None, **fields: Any) -> VitalEvent:
    """A death, on DAY unless told otherwise."""
    arguments = actions.Death(person_id=person.pk, **{"died_on": DAY, **fields})
    return get(actions.death(actor=actor or qian_viewer(), reason=WHY, arguments=arguments))


def married(person: Person, spouse: Person | None, **fields: Any) -> VitalEvent:
    """A marriage, on DAY unless told otherwise."""
    values = {"day": DAY, "spouse_id": spouse.pk if spouse else None, **fields}
    arguments = actions.Marry(person_id=person.pk, **values)
    return get(actions.marry(actor=qian_viewer(), reason=WHY, arguments=arguments))


def divorced(person: Person, spouse: Person | None, **fields: Any) -> VitalEvent:
    """A divorce, today unless told otherwise."""
    values = {"day": TODAY, "spouse_id": spouse.pk if spouse else None, **fields}
    arguments = actions.Divorce(person_id=person.pk, **values)
    return get(actions.divorce(actor=qian_viewer(), reason=WHY, arguments=arguments))


def adopted(child: Person, **fields: Any) -> VitalEvent:
    """An adoption, on DAY unless told otherwise."""
    arguments = actions.Adopt(child_id=child.pk, **{"day": DAY, **fields})
    return get(actions.adopt(actor=qian_viewer(), reason=WHY, arguments=arguments))


def annul(event: VitalEvent, reason: str = "登记错误") -> VitalEvent:
    """The event, annulled."""
    actions.annul(actor=qian_viewer(), reason=reason, arguments=actions.Annul(event.pk))
    return get(event.pk)


def correct(event: VitalEvent, **fields: Any) -> VitalEvent:
    """The event, corrected by the community."""
    actions.correct(actor=qian_viewer(), reason="核对", arguments=actions.CorrectEvent(event.pk, **fields))
    return get(event.pk)


def correct_birth_day(event: VitalEvent, day: dt.date, evidence: str = "出生医学证明") -> VitalEvent:
    """The day of a birth, corrected by whoever may."""
    arguments = actions.CorrectEvent(event.pk, day=day)
    actions.correct_birth_day(actor=sun_viewer(), reason="核对", evidence=evidence, arguments=arguments)
    return get(event.pk)


def get(key: uuid.UUID) -> VitalEvent:
    """The event as it is stored now."""
    return VitalEvent.objects.get(pk=key)


def undo_last() -> None:
    """What the history of a card offers."""
    undo(actor=qian_viewer(), change_id=Change.objects.latest("id").pk, kinds=KINDS)


def rows() -> dict[str, Any]:
    """Every row of people and moves, by table and key, as the log would tell them."""
    found: dict[str, Any] = {}
    for model in TABLES:
        names = [field.attname for field in model._meta.concrete_fields]
        if model is Visibility:
            names.remove("id")
        table = [tuple(plain(getattr(row, name)) for name in names) for row in model._default_manager.all()]
        found[model._meta.db_table] = sorted(table, key=str)
    return found


def asked_here(there: Peer, key: uuid.UUID | None = None, **changed: Any) -> uuid.UUID:
    """A question of the other register, as far as it is taken."""
    subject = key or uuid.UUID(int=7)
    take_in(there, between.ASKED, subject, 1, ASKED | changed)
    inbox.apply_waiting()
    return subject
