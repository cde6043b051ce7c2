"""Make, correct, freeze, give out, take back, cancel and sign off a campaign. Each step may be taken back while nothing has
been collected."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.fieldwork.campaigns import drawing, frames, policies, reckoning, selectors
from domicile.apps.fieldwork.campaigns.answering import answering
from domicile.apps.fieldwork.campaigns.kind import KIND
from domicile.apps.fieldwork.campaigns.models import Campaign, Door, Figure, Intention, OnFile
from domicile.apps.places.visits import walk_key
from domicile.apps.tasks.giving import give_out as make_tasks
from domicile.apps.tasks.giving import take_back as take_tasks
from domicile.apps.tasks.models import Task

MAKE, CORRECT, GIVE_OUT = "campaigns.make", "campaigns.correct", "campaigns.give_out"
TAKE_BACK, CANCEL, CLOSE = "campaigns.take_back", "campaigns.cancel", "campaigns.close"
State = Campaign.State
ONE_STATEMENT = 2_000


@dataclass(frozen=True)
class Plan:
    """Name, area, moment, period of work and number of parts of a campaign."""

    name: str
    scope: str
    reference_on: dt.date
    starts_on: dt.date
    ends_on: dt.date
    parts: int = 1


def make(*, actor: Viewer, plan: Plan) -> Campaign:
    """Make a campaign, which does nothing yet. Raises Refused naming the argument, NotAllowed outside the areas."""
    _check(actor, plan)
    made = Campaign(**_values(plan))
    with recording(
        actor=actor, action=MAKE, subject_kind="campaign", subject_id=made.pk, place_code=plan.scope
    ) as change:
        return change.create(made)


def correct(*, actor: Viewer, campaign_id: uuid.UUID, plan: Plan) -> Campaign:
    """Correct a campaign whose frame is not frozen."""
    with transaction.atomic():
        campaign = _locked(actor, campaign_id)
        policies.check_state(campaign, _("The frame is frozen: take that back first."), State.DRAFT)
        _check(actor, plan)
        with _recording(actor, CORRECT, campaign) as change:
            return change.update(campaign, **_values(plan))


def freeze(*, actor: Viewer, campaign_id: uuid.UUID, seed: str) -> Campaign:
    """Freeze the dwellings in use and who is on file in them, and draw order and parts with the seed."""
    seed = seed.strip()
    if not 1 <= len(seed) <= 64 or any(not character.isprintable() for character in seed):
        raise Refused(_("Give a seed of 1 to 64 letters or digits."), "seed")
    with transaction.atomic():
        campaign = _locked(actor, campaign_id)
        policies.check_state(campaign, _("The frame is frozen already."), State.DRAFT)
        places = dict(frames.standing(campaign.scope).order_by().values_list("pk", "place_code"))
        if not places:
            raise Refused(_("There is no dwelling in this area."), "seed")
        text = drawing.frame_text(seed, campaign.reference_on, places)
        with _recording(actor, frames.FREEZE, campaign) as change:
            change.update(
                campaign, state=State.FROZEN, seed=seed, digest=drawing.digest(text), frozen_at=timezone.now()
            )
        doors = [
            Door(campaign=campaign, dwelling_id=dwelling, place_code=places[dwelling], number=number, part=part)
            for dwelling, number, part in drawing.drawn(seed, places, campaign.parts)
        ]
        Door.objects.bulk_create(doors, batch_size=ONE_STATEMENT)
        _keep_on_file(campaign)
    return campaign


def _keep_on_file(campaign: Campaign) -> None:
    """Who usually lives behind the doors at the moment, in one statement."""
    rows = frames.living(campaign.scope, campaign.reference_on).filter(dwelling__campaign_doors__campaign=campaign)
    found, values = (
        rows.order_by().values_list("dwelling__campaign_doors__pk", "person_id").distinct().query.sql_with_params()
    )
    table = connection.ops.quote_name(OnFile._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} (door_id, person_id) {found}", values)


def give_out(*, actor: Viewer, campaign_id: uuid.UUID, today: dt.date) -> int:
    """Make the task of each door that has none, for who answers for its building; returns how many were made.

    May be done again at any time: nothing is made twice, and tasks that are there stay with who has them.
    """
    with transaction.atomic():
        campaign = _locked(actor, campaign_id)
        policies.check_state(campaign, _("First freeze the frame."), State.FROZEN, State.RUNNING)
        if campaign.ends_on < today:
            raise Refused(_("The period of work is over. Take the frame back, and give another period."))
        answers = answering(campaign.scope, today)
        rows = Door.objects.filter(campaign=campaign, task=None).annotate(walk=walk_key("dwelling__"))
        tasks = (
            Task(
                kind=KIND, subject_kind="dwelling", subject_id=dwelling, occurrence=campaign.pk.hex, place_code=place,
                stop_id=building, walk=walk, opened_on=campaign.starts_on, due_on=campaign.ends_on, reason=campaign.name,
                worker=answers.of(place, building, unit).account,
            )
            for dwelling, place, building, unit, walk in rows.order_by("number").values_list(
                "dwelling_id", "place_code", "dwelling__building_id", "dwelling__unit", "walk"
            )
        )  # fmt: skip
        made = make_tasks(actor=actor, source=KIND, tasks=tasks, place_code=campaign.scope)
        own = Task.objects.filter(kind=KIND, occurrence=campaign.pk.hex, subject_id=OuterRef("dwelling_id"))
        Door.objects.filter(campaign=campaign, task=None).update(task=Subquery(own.values("pk")[:1]))
        with _recording(actor, GIVE_OUT, campaign) as change:
            change.update(campaign, state=State.RUNNING)
    return made


def take_back(*, actor: Viewer, campaign_id: uuid.UUID) -> Campaign:
    """Take the last step back: the tasks, or else the frame. Raises Refused once something has been collected."""
    with transaction.atomic():
        campaign = _untouched(actor, campaign_id)
        policies.check_state(campaign, _("There is nothing to take back."), State.FROZEN, State.RUNNING)
        with _recording(actor, TAKE_BACK, campaign) as change:
            if campaign.state == State.RUNNING:
                _take_tasks(actor, campaign)
                return change.update(campaign, state=State.FROZEN)
            _drop_frame(campaign)
            return change.update(campaign, state=State.DRAFT, seed="", digest="", frozen_at=None)


def cancel(*, actor: Viewer, campaign_id: uuid.UUID, reason: str) -> Campaign:
    """Call a campaign off, with its tasks and its frame. Raises Refused once something has been collected."""
    if not reason.strip():
        raise Refused(_("Say why the campaign is called off."), "reason")
    with transaction.atomic():
        campaign = _untouched(actor, campaign_id)
        policies.check_state(campaign, _("It is over already."), State.DRAFT, State.FROZEN, State.RUNNING)
        with _recording(actor, CANCEL, campaign, _text(reason)) as change:
            _take_tasks(actor, campaign)
            _drop_frame(campaign)
            return change.update(campaign, state=State.CANCELLED, note=_text(reason))


def close(*, actor: Viewer, campaign_id: uuid.UUID, note: str, today: dt.date) -> Campaign:
    """Sign a campaign off: its figures are kept as they stand, what is still open leaves the lists of tasks.

    Doors without an outcome stay in the list of the campaign. Intentions go; how many there were stays.
    """
    with transaction.atomic():
        campaign = _locked(actor, campaign_id)
        policies.check_state(campaign, _("Only a campaign under way is signed off."), State.RUNNING)
        if today < campaign.starts_on:
            raise Refused(_("The period of work has not begun. A campaign that is not wanted is called off."))
        kept = list(reckoning.figures(actor, campaign))
        kept += [
            (campaign.scope, f"plan_{plan}_{told}", count)
            for plan, told, count in selectors.intention_counts(actor, campaign)
        ]
        Figure.objects.bulk_create(
            [
                Figure(campaign=campaign, place_code=place, measure=measure, count=count)
                for place, measure, count in kept
            ]
        )
        left = list(Task.objects.filter(campaign_door__campaign=campaign, state=Task.State.OPEN).select_for_update())
        with _recording(actor, CLOSE, campaign, _text(note)) as change:
            change.update_many(left, state=Task.State.CANCELLED, closed_on=today, next_try_on=None, next_try_part="")
            change.update(
                campaign, state=State.CLOSED, closed_on=today, closed_by=actor.user_id, closed_by_name=actor.name,
                note=_text(note),
            )  # fmt: skip
        Intention.objects.filter(door__campaign=campaign).delete()
    return campaign


def _check(actor: Viewer, plan: Plan) -> None:
    if not actor.may(policies.LEAD) or not actor.covers(plan.scope):
        raise NotAllowed(policies.LEAD)
    if len(plan.scope) not in policies.SCOPES:
        raise Refused(_("A campaign is made over a township, a community or a grid."), "scope")
    if not plan.name.strip():
        raise Refused(_("Give it a name."), "name")
    if plan.starts_on < plan.reference_on:
        raise Refused(_("Work begins at the moment or after it; before it only intentions are asked."), "starts_on")
    if plan.ends_on < plan.starts_on:
        raise Refused(_("The last day must not lie before the first one."), "ends_on")
    if not 1 <= plan.parts <= drawing.PARTS_MOST:
        raise Refused(_("Give 1 to {most} parts.").format(most=drawing.PARTS_MOST), "parts")


def _values(plan: Plan) -> dict[str, object]:
    return {
        "name": without_numbers(plan.name.strip())[:80], "scope": plan.scope, "reference_on": plan.reference_on,
        "starts_on": plan.starts_on, "ends_on": plan.ends_on, "parts": plan.parts,
    }  # fmt: skip


def _recording(actor: Viewer, action: str, campaign: Campaign, reason: str = ""):  # type: ignore[no-untyped-def]
    return recording(
        actor=actor, action=action, subject_kind="campaign", subject_id=campaign.pk, place_code=campaign.scope,
        reason=reason,
    )  # fmt: skip


def _locked(actor: Viewer, campaign_id: uuid.UUID) -> Campaign:
    found = selectors.campaign(actor, campaign_id)
    policies.check_lead(actor, found)
    return Campaign.objects.select_for_update().get(pk=found.pk)


def _untouched(actor: Viewer, campaign_id: uuid.UUID) -> Campaign:
    campaign = _locked(actor, campaign_id)
    if selectors.collected(campaign):
        raise Refused(_("Something has been collected already: the campaign is worked to its end and signed off."))
    return campaign


def _take_tasks(actor: Viewer, campaign: Campaign) -> None:
    rows = Task.objects.filter(campaign_door__campaign=campaign)
    take_tasks(actor=actor, tasks=rows, subject_id=campaign.pk, place_code=campaign.scope)


def _drop_frame(campaign: Campaign) -> None:
    OnFile.objects.filter(door__campaign=campaign).delete()
    Door.objects.filter(campaign=campaign).delete()


def _text(text: str) -> str:
    return without_numbers(text.strip())[:200]
