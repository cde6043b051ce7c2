"""Move within the area, split a household, join two: some members of one household live elsewhere or apart from now on."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import visibility
from domicile.apps.people.actions.residence import (
    begin_stay,
    end_stay_on,
    join,
    leave,
    present_members,
    relation_of,
    usual_stays,
)
from domicile.apps.people.models import HEAD, Household, Member, Spell
from domicile.apps.people.scope import dwelling_in_scope, household_in_scope
from domicile.apps.places.models import Dwelling


@dataclass(frozen=True)
class Regroup:
    """Some or all members of a household, and where they belong from `since` on.

    `dwelling_id` is where they live then: another dwelling (a move) or the same one (a split). `into_id`: a living
    household there that they join; without one they form their own, headed by `head_id` (one of them).
    `relations` (person id → code) are to that head. `new_head_id` and `left_relations` are for those who stay behind,
    when the head goes.
    """

    household_id: uuid.UUID
    person_ids: tuple[uuid.UUID, ...]
    dwelling_id: uuid.UUID
    since: dt.date
    into_id: uuid.UUID | None = None
    head_id: uuid.UUID | None = None
    relations: dict[str, str] = field(default_factory=dict)
    new_head_id: uuid.UUID | None = None
    left_relations: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    reason_code: str = ""


@dataclass(frozen=True)
class CorrectDwelling:
    """The household was recorded at a wrong address: it lived at `dwelling_id` all the time."""

    household_id: uuid.UUID
    dwelling_id: uuid.UUID


@transaction.atomic
def regroup(*, actor: Viewer, reason: str, evidence: str = "", arguments: Regroup) -> uuid.UUID:
    """Make the change; returns the id of the household that the people belong to afterwards.

    Each household keeps one head, each person one open usual residence. Raises Refused when a day does not fit, a
    head is not named, or nothing would change.
    """
    source = _living(household_in_scope(actor, arguments.household_id, lock=True))
    dwelling = dwelling_in_scope(actor, arguments.dwelling_id)
    _check_dwelling(dwelling, source, arguments)
    leaving = present_members(source, arguments.person_ids)
    with recording(
        actor=actor, action="people.regroup", subject_kind="household", subject_id=source.pk,
        place_code=source.dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        leave(
            source, leaving, arguments.since, change,
            new_head_id=arguments.new_head_id, relations=arguments.left_relations,
        )  # fmt: skip
        _move_stays(actor, leaving, dwelling, arguments, change)
        if arguments.into_id is None:
            target = _own_household(source, dwelling, leaving, arguments, change)
        else:
            target = _join_other(actor, dwelling, leaving, arguments, change)
        visibility.refresh_all([member.person_id for member in leaving], change)
    return target.pk


@transaction.atomic
def correct_dwelling(*, actor: Viewer, reason: str, evidence: str = "", arguments: CorrectDwelling) -> None:
    """Set the dwelling of a household and of its members' stays there, without a move. Raises Refused."""
    household = _living(household_in_scope(actor, arguments.household_id, lock=True))
    dwelling, wrong = dwelling_in_scope(actor, arguments.dwelling_id), household.dwelling
    if dwelling.pk == wrong.pk:
        raise Refused(_("This is on file already: nothing would change."), "where")
    people = list(Member.objects.filter(household=household).values_list("person_id", flat=True))
    with recording(
        actor=actor, action="people.correct_dwelling", subject_kind="household", subject_id=household.pk,
        place_code=wrong.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        change.update(household, dwelling=dwelling)
        for spell in Spell.objects.filter(person_id__in=people, dwelling=wrong, end__isnull=True):
            change.update(spell, dwelling=dwelling)
        visibility.refresh_all(people, change)


def _living(household: Household) -> Household:
    if household.side != Household.Side.LIVING or household.ended_on is not None:
        raise Refused(_("This household has ended or is a registered one; choose a living household."))
    return household


def _check_dwelling(dwelling: Dwelling, source: Household, arguments: Regroup) -> None:
    if dwelling.in_use_to is not None:
        raise Refused(_("This dwelling is demolished: nobody can move in."), "where")
    staying = Member.objects.filter(household=source, left_on__isnull=True).exclude(person_id__in=arguments.person_ids)
    if dwelling.pk == source.dwelling_id and arguments.into_id is None and not staying.exists():
        raise Refused(_("All of them live here already: choose another dwelling or another household."), "where")


def _move_stays(actor: Viewer, leaving: list[Member], dwelling: Dwelling, arguments: Regroup, change: Recorder) -> None:
    """End the usual residences elsewhere and open new ones; who lives in the dwelling already stays as they are."""
    stays = usual_stays([member.person_id for member in leaving])
    for member in leaving:
        stay = stays.get(member.person_id)
        if stay is not None and stay.dwelling_id == dwelling.pk:
            continue
        if stay is not None and not actor.covers(stay.dwelling.place_code):
            raise OutOfReach([member.person_id])  # whoever sees to that place ends the stay there
        if stay is not None:
            end_stay_on(stay, arguments.since, change, "since")
        begin_stay(member.person_id, dwelling, arguments.since, arguments.reason_code, change)


def _own_household(
    source: Household, dwelling: Dwelling, leaving: list[Member], arguments: Regroup, change: Recorder
) -> Household:
    """A household of their own. The head of the old one heads it too, unless another is named."""
    before = {member.person_id: member.relation for member in leaving}
    was_head = next((person for person, relation in before.items() if relation == HEAD), None)
    head = arguments.head_id or was_head or (leaving[0].person_id if len(leaving) == 1 else None)
    if head not in before:
        raise Refused(_("Choose who heads the new household."), "head_id")
    kind = arguments.kind or source.kind
    if kind not in Household.Kind.values:
        raise Refused(_("Choose family or collective household."), "kind")
    own = change.create(Household(dwelling=dwelling, side=Household.Side.LIVING, kind=kind, formed_on=arguments.since))
    for person in before:
        if person == head:
            relation = HEAD
        elif str(person) in arguments.relations:
            relation = relation_of(arguments.relations, person)
        else:  # who follows the same head stays what they were
            relation = before[person] if head == was_head else ""
        join(own, person, relation, arguments.since, change)
    return own


def _join_other(
    actor: Viewer, dwelling: Dwelling, leaving: list[Member], arguments: Regroup, change: Recorder
) -> Household:
    target = _living(household_in_scope(actor, arguments.into_id or uuid.UUID(int=0), lock=True))
    if target.dwelling_id != dwelling.pk:
        raise Refused(_("That household lives elsewhere by now. Choose again."), "where")
    if target.pk == arguments.household_id:
        raise Refused(_("They belong to this household already."), "where")
    headed = Member.objects.filter(household=target, left_on__isnull=True, relation=HEAD).exists()
    if not headed and target.kind == Household.Kind.FAMILY:
        raise Refused(_("That household has no head: name one on its card first."), "where")
    for member in leaving:
        join(target, member.person_id, relation_of(arguments.relations, member.person_id), arguments.since, change)
    return target
