"""Pieces of every change of who lives where: stays begin and end, members join and leave, a head is succeeded."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder
from domicile.apps.common import turns
from domicile.apps.common.refusals import Refused
from domicile.apps.people.identity.reading import ids_of
from domicile.apps.people.models import HEAD, Household, Member, Person, Spell
from domicile.apps.places.models import Dwelling
from domicile.core.codes.kinship import Kin, to_new_head
from domicile.core.codes.lists import code_list


def check_reason(reason_code: str) -> None:
    """Whether this is a reason for coming. Raises Refused."""
    if reason_code and reason_code not in code_list("inflow_reason").codes:
        raise Refused(_("Choose the reason from the list."), "reason_code")


def begin_stay(
    person_id: uuid.UUID, dwelling: Dwelling, since: dt.date | None, reason_code: str, change: Recorder
) -> Spell:
    """Open a usual residence. Raises Refused when the person lived elsewhere on that day, or the reason is unknown."""
    check_reason(reason_code)
    usual = Spell.objects.filter(person_id__in=ids_of(person_id), kind=Spell.Kind.USUAL)
    later = usual.filter(Q(end__isnull=True) | Q(end__gt=since)) if since else usual
    other = later.order_by("-end").first()
    if other is not None:
        raise Refused(
            _("Another stay is on file until {day}: give a later day.").format(day=other.end or _("today")), "since"
        )
    return change.create(
        Spell(
            person_id=person_id, dwelling=dwelling, kind=Spell.Kind.USUAL, start=since, reason=reason_code,
            source="staff",
        )
    )  # fmt: skip


def end_stay_on(spell: Spell, end: dt.date, change: Recorder, field: str = "end") -> None:
    """End an open stay; `end` is the first day not lived there. Raises Refused naming `field`."""
    check_end(spell, end, field)
    change.update(spell, end=end)


def check_end(spell: Spell, end: dt.date, field: str = "end") -> None:
    """Whether a stay can end on this day. Raises Refused naming `field`."""
    if spell.end is not None:
        raise Refused(_("This stay has ended already."))
    if spell.start is not None and end <= spell.start:
        raise Refused(_("The stay began on {day}: it can end on a later day only.").format(day=spell.start), field)


def join(household: Household, person_id: uuid.UUID, relation: str, since: dt.date | None, change: Recorder) -> Member:
    """Make somebody a member of a household."""
    return change.create(
        Member(household=household, person_id=person_id, side=household.side, relation=relation, joined_on=since)
    )


def leave(
    household: Household,
    leaving: Sequence[Member],
    end: dt.date,
    change: Recorder,
    *,
    new_head_id: uuid.UUID | None = None,
    relations: Mapping[str, str] | None = None,
) -> None:
    """End memberships of one household. The last to leave ends it; when its head leaves others, one of them succeeds.

    Raises Refused when that one is not named.
    """
    for member in leaving:
        change.update(member, left_on=max(end, member.joined_on or end))
    others = [member for member in turns.rows(Member, "household_id", [household.pk]) if member.left_on is None]
    if not others:
        change.update(household, ended_on=max(end, household.formed_on or end))
    elif any(member.relation == HEAD for member in leaving):
        succeed(others, new_head_id, relations or {}, change)


def succeed(
    members: Sequence[Member], new_head_id: uuid.UUID | None, relations: Mapping[str, str], change: Recorder
) -> None:
    """Make one of the members the head and set the relationships of the others to them: as given, else what follows."""
    head = successor(members, new_head_id)
    others = [member for member in members if member is not head]
    kin = _kin(members) if any(str(other.person_id) not in relations for other in others) else {}
    for other in others:  # first: no household has two heads at any moment
        given = relation_of(relations, other.person_id)
        follows = to_new_head(kin[other.pk], kin[head.pk]) if str(other.person_id) not in relations else ""
        change.update(other, relation=given or follows)
    change.update(head, relation=HEAD)


def _kin(members: Sequence[Member]) -> dict[uuid.UUID, Kin]:
    """What each member was to the head before. One query."""
    people = Person.objects.in_bulk([member.person_id for member in members])
    return {
        member.pk: Kin(
            member.relation, people[member.person_id].sex,
            people[member.person_id].birth_date if people[member.person_id].birth_precision == "day" else None,
        )
        for member in members
    }  # fmt: skip


def successor(members: Sequence[Member], new_head_id: uuid.UUID | None) -> Member:
    """The one of the members who is named as the new head. Raises Refused when none of them is."""
    head = next((member for member in members if member.person_id == new_head_id), None)
    if head is None:
        raise Refused(_("The head of the household leaves: name who becomes the head."), "new_head_id")
    return head


def relation_of(relations: Mapping[str, str], person_id: uuid.UUID) -> str:
    """The relationship given for somebody who is not the head; '' where none is. Raises Refused."""
    relation = relations.get(str(person_id), "")
    if relation and (relation not in code_list("relation").codes or relation == HEAD):
        raise Refused(_("Choose the relationship to the new head from the list."), "relations")
    return relation


def present_members(household: Household, person_ids: Sequence[uuid.UUID]) -> list[Member]:
    """The present members among these persons, in the order given. Raises Refused when one of them is none."""
    return those_of(list(Member.objects.filter(household=household, left_on__isnull=True)), person_ids)


def those_of(members: Sequence[Member], person_ids: Sequence[uuid.UUID]) -> list[Member]:
    """Those of the present members, in the order given. Raises Refused when one of the persons is none of them."""
    found = {row.person_id: row for row in members}
    if not person_ids:
        raise Refused(_("Choose at least one person."), "who")
    if any(person not in found for person in person_ids):
        raise Refused(_("Somebody of these has left the household already. Open the card again."), "who")
    return [found[person] for person in dict.fromkeys(person_ids)]


def usual_stays(person_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Spell]:
    """The open usual residence of each person who has one."""
    rows = Spell.objects.select_related("dwelling").filter(
        person_id__in=list(person_ids), kind=Spell.Kind.USUAL, end__isnull=True
    )
    return {row.person_id: row for row in rows}


def join_registered(
    dwelling: Dwelling, person_id: uuid.UUID, relation: str, since: dt.date | None, change: Recorder
) -> None:
    """Make somebody a member of the registered household of a dwelling; the first one there heads it."""
    registered = Household.Side.REGISTERED
    if Member.objects.filter(person_id__in=ids_of(person_id), side=registered, left_on__isnull=True).exists():
        return
    there = Household.objects.filter(dwelling=dwelling, side=registered, ended_on__isnull=True).first()
    if there is None:
        there = change.create(Household(dwelling=dwelling, side=registered, formed_on=since))
        relation = HEAD
    elif relation == HEAD:
        relation = ""
    join(there, person_id, relation, since, change)


def leave_registered(
    person: Person, end: dt.date, change: Recorder, *, unless_under: str = "", unless_at: Dwelling | None = None
) -> None:
    """End the membership of a registered household, unless it lies under a code or in a dwelling.

    Who heads it then is decided at the registration, not at the door: without a head it is a finding of the checks.
    """
    rows = Member.objects.select_related("household__dwelling")
    for member in rows.filter(person__in=person.ids, side=Household.Side.REGISTERED, left_on__isnull=True):
        dwelling = member.household.dwelling
        if dwelling == unless_at or (unless_under and dwelling.place_code.startswith(unless_under)):
            continue
        change.update(member, left_on=max(end, member.joined_on or end))
        if not Member.objects.filter(household=member.household, left_on__isnull=True).exists():
            change.update(member.household, ended_on=max(end, member.household.formed_on or end))
