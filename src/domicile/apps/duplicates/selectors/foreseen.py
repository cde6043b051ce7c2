"""What a merge would set aside, in words, before anybody says yes."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from domicile.apps.common.viewer import Viewer
from domicile.apps.people.identity.deriving import Held
from domicile.apps.people.identity.linking import foresee
from domicile.apps.people.models import Household, Member, Person, Spell
from domicile.apps.people.selectors.history_card import FIELDS
from domicile.apps.places.models import Dwelling


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows when the record `stands` stays: sentences, none where nothing is set aside."""

    stands: uuid.UUID
    said: list[str]


def consequences(viewer: Viewer, stands: uuid.UUID, other: uuid.UUID, today: dt.date) -> Consequences:
    """A fixed number of queries."""
    rows = [held for held in foresee(stands, other, today=today) if held.kept is None]
    households = {held.row.household_id for held in rows if isinstance(held.row, Member)}
    at = Household.objects.in_bulk(households) if households else {}
    homes = {held.row.dwelling_id for held in rows if isinstance(held.row, Spell | Household)}
    homes |= {household.dwelling_id for household in at.values()}
    places = Dwelling.objects.filter(pk__in=homes).values_list("pk", "address", "place_code")
    addresses = {pk: text if viewer.covers(code) else _("an address outside your areas") for pk, text, code in places}
    return Consequences(stands, list(_said(rows, at, addresses)))


def _said(rows: Iterable[Held], at: dict[uuid.UUID, Household], addresses: dict[uuid.UUID, str]) -> Iterable[str]:
    for held in rows:
        row = held.row
        if isinstance(row, Spell):
            place = addresses[row.dwelling_id]
            if held.out and row.start is None:
                yield _("The stay at {place}, whose first day is not known, is set aside.").format(place=place)
            elif held.out:
                yield _("The stay at {place} since {start} is set aside.").format(place=place, start=row.start)
            else:
                start, end = (held.wanted.get(name, getattr(row, name)) for name in ("start", "end"))
                yield _("The stay at {place} counts from {start} until {end}.").format(
                    place=place, start=start or _("a day not known"), end=end or _("today")
                )
        elif isinstance(row, Member):
            household = at[row.household_id]
            place = addresses[household.dwelling_id]
            if held.out and household.side == Household.Side.REGISTERED:
                yield _("The place in the registered household at {place} is set aside.").format(place=place)
            elif held.out:
                yield _("The place in the household that lives at {place} is set aside.").format(place=place)
            else:
                yield _("This record becomes the head of the household at {place}.").format(place=place)
        elif isinstance(row, Household):
            place = addresses[row.dwelling_id]
            if row.side == Household.Side.REGISTERED:
                yield _("The registered household at {place}, of which nobody is left, ends.").format(place=place)
            else:
                yield _("The household that lives at {place}, of which nobody is left, ends.").format(place=place)
        elif isinstance(row, Person):
            labels = FIELDS["people_person"]
            names = ", ".join(str(labels[name]) for name in held.wanted if name in labels)
            yield _("Taken over from the other record, as this one says nothing: {names}.").format(names=names)
