"""Documents and phones of a person, sealed and found again by their blind index."""

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.scopes import scope_q
from domicile.apps.audit.recording import Recorder
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.identity.reading import standing_q
from domicile.apps.people.models import Document, Person, Phone, Visibility
from domicile.apps.vault.keyring import blind
from domicile.apps.vault.sealing import open_value, seal
from domicile.core.codes import identity
from domicile.core.codes.phones import PhoneError, parse_phone

NUMBERED = {"resident_id", "hmt_residence"}


def read_document(kind: str, text: str) -> tuple[identity.Document, bool]:
    """What document a number is of, and whether its check character agrees. Raises Refused for an unreadable one."""
    try:
        return identity.classify(text, kind or None, today=timezone.localdate()), True
    except identity.NumberError as error:
        if error.code != "checksum":
            raise Refused(gettext(error.message), "document_number") from error
        return identity.Document(kind or "resident_id", identity.normalise_number(text)), False


def add_document(person: Person, kind: str, text: str, change: Recorder, *, as_told: bool = False) -> Document:
    """Store a document. A number whose check character fails is kept and flagged; an unreadable one is refused.

    `as_told`: so is an unreadable one kept and flagged, since it stands like this in another register.
    """
    try:
        document, sound = read_document(kind, text)
    except Refused:
        if not as_told:
            raise
        known = kind if kind in identity.KINDS else "other"
        document, sound = identity.Document(known, identity.normalise_number(text)), False
    finding = disagreements(person, document) if sound else "checksum"
    row = Document(person=person, kind=document.kind, finding=finding, blind=blind("document", document.canonical))
    row.number = seal(row, "number", document.canonical)
    return change.create(row)


def change_document(row: Document, kind: str, text: str, change: Recorder) -> Document:
    """Give a document another kind or number; an empty text keeps the number. Raises Refused as add_document."""
    document, sound = read_document(kind, text or open_value(row, "number"))
    finding = disagreements(row.person, document) if sound else "checksum"
    found = blind("document", document.canonical)
    if found == bytes(row.blind):  # sealed anew it would look like another number
        return change.update(row, kind=document.kind, finding=finding)
    return change.update(
        row, kind=document.kind, finding=finding, blind=found, number=seal(row, "number", document.canonical)
    )


def recheck_documents(person: Person, change: Recorder) -> str:
    """Bring the findings in line with the sex and birth date now on file; returns them all, parted by blanks."""
    found = ""
    for row in Document.objects.filter(person=person, kind__in=NUMBERED).exclude(number=None):
        row.person = person
        try:
            document = identity.classify(open_value(row, "number"), row.kind, today=timezone.localdate())
        except identity.NumberError:
            continue  # its own finding, the check character, stays
        change.update(row, finding=disagreements(person, document))
        found += " " + row.finding
    return found.strip()


def disagreements(person: Person, document: identity.Document) -> str:
    """Codes of what a number and the person's particulars differ in; '' when they agree."""
    if document.kind not in NUMBERED or len(document.canonical) != 18:
        return ""
    number = identity.parse_resident_number(document.canonical, today=timezone.localdate())
    found = []
    if person.birth_date is not None and not _agrees(person, number):
        found.append("birth_date")
    if person.sex in {"1", "2"} and person.sex != number.sex:
        found.append("sex")
    return " ".join(found)


def _agrees(person: Person, number: identity.ResidentNumber) -> bool:
    """Whether the birth date agrees as far as it is known."""
    length = {"day": 10, "month": 7, "year": 4}.get(person.birth_precision, 0)
    return str(person.birth_date)[:length] == number.birth_date.isoformat()[:length]


def on_file_here(actor: Viewer, kind: str, text: str) -> bool:
    """Whether somebody whom the actor may see has this number."""
    inside = scope_q(actor, "code")
    if inside is None:
        return False
    document, _sound = read_document(kind, text)
    holders = Document.objects.filter(blind=blind("document", document.canonical)).values("person_id")
    return Visibility.objects.filter(inside, standing_q(holders)).exists()


def add_phone(person: Person, text: str, change: Recorder, belongs_to: str = "") -> Phone:
    """Store a phone number. Raises Refused when it is none."""
    number = read_phone(text)
    row = Phone(person=person, belongs_to=belongs_to, blind=blind("phone", number))
    row.number = seal(row, "number", number)
    return change.create(row)


def read_phone(text: str) -> str:
    """A phone number as it is stored. Raises Refused when it is none."""
    try:
        return parse_phone(text).number
    except PhoneError as error:
        raise Refused(
            _("This is no phone number: give 11 digits, or an area code and 7 or 8 digits."), "phone"
        ) from error
