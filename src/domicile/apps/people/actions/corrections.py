"""Correct what a person's record says. What can be corrected: people.items; who decides: corrections.yaml."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.months import months_after
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import visibility
from domicile.apps.people.actions.documents import (
    add_document,
    add_phone,
    change_document,
    read_phone,
    recheck_documents,
)
from domicile.apps.people.actions.names import checked_name
from domicile.apps.people.actions.residence import join_registered, leave_registered, usual_stays
from domicile.apps.people.identity.reading import ids_of
from domicile.apps.people.items import HERE, ITEMS, Input, Item, rows_of
from domicile.apps.people.models import HEAD, Document, FormerName, Member, Person, Phone, Remark, Spell
from domicile.apps.people.registry import follow_correction
from domicile.apps.people.scope import home_code, person_in_scope
from domicile.apps.vault.keyring import blind
from domicile.apps.vault.sealing import seal
from domicile.core.codes.lists import code_list
from domicile.core.linkage.names import sound
from domicile.core.policy.corrections import evidence_needed
from domicile.core.policy.parameters import parameter


@dataclass(frozen=True)
class Correct:
    """`item` is a key of people.items.ITEMS; `values` by the names of its inputs, days as 2025-01-31.

    `row_id`: which phone, document, stay …; without one a new row is added. `remove` takes the row away.
    """

    person_id: uuid.UUID
    item: str
    values: dict[str, str] = field(default_factory=dict)
    row_id: uuid.UUID | None = None
    remove: bool = False


@transaction.atomic
def correct(*, actor: Viewer, reason: str, evidence: str = "", arguments: Correct) -> str:
    """Make the correction; returns what of the documents then disagrees with sex or birth date ('' for nothing).

    Raises Refused when a value cannot be, nothing would change, or the paper that the table asks for is not named.
    """
    item = ITEMS[arguments.item]
    person = person_in_scope(actor, arguments.person_id, lock=True)
    place = home_code(actor, person.pk)
    if not place:
        raise OutOfReach([person.pk])
    check_paper(item, evidence)
    row = _row(actor, item, person, arguments)
    values = checked_values(item, arguments)
    with recording(
        actor=actor, action=item.action, subject_kind="person", subject_id=person.pk,
        place_code=place, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        if arguments.remove:
            change.delete(row)
        else:
            _WRITERS.get(item.key, _plainly)(row, values, change)
        if not change.values:
            raise nothing_new()
        follow_correction(item.key, person, change)
        found = recheck_documents(person, change) if item.key in {"sex", "birth_date"} else ""
        visibility.refresh(person.pk, change)
    return found or _findings(person, item)


def _findings(person: Person, item: Item) -> str:
    if item.rows is not Document:
        return ""
    return " ".join(
        Document.objects.filter(person__in=person.ids).exclude(finding="").values_list("finding", flat=True)
    )


def _row(actor: Viewer, item: Item, person: Person, arguments: Correct) -> Any:
    """The row to write: the person's own, one of theirs, or a new one that is not stored yet."""
    if item.rows is None:
        return person
    if arguments.row_id is None:
        if not item.may_add or arguments.remove:
            raise Refused(_("Choose which one to correct."))
        return item.rows(person=person)
    row: Any = next((row for row in rows_of(item, person) if row.pk == arguments.row_id), None)
    if row is None:
        raise Refused(_("This is no longer on file. Open the card again."))
    if arguments.remove and not item.may_remove:
        raise Refused(_("This can be corrected, not removed."))
    if isinstance(row, Spell | Member):
        dwelling = row.dwelling if isinstance(row, Spell) else row.household.dwelling
        if not actor.covers(dwelling.place_code):
            raise OutOfReach([person.pk])
    return row


def check_paper(item: Item, evidence: str) -> None:
    """Whether the paper that the table asks for is named. Raises Refused."""
    if evidence_needed(item.key, timezone.localdate()) and not evidence.strip():
        raise Refused(_("Say which paper you saw."), "evidence")


def nothing_new() -> Refused:
    """What is answered where the register says so already."""
    return Refused(_("This is on file already: nothing would change."))


def checked_values(item: Item, arguments: Correct) -> dict[str, Any]:
    """The typed values of the item's inputs. Raises Refused at the first that cannot be."""
    return {one.name: _checked(one, arguments.values.get(one.name, "")) for one in item.inputs}


def _checked(one: Input, text: str) -> Any:
    """A typed value. Raises Refused at its input. Whether it must be there is asked by the writer's form."""
    text = text.strip()
    if len(text) > one.longest:
        raise Refused(_("This is too long: {most} characters at most.").format(most=one.longest), one.name)
    if one.kind == "date":
        return _day(one, text)
    if one.kind == "choice" and text:
        known = code_list(one.codes).codes if isinstance(one.codes, str) else [code for code, _label in one.codes]
        if text not in known:
            raise Refused(_("Choose from the list."), one.name)
    return text


def _day(one: Input, text: str) -> dt.date | None:
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise Refused(_("This is no day. Write it as 2025-01-31."), one.name) from error
    if day > timezone.localdate():
        raise Refused(_("This day lies in the future."), one.name)
    return day


def _plainly(row: models.Model, values: dict[str, Any], change: Recorder) -> None:
    change.update(row, **values)


def _birth(row: Person, values: dict[str, Any], change: Recorder) -> None:
    check_birth(row, values)
    change.update(row, **values)


