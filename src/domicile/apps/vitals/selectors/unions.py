"""Who is married to whom by the events on file, and who is likely the spouse of somebody."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Q

from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import HEAD, Member, Person
from domicile.apps.people.selectors.placing import living_household_of, members_of
from domicile.apps.vitals.models import Kind, Role, State, VitalEvent

SPOUSES = frozenset({"10", "11", "12"})
MARRIED = frozenset({"", "20", "21", "22", "23", "90"})


@dataclass(frozen=True, slots=True)
class Marriage:
    """A marriage that goes on: since when, and who of the two is on file."""

    event_id: uuid.UUID
    day: dt.date
    people: frozenset[uuid.UUID]


def marriage_of(person_id: uuid.UUID) -> Marriage | None:
    """The marriage on file that neither a divorce nor a death has ended. Two queries."""
    own = Q(person_id=person_id) | Q(named__person_id=person_id, named__role=Role.SPOUSE)
    rows = (
        VitalEvent.objects.filter(own, state=State.COUNTS, kind__in=[Kind.MARRIAGE, Kind.DIVORCE, Kind.DEATH])
        .prefetch_related("named")
        .order_by("day", "registered_at")
    )
    last = None
    for row in dict.fromkeys(rows):
        last = row if row.kind == Kind.MARRIAGE else None
    if last is None or last.person_id is None:
        return None
    spouses = {party.person_id for party in last.named.all() if party.person_id is not None}
    return Marriage(last.pk, last.day, frozenset({last.person_id, *spouses}))


def spouse_of(viewer: Viewer, person_id: uuid.UUID) -> uuid.UUID | None:
    """Who is likely the spouse: by a marriage on file, else head and spouse of one household. To be confirmed by a person."""
    married = marriage_of(person_id)
    if married is not None:
        return next((one for one in married.people if one != person_id), None)
    household = living_household_of(viewer, person_id)
    members: list[Member] = members_of(household) if household is not None else []
    pair = [row for row in members if row.relation == HEAD or row.relation in SPOUSES]
    if len(pair) != 2 or person_id not in {row.person_id for row in pair}:
        return None
    other: Person = next(row.person for row in pair if row.person_id != person_id)
    return other.pk if other.marital in MARRIED else None
