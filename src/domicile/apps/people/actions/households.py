"""Add a person to a household."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import visibility
from domicile.apps.people.actions.documents import add_document, add_phone
from domicile.apps.people.actions.names import checked_name
from domicile.apps.people.models import Household, Member, Person, Spell
from domicile.apps.people.scope import household_in_scope, person_in_scope
from domicile.core.codes.lists import code_list
from domicile.core.linkage.names import sound, split_name

HEAD = "02"


@dataclass(frozen=True)
class AddMember:
    """Either `person_id` of somebody on file, or the particulars of somebody new. A newborn may have no name yet.

    `registered`: here (in this dwelling), elsewhere (code and text), abroad, nowhere or unknown.
    """

    household_id: uuid.UUID
    relation: str
    since: dt.date | None = None
    person_id: uuid.UUID | None = None
    name: str = ""
    sex: str = "9"
    birth_date: dt.date | None = None
    document_kind: str = ""
    document_number: str = ""
    phone: str = ""
    registered: str = "unknown"
    registered_code: str = ""
    registered_text: str = ""
    reason_code: str = ""


@transaction.atomic
def add_member(*, actor: Viewer, reason: str, evidence: str = "", arguments: AddMember) -> uuid.UUID:
    """Add somebody to a living household, with the residence spell that follows; returns the person's id.

    Raises Refused when the relationship is unknown, the household has a head already, somebody on file still lives
    elsewhere, or the particulars do not fit.
    """
    household = household_in_scope(actor, arguments.household_id, lock=True)
    _check_household(household, arguments)
    person_id = arguments.person_id or new_id()
    with recording(
        actor=actor, action="people.add_member", subject_kind="person", subject_id=person_id,
        place_code=household.dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        if arguments.person_id is None:
            _new_person(person_id, household, arguments, change)
        else:
            _existing_person(actor, arguments)
        change.create(
            Spell(
                person_id=person_id, dwelling=household.dwelling, kind=Spell.Kind.USUAL, start=arguments.since,
                reason=arguments.reason_code, source="staff",
            )
        )  # fmt: skip
        _join(household, person_id, arguments.relation, arguments.since, change)
        if arguments.registered == "here":
            _join_registered(household, person_id, arguments, change)
        visibility.refresh(person_id, change)
    return person_id


def _check_household(household: Household, arguments: AddMember) -> None:
    if household.side != Household.Side.LIVING or household.ended_on is not None:
        raise Refused(_("This household has ended or is a registered one; choose a living household."))
    if arguments.relation not in code_list("relation").codes:
        raise Refused(_("Choose the relationship to the head from the list."), "relation")
    if arguments.relation == HEAD and household.members.filter(left_on__isnull=True, relation=HEAD).exists():
        raise Refused(_("This household has a head already."), "relation")
    if arguments.reason_code and arguments.reason_code not in code_list("inflow_reason").codes:
        raise Refused(_("Choose the reason from the list."), "reason_code")


def _new_person(person_id: uuid.UUID, household: Household, arguments: AddMember, change: Recorder) -> None:
    name = checked_name(arguments.name) if arguments.name.strip() else ""
    here = arguments.registered == "here"
    same = household.members.filter(left_on=None, person__name=name, person__birth_date=arguments.birth_date)
    if name and same.exists():  # a form sent twice
        raise Refused(_("Somebody of this name and birth date is in this household already."), "name")
    registration = Person.Registration.AREA if arguments.registered in {"here", "elsewhere"} else arguments.registered
    person = Person(
        id=person_id, name=name, given=split_name(name)[1] if name else "", sound=sound(name) if name else "",
        sex=arguments.sex, birth_date=arguments.birth_date,
        birth_precision=Person.DatePrecision.DAY if arguments.birth_date else Person.DatePrecision.UNKNOWN,
        registration=registration,
        registered_code=household.dwelling.place_code if here else arguments.registered_code,
        registered_text=household.dwelling.address if here else arguments.registered_text,
    )  # fmt: skip
    change.create(person)
    if arguments.document_number.strip():
        add_document(person, arguments.document_kind, arguments.document_number, change)
    if arguments.phone.strip():
        add_phone(person, arguments.phone, change)


def _existing_person(actor: Viewer, arguments: AddMember) -> None:
    person = person_in_scope(actor, arguments.person_id or uuid.UUID(int=0), lock=True)
    if person.died_on is not None:
        raise Refused(_("This person has died."), "person_id")
    if Spell.objects.filter(person=person, kind=Spell.Kind.USUAL, end__isnull=True).exists():
        raise Refused(_("This person still lives elsewhere: end that stay first."), "person_id")


def _join(household: Household, person_id: uuid.UUID, relation: str, since: dt.date | None, change: Recorder) -> None:
    change.create(
        Member(household=household, person_id=person_id, side=household.side, relation=relation, joined_on=since)
    )


def _join_registered(household: Household, person_id: uuid.UUID, arguments: AddMember, change: Recorder) -> None:
    if Member.objects.filter(person_id=person_id, side=Household.Side.REGISTERED, left_on__isnull=True).exists():
        return
    registered = Household.objects.filter(
        dwelling=household.dwelling, side=Household.Side.REGISTERED, ended_on__isnull=True
    ).first()
    if registered is None:
        registered = change.create(
            Household(dwelling=household.dwelling, side=Household.Side.REGISTERED, formed_on=arguments.since)
        )
        relation = HEAD
    else:
        relation = "" if arguments.relation == HEAD else arguments.relation
    _join(registered, person_id, relation, arguments.since, change)
