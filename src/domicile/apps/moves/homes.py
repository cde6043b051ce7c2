"""Households on either side of a move: who leaves one, who joins one, who comes back to one.

A missing word about heads never holds up an arrival: a household without a head is a finding of `domicile check people`.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import ground
from domicile.apps.moves.policies import Ends
from domicile.apps.people.actions.residence import join, leave, relation_of
from domicile.apps.people.models import HEAD, Household, Member
from domicile.apps.people.scope import household_in_scope
from domicile.apps.places.models import Dwelling

LIVING = Household.Side.LIVING


def living_members(person_ids: Sequence[uuid.UUID]) -> list[Member]:
    """The present memberships of living households of these persons, with their households."""
    present = [row for row in ground.members_of(person_ids) if row.left_on is None]
    order = {person: place for place, person in enumerate(person_ids)}
    return sorted(present, key=lambda row: order[row.person_id])


def leave_homes(
    person_ids: Sequence[uuid.UUID], day: dt.date, change: Recorder, *, new_head_id: uuid.UUID | None = None,
    but: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """End the living memberships of these persons on a day, except those of the household `but`."""
    groups: dict[uuid.UUID, list[Member]] = {}
    for member in living_members(person_ids):
        if member.household_id != but:
            groups.setdefault(member.household_id, []).append(member)
    for household_id, leaving in groups.items():
        staying = [member for member in ground.members_in(household_id) if member not in leaving]
        if _headless(leaving, staying, new_head_id):
            for member in leaving:
                change.update(member, left_on=max(day, member.joined_on or day))
        else:
            leave(leaving[0].household, leaving, day, change, new_head_id=new_head_id)


def _headless(leaving: Sequence[Member], staying: Iterable[Member], new_head_id: uuid.UUID | None) -> bool:
    """Whether the head leaves others behind and none of them was named to succeed."""
    if not any(member.relation == HEAD for member in leaving):
        return False
    others = {member.person_id for member in staying}
    return bool(others) and new_head_id not in others


def check_successor(household: Household, person_ids: Sequence[uuid.UUID], new_head_id: uuid.UUID | None) -> None:
    """Whether the household has a head when these have left. Raises Refused."""
    members = ground.members_in(household.pk)
    leaving = [member for member in members if member.person_id in set(person_ids)]
    if _headless(leaving, [member for member in members if member not in leaving], new_head_id):
        raise Refused(_("The head of the household leaves: name who becomes the head."), "new_head_id")


def settle(
    actor: Viewer, dwelling: Dwelling, person_ids: Sequence[uuid.UUID], day: dt.date, change: Recorder, *,
    into_id: uuid.UUID | None = None, head_id: uuid.UUID | None = None, relations: Mapping[str, str] | None = None,
    own_id: uuid.UUID | None = None,
) -> Household:  # fmt: skip
    """The household at the dwelling that they belong to from the day on: the one named, or their own (`own_id`). Raises Refused."""
    target = None
    if into_id is not None:
        target = household_in_scope(actor, into_id, lock=True)
        if target.side != LIVING or target.ended_on is not None or target.dwelling_id != dwelling.pk:
            raise Refused(_("That household lives elsewhere by now. Choose again."), "where")
    return settle_there(
        dwelling, person_ids, day, change, into=target, head_id=head_id, relations=relations, own_id=own_id
    )


def relations_now(person_ids: Sequence[uuid.UUID]) -> tuple[uuid.UUID | None, dict[str, str]]:
    """Who of them heads their household now, and what the others are to that head: kept when they move together."""
    members = living_members(person_ids)
    head = next((member.person_id for member in members if member.relation == HEAD), None)
    if head is None:
        return None, {}
    return head, {str(member.person_id): member.relation for member in members if member.relation not in {HEAD, ""}}


def unsettle(person_ids: Sequence[uuid.UUID], dwelling_id: uuid.UUID | None, day: dt.date, change: Recorder) -> None:
    """Take back that they joined a household there on the day: it was never so."""
    for member in living_members(person_ids):
        household = member.household
        if household.dwelling_id != dwelling_id or member.joined_on != day:
            continue
        _never_joined(member, change)


def _never_joined(member: Member, change: Recorder) -> None:
    """Take a membership back, and the household that began with it and has nobody else."""
    household = member.household
    change.delete(member)
    if Member.objects.filter(household=household).exists() or household.formed_on != member.joined_on:
        return
    if household.moves.exists():  # a move that came to nothing was declared from it
        change.update(household, ended_on=household.formed_on)
    else:
        change.delete(household)


def come_home(
    home: Household | None, dwelling: Dwelling | None, person_ids: Sequence[uuid.UUID], day: dt.date, change: Recorder, *,
    never_left: bool,
) -> None:  # fmt: skip
    """Have them belong to the household that they left, from `day` on; `never_left`: as if they had not.

    Where it has ended since they form their own at the dwelling.
    """
    absent = [person for person in person_ids if person not in {row.person_id for row in living_members(person_ids)}]
    if not absent or dwelling is None:
        return
    rows = {
        row.person_id: row for row in Member.objects.filter(household=home, person_id__in=absent).order_by("left_on")
    }
    if home is not None and never_left and home.ended_on is not None:
        change.update(home, ended_on=None)
    if home is None or (home.ended_on is not None):
        _own_home(dwelling, absent, rows, day, change)
        return
    headed = Member.objects.filter(household=home, left_on__isnull=True, relation=HEAD).exists()
    for person in absent:
        before = rows.get(person)
        relation = before.relation if before is not None and not (before.relation == HEAD and headed) else ""
        headed = headed or relation == HEAD
        if before is not None and never_left:
            change.update(before, left_on=None, relation=relation)
        else:
            join(home, person, relation, day, change)


def _own_home(
    dwelling: Dwelling,
    person_ids: Sequence[uuid.UUID],
    rows: Mapping[uuid.UUID, Member],
    day: dt.date,
    change: Recorder,
) -> None:
    own = change.create(Household(dwelling=dwelling, side=LIVING, formed_on=day))
    head = next((person for person in person_ids if person in rows and rows[person].relation == HEAD), person_ids[0])
    for person in person_ids:
        relation = rows[person].relation if person in rows and head in rows and rows[head].relation == HEAD else ""
        join(own, person, HEAD if person == head else relation, day, change)


def settle_there(
    dwelling: Dwelling, person_ids: Sequence[uuid.UUID], day: dt.date, change: Recorder, *, into: Household | None,
    head_id: uuid.UUID | None = None, relations: Mapping[str, str] | None = None, own_id: uuid.UUID | None = None,
) -> Household:  # fmt: skip
    """Have them belong to the household that was chosen on arrival, or to their own, whoever answers for that place."""
    given = relations or {}
    if into is not None and into.ended_on is None:
        for person in person_ids:
            join(into, person, relation_of(given, person), day, change)
        return into
    own = change.create(Household(pk=own_id or new_id(), dwelling=dwelling, side=LIVING, formed_on=day))
    head = head_id if head_id in person_ids else person_ids[0]
    for person in person_ids:
        join(own, person, HEAD if person == head else relation_of(given, person), day, change)
    return own


def shift(
    person_ids: Sequence[uuid.UUID], ends: Ends, was: dt.date | None, day: dt.date, change: Recorder, *,
    dead: Collection[uuid.UUID] = (),
) -> None:  # fmt: skip
    """Memberships that ended or began on the day of a move follow it when it is corrected.

    Those of the dead who turn out not to have lived to that day are taken back.
    """
    for row in ground.members_of(person_ids):
        if row.joined_on == was and row.household.dwelling_id == ends.destination.dwelling_id:
            household = row.household
            if row.left_on is not None and row.left_on <= day and row.person_id in dead:
                _never_joined(row, change)
                continue
            if row.left_on is not None and row.left_on < day:
                raise Refused(
                    _("They left that household again on {day}: give an earlier day.").format(day=row.left_on), "day"
                )
            if household.formed_on == was:
                change.update(household, formed_on=day)
            change.update(row, joined_on=day)
    for row in ground.members_of(person_ids):
        if row.left_on == was and row.household.dwelling_id == ends.origin.dwelling_id:
            if row.household.ended_on == was:
                change.update(row.household, ended_on=day)
            change.update(row, left_on=max(day, row.joined_on or day))
