"""What is on file where filled forms were filled: gathered for many of them in a few queries."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from domicile.apps.collect.drafts import Subject
from domicile.apps.collect.openrosa.receipts import Receipt
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Household, Member, Spell
from domicile.apps.people.scope import codes_of, home_among
from domicile.apps.places.models import Building, Dwelling
from domicile.apps.tenure.models import Rental
from domicile.core.messages.submissions import Answers, Broken

Pairs = Sequence[tuple[Receipt, Answers]]


@dataclass
class Ground:
    """Places by their keys; who lives there, by dwelling; what a form is not about is not here.

    A place of other areas is there too: whoever asks for one says who asks.
    """

    dwellings: dict[uuid.UUID, Subject] = field(default_factory=dict)
    buildings: dict[uuid.UUID, Subject] = field(default_factory=dict)
    rentals: dict[uuid.UUID, Rental] = field(default_factory=dict)
    # Present members of the living households of a dwelling, by household.
    members: dict[uuid.UUID, dict[uuid.UUID, list[Member]]] = field(default_factory=dict)
    # Living households of a dwelling that have not ended, in order.
    homes: dict[uuid.UUID, list[uuid.UUID]] = field(default_factory=dict)
    # Dwelling and person → the open usual stay there.
    stays: dict[tuple[uuid.UUID, uuid.UUID], uuid.UUID] = field(default_factory=dict)
    codes: dict[uuid.UUID, list[tuple[str, str]]] = field(default_factory=dict)
    # Why what the forms tell is proposed, in words.
    reason: str = field(default_factory=lambda: str(_("Told at the door")))

    def dwelling(self, viewer: Viewer, key: uuid.UUID | None) -> Subject | None:
        """The dwelling, where it lies inside the viewer's areas."""
        found = self.dwellings.get(key) if key is not None else None
        return found if found is not None and viewer.covers(found.place_code) else None

    def building(self, viewer: Viewer, key: uuid.UUID | None) -> Subject | None:
        """The building, where it lies inside the viewer's areas."""
        found = self.buildings.get(key) if key is not None else None
        return found if found is not None and viewer.covers(found.place_code) else None

    def rental(self, viewer: Viewer, key: uuid.UUID | None) -> Rental | None:
        """The rental, where its dwelling lies inside the viewer's areas."""
        found = self.rentals.get(key) if key is not None else None
        return found if found is not None and self.dwelling(viewer, found.dwelling_id) else None

    def living(self, dwelling: Subject, persons: Collection[uuid.UUID]) -> list[uuid.UUID]:
        """Those of the persons who usually live in the dwelling."""
        return sorted({person for person in persons if (dwelling.id, person) in self.stays})

    def home_code(self, viewer: Viewer, person: uuid.UUID) -> str:
        """The place code that decides about a person's record, inside the viewer's areas."""
        return home_among(viewer, self.codes.get(person, []))


def of_dwellings(pairs: Pairs) -> Ground:
    """For forms about a dwelling and who lives there. Six queries at most."""
    ground = Ground(dwellings=_places("dwelling", Dwelling, _keys(pairs, lambda answers: [answers.id("dwelling")])))
    if any(_asks(answers, "left") or _asks(answers, "newcomer") for _receipt, answers in pairs):
        _households(ground)
    told = _keys(pairs, lambda answers: [one for group in (answers, answers.group("home"))
                                         for name in ("left", "confirmed") for one in group.ids(name)])  # fmt: skip
    if told:
        rows = Spell.objects.filter(
            dwelling__in=ground.dwellings, person__in=told, end=None, kind=Spell.Kind.USUAL
        ).order_by("pk")  # fmt: skip
        for key, dwelling, person in rows.values_list("pk", "dwelling_id", "person_id"):
            ground.stays.setdefault((dwelling, person), key)
    wrong = _keys(pairs, lambda answers: [row.id("person") for group in (answers, answers.group("home"))
                                          for row in group.rows("correction")])  # fmt: skip
    if wrong:
        ground.codes = codes_of(wrong)
    return ground


def of_buildings(pairs: Pairs) -> Ground:
    """For rounds. One query."""
    return Ground(buildings=_places("building", Building, _keys(pairs, lambda answers: [answers.id("building")])))


def of_rentals(pairs: Pairs) -> Ground:
    """For visits of rentals. Two queries."""
    rentals = Rental.objects.in_bulk(_keys(pairs, lambda answers: [answers.id("rental")]))
    homes = _places("dwelling", Dwelling, {rental.dwelling_id for rental in rentals.values()})
    return Ground(rentals=rentals, dwellings=homes)


def _places(kind: str, model: type[Dwelling] | type[Building], keys: Collection[uuid.UUID]) -> dict[uuid.UUID, Subject]:
    rows = model._default_manager.filter(pk__in=keys).values_list("pk", "place_code") if keys else ()
    return {key: Subject(kind, key, place) for key, place in rows}


def _households(ground: Ground) -> None:
    homes = Household.objects.filter(dwelling__in=ground.dwellings, side=Household.Side.LIVING)
    dwelling_of: dict[uuid.UUID, uuid.UUID] = {}
    for key, dwelling, ended in homes.order_by("pk").values_list("pk", "dwelling_id", "ended_on"):
        dwelling_of[key] = dwelling
        if ended is None:
            ground.homes.setdefault(dwelling, []).append(key)
    members: dict[uuid.UUID, dict[uuid.UUID, list[Member]]] = defaultdict(lambda: defaultdict(list))
    rows = Member.objects.filter(household__in=dwelling_of, side=Household.Side.LIVING, left_on=None)
    for member in rows if dwelling_of else ():
        members[dwelling_of[member.household_id]][member.household_id].append(member)
    ground.members = members


def _asks(answers: Answers, name: str) -> bool:
    return any(name in group.values or name in group.groups for group in (answers, answers.group("home")))


def _keys(pairs: Pairs, of: Callable[[Answers], Iterable[uuid.UUID | None]]) -> set[uuid.UUID]:
    """The keys that the answers hold; a form whose answers cannot be read says so itself when its turn comes."""
    found: set[uuid.UUID] = set()
    for _receipt, answers in pairs:
        try:
            found |= {key for key in of(answers) if key is not None}
        except Broken:
            continue
    return found
