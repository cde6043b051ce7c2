"""Small rows for tests of moves: two households in two communities of one county, and who works there."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import actions
from domicile.apps.moves.models import Move, MoveEnd, Side
from domicile.apps.moves.selectors.candidates import Asked
from domicile.apps.people.models import Household, Person, Spell
from domicile.apps.places.models import Dwelling
from tests import factories
from tests.cast import Actor, viewer

#: Qian's like in the other community of the same county.
HAN = Actor("deng", "邓社区", "community_officer", factories.OTHER_COMMUNITY, "register_maintenance")
DAY = timezone.localdate() - dt.timedelta(days=30)
LATER = DAY + dt.timedelta(days=4)
WHY = "本人申报"


def han_viewer() -> Viewer:
    """Who works at the destination."""
    return viewer(HAN)


def home(size: int = 3) -> Household:
    """A family in the first community."""
    factories.area_tree()
    factories.dwelling(place_code=factories.FAR_GRID)
    return factories.family(size=size)


def flat() -> Dwelling:
    """An empty dwelling in the second community."""
    return factories.dwelling(place_code=factories.FAR_GRID)


def members(household: Household) -> list[Person]:
    """The present members, the head first."""
    rows = household.members.filter(left_on=None).order_by("relation", "pk")
    return [row.person for row in rows.select_related("person")]


def declared(actor: Viewer, *people: Person, **fields: Any) -> Move:
    """A move of these people, to the second community unless told otherwise."""
    values: dict[str, Any] = {"day": DAY, "to_where": "area", "to_code": factories.OTHER_COMMUNITY, **fields}
    arguments = actions.Declare(person_id=people[0].pk, others=tuple(one.pk for one in people[1:]), **values)
    return Move.objects.get(pk=actions.declare(actor=actor, reason=WHY, arguments=arguments))


def arrived(actor: Viewer, move: Move, at: Dwelling, day: dt.date = LATER, **fields: Any) -> Move:
    """The arrival of a move."""
    actions.arrive(actor=actor, reason=WHY, arguments=actions.Arrive(move.pk, at.pk, day, **fields))
    return Move.objects.get(pk=move.pk)


def take(actor: Viewer, action: Any, arguments: Any, *, evidence: str = "") -> Move:
    """Another step of a move."""
    action(actor=actor, reason=WHY, evidence=evidence, arguments=arguments)
    return Move.objects.get(pk=arguments.move_id)


def stays(person: Person) -> list[tuple[uuid.UUID, dt.date | None, dt.date | None]]:
    """The usual residences of somebody in order: dwelling, start, end."""
    rows = Spell.objects.filter(person=person, kind="usual").order_by("start")
    return list(rows.values_list("dwelling_id", "start", "end"))


def end(move: Move, side: str = Side.DESTINATION) -> MoveEnd:
    """One end of a move."""
    return MoveEnd.objects.get(move=move, side=side)


def asked(**fields: Any) -> Asked:
    """What somebody at the door says."""
    return Asked(**fields)
