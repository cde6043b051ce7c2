"""Documents and phones of a person, sealed and found again by their blind index."""

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.refusals import Refused
from domicile.apps.people.models import Document, Person, Phone
from domicile.apps.vault.keyring import blind
from domicile.apps.vault.sealing import seal
from domicile.core.codes import identity
from domicile.core.codes.phones import PhoneError, parse_phone


def add_document(person: Person, kind: str, text: str, change: Recorder) -> Document:
    """Store a document. A number whose check character fails is kept and flagged; an unreadable one is refused."""
    finding = ""
    try:
        document = identity.classify(text, kind or None, today=timezone.localdate())
    except identity.NumberError as error:
        if error.code != "checksum":
            raise Refused(gettext(error.message), "document_number") from error
        finding, number = "checksum", identity.normalise_number(text)
        document = identity.Document(kind or "resident_id", number)
    else:
        finding = _disagreements(person, document)
    row = Document(person=person, kind=document.kind, finding=finding, blind=blind("document", document.canonical))
    row.number = seal(row, "number", document.canonical)
    return change.create(row)


def _disagreements(person: Person, document: identity.Document) -> str:
    if document.kind not in {"resident_id", "hmt_residence"} or len(document.canonical) != 18:
        return ""
    number = identity.parse_resident_number(document.canonical, today=timezone.localdate())
    found = []
    if person.birth_date is not None and person.birth_date != number.birth_date:
        found.append("birth_date")
    if person.sex in {"1", "2"} and person.sex != number.sex:
        found.append("sex")
    return " ".join(found)


def add_phone(person: Person, text: str, change: Recorder, belongs_to: str = "") -> Phone:
    """Store a phone number. Raises Refused when it is none."""
    try:
        number = parse_phone(text).number
    except PhoneError as error:
        raise Refused(
            _("This is no phone number: give 11 digits, or an area code and 7 or 8 digits."), "phone"
        ) from error
    row = Phone(person=person, belongs_to=belongs_to, blind=blind("phone", number))
    row.number = seal(row, "number", number)
    return change.create(row)
