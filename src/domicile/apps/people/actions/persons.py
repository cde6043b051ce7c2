"""Put a person on file who was not there before."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.actions.documents import add_document, add_phone, on_file_here
from domicile.apps.people.actions.names import checked_name
from domicile.apps.people.models import Household, Person
from domicile.apps.places.models import Dwelling
from domicile.core.codes import identity
from domicile.core.codes.lists import code_list
from domicile.core.linkage.names import sound, split_name

REGISTERED = frozenset({"here", "elsewhere", "abroad", "nowhere", "unknown"})


@dataclass(frozen=True)
class NewPerson:
    """The particulars of somebody new. A newborn may have no name yet; nobody needs a document.

    `relation` is to the head of the household that they join; `registered`: here (in this dwelling), elsewhere (code
    and text), abroad, nowhere or unknown; `parents`: id of a person on file → birth, adoption or step. Sex and birth
    date left out are read from a resident number.
    """

    name: str = ""
    sex: str = "9"
    birth_date: dt.date | None = None
    relation: str = ""
    document_kind: str = ""
    document_number: str = ""
    phone: str = ""
    registered: str = "unknown"
    registered_code: str = ""
    registered_text: str = ""
    reason_code: str = ""
    parents: dict[str, str] = field(default_factory=dict)
    precision: str = Person.DatePrecision.DAY.value


def create_person(actor: Viewer, person_id: uuid.UUID, home: Dwelling, new: NewPerson, change: Recorder) -> Person:
    """Store the person with document and phone. Raises Refused when something does not fit."""
    name, sex, born = particulars(new)
    here = new.registered == "here"
    area = new.registered in {"here", "elsewhere"}
    person = Person(
        id=person_id, name=name, given=split_name(name)[1] if name else "", sound=sound(name) if name else "",
        sex=sex, birth_date=born,
        birth_precision=new.precision if born else Person.DatePrecision.UNKNOWN,
        registration=Person.Registration.AREA if area else new.registered,
        registered_code=home.place_code if here else new.registered_code,
        registered_text=home.address if here else new.registered_text,
    )  # fmt: skip
    change.create(person)
    if new.document_number.strip():
        if on_file_here(actor, new.document_kind, new.document_number):
            raise number_on_file()
        add_document(person, new.document_kind, new.document_number, change)
    if new.phone.strip():
        add_phone(person, new.phone, change)
    return person


def particulars(new: NewPerson, today: dt.date | None = None) -> tuple[str, str, dt.date | None]:
    """Name, sex and birth date as they are stored; `today` where it is known. Raises Refused when something does not fit."""
    name = checked_name(new.name) if new.name.strip() else ""
    sex, born = _as_numbered(new)
    if born is not None and born > (today or timezone.localdate()):
        raise Refused(_("This day lies in the future."), "birth_date")
    if new.registered not in REGISTERED or new.precision not in Person.DatePrecision.values:
        raise Refused(_("Choose from the list."), "registered")
    if sex not in code_list("sex").entries:
        raise Refused(_("Choose the sex from the list."), "sex")
    return name, sex, born


def number_on_file() -> Refused:
    """What is answered where somebody else within sight has the number."""
    return Refused(
        _("Somebody with this number is on file already: search for the number and move that person here."),
        "document_number",
    )


def twice_in_household() -> Refused:
    """What is answered where a form came twice."""
    return Refused(_("Somebody of this name and birth date is in this household already."), "name")


def refuse_twice(household: Household, name: str, born: dt.date | None) -> None:
    """A form sent twice must not put somebody on file twice. Raises Refused."""
    same = household.members.filter(left_on=None, person__name=name, person__birth_date=born)
    if name and same.exists():
        raise twice_in_household()


def _as_numbered(new: NewPerson) -> tuple[str, dt.date | None]:
    """Sex and birth date as given; what was left out, as a resident number says."""
    if (new.sex in {"1", "2"} and new.birth_date) or new.document_kind not in {"", "resident_id", "hmt_residence"}:
        return new.sex or "9", new.birth_date
    try:
        number = identity.parse_resident_number(new.document_number, today=timezone.localdate())
    except identity.NumberError:
        return new.sex or "9", new.birth_date
    return new.sex if new.sex in {"1", "2"} else number.sex, new.birth_date or number.birth_date
