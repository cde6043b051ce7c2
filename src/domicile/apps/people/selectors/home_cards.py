"""The cards of a dwelling and of a household: who lives and is registered here. A fixed number of queries."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from domicile.apps.access.log import record_look
from domicile.apps.areas.selectors import trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import registry
from domicile.apps.people.models import HEAD, Household, Member, Spell
from domicile.apps.people.selectors import words
from domicile.apps.people.selectors.lines import PersonLine, masked_numbers, person_lines
from domicile.apps.people.selectors.reach import reach_dwelling, reach_household
from domicile.apps.places.models import Dwelling, FormerAddress
from domicile.apps.places.words import use as use_word

Numbers = Callable[[Sequence[uuid.UUID]], dict[uuid.UUID, str]]
#: Past stays shown on a card; a dormitory has thousands.
MOST_PAST = 100


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member, with what ties them to the head, and whether they also live and are registered at this dwelling."""

    person: PersonLine
    relation: str
    is_head: bool
    joined_on: dt.date | None
    left_on: dt.date | None
    lives_here: bool
    registered_here: bool


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """A household of a dwelling with its present members, the head first."""

    id: uuid.UUID
    side: str
    side_label: str
    kind: str
    formed_on: dt.date | None
    ended_on: dt.date | None
    members: list[MemberLine]


@dataclass(frozen=True, slots=True)
class PastStay:
    person: PersonLine
    kind: str
    start: dt.date | None
    end: dt.date | None


@dataclass(frozen=True, slots=True)
class DwellingCard:
    """All that the card shows. Without the right to see persons the lists are None."""

    dwelling: Dwelling
    trail: list[str]
    use: str
    former_addresses: list[FormerAddress]
    living: list[HouseholdLine] | None = None
    registered: list[HouseholdLine] | None = None
    lodgers: list[PersonLine] = field(default_factory=list)
    past: list[PastStay] = field(default_factory=list)
    past_cut: bool = False
    sections: list[registry.Section] = field(default_factory=list)

    @property
    def demolished(self) -> bool:
        return self.dwelling.in_use_to is not None


@dataclass(frozen=True, slots=True)
class HouseholdCard:
    """A household, its present and former members, and the other households of its dwelling."""

    household: Household
    line: HouseholdLine
    trail: list[str]
    former_members: list[MemberLine]
    others: list[HouseholdLine]
    sections: list[registry.Section] = field(default_factory=list)


def dwelling_card(viewer: Viewer, dwelling_id: uuid.UUID, *, today: dt.date) -> DwellingCard:
    """The card, after the look is recorded. Raises NotAllowed without `view_dwelling`, OutOfReach outside the areas."""
    viewer.require("view_dwelling")
    card, shown = build_dwelling_card(viewer, reach_dwelling(viewer, dwelling_id), today=today)
    card.sections.extend(registry.sections("dwelling", viewer, card.dwelling))
    record_look(viewer, question="dwelling", persons=[*shown, *registry.named_in(card.sections)])
    return card


def build_dwelling_card(
    viewer: Viewer, dwelling: Dwelling, *, today: dt.date, numbers_of: Numbers = masked_numbers
) -> tuple[DwellingCard, list[uuid.UUID]]:
    """The card of a dwelling inside the viewer's areas, and the persons it shows. Nine queries."""
    trail = trails([dwelling.place_code]).get(dwelling.place_code, [])
    former = list(FormerAddress.objects.filter(dwelling=dwelling).order_by("-until", "id"))
    use = use_word(dwelling.use)
    if not viewer.may("view_person"):
        return DwellingCard(dwelling, trail, use, former), []
    households = list(Household.objects.filter(dwelling=dwelling, ended_on__isnull=True))
    members = list(Member.objects.filter(household__in=households, left_on__isnull=True))
    present = list(Spell.objects.filter(dwelling=dwelling, end__isnull=True))
    past = list(Spell.objects.filter(dwelling=dwelling, end__isnull=False).order_by("-end", "id")[: MOST_PAST + 1])
    lines = _visible_lines(viewer, [*members, *present, *past[:MOST_PAST]], today, numbers_of)
    at_home = _Here(members, present)
    in_household = {member.person_id for member in members if member.side == Household.Side.LIVING}
    lodgers = [spell.person_id for spell in present if spell.person_id not in in_household]
    card = DwellingCard(
        dwelling=dwelling,
        trail=trail,
        use=use,
        former_addresses=former,
        living=_household_lines(households, members, lines, at_home, Household.Side.LIVING),
        registered=_household_lines(households, members, lines, at_home, Household.Side.REGISTERED),
        lodgers=[lines[person] for person in dict.fromkeys(lodgers) if person in lines],
        past=[
            PastStay(lines[spell.person_id], words.coded("spell_kind", spell.kind), spell.start, spell.end)
            for spell in past[:MOST_PAST]
            if spell.person_id in lines
        ],
        past_cut=len(past) > MOST_PAST,
    )
    return card, list(lines)


