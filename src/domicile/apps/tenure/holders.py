"""Who owns, lets or rents: found or put on file from what was typed, and read for those who may see whom."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.audit.recording import Recorder
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.identity.reading import standing_q
from domicile.apps.people.models import Document, Person, Visibility
from domicile.apps.places.models import Unit
from domicile.apps.tenure.models import Holder
from domicile.apps.vault.keyring import blind
from domicile.apps.vault.sealing import binding, data_keys, decrypt, seal
from domicile.core.codes import identity
from domicile.core.codes.credit import CreditCodeError, parse_credit_code
from domicile.core.codes.phones import PhoneError, mask_phone, parse_phone
from domicile.core.codes.text import clean_name

CREDIT_CODE = "credit_code"
LONGEST_NAME = 120


@dataclass(frozen=True)
class Typed:
    """Somebody as typed at the door; the number may be of a document or of a unit's licence."""

    name: str
    number: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class HolderLine:
    """Somebody on a card. `person_id` and `unit_id` only where the viewer may open the card; '' for a name not shown."""

    id: uuid.UUID
    name: str
    person_id: uuid.UUID | None
    unit_id: uuid.UUID | None
    number: str
    phone: str


def holder_of(actor: Viewer, typed: Typed, change: Recorder, *, field: str = "name") -> Holder:
    """The holder for what was typed: a person or unit on file in the actor's areas by number and name, else the name.

    `field` names the form's field of the name; those of number and phone begin alike. Raises Refused.
    """
    name = clean_name(typed.name) or " ".join(typed.name.split())
    if not name:
        raise Refused(_("Give the name."), field)
    if len(name) > LONGEST_NAME or sum(character.isdigit() for character in name) >= 11:
        raise Refused(_("Give the name alone, without numbers."), field)
    stem = field.removesuffix("name")
    kind, number = _document(typed.number, f"{stem}number")
    if number:
        known = _on_file(actor, kind, number, name)
        if known is not None:
            return of_person(known, change) if isinstance(known, Person) else of_unit(known, change)
    holder = Holder(name=name, document_kind=kind)
    if number:
        holder.blind, holder.number = blind("document", number), seal(holder, "number", number)
    if typed.phone.strip():
        holder.phone = seal(holder, "phone", _phone(typed.phone, f"{stem}phone"))
    return change.create(holder)


def of_person(person: Person, change: Recorder) -> Holder:
    """The holder that is this person; made when there is none yet."""
    return Holder.objects.filter(person=person).first() or change.create(Holder(person=person))


def of_unit(unit: Unit, change: Recorder) -> Holder:
    """The holder that is this unit; made when there is none yet."""
    return Holder.objects.filter(unit=unit).first() or change.create(Holder(unit=unit))


def visible_persons(viewer: Viewer, persons: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the persons who are visible inside the viewer's areas. One query."""
    wanted = set(persons)
    if not wanted:
        return set()
    rows = restrict(Visibility.objects.filter(person_id__in=wanted), viewer, "code")
    return set(rows.values_list("person_id", flat=True))


def holder_lines(
    viewer: Viewer, holders: Iterable[Holder], *, full: bool = False, numbers: bool = True
) -> dict[uuid.UUID, HolderLine]:
    """Lines of holders read with `select_related` of person and unit. Two queries.

    Names of people are there for whoever may see people, numbers masked unless `full`.
    """
    rows = {holder.pk: holder for holder in holders}
    if not viewer.may("view_person"):
        return {key: _unnamed(row) for key, row in rows.items()}
    near = visible_persons(viewer, [row.person_id for row in rows.values() if row.person_id])
    sealed = [row for row in rows.values() if numbers and (row.number or row.phone)]
    keys = data_keys(row.pk for row in sealed)
    lines = {}
    for key, row in rows.items():
        number = _opened(keys, row, "number")
        phone = _opened(keys, row, "phone")
        lines[key] = HolderLine(
            id=key,
            name=name_of(row),
            person_id=row.person_id if row.person_id in near else None,
            unit_id=row.unit_id if row.unit and viewer.covers(row.unit.place_code) else None,
            number=number if full or not number else identity.mask(number),
            phone=phone if full or not phone else mask_phone(phone),
        )
    return lines


def name_of(holder: Holder) -> str:
    """The name of a holder, read with its person and unit."""
    if holder.person is not None:
        return holder.person.name or gettext("no name yet")
    return holder.unit.name if holder.unit is not None else holder.name


def tied_to(person: Person) -> "Q":
    """Holders that are this person, or a name with a number of theirs."""
    return Q(person__in=person.ids) | Q(blind__in=Document.objects.filter(person__in=person.ids).values("blind"))


def person_ids(lines: Iterable[HolderLine | Holder]) -> list[uuid.UUID]:
    """The persons among holders, for the log of looks."""
    return [line.person_id for line in lines if line.person_id is not None]


def _unnamed(row: Holder) -> HolderLine:
    unit = row.unit
    return HolderLine(row.pk, unit.name if unit else "", None, row.unit_id if unit else None, "", "")


def _opened(keys: dict[uuid.UUID, Any], row: Holder, column: str) -> str:
    value = getattr(row, column)
    if not value or row.pk not in keys:
        return ""
    return decrypt(keys[row.pk], bytes(value), binding(row._meta.db_table, column, row.pk)).decode()


def _document(text: str, field: str) -> tuple[str, str]:
    """Kind and canonical form of a typed number; ('', '') for none. Raises Refused."""
    if not text.strip():
        return "", ""
    try:
        return tuple(identity.classify(text, None, today=timezone.localdate()))  # type: ignore[return-value]
    except identity.NumberError as error:
        try:
            return CREDIT_CODE, parse_credit_code(text)
        except CreditCodeError:
            raise Refused(gettext(error.message), field) from error


def _phone(text: str, field: str) -> str:
    try:
        return parse_phone(text).number
    except PhoneError as error:
        raise Refused(
            _("This is no phone number: give 11 digits, or an area code and 7 or 8 digits."), field
        ) from error


def _on_file(actor: Viewer, kind: str, number: str, name: str) -> Person | Unit | None:
    """The one person or open unit of this number and name inside the actor's areas."""
    if kind == CREDIT_CODE:
        return restrict(Unit.objects.filter(credit_code=number, in_use_to=None), actor).first()
    persons = Document.objects.filter(blind=blind("document", number), person__name=name).values("person_id")
    near = restrict(Visibility.objects.filter(standing_q(persons)), actor, "code").values("person_id")
    found = list(Person.objects.filter(pk__in=near, died_on=None)[:2])
    return found[0] if len(found) == 1 else None


def person_at(actor: Viewer, person_id: uuid.UUID) -> Person:
    """A person inside the actor's areas. Raises OutOfReach."""
    if person_id not in visible_persons(actor, [person_id]):
        raise OutOfReach([person_id])
    return Person.objects.get(pk=person_id)
