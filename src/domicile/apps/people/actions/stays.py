"""End a stay."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import visibility
from domicile.apps.people.models import Household, Member, Spell
from domicile.apps.people.scope import spell_in_scope
from domicile.core.codes.lists import code_list

HEAD = "02"


@dataclass(frozen=True)
class EndStay:
    """`end` is the first day not lived here. `new_head_id` and `relations` (person id → code) when the head leaves."""

    spell_id: uuid.UUID
    end: dt.date
    new_head_id: uuid.UUID | None = None
    relations: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def end_stay(*, actor: Viewer, reason: str, evidence: str = "", arguments: EndStay) -> None:
    """End a residence spell and the membership of the living household there.

    Raises Refused when the stay has ended already, when the day does not fit, or when the head of a household leaves
    others behind and no new head is named.
    """
    spell = spell_in_scope(actor, arguments.spell_id, lock=True)
    if spell.end is not None:
        raise Refused(_("This stay has ended already."))
    if spell.start is not None and arguments.end <= spell.start:
        raise Refused(_("The stay began on {day}: it can end on a later day only.").format(day=spell.start), "end")
    with recording(
        actor=actor, action="people.end_stay", subject_kind="person", subject_id=spell.person_id,
        place_code=spell.dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        change.update(spell, end=arguments.end)
        _leave_household(spell, arguments, change)
        visibility.refresh(spell.person_id, change)


def _leave_household(spell: Spell, arguments: EndStay, change: Recorder) -> None:
    member = (
        Member.objects.select_related("household")
        .filter(
            person_id=spell.person_id, left_on__isnull=True, side=Household.Side.LIVING,
            household__dwelling_id=spell.dwelling_id,
        )
        .first()
    )  # fmt: skip
    if member is None:
        return
    change.update(member, left_on=max(arguments.end, member.joined_on or arguments.end))
    others = list(Member.objects.filter(household_id=member.household_id, left_on__isnull=True))
    if not others:
        change.update(member.household, ended_on=arguments.end)
    elif member.relation == HEAD:
        _new_head(others, arguments, change)


def _new_head(others: list[Member], arguments: EndStay, change: Recorder) -> None:
    head = next((other for other in others if other.person_id == arguments.new_head_id), None)
    if head is None:
        raise Refused(_("The head of the household leaves: name who becomes the head."), "new_head_id")
    known = code_list("relation").codes
    change.update(head, relation=HEAD)
    for other in others:
        if other is not head:
            relation = arguments.relations.get(str(other.person_id), "")
            if relation and (relation not in known or relation == HEAD):
                raise Refused(_("Choose the relationship to the new head from the list."), "relations")
            change.update(other, relation=relation)
