"""Say what was found at a door, and what somebody intends. The register changes through proposals alone.

How a door came out stands in its task; who was found in a visit with whom it confirmed; who left, and what became of the
dwelling, in proposals. So phone, page and paper are counted alike.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import recording
from domicile.apps.collect.actions import Subject, propose
from domicile.apps.collect.models import Proposal
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.fieldwork.campaigns import policies, selectors
from domicile.apps.fieldwork.campaigns.models import Campaign, Door, Intention, OnFile
from domicile.apps.fieldwork.visits.entering import enter_visit
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.people.actions import EndStay, LeaveHousehold
from domicile.apps.people.models import Household, Member, Spell
from domicile.apps.places import handlers as places
from domicile.apps.places.actions import DemolishDwelling, SetParticulars
from domicile.apps.places.models import Dwelling
from domicile.apps.tasks.actions import record_outcome
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.policies import part_of
from domicile.apps.vault.sealing import seal

FOUND, ASK, TELL = "campaigns.found", "campaigns.ask", "campaigns.tell"
LEAVE, END = "people.leave_household", "people.end_stay"
MET = "met"
DONE = (MET, Door.Found.VACANT.value, Door.Found.DEMOLISHED.value)
#: What can be told at a door.
OUTCOMES = (*DONE, "not_at_home", "refused", "wrong_address")
LONGEST = 60


@dataclass(frozen=True)
class Checked:
    """What was found at a door: the answer, whom was found of those on file, and since when the others are gone.

    Without a day (`left_on`) nobody is proposed as having left: they only stand in the list of who was not found.
    """

    outcome: str
    confirmed: Collection[uuid.UUID] = ()
    left_on: dt.date | None = None


@dataclass
class Noted:
    """What became of it: the door, the proposals made, and what could not be proposed, in words."""

    door: Door
    proposed: list[Proposal] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def check(
    *, actor: Viewer, campaign_id: uuid.UUID, dwelling_id: uuid.UUID, checked: Checked, moment: dt.datetime
) -> Noted:
    """Note what was found at a door at `moment` (local time), and propose what follows for the register.

    Raises Refused where the door has its outcome already, or the moment is outside the period of work.
    """
    if checked.outcome not in OUTCOMES:
        raise Refused(_("Choose from the list."), "outcome")
    with transaction.atomic():
        campaign = selectors.campaign(actor, campaign_id)
        door = selectors.door(actor, campaign, dwelling_id, lock=True)
        task = _task(actor, campaign, door, moment.date())
        if checked.outcome in Visit.Outcome.values:
            _visited(actor, door, task, checked, moment)
        else:
            record_outcome(actor=actor, task_id=task.pk, outcome=Task.Outcome.DONE, moment=moment)
        _found(actor, door, checked)
        task.refresh_from_db()
    noted = Noted(door)
    if checked.outcome in DONE:
        _propose_what_follows(actor, noted, checked, moment.date())
    return noted


def _visited(actor: Viewer, door: Door, task: Task, checked: Checked, moment: dt.datetime) -> None:
    """Keep the visit, which answers the open tasks of the door, the campaign's among them."""
    visit = enter_visit(
        actor=actor, place=door.dwelling, visited_on=moment.date(), outcome=checked.outcome, part_of_day=part_of(moment),
        notice_left=checked.outcome == Visit.Outcome.NOT_AT_HOME, confirmed=checked.confirmed,
    )  # fmt: skip
    if not task.attempts.filter(source=visit.pk).exists():
        raise Refused(_("The task of this door cannot come out so. Tell the community."))


def _found(actor: Viewer, door: Door, checked: Checked) -> None:
    """Say more of a door that was done: vacant, gone, or lived in by others than those on file."""
    found = checked.outcome if checked.outcome in Door.Found.values else ""
    if checked.outcome == MET and not checked.confirmed and OnFile.objects.filter(door=door).exists():
        found = Door.Found.OTHERS
    if found != door.found:
        with recording(
            actor=actor, action=FOUND, subject_kind="dwelling", subject_id=door.dwelling_id, place_code=door.place_code
        ) as change:
            change.update(door, found=found)


def _task(actor: Viewer, campaign: Campaign, door: Door, day: dt.date) -> Task:
    """The open task of a door of a campaign under way."""
    if not policies.may_check(actor, door.place_code):
        raise NotAllowed(policies.WORK)
    policies.check_state(campaign, _("This campaign is not under way."), Campaign.State.RUNNING)
    if day < campaign.starts_on:
        raise Refused(_("The period of work begins on {day}.").format(day=campaign.starts_on.isoformat()), "day")
    if door.task is None:
        raise Refused(_("This door has no task. Give out the tasks once more."))
    if door.task.state != Task.State.OPEN:
        raise Refused(_("This door has its outcome already. Take it back first, under “Closed lately” of the tasks."))
    return door.task


def _propose_what_follows(actor: Viewer, noted: Noted, checked: Checked, day: dt.date) -> None:
    """Who left, and what became of the dwelling; what cannot be proposed is told and stops nothing."""
    home = noted.door.dwelling
    gone = _missing(noted.door, checked)
    if gone and checked.left_on is not None:
        _leaving(actor, noted, home, gone, checked.left_on)
    if checked.outcome == Door.Found.VACANT and home.use != Dwelling.Use.VACANT:
        area = "" if home.floor_area is None else str(home.floor_area)
        _propose(actor, noted, places.SET_PARTICULARS, Subject("dwelling", home.pk, home.place_code),
                 SetParticulars(home.pk, Dwelling.Use.VACANT, area, home.rooms))  # fmt: skip
    if checked.outcome == Door.Found.DEMOLISHED and home.in_use_to is None:
        _propose(actor, noted, places.DEMOLISH_DWELLING, Subject("dwelling", home.pk, home.place_code),
                 DemolishDwelling(home.pk, checked.left_on or day))  # fmt: skip


