"""Form a household, and add a person to one."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import visibility
from domicile.apps.people.actions.parents import tie
from domicile.apps.people.actions.persons import NewPerson, create_person, refuse_twice
from domicile.apps.people.actions.residence import begin_stay, join, join_registered, succeed, usual_stays
from domicile.apps.people.items import HERE
from domicile.apps.people.models import HEAD, Household, Member
from domicile.apps.people.scope import dwelling_in_scope, household_in_scope, person_in_scope
from domicile.core.codes.lists import code_list


@dataclass(frozen=True)
class AddMember:
    """Either `person_id` of somebody on file, or the particulars of somebody new (see NewPerson)."""

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
    parents: dict[str, str] = field(default_factory=dict)

    def new_person(self) -> NewPerson:
        """The particulars alone."""
        return NewPerson(
            self.name, self.sex, self.birth_date, self.relation, self.document_kind, self.document_number, self.phone,
            self.registered, self.registered_code, self.registered_text, self.reason_code, self.parents,
        )  # fmt: skip


@dataclass(frozen=True)
class AddHousehold:
    """A living household of people who are not on file yet; the first is the head. `kind`: family or collective."""

    dwelling_id: uuid.UUID
    people: tuple[NewPerson, ...]
    since: dt.date | None = None
    kind: str = Household.Kind.FAMILY.value


@dataclass(frozen=True)
class ChangeHead:
    """`relations`: person id → code, to the new head."""

    household_id: uuid.UUID
    new_head_id: uuid.UUID
    relations: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def add_household(*, actor: Viewer, reason: str, evidence: str = "", arguments: AddHousehold) -> uuid.UUID:
    """Form a living household at a dwelling, with its people and their stays; returns its id.

    Raises Refused when the dwelling is demolished, nobody is named, or somebody's particulars do not fit; the field
    of the refusal is then that of the person, prefixed by the place in the list (`1-document_number`).
    """
    dwelling = dwelling_in_scope(actor, arguments.dwelling_id)
    check_forms(dwelling.in_use_to, arguments)
    household = Household(dwelling=dwelling, side=Household.Side.LIVING, kind=arguments.kind, formed_on=arguments.since)
    with recording(
        actor=actor, action="people.add_household", subject_kind="household", subject_id=household.pk,
        place_code=dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        refuse_household_twice(arguments.dwelling_id, arguments.people[0])
        change.create(household)
        for place, new in enumerate(arguments.people):
            try:
                relation = HEAD if place == 0 else relation_of_member(new.relation)
                settle_new(actor, household, new, new_id(), relation, arguments.since, change)
            except Refused as refusal:
                raise of_person(place, refusal) from refusal
    return household.pk


@transaction.atomic
def add_member(*, actor: Viewer, reason: str, evidence: str = "", arguments: AddMember) -> uuid.UUID:
    """Add somebody to a living household, with the residence spell that follows; returns the person's id.

    Raises Refused when the relationship is unknown, the household has a head already, somebody on file still lives
    elsewhere, or the particulars do not fit.
    """
    household = household_in_scope(actor, arguments.household_id, lock=True)
    check_joins(household, arguments.relation, arguments.reason_code)
    person_id = arguments.person_id or new_id()
    with recording(
        actor=actor, action="people.add_member", subject_kind="person", subject_id=person_id,
        place_code=household.dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        if arguments.person_id is None:
            settle_new(actor, household, arguments.new_person(), person_id, arguments.relation, arguments.since, change)
        else:
            if not _lives_here_already(actor, household, person_id):
                begin_stay(person_id, household.dwelling, arguments.since, arguments.reason_code, change)
            join(household, person_id, arguments.relation, arguments.since, change)
            if arguments.registered == HERE:
                join_registered(household.dwelling, person_id, arguments.relation, arguments.since, change)
            visibility.refresh(person_id, change)
    return person_id


@transaction.atomic
def change_head(*, actor: Viewer, reason: str, evidence: str = "", arguments: ChangeHead) -> None:
    """Make another member the head of a household. Raises Refused when they are none, or are the head already."""
    household = household_in_scope(actor, arguments.household_id, lock=True)
    members = list(Member.objects.filter(household=household, left_on__isnull=True))
    head = next((member for member in members if member.relation == HEAD), None)
    if head is not None and head.person_id == arguments.new_head_id:
        raise Refused(_("This is the head already."), "new_head_id")
    with recording(
        actor=actor, action="people.change_head", subject_kind="household", subject_id=household.pk,
        place_code=household.dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        succeed(members, arguments.new_head_id, arguments.relations, change)


def settle_new(
    actor: Viewer, household: Household, new: NewPerson, person_id: uuid.UUID, relation: str, since: dt.date | None,
    change: Recorder,
) -> None:  # fmt: skip
    """Somebody new: on file, living here, member, tied to parents, visible."""
    person = create_person(actor, person_id, household.dwelling, new, change)
    refuse_twice(household, person.name, person.birth_date)
    begin_stay(person_id, household.dwelling, since, new.reason_code, change)
    join(household, person_id, relation, since, change)
    if new.registered == HERE:
        join_registered(household.dwelling, person_id, relation, since, change)
    tie_parents(actor, person_id, new.parents, change)
    visibility.refresh(person_id, change)


def tie_parents(actor: Viewer, child_id: uuid.UUID, parents: Mapping[str, str], change: Recorder) -> None:
    """Tie a child to parents on file whom the actor may see."""
    for parent, kind in parents.items():
        tie(actor, child_id, uuid.UUID(parent), kind, change)


def check_joins(household: Household, relation: str, reason_code: str = "", *, headed: bool | None = None) -> None:
    """Whether somebody so related to the head may join the household; `headed` where that is known. Raises Refused."""
    if household.side != Household.Side.LIVING or household.ended_on is not None:
        raise Refused(_("This household has ended or is a registered one; choose a living household."))
    if relation and relation not in code_list("relation").codes:
        raise Refused(_("Choose the relationship to the head from the list."), "relation")
    if relation == HEAD and headed is None:
        headed = household.members.filter(left_on__isnull=True, relation=HEAD).exists()
    if relation == HEAD and headed:
        raise Refused(_("This household has a head already."), "relation")
    if reason_code and reason_code not in code_list("inflow_reason").codes:
        raise Refused(_("Choose the reason from the list."), "reason_code")


def check_forms(in_use_to: dt.date | None, arguments: AddHousehold) -> None:
    """Whether such a household can be formed at all, at a dwelling in use until a day. Raises Refused."""
    if in_use_to is not None:
        raise Refused(_("This dwelling is demolished: nobody can move in."))
    if not arguments.people:
        raise Refused(_("A household has at least one person: its head."))
    if arguments.kind not in Household.Kind.values:
        raise Refused(_("Choose family or collective household."), "kind")


def of_person(place: int, refusal: Refused) -> Refused:
    """The refusal of one person's particulars, as the household's: its field has the place in the list before it."""
    return Refused(refusal.message, f"{place}-{refusal.field}" if refusal.field else "")


def relation_of_member(relation: str) -> str:
    if relation and (relation == HEAD or relation not in code_list("relation").entries):
        raise Refused(_("Choose the relationship to the head from the list."), "relation")
    return relation


def refuse_household_twice(dwelling_id: uuid.UUID, head: NewPerson) -> None:
    """A form sent twice: the same head, of the same birth date, heads a household of this dwelling. Raises Refused."""
    same = Member.objects.filter(
        household__dwelling_id=dwelling_id, side=Household.Side.LIVING, left_on__isnull=True, relation=HEAD,
        person__name=head.name.strip(), person__birth_date=head.birth_date,
    )  # fmt: skip
    if head.name.strip() and same.exists():
        raise household_on_file()


def household_on_file() -> Refused:
    """What is answered where a form came twice."""
    return Refused(_("A household with this head is on file at this dwelling already."))


def _lives_here_already(actor: Viewer, household: Household, person_id: uuid.UUID) -> bool:
    """Whether somebody on file, who may join the household, lives in its dwelling now. Raises Refused when not free."""
    person = person_in_scope(actor, person_id, lock=True)
    if person.died_on is not None:
        raise Refused(_("This person has died."), "person_id")
    if Member.objects.filter(person=person, side=Household.Side.LIVING, left_on__isnull=True).exists():
        raise Refused(_("This person belongs to another household: open their card and move them."), "person_id")
    stay = usual_stays([person_id]).get(person_id)
    if stay is not None and stay.dwelling_id != household.dwelling_id:
        raise Refused(_("This person still lives elsewhere: end that stay first."), "person_id")
    return stay is not None