def household_card(viewer: Viewer, household_id: uuid.UUID, *, today: dt.date) -> HouseholdCard:
    """The card, after the look is recorded. Raises NotAllowed without `view_household`, OutOfReach outside."""
    viewer.require("view_household")
    card, shown = build_household_card(viewer, reach_household(viewer, household_id), today=today)
    card.sections.extend(registry.sections("household", viewer, card.household))
    record_look(viewer, question="household", persons=[*shown, *registry.named_in(card.sections)])
    return card


def build_household_card(
    viewer: Viewer, household: Household, *, today: dt.date, numbers_of: Numbers = masked_numbers
) -> tuple[HouseholdCard, list[uuid.UUID]]:
    """The card of a household inside the viewer's areas, and the persons it shows. Seven queries."""
    dwelling = household.dwelling
    siblings = list(Household.objects.filter(dwelling=dwelling, ended_on__isnull=True).exclude(pk=household.pk))
    all_members = list(Member.objects.filter(household__in=[household, *siblings]))
    members = [member for member in all_members if member.left_on is None]
    gone = [row for row in all_members if row.left_on is not None and row.household_id == household.pk]
    present = list(Spell.objects.filter(dwelling=dwelling, end__isnull=True))
    own = [member for member in members if member.household_id == household.pk]
    lines = _visible_lines(viewer, [*members, *gone], today, numbers_of)
    at_home = _Here(members, present)
    card = HouseholdCard(
        household=household,
        line=_household_line(household, own, lines, at_home),
        trail=trails([dwelling.place_code]).get(dwelling.place_code, []),
        former_members=_member_lines(gone, lines, at_home),
        others=[
            _household_line(other, [row for row in members if row.household_id == other.pk], lines, at_home)
            for other in sorted(siblings, key=lambda row: (row.side, row.pk))
        ],
    )
    return card, list(lines)


class _Here:
    """Who lives and who is registered at the dwelling of a card."""

    def __init__(self, members: Iterable[Member], present: Iterable[Spell]) -> None:
        self.living = {spell.person_id for spell in present}
        self.registered = {row.person_id for row in members if row.side == Household.Side.REGISTERED}


def _visible_lines(
    viewer: Viewer, rows: Iterable[Member | Spell], today: dt.date, numbers_of: Numbers
) -> dict[uuid.UUID, PersonLine]:
    """Lines of the persons of a dwelling inside the viewer's areas: to have lived there makes them visible there."""
    return person_lines(viewer, list(dict.fromkeys(row.person_id for row in rows)), today=today, numbers_of=numbers_of)


def _household_lines(
    households: list[Household],
    members: list[Member],
    lines: dict[uuid.UUID, PersonLine],
    here: _Here,
    side: str,
) -> list[HouseholdLine]:
    return [
        _household_line(row, [member for member in members if member.household_id == row.pk], lines, here)
        for row in sorted(households, key=lambda row: row.pk)
        if row.side == side
    ]


def _household_line(
    household: Household, members: list[Member], lines: dict[uuid.UUID, PersonLine], here: _Here
) -> HouseholdLine:
    return HouseholdLine(
        id=household.pk,
        side=household.side,
        side_label=words.side(household.side),
        kind=words.coded("household_kind", household.kind),
        formed_on=household.formed_on,
        ended_on=household.ended_on,
        members=_member_lines(members, lines, here),
    )


def _member_lines(members: list[Member], lines: dict[uuid.UUID, PersonLine], here: _Here) -> list[MemberLine]:
    ordered = sorted(members, key=lambda row: (row.relation != HEAD, row.relation or "99", row.pk))
    return [
        MemberLine(
            person=lines[row.person_id],
            relation=words.coded("relation", row.relation),
            is_head=row.relation == HEAD,
            joined_on=row.joined_on,
            left_on=row.left_on,
            lives_here=row.person_id in here.living,
            registered_here=row.person_id in here.registered,
        )
        for row in ordered
        if row.person_id in lines
    ]
