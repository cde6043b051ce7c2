"""What tests of comparisons share: a linked register, a comparison with it, somebody found by it."""

import datetime as dt

from django.utils import timezone

from domicile.apps.comparisons.models import ComparedPlace, Comparison, Likeness
from domicile.apps.peers.models import Peer
from domicile.apps.people.models import Person
from tests import factories
from tests.peers.incoming import own_register, peer

THERE = "780202"
BORN = dt.date(1971, 3, 9)


def linked() -> Peer:
    """This register with a name, and another one that answers for another county."""
    factories.area_tree()
    held = Peer.objects.filter(areas__prefix=THERE).first()
    if held is not None:  # journeys share their database
        return held
    own_register()
    return peer((THERE,))


def resident(*, name: str = "王秀英", place: str = factories.GRID, registered: str = f"{THERE}001001") -> Person:
    """Somebody who lives here and is registered there."""
    person = factories.person(name=name, sex="2", birth_date=BORN, number=None, registered_code=registered)
    factories.spell(of=person, at=factories.dwelling(place_code=place))
    return person


def comparison(there: Peer, *, state: str = "done", here: bool = True, days: int = 0) -> Comparison:
    """One with a register, as it stands after so many days."""
    at = timezone.now() - dt.timedelta(days=days)
    over = state not in Comparison.OPEN
    row = Comparison.objects.create(
        peer=there, here=here, state=state, reason="两地重复登记核对", own_by_name="孙县区", their_by_name="周操作",
        proposed_at=at, agreed_at=at if state in {"running", "done"} else None, ended_at=at if over else None,
        own_people=0 if state == "proposed" and not here else 50, their_people=100, most=1000, their_key=b"k" * 32,
    )  # fmt: skip
    ComparedPlace.objects.create(comparison=row, code=f"{THERE}000000000")
    return row


def likeness(of: Comparison, person: Person, *, kinds: str = "name_birth", strength: int = 1) -> Likeness:
    """Somebody found by it."""
    return Likeness.objects.create(comparison=of, person=person.pk, kinds=kinds, strength=strength)
