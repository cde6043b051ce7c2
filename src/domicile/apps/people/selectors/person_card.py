"""The card of a person: identity, where they live and lived, households, documents. A fixed number of queries."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from domicile.apps.access.log import record_look
from domicile.apps.areas.selectors import trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import registry
from domicile.apps.people.models import Document, FormerName, Household, Member, Person, Phone, Remark, Spell
from domicile.apps.people.selectors import words
from domicile.apps.people.selectors.opening import Opener, opener
from domicile.apps.people.selectors.reach import reach_person
from domicile.apps.people.selectors.relatives import Relative, relatives
from domicile.apps.people.selectors.standing import Standing, standing
from domicile.core.codes.identity import mask
from domicile.core.codes.phones import mask_phone

COMMUNITY = 12


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document; `number` is masked unless the viewer asked to see it."""

    kind: str
    number: str
    findings: list[str]


@dataclass(frozen=True, slots=True)
class PhoneLine:
    number: str
    belongs_to: str


@dataclass(frozen=True, slots=True)
class StayLine:
    """A stay in [start, end). Outside the viewer's areas only the area is named, without the address."""

    id: uuid.UUID
    start: dt.date | None
    end: dt.date | None
    kind: str
    kind_label: str
    reason: str
    source: str
    verified_on: dt.date | None
    address: str
    area: str
    dwelling_id: uuid.UUID | None

    @property
    def is_open(self) -> bool:
        return self.end is None


@dataclass(frozen=True, slots=True)
class MembershipLine:
    """Membership of a household in [joined_on, left_on), at an address that the viewer may see ('' else)."""

    household_id: uuid.UUID | None
    side: str
    relation: str
    address: str
    area: str
    joined_on: dt.date | None
    left_on: dt.date | None
    is_living: bool = False


@dataclass(frozen=True, slots=True)
class PersonCard:
    """All that the card shows, in words; `numbers_shown` tells whether numbers stand in full."""

    person: Person
    name: str
    sex: str
    born: str
    age: int | None
    education: str
    marital: str
    registered: str
    situation: Standing
    documents: list[DocumentLine]
    phones: list[PhoneLine]
    former_names: list[FormerName]
    stays: list[StayLine]
    households: list[MembershipLine]
    relatives: list[Relative]
    remarks: list[str] = field(default_factory=list)
    numbers_shown: bool = False
    sections: list[registry.Section] = field(default_factory=list)

    @property
    def home_id(self) -> uuid.UUID | None:
        """The living household that the person belongs to, inside the viewer's areas."""
        open_ones = (line for line in self.households if line.is_living and line.left_on is None)
        return next((line.household_id for line in open_ones if line.household_id), None)

    @property
    def open_stay_id(self) -> uuid.UUID | None:
        """The usual residence inside the viewer's areas."""
        open_ones = (stay for stay in self.stays if stay.is_open and stay.kind == Spell.Kind.USUAL)
        return next((stay.id for stay in open_ones if stay.dwelling_id), None)


def person_card(viewer: Viewer, person_id: uuid.UUID, *, today: dt.date, show_numbers: bool = False) -> PersonCard:
    """The card, after the look is recorded: as `person`, or `number` when numbers are shown in full.

    Raises NotAllowed without the permission (`view_person`; for numbers `view_number_full`), OutOfReach for somebody
    outside the viewer's areas.
    """
    viewer.require("view_person")
    if show_numbers:
        viewer.require("view_number_full")
    person = reach_person(viewer, person_id)
    card = build_person_card(viewer, person, opener(*person.ids), today=today, show_numbers=show_numbers)
    card.sections.extend(registry.sections("person", viewer, person))
    shown = [person.pk, *(one.id for one in card.relatives if one.id is not None)]
    shown += registry.named_in(card.sections)
    record_look(viewer, question="number" if show_numbers else "person", persons=shown)
    return card