def _missing(door: Door, checked: Checked) -> set[uuid.UUID]:
    """Who was on file behind the door and was not found."""
    known = set(OnFile.objects.filter(door=door).values_list("person_id", flat=True))
    return known - set(checked.confirmed if checked.outcome == MET else ())


def _leaving(actor: Viewer, noted: Noted, home: Dwelling, gone: set[uuid.UUID], day: dt.date) -> None:
    """One proposal a household, and one for each who belongs to none."""
    rows = Member.objects.filter(household__dwelling=home, side=Household.Side.LIVING, left_on=None, person__in=gone)
    members: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for household, person in rows.order_by("pk").values_list("household_id", "person_id"):
        members[household].append(person)
    for household, persons in members.items():
        subject = Subject("household", household, home.place_code)
        _propose(actor, noted, LEAVE, subject, LeaveHousehold(household, tuple(persons), day))
    alone = gone - {person for persons in members.values() for person in persons}
    stays = Spell.objects.filter(person__in=alone, dwelling=home, end=None, kind=Spell.Kind.USUAL)
    for stay in stays.order_by("pk"):
        _propose(actor, noted, END, Subject("person", stay.person_id, home.place_code), EndStay(stay.pk, day))


def _propose(actor: Viewer, noted: Noted, action: str, subject: Subject, arguments: Any) -> None:
    try:
        with transaction.atomic():
            noted.proposed.append(
                propose(actor=actor, action=action, subject=subject, arguments=arguments, reason=_reason(noted.door))
            )
    except Refused as refusal:
        noted.problems.append(str(refusal.message))
    except (OutOfReach, NotAllowed):
        noted.problems.append(_("You may not propose this change. Tell the community."))


def _reason(door: Door) -> str:
    return _("Campaign: {name}").format(name=door.campaign.name)[:200]


@dataclass(frozen=True)
class Said:
    """What somebody says about after the holiday, of their own will."""

    person_id: uuid.UUID
    plan: str
    destination: str = ""


def ask(
    *, actor: Viewer, campaign_id: uuid.UUID, dwelling_id: uuid.UUID, said: Collection[Said], today: dt.date
) -> int:
    """Note intentions before work begins; returns how many. Who says nothing has no row, and nothing follows."""
    with transaction.atomic():
        campaign = selectors.campaign(actor, campaign_id)
        door = selectors.door(actor, campaign, dwelling_id, lock=True)
        if not policies.may_check(actor, door.place_code):
            raise NotAllowed(policies.WORK)
        policies.check_state(campaign, _("This campaign is over."), Campaign.State.FROZEN, Campaign.State.RUNNING)
        if today >= campaign.reference_on:
            raise Refused(_("Intentions are asked before the moment; after it, what became of them is told."))
        known = set(OnFile.objects.filter(door=door).values_list("person_id", flat=True))
        held = {row.person_id: row for row in Intention.objects.filter(door=door)}
        with recording(
            actor=actor, action=ASK, subject_kind="dwelling", subject_id=dwelling_id, place_code=door.place_code
        ) as change:
            for one in said:
                if one.person_id not in known or one.plan not in {"", *Intention.Plan.values}:
                    raise Refused(_("Choose from the list."), "plan")
                row = held.get(one.person_id)
                if row is not None:
                    change.delete(row)
                if one.plan:
                    row = Intention(door=door, person_id=one.person_id, plan=one.plan, asked_on=today)
                    text = (
                        without_numbers(one.destination.strip())[:LONGEST] if one.plan in {"back", "elsewhere"} else ""
                    )
                    row.destination = seal(row, "destination", text)
                    change.create(row)
    return sum(1 for one in said if one.plan)


def tell(
    *, actor: Viewer, campaign_id: uuid.UUID, dwelling_id: uuid.UUID, told: dict[uuid.UUID, str], today: dt.date
) -> int:
    """Note after the moment what became of intentions, by person; returns how many are told now."""
    with transaction.atomic():
        campaign = selectors.campaign(actor, campaign_id)
        door = selectors.door(actor, campaign, dwelling_id, lock=True)
        if not policies.may_check(actor, door.place_code):
            raise NotAllowed(policies.WORK)
        policies.check_state(campaign, _("This campaign is not under way."), Campaign.State.RUNNING)
        if today < campaign.starts_on:
            raise Refused(_("The period of work begins on {day}.").format(day=campaign.starts_on.isoformat()))
        rows = list(Intention.objects.filter(door=door, person__in=told).order_by("pk"))
        with recording(
            actor=actor, action=TELL, subject_kind="dwelling", subject_id=dwelling_id, place_code=door.place_code
        ) as change:
            for row in rows:
                kept = told[row.person_id]
                if kept not in {"", *Intention.Kept.values}:
                    raise Refused(_("Choose from the list."), "kept")
                change.update(row, kept=kept, kept_on=today if kept else None)
    return sum(1 for row in rows if row.kept)
