"""What a certificate of somebody could say, of which the holder chooses; and the certificate that follows from a choice."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.certificates import policies
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Document, Household, Member, Person, Spell
from domicile.apps.people.selectors.opening import opener
from domicile.apps.people.selectors.placing import members_of
from domicile.apps.people.selectors.reach import reach_person
from domicile.core.certificates import Certificate
from domicile.core.codes.lists import code_list

COMMUNITY = 12
TAIL = 4
ENDS_IN = "尾号"
FULL, SHORT = "full", "short"
#: Codes that say nothing.
NOT_STATED = "90"


@dataclass(frozen=True)
class Chosen:
    """What the holder ticked. Nothing is said that is not here. `birth`, `document`, `registered`, `residence`: short or full."""

    sex: bool = False
    birth: str = ""
    document: str = ""
    registered: str = ""
    residence: str = ""
    since: bool = False
    marital: bool = False
    members: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True)
class Sayable:
    """What is on file, each text by how much of it is said; what is not on file is empty."""

    person: Person
    place_code: str
    office: str
    sex: str
    births: dict[str, str]
    documents: dict[str, str]
    registered: dict[str, str]
    residence: dict[str, str]
    since: dt.date | None
    marital: str
    members: list[tuple[uuid.UUID, str, str]]

    def said(self, chosen: Chosen, *, number: str, issued: dt.date, last_day: dt.date) -> Certificate:
        """The certificate that says what was chosen, and nothing else."""
        return Certificate(
            number=number, issued=issued, last_day=last_day, office=self.office, name=self.person.name,
            sex=self.sex if chosen.sex else "", birth=self.births.get(chosen.birth, ""),
            document=self.documents.get(chosen.document, ""), registered=self.registered.get(chosen.registered, ""),
            residence=self.residence.get(chosen.residence, ""),
            since=self.since if chosen.since and chosen.residence else None, marital=self.marital if chosen.marital else "",
            members=tuple((relation, name) for key, relation, name in self.members if key in chosen.members),
        )  # fmt: skip


def sayable(viewer: Viewer, person_id: uuid.UUID) -> Sayable:
    """What could be said. Raises OutOfReach outside the areas, Refused where no certificate is issued here."""
    person = reach_person(viewer, person_id)
    policies.check_issue(viewer, person)
    spell = Spell.objects.filter(person=person, end=None, kind=Spell.Kind.USUAL).select_related("dwelling").first()
    home = _registered_home(person)
    codes = {person.registered_code[:COMMUNITY]} | ({spell.dwelling.place_code[:COMMUNITY]} if spell else set())
    areas = {code: in_one(steps) for code, steps in trails(codes).items()}
    office = areas.get(person.registered_code[:COMMUNITY], "")
    if not office:
        raise Refused(_("The area of registration is not on file as an area: ask whoever keeps the areas."))
    return Sayable(
        person=person,
        place_code=community(person.registered_code),
        office=office,
        sex=person.sex if person.sex in {"1", "2"} else "",
        births=_births(person),
        documents=_documents(viewer, person),
        registered=_with_short(office, person.registered_text or (f"{office} {home.dwelling.address}" if home else "")),
        residence=_residence(viewer, spell, areas),
        since=spell.start if spell else None,
        marital=person.marital if person.marital != NOT_STATED else "",
        members=_members(person, home),
    )


def community(code: str) -> str:
    """The place code of the community that a place lies in: offices are communities, whatever grids there are."""
    return code[:COMMUNITY].ljust(15, "0")


def _births(person: Person) -> dict[str, str]:
    if person.birth_date is None or person.birth_precision == Person.DatePrecision.UNKNOWN:
        return {}
    day = f"{person.birth_date:%Y%m%d}"
    length = {Person.DatePrecision.DAY: 8, Person.DatePrecision.MONTH: 6}.get(
        Person.DatePrecision(person.birth_precision), 4
    )
    return {SHORT: day[:4]} | ({FULL: day[:length]} if length > 4 else {})


def _documents(viewer: Viewer, person: Person) -> dict[str, str]:
    """The first document: its last characters, and in full for who may see numbers in full."""
    row = _first_document(person)
    number = opener(*person.ids).value(row, "number") if row is not None else ""
    if row is None or len(number) <= TAIL:
        return {}
    kind = code_list("document_kind").name(row.kind, "zh") if row.kind in code_list("document_kind").codes else ""
    found = {SHORT: f"{kind} {ENDS_IN}{number[-TAIL:]}".strip()}
    return found | ({FULL: f"{kind} {number}".strip()} if viewer.may(policies.NUMBERS) else {})


def _first_document(person: Person) -> Document | None:
    """The first document of the record that stands, else of another record of the same person."""
    rows = Document.objects.filter(person__in=person.ids).order_by("id")
    return min(rows, key=lambda row: person.ids.index(row.person_id), default=None)


def number_in_full(certificate: Certificate) -> str:
    """The number that a certificate says in full; '' where it says its last characters, or none."""
    number = certificate.document.rpartition(" ")[2]
    return "" if number.startswith(ENDS_IN) else number


def without_number(certificate: Certificate) -> Certificate:
    """The same certificate for whoever may not see numbers in full: of a number the last characters."""
    kind, _space, number = certificate.document.rpartition(" ")
    return replace(certificate, document=f"{kind} {ENDS_IN}{number[-TAIL:]}".strip())


def _with_short(short: str, full: str) -> dict[str, str]:
    return {SHORT: short} | ({FULL: full} if full and full != short else {})


def _residence(viewer: Viewer, spell: Spell | None, areas: dict[str, str]) -> dict[str, str]:
    """Where somebody lives; outside the viewer's areas the community only."""
    code = spell.dwelling.place_code if spell else ""
    short = areas.get(code[:COMMUNITY], "")
    if spell is None or not short:
        return {}
    return _with_short(short, f"{short} {spell.dwelling.address}" if viewer.covers(code) else "")


def _registered_home(person: Person) -> Household | None:
    own = Member.objects.filter(person=person, side=Household.Side.REGISTERED, left_on__isnull=True)
    return Household.objects.select_related("dwelling").filter(pk__in=own.values("household_id")).first()


def _members(person: Person, home: Household | None) -> list[tuple[uuid.UUID, str, str]]:
    """The registered household, or where there is none the living one, the head first; who has a name and a relationship."""
    if home is None:
        own = Member.objects.filter(person=person, side=Household.Side.LIVING, left_on__isnull=True)
        home = Household.objects.filter(pk__in=own.values("household_id"), kind=Household.Kind.FAMILY).first()
    rows = members_of(home) if home is not None else []
    return [(row.person_id, row.relation, row.person.name) for row in rows if row.relation and row.person.name]
