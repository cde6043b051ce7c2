"""住户人口信息采集表: the people of dwellings, household by household, the head first."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import GridStaff
from domicile.apps.areas.selectors import trails
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.official.local import NONE, LocalCells
from domicile.apps.exchange.official.places import Lines
from domicile.apps.exchange.official.reading import LISTED, Opener, day, grid_of, slices, whole_addresses, word
from domicile.apps.people.models import HEAD, Document, Household, Member, Person, Phone, Remark, Spell

WIDTH = 16
BIRTH = {"day": 10, "month": 7, "year": 4}
ELSEWHERE = {"abroad": "境外", "nowhere": "无户籍", "unknown": "不详", "area": "不详"}


def people(viewer: Viewer, place: str, local: LocalCells = NONE) -> Lines:
    """Members of today's living households. A blank row stands between two households of one dwelling."""
    rows = Household.objects.filter(
        prefix_q("dwelling__place_code", place), side=Household.Side.LIVING, ended_on=None
    ).select_related("dwelling").order_by("dwelling__place_code", "dwelling__sort_key", "dwelling_id", "pk")  # fmt: skip
    before: uuid.UUID | None = None
    for part in slices(restrict(rows, viewer, "dwelling__place_code")):
        of_part = _Slice(part)
        behind = local.of(of_part.persons)
        lines: list[list[Any]] = []
        for household in part:
            members = of_part.members[household.pk]
            if not members:
                continue
            if household.dwelling_id == before:
                lines.append([""] * (WIDTH + len(local.fields)))
            before = household.dwelling_id
            place_code = household.dwelling.place_code
            lines += [[*of_part.line(household, member), *behind(member.person_id, place_code)] for member in members]
        yield of_part.persons, lines


class _Slice:
    """All that the rows of some households need, by a fixed number of queries."""

    def __init__(self, households: list[Household]) -> None:
        self.members: dict[uuid.UUID, list[Member]] = defaultdict(list)
        held = Member.objects.filter(household__in=[row.pk for row in households], left_on=None)
        for member in held.select_related("person").order_by("pk"):
            self.members[member.household_id].append(member)
        for members in self.members.values():
            members.sort(key=lambda member: member.relation != HEAD)  # stable: the others as they were
        self.persons = [member.person_id for members in self.members.values() for member in members]
        self.opener = Opener(self.persons)
        self.documents = self._of(Document)
        self.phones = self._of(Phone)
        self.remarks = self._of(Remark, expires_on__gt=timezone.localdate())
        registered = Member.objects.filter(person__in=self.persons, side=Household.Side.REGISTERED, left_on=None)
        homes = registered.select_related("household__dwelling")
        self.registered = {member.person_id: member.household.dwelling for member in homes}
        self.spells = self._of(Spell, end=None, kind=Spell.Kind.USUAL)
        places = [(row.dwelling.address, row.dwelling.place_code) for row in households]
        self.addresses = {row.pk: text for row, text in zip(households, whole_addresses(places), strict=True)}
        self.workers = _workers(code for _, code in places)
        codes = {m.person.registered_code for ms in self.members.values() for m in ms if not m.person.registered_text}
        self.areas = trails({code for code in codes if code}, from_level=3)

    def _of(self, model: Any, **conditions: Any) -> dict[uuid.UUID, list[Any]]:
        found: dict[uuid.UUID, list[Any]] = defaultdict(list)
        for row in model.objects.filter(person__in=self.persons, **conditions).order_by("pk"):
            found[row.person_id].append(row)
        return found

    def line(self, household: Household, member: Member) -> list[Any]:
        """One person in the order of the printed columns."""
        person, key = member.person, member.person_id
        document, spell = (next(iter(found[key]), None) for found in (self.documents, self.spells))
        place = household.dwelling.place_code
        return [
            self.addresses[household.pk], grid_of(place), LISTED.join(self._phone(phone) for phone in self.phones[key]),
            person.name, word("relation", member.relation), word("sex", person.sex), _birth(person),
            word("education", person.education), word("marital", person.marital), self._registered(person, household),
            word("document_kind", document.kind if document else "none"),
            self.opener.value(document, "number", key) if document else "", day(spell.start if spell else None),
            word("inflow_reason", spell.reason if spell else ""), self.workers.get(place, ""),
            " ".join(self.opener.value(remark, "text", key) for remark in self.remarks[key]),
        ]  # fmt: skip

    def _phone(self, phone: Phone) -> str:
        number = self.opener.value(phone, "number", phone.person_id)
        return f"{number}({phone.belongs_to})" if phone.belongs_to else number

    def _registered(self, person: Person, household: Household) -> str:
        there = self.registered.get(person.pk)  # the dwelling of the registered household on file
        here = person.registered_code == household.dwelling.place_code if there is None else there == household.dwelling
        if person.registration == Person.Registration.AREA and here:
            return "本户"
        return (
            person.registered_text
            or (there.address if there else "")
            or "".join(self.areas.get(person.registered_code, []))
            or ELSEWHERE[person.registration]
        )


def _birth(person: Person) -> str:
    return person.birth_date.isoformat()[: BIRTH.get(person.birth_precision, 0)] if person.birth_date else ""


def _workers(codes: Iterable[str]) -> dict[str, str]:
    rows = GridStaff.objects.filter(grid__code__in=set(codes), grid__valid_to=None, duty="worker", valid_to=None)
    found: dict[str, list[str]] = defaultdict(list)
    for code, name in rows.order_by("pk").values_list("grid__code", "name"):
        found[code].append(name)
    return {code: LISTED.join(names) for code, names in found.items()}