def check_birth(row: Person, values: dict[str, Any]) -> None:
    """Whether somebody can have been born on this day. Raises Refused."""
    if values["birth_date"] is None:
        raise Refused(_("Give the birth date."), "birth_date")
    if row.died_on is not None and values["birth_date"] > row.died_on:
        raise Refused(_("This day is after the death on file."), "birth_date")


def _former_name(row: FormerName, values: dict[str, Any], change: Recorder) -> None:
    name = checked_name(values["name"])
    if row._state.adding:
        if FormerName.objects.filter(person__in=row.person.ids, name=name).exists():
            raise Refused(_("This former name is on file already."), "name")
        change.create(FormerName(person=row.person, name=name, sound=sound(name), until=values["until"]))
    else:
        change.update(row, name=name, sound=sound(name), until=values["until"])


def _document(row: Document, values: dict[str, Any], change: Recorder) -> None:
    try:
        if not row._state.adding:
            change_document(row, values["kind"] or row.kind, values.get("number", ""), change)
        elif values["number"]:
            add_document(row.person, values["kind"], values["number"], change)
    except Refused as refusal:
        raise Refused(refusal.message, "number" if "number" in values else "kind") from refusal
    if row._state.adding and not values["number"]:
        raise Refused(_("Give the number."), "number")


def new_phone(values: dict[str, Any]) -> str:
    """The number of a phone that is added. Raises Refused when it is none."""
    if not values["number"]:
        raise Refused(_("Give the number."), "number")
    try:
        return read_phone(values["number"])
    except Refused as refusal:
        raise Refused(refusal.message, "number") from refusal


def _phone(row: Phone, values: dict[str, Any], change: Recorder) -> None:
    if row._state.adding:
        new_phone(values)
        add_phone(row.person, values["number"], change, values["belongs_to"])
        return
    try:
        number = read_phone(values["number"]) if values["number"] else ""
        if number and blind("phone", number) != bytes(row.blind):
            change.update(row, blind=blind("phone", number), number=seal(row, "number", number))
        change.update(row, belongs_to=values["belongs_to"])  # an empty number keeps the one on file
    except Refused as refusal:
        raise Refused(refusal.message, "number") from refusal


def _area(row: Person, values: dict[str, Any], change: Recorder) -> None:
    if values["registration"] == HERE:
        _register_here(row, change)
        return
    code, area = values["registered_code"], values["registration"] == Person.Registration.AREA
    if area and not code and not values["registered_text"]:
        raise Refused(_("Give the code of the area, or the address on the household register."), "registered_code")
    if code and (not (code.isascii() and code.isdigit()) or len(code) not in {2, 4, 6, 9, 12, 15}):
        raise Refused(_("A code has 6, 9 or 12 digits."), "registered_code")
    if not area:
        values = {**values, "registered_code": "", "registered_text": ""}
    change.update(row, **values)
    leave_registered(row, timezone.localdate(), change, unless_under=code)


def _register_here(row: Person, change: Recorder) -> None:
    """Registered in the dwelling where the person usually lives: also a member of its registered household."""
    stay = usual_stays([row.pk]).get(row.pk)
    if stay is None:
        raise Refused(_("The person lives nowhere on file: give the area of registration."), "registration")
    change.update(
        row, registration=Person.Registration.AREA, registered_code=stay.dwelling.place_code,
        registered_text=stay.dwelling.address,
    )  # fmt: skip
    leave_registered(row, timezone.localdate(), change, unless_at=stay.dwelling)
    join_registered(stay.dwelling, row.pk, "", timezone.localdate(), change)


def _address(row: Person, values: dict[str, Any], change: Recorder) -> None:
    if not values["registered_text"]:
        raise Refused(_("Give the address on the household register."), "registered_text")
    change.update(row, registration=Person.Registration.AREA, **values)


def _start(row: Spell, values: dict[str, Any], change: Recorder) -> None:
    start = values["start"]
    if start is None:
        raise Refused(_("Give the day."), "start")
    earlier = Spell.objects.filter(person_id__in=ids_of(row.person_id), kind=row.kind, end__gt=start).exclude(pk=row.pk)
    if row.kind == Spell.Kind.USUAL and earlier.exists():
        raise Refused(_("On that day another stay had not ended yet."), "start")
    change.update(row, start=start)


def _relation(row: Member, values: dict[str, Any], change: Recorder) -> None:
    if values["relation"] == HEAD:
        raise Refused(_("To name another head, use the card of the household."), "relation")
    change.update(row, **values)


def _remark(row: Remark, values: dict[str, Any], change: Recorder) -> None:
    text = without_numbers(values["text"])
    if not text:
        raise Refused(_("Write the remark."), "text")
    today = timezone.localdate()
    if row._state.adding:
        row.written_on, row.expires_on = today, months_after(today, int(parameter("retention.remark_months", today)))
        row.text = seal(row, "text", text)
        change.create(row)
    else:
        change.update(row, text=seal(row, "text", text))


_WRITERS: dict[str, Callable[[Any, dict[str, Any], Recorder], None]] = {
    "birth_date": _birth,
    "former_names": _former_name,
    "document_number": _document,
    "document_type": _document,
    "phones": _phone,
    "registered_address": _address,
    "registered_area": _area,
    "inflow_date": _start,
    "relation": _relation,
    "remark": _remark,
}
