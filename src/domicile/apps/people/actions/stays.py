"""End stays: somebody moved away, a household moved away, and what of it a death ends."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import visibility
from domicile.apps.people.actions.residence import end_stay_on, leave, leave_registered, present_members
from domicile.apps.people.models import Household, Member, Person, Spell
from domicile.apps.people.scope import household_in_scope, spell_in_scope


@dataclass(frozen=True)
class EndStay:
    """`end` is the first day not lived here. `new_head_id` and `relations` (person id → code) when the head leaves."""

    spell_id: uuid.UUID
    end: dt.date
    new_head_id: uuid.UUID | None = None
    relations: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LeaveHousehold:
    """Several members, or all, move away on one day; else as EndStay."""

    household_id: uuid.UUID
    person_ids: tuple[uuid.UUID, ...]
    end: dt.date
    new_head_id: uuid.UUID | None = None
    relations: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordDeath:
    """`new_head_id` and `relations` when the person was the head of a living household."""

    person_id: uuid.UUID
    died_on: dt.date
    new_head_id: uuid.UUID | None = None
    relations: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def end_stay(*, actor: Viewer, reason: str, evidence: str = "", arguments: EndStay) -> None:
    """End a residence spell and the membership of the living household there.

    Raises Refused when the stay has ended already, when the day does not fit, or when the head of a household leaves
    others behind and no new head is named.
    """
    spell = spell_in_scope(actor, arguments.spell_id, lock=True)
    with recording(
        actor=actor, action="people.end_stay", subject_kind="person", subject_id=spell.person_id,
        place_code=spell.dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        end_stay_on(spell, arguments.end, change)
        member = (
            Member.objects.select_related("household")
            .filter(
                person_id=spell.person_id, left_on__isnull=True, side=Household.Side.LIVING,
                household__dwelling_id=spell.dwelling_id,
            )
            .first()
        )  # fmt: skip
        if member is not None:
            leave(
                member.household, [member], arguments.end, change,
                new_head_id=arguments.new_head_id, relations=arguments.relations,
            )  # fmt: skip
        visibility.refresh(spell.person_id, change)


@transaction.atomic
def leave_household(*, actor: Viewer, reason: str, evidence: str = "", arguments: LeaveHousehold) -> None:
    """End the stays and memberships of several members; when nobody stays, the household ends. Raises Refused."""
    household = household_in_scope(actor, arguments.household_id, lock=True)
    check_living(household)
    leaving = present_members(household, arguments.person_ids)
    with recording(
        actor=actor, action="people.leave_household", subject_kind="household", subject_id=household.pk,
        place_code=household.dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        people = [member.person_id for member in leaving]
        for spell in Spell.objects.filter(person_id__in=people, dwelling=household.dwelling, end__isnull=True):
            end_stay_on(spell, arguments.end, change)
        leave(
            household, leaving, arguments.end, change,
            new_head_id=arguments.new_head_id, relations=arguments.relations,
        )  # fmt: skip
        visibility.refresh_all(people, change)


def check_living(household: Household) -> None:
    """Whether the household is a living one that goes on. Raises Refused."""
    if household.side != Household.Side.LIVING or household.ended_on is not None:
        raise Refused(_("This household has ended or is a registered one; choose a living household."))


def end_life(person: Person, arguments: RecordDeath, change: Recorder) -> None:
    """The day of a death, and the end of every stay and membership. Raises Refused when the day does not fit.

    A piece of the registration of a death (apps/vitals), which does what else follows.
    """
    if person.died_on is not None:
        raise Refused(_("The death is on file already."), "died_on")
    if person.birth_date is not None and arguments.died_on < person.birth_date:
        raise Refused(_("This day is before the birth date."), "died_on")
    after = arguments.died_on + dt.timedelta(days=1)  # on the day itself the person still lived there
    change.update(person, died_on=arguments.died_on)
    for spell in Spell.objects.filter(person__in=person.ids, end__isnull=True):
        end_stay_on(spell, after, change, "died_on")
    living = Member.objects.select_related("household").filter(person__in=person.ids, side=Household.Side.LIVING)
    for member in living.filter(left_on__isnull=True):
        leave(
            member.household, [member], after, change,
            new_head_id=arguments.new_head_id, relations=arguments.relations,
        )  # fmt: skip
    leave_registered(person, after, change)
    visibility.refresh(person.pk, change)
