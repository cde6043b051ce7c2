"""What may be entered in a local field, how it is kept, and how it reads.

A value is encrypted with the field's own data key and then sealed with that of the person or dwelling: when either key
is destroyed it is gone, also from the log of changes, from proposals and from what was backed up beside the keys.
"""

import base64
import binascii
import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.localfields.models import LocalField, LocalValue
from domicile.apps.localfields.refused import refuse
from domicile.apps.vault.sealing import binding, data_keys, decrypt, encrypt, ensure_subject

LONGEST_TEXT = 100
LONGEST_NUMBER = 9
YES, NO = "yes", "no"


def checked(field: LocalField, text: str, name: str = "") -> str:
    """The value as it is kept, '' for none. Raises Refused, at the form's field `name`, with what to enter."""
    text = text.strip()
    if not text:
        return ""
    if field.kind == LocalField.Kind.YES_NO and text not in {YES, NO}:
        raise Refused(_("Choose yes or no."), name)
    if field.kind == LocalField.Kind.CHOICE and text not in {str(row.position) for row in field.choices.all()}:
        raise Refused(_("Choose one of the list."), name)
    if field.kind == LocalField.Kind.NUMBER:
        return _number(text, name)
    if field.kind == LocalField.Kind.DAY:
        return _day(text, name)
    if field.kind == LocalField.Kind.TEXT:
        return _text(text, name)
    return text


def _number(text: str, name: str) -> str:
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_NUMBER:
        raise Refused(_("Enter a whole number of at most nine digits."), name)
    return str(int(text))


def _day(text: str, name: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Refused(_("Enter a day as year, month, day."), name) from error


def _text(text: str, name: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Refused(_("Enter at most 100 characters."), name)
    if without_numbers(text) != text:
        raise Refused(_("This looks like it holds a number. Leave identity and phone numbers out."), name)
    refuse(text, name)
    return text


def told(field: LocalField, value: str) -> str:
    """A value in words; '' for none."""
    if field.kind == LocalField.Kind.YES_NO:
        return {YES: _("Yes"), NO: _("No")}.get(value, "")
    if field.kind == LocalField.Kind.CHOICE:
        return {str(row.position): row.label for row in field.choices.all()}.get(value, "")
    return value


def as_cell(field: LocalField) -> Callable[[str], Any]:
    """How a table says the values of a field: numbers and days as such, all else in words."""
    if field.kind == LocalField.Kind.NUMBER:
        return int
    if field.kind == LocalField.Kind.DAY:
        return dt.date.fromisoformat
    words = {text: told(field, text) for text in (YES, NO, *(str(row.position) for row in field.choices.all()))}
    return (lambda text: text) if field.kind == LocalField.Kind.TEXT else words.__getitem__


def _bound(field: uuid.UUID, subject: uuid.UUID) -> bytes:
    return binding(LocalValue._meta.db_table, "value", f"{field.hex}/{subject.hex}")


def locked(field: uuid.UUID, subject: uuid.UUID, value: str) -> str:
    """A value under the field's own key, as text; '' stays ''."""
    if not value:
        return ""
    return base64.b64encode(encrypt(ensure_subject(field), value.encode(), _bound(field, subject))).decode()


def unlocked(subject: uuid.UUID, held: Mapping[uuid.UUID, str]) -> dict[uuid.UUID, str]:
    """Values by field; those of a field whose key was destroyed read as ''. One query. Raises Tampered."""
    keys = data_keys(field for field, text in held.items() if text)
    return {
        field: _open(keys[field], text, _bound(field, subject)) if text and field in keys else ""
        for field, text in held.items()
    }


def _open(key: bytes, text: str, bound: bytes) -> str:
    try:
        return decrypt(key, base64.b64decode(text, validate=True), bound).decode()
    except binascii.Error as error:
        raise Refused(_("This value cannot be read. Enter it again.")) from error


def values_of(subject: uuid.UUID, fields: Collection[LocalField]) -> dict[uuid.UUID, str]:
    """What is entered for one person or dwelling in these fields, by field. Two queries, none without fields."""
    return values_of_many([subject], fields).get(subject, {})


def values_of_many(
    subjects: Collection[uuid.UUID], fields: Collection[LocalField]
) -> dict[uuid.UUID, dict[uuid.UUID, str]]:
    """What is entered for many persons or dwellings, by subject and field; what was erased is left out.

    Two queries for up to 5,000 subjects, none without fields or subjects. Raises Tampered.
    """
    if not fields or not subjects:
        return {}
    rows = LocalValue.objects.filter(subject_id__in=subjects, field__in=fields)
    held = list(rows.values_list("pk", "subject_id", "field_id", "value"))
    keys = data_keys({subject for _pk, subject, _field, _value in held} | {field.pk for field in fields})
    found: dict[uuid.UUID, dict[uuid.UUID, str]] = {}
    for pk, subject, field, sealed in held:
        if subject in keys and field in keys:
            text = decrypt(keys[subject], bytes(sealed), binding(LocalValue._meta.db_table, "value", pk)).decode()
            found.setdefault(subject, {})[field] = _open(keys[field], text, _bound(field, subject))
    return found
