"""Adoptions (VE-1): new ties beside the old ones, which stay; the child may move in."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import visibility
from domicile.apps.people.actions.households import check_joins
from domicile.apps.people.actions.parents import tie
from domicile.apps.people.actions.residence import begin_stay, end_stay_on, join, leave, usual_stays
from domicile.apps.people.models import Household, Member, Parentage, Person
from domicile.apps.people.scope import home_code, household_in_scope, person_in_scope
from domicile.apps.vitals.actions.registering import Named, Told, check_told, home_of, write_event
from domicile.apps.vitals.models import Kind, Role

MOST = 2


@dataclass(frozen=True, kw_only=True)
class Adopt(Told):
    """`adopters`: one or two on file inside the actor's areas; `adopter_name`: one who is not on file, in words.

    `household_id`: the living household that the child moves into on the day, related so to its head.
    """

    child_id: uuid.UUID
    day: dt.date
    adopters: tuple[uuid.UUID, ...] = ()
    adopter_name: str = ""
    household_id: uuid.UUID | None = None
    relation: str = ""


@transaction.atomic
def adopt(*, actor: Viewer, reason: str, evidence: str = "", arguments: Adopt) -> uuid.UUID:
    """Register an adoption; returns the event's id. Raises Refused when a tie or the move cannot be."""
    child = person_in_scope(actor, arguments.child_id, lock=True)
    place, dwelling = home_code(actor, child.pk), home_of(child.pk)
    if not place:
        raise OutOfReach([child.pk])
    adopters = list(dict.fromkeys(arguments.adopters))
    check_told(arguments, arguments.day, timezone.localdate())
    if not adopters and not arguments.adopter_name.strip():
        raise Refused(_("Choose who adopts, or name them in words."), "adopter_name")
    if len(adopters) + bool(arguments.adopter_name.strip()) > MOST:
        raise Refused(_("Two adoptive parents at most."), "adopter_name")
    if child.died_on is not None or (child.birth_date is not None and arguments.day < child.birth_date):
        raise Refused(_("On this day the child did not live."), "day")
    with recording(
        actor=actor, action="vitals.adopt", subject_kind="person", subject_id=child.pk, place_code=place, reason=reason,
        evidence=evidence,
    ) as change:  # fmt: skip
        for adopter in adopters:
            tie(actor, child.pk, adopter, Parentage.Kind.ADOPTION, change)
        if arguments.household_id is not None:
            dwelling = _move_in(actor, child, arguments, change).dwelling
        named: list[Named] = [(Role.ADOPTER.value, adopter, "") for adopter in adopters]
        if arguments.adopter_name.strip():
            named.append((Role.ADOPTER.value, None, arguments.adopter_name))
        event = write_event(
            Kind.ADOPTION, child.pk, arguments, arguments.day, change, actor=actor, code=place, dwelling=dwelling,
            named=named,
        )  # fmt: skip
        visibility.refresh(child.pk, change)
    return event.pk


def _move_in(actor: Viewer, child: Person, arguments: Adopt, change: Recorder) -> Household:
    """The child lives in the household from the day on. Raises Refused."""
    household = household_in_scope(actor, arguments.household_id, lock=True)  # type: ignore[arg-type]
    check_joins(household, arguments.relation)
    member = (
        Member.objects.select_related("household")
        .filter(person=child, side=Household.Side.LIVING, left_on__isnull=True)
        .first()
    )
    if member is not None and member.household_id == household.pk:
        raise Refused(_("The child belongs to this household already: leave this out."), "household_id")
    stay = usual_stays([child.pk]).get(child.pk)
    if stay is None or stay.dwelling_id != household.dwelling_id:
        if stay is not None:
            end_stay_on(stay, arguments.day, change, "day")
        begin_stay(child.pk, household.dwelling, arguments.day, "", change)
    if member is not None:
        leave(member.household, [member], arguments.day, change)
    join(household, child.pk, arguments.relation, arguments.day, change)
    return household
