"""Enter the local fields of one person or dwelling."""

import uuid
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.localfields import actions, values
from domicile.apps.localfields.models import LocalField, LocalValue
from domicile.apps.localfields.selectors import fields_at
from domicile.apps.people.scope import home_code, person_in_scope
from domicile.apps.places.scope import dwelling_in_scope
from domicile.apps.vault.sealing import seal

ACTION = "people.local_values"


@dataclass(frozen=True)
class LocalValues:
    """What is entered, by the field's id (hex): locked with the field's own key (values.locked), '' takes it away.

    Locked also while a proposal waits, so that nothing is left of it once the field has ended.
    """

    kind: str
    subject_id: uuid.UUID
    values: dict[str, str] = field(default_factory=dict)


def place_of(viewer: Viewer, kind: str, subject_id: uuid.UUID, *, lock: bool = False) -> str:
    """The place that decides which fields there are. Raises OutOfReach."""
    return found(viewer, kind, subject_id, lock=lock)[0]


def found(viewer: Viewer, kind: str, subject_id: uuid.UUID, *, lock: bool = False) -> tuple[str, str]:
    """The place that decides, and what the person or dwelling is called. Raises OutOfReach."""
    if kind == LocalField.Subject.DWELLING:
        dwelling = dwelling_in_scope(viewer, subject_id, lock=lock)
        return dwelling.place_code, dwelling.address
    if kind != LocalField.Subject.PERSON:
        raise OutOfReach()
    person = person_in_scope(viewer, subject_id, lock=lock)
    return home_code(viewer, subject_id), person.name


@transaction.atomic
def set_values(*, actor: Viewer, reason: str, evidence: str = "", arguments: LocalValues) -> None:
    """Store what was entered. Raises Refused for a field that is not in force there, and for what is no such answer."""
    subject = arguments.subject_id
    place = place_of(actor, arguments.kind, subject, lock=True)
    if not place:
        raise OutOfReach([subject])
    known = {one.pk: one for one in fields_at(place, arguments.kind, timezone.localdate())}
    given = {uuid.UUID(key): text for key, text in arguments.values.items()}
    if not set(given) <= set(known):
        raise Refused(_("This field has ended or belongs to another area. Nothing is entered in it."))
    plain = {
        pk: values.checked(known[pk], text, name_of(known[pk])) for pk, text in values.unlocked(subject, given).items()
    }
    if any(given[pk] and not text for pk, text in plain.items()):
        raise Refused(_("This field has ended or belongs to another area. Nothing is entered in it."))
    before = values.values_of(subject, [known[pk] for pk in given])
    changed = {pk: text for pk, text in plain.items() if text != before.get(pk, "")}
    if not changed:
        raise Refused(_("Nothing was changed."))
    rows = {row.field_id: row for row in LocalValue.objects.filter(subject_id=subject, field__in=changed)}
    with recording(
        actor=actor, action=ACTION, subject_kind=arguments.kind, subject_id=subject, place_code=place, reason=reason,
        evidence=evidence,
    ) as change:  # fmt: skip
        for pk, text in changed.items():
            row = rows.get(pk) or LocalValue(field_id=pk, subject_id=subject)
            sealed = seal(row, "value", values.locked(pk, subject, text))
            actions.keep(change=change, field=known[pk], subject_id=subject, sealed=sealed, row=row)


def name_of(one: LocalField) -> str:
    """The name of a field's input in a form."""
    return f"local_{one.pk.hex}"