def build_person_card(
    viewer: Viewer, person: Person, sealed: Opener, *, today: dt.date, show_numbers: bool = False
) -> PersonCard:
    """The card of a person already known to be visible to the viewer, with the rows of all their ids. Nine queries."""
    spells = list(Spell.objects.filter(person__in=person.ids).select_related("dwelling"))
    memberships = list(Member.objects.filter(person__in=person.ids).select_related("household__dwelling"))
    codes = {spell.dwelling.place_code for spell in spells}
    codes |= {member.household.dwelling.place_code for member in memberships} | {person.registered_code}
    # Outside the viewer's areas the community is named, not the grid.
    named = {code: code if viewer.covers(code) else code[:COMMUNITY] for code in codes}
    steps = trails(named.values())
    areas = {code: " ".join(steps.get(near, [])) for code, near in named.items()}
    return PersonCard(
        person=person,
        name=words.name(person.name),
        sex=words.sex(person.sex),
        born=words.birth(person),
        age=words.age(person.birth_date, person.died_on or today),
        education=words.coded("education", person.education),
        marital=words.coded("marital", person.marital),
        registered=_registered(person, areas),
        situation=_standing(viewer, person, spells, today),
        documents=_documents(person, sealed, show_numbers),
        phones=_phones(person, sealed, show_numbers),
        former_names=list(FormerName.objects.filter(person__in=person.ids).order_by("until", "id")),
        stays=stay_lines(viewer, spells, areas),
        households=[_membership(viewer, member, areas) for member in sorted(memberships, key=_by_date)],
        relatives=relatives(viewer, person),
        remarks=_remarks(person, sealed, today),
        numbers_shown=show_numbers,
    )


def _registered(person: Person, areas: dict[str, str]) -> str:
    if person.registration == Person.Registration.AREA:
        return person.registered_text or areas.get(person.registered_code, "") or person.registered_code
    return words.registration(person.registration)


def _standing(viewer: Viewer, person: Person, spells: list[Spell], today: dt.date) -> Standing:
    usual = next((spell for spell in spells if spell.end is None and spell.kind == Spell.Kind.USUAL), None)
    return standing(
        viewer,
        registration=person.registration,
        registered_code=person.registered_code,
        residence_code=usual.dwelling.place_code if usual else "",
        today=today,
        since=usual.start if usual else None,
        reason=usual.reason if usual else "",
        died_on=person.died_on,
    )


def _documents(person: Person, sealed: Opener, full: bool) -> list[DocumentLine]:
    rows = Document.objects.filter(person__in=person.ids).order_by("id")
    numbers = sealed.values(list(rows), "number")
    return [
        DocumentLine(
            words.coded("document_kind", row.kind),
            numbers[row.pk] if full else mask(numbers[row.pk]),
            [words.finding(code) for code in row.finding.replace(",", " ").split()],
        )
        for row in rows
    ]


def _phones(person: Person, sealed: Opener, full: bool) -> list[PhoneLine]:
    rows = list(Phone.objects.filter(person__in=person.ids).order_by("id"))
    numbers = sealed.values(rows, "number")
    return [PhoneLine(numbers[row.pk] if full else mask_phone(numbers[row.pk]), row.belongs_to) for row in rows]


def _remarks(person: Person, sealed: Opener, today: dt.date) -> list[str]:
    rows = list(Remark.objects.filter(person__in=person.ids, expires_on__gt=today).order_by("written_on", "id"))
    return [text for text in sealed.values(rows, "text").values() if text]


def stay_lines(viewer: Viewer, spells: list[Spell], areas: dict[str, str]) -> list[StayLine]:
    """Stays, the open ones first, then the latest."""
    ordered = sorted(spells, key=lambda spell: (spell.end or dt.date.max, spell.start or dt.date.min), reverse=True)
    return [
        StayLine(
            id=spell.pk,
            start=spell.start,
            end=spell.end,
            kind=spell.kind,
            kind_label=words.coded("spell_kind", spell.kind),
            reason=words.coded("inflow_reason", spell.reason),
            source=spell.source,
            verified_on=spell.verified_on,
            address=spell.dwelling.address if viewer.covers(spell.dwelling.place_code) else "",
            area=areas.get(spell.dwelling.place_code, ""),
            dwelling_id=spell.dwelling_id if viewer.covers(spell.dwelling.place_code) else None,
        )
        for spell in ordered
    ]


def _by_date(member: Member) -> tuple[bool, str, str]:
    return (member.left_on is not None, member.side, (member.joined_on or dt.date.min).isoformat())


def _membership(viewer: Viewer, member: Member, areas: dict[str, str]) -> MembershipLine:
    dwelling = member.household.dwelling
    near = viewer.covers(dwelling.place_code)
    return MembershipLine(
        household_id=member.household_id if near else None,
        side=words.side(member.side),
        relation=words.coded("relation", member.relation),
        address=dwelling.address if near else "",
        area=areas.get(dwelling.place_code, ""),
        joined_on=member.joined_on,
        left_on=member.left_on,
        is_living=member.side == Household.Side.LIVING,
    )
