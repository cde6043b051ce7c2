"""Begin and close a clean-up, say how a case came out, take that back, sign an area off.

No action here writes to a person, a household, a stay or a registration: what has to change there is changed on the cards,
and the case follows. A registration is never ended by a list (P-1).
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.audit.reversal import ChangedSince, reverse
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.people.models import Person
from domicile.apps.people.scope import codes_of, person_in_scope
from domicile.apps.quality.cleanup import policies, selectors
from domicile.apps.quality.cleanup.facts import facts_of, lacking
from domicile.apps.quality.cleanup.kind import KIND
from domicile.apps.quality.cleanup.lists import lists
from domicile.apps.quality.cleanup.models import CleanupCase, CleanupRound, CleanupSignOff
from domicile.apps.tasks import registry as tasks
from domicile.apps.tasks.actions import NewTask, made_from
from domicile.apps.tasks.models import Task
from domicile.core.policy.parameters import parameter

BEGIN, CLOSE, REOPEN = "cleanup.begin", "cleanup.close", "cleanup.reopen"
SAY, TAKE_BACK, ADD = "cleanup.say", "cleanup.take_back", "cleanup.add"
SIGN, UNSIGN = "cleanup.sign", "cleanup.unsign"
LONGEST = 200
#: Lists that somebody is put on by hand, where the register cannot know.
BY_HAND = ("children", "papers", "cancel", "absent", "present", "elsewhere", "abroad")
State = CleanupCase.State


@dataclass(frozen=True)
class Plan:
    """Name, area and reference day of a clean-up."""

    name: str
    scope: str
    reference_on: dt.date


def begin(*, actor: Viewer, plan: Plan, today: dt.date) -> CleanupRound:
    """Begin a clean-up, whose cases are made next. Raises Refused naming the argument, NotAllowed outside the areas."""
    if not actor.may(policies.LEAD) or not actor.covers(plan.scope):
        raise NotAllowed(policies.LEAD)
    if len(plan.scope) not in policies.SCOPES:
        raise Refused(_("A clean-up is made over a county, a township, a community or a grid."), "scope")
    name = without_numbers(" ".join(plan.name.split()))[:80]
    if not name:
        raise Refused(_("Give it a name."), "name")
    made = CleanupRound(
        name=name, scope=plan.scope, reference_on=plan.reference_on, owner=actor.user_id, owner_name=actor.name, begun_on=today
    )  # fmt: skip
    with _of_round(actor, BEGIN, made) as change:
        return change.create(made)


def close(*, actor: Viewer, round_id: uuid.UUID, today: dt.date) -> CleanupRound:
    """Close a clean-up: nothing is said of its cases any more. Taken back by `reopen`. Raises Refused, NotAllowed, OutOfReach."""
    with transaction.atomic():
        of = _led(actor, round_id)
        policies.check_open(of)
        with _of_round(actor, CLOSE, of) as change:
            return change.update(of, state=CleanupRound.State.CLOSED, closed_on=today)


def reopen(*, actor: Viewer, round_id: uuid.UUID) -> CleanupRound:
    """Open a closed clean-up again. Raises Refused, NotAllowed, OutOfReach."""
    with transaction.atomic():
        of = _led(actor, round_id)
        if of.state == CleanupRound.State.OPEN:
            raise Refused(_("This clean-up is open."))
        with _of_round(actor, REOPEN, of) as change:
            return change.update(of, state=CleanupRound.State.OPEN, closed_on=None)


def say(*, actor: Viewer, case_id: uuid.UUID, outcome: str, note: str, today: dt.date) -> CleanupCase:
    """Say how a case came out. What does not settle it keeps it open, with a task at the door where one is known.

    Raises Refused where the register does not show what the outcome needs, above all a registration (facts.lacking), or
    somebody said something meanwhile; NotAllowed, OutOfReach.
    """
    with transaction.atomic():
        case = _worked(actor, case_id)
        if case.state in (State.DONE, State.GONE):
            raise Refused(_("This case is settled already. Take that back first."))
        listed = lists()[case.listed]
        chosen = listed.outcome(outcome)
        if chosen is None:
            raise Refused(_("Choose how it came out."), "outcome")
        first = lacking(listed, chosen, facts_of(case))
        if first:
            raise Refused(str(first), "outcome")
        told = _note(note)
        with _of_case(actor, SAY, case, told) as change:
            task = case.task if chosen.settles else _task_for(change, case, today)
            if chosen.settles:
                _free(change, case, today)
            return change.update(
                case, outcome=outcome, note=told, state=State.DONE if chosen.settles else State.WAITING, task=task,
                said_by=actor.user_id, said_by_name=actor.name, said_on=today, closed_on=today if chosen.settles else None,
            )  # fmt: skip


def take_back(*, actor: Viewer, case_id: uuid.UUID) -> CleanupCase:
    """Take back what was said of a case last, with the task that it made. Raises Refused, NotAllowed, OutOfReach."""
    with transaction.atomic():
        case = _worked(actor, case_id)
        last = Change.objects.filter(subject_id=case.pk, action__in=[SAY, TAKE_BACK]).order_by("-pk")
        said = _last_said(list(last[:50]))
        if said is None or not case.outcome:
            raise Refused(_("Nothing was said of this that could be taken back."))
        try:
            with _of_case(actor, TAKE_BACK, case, f"undo {said.pk}") as change:
                reverse(said, change)
        except ChangedSince:
            raise Refused(_("Something was changed here since. Say anew how it came out.")) from None
        return selectors.case_in_reach(actor, case_id)


def add(
    *, actor: Viewer, round_id: uuid.UUID, person_id: uuid.UUID, listed: str, note: str, today: dt.date
) -> CleanupCase:
    """Put somebody on a list by hand, as those who enlisted, or hold transfer papers. Raises Refused, NotAllowed, OutOfReach."""
    actor.require(policies.WORK)
    of = selectors.round_in_reach(actor, round_id)
    policies.check_open(of)
    if listed not in BY_HAND:
        raise Refused(_("Choose from the list."), "listed")
    person = person_in_scope(actor, person_id)
    place = _place_of(person, of, actor)
    held = CleanupCase.objects.filter(round=of, listed=listed, subject=person.pk).first()
    if held is not None and held.state != State.GONE:
        raise Refused(_("They stand on this list already."), "listed")
    if held is not None:  # what the register told holds no more; somebody knows another reason
        with _of_case(actor, ADD, held, _note(note)) as change:
            return change.update(
                held, place_code=place, evidence="by_hand", by_hand=True, closed_on=None,
                state=State.WAITING if held.outcome else State.OPEN,
            )  # fmt: skip
    made = CleanupCase(
        round=of, listed=listed, subject=person.pk, person=person, place_code=place, evidence="by_hand", by_hand=True,
        first_seen=today,
    )  # fmt: skip
    with _of_case(actor, ADD, made, _note(note)) as change:
        return change.create(made)


def sign(*, actor: Viewer, round_id: uuid.UUID, area: str, note: str, today: dt.date) -> CleanupSignOff:
    """Sign a community off: of each of its cases something was said, and nothing by the one who signs.

    What waits goes on, and is counted. Raises Refused, NotAllowed, OutOfReach.
    """
    with transaction.atomic():
        of = CleanupRound.objects.select_for_update().get(pk=selectors.round_in_reach(actor, round_id).pk)
        policies.check_open(of)
        policies.check_signs(actor, area)
        rows = CleanupCase.objects.filter(round=of, place_code__startswith=area)
        states = list(rows.values_list("state", flat=True))
        if len(area) != selectors.COMMUNITY or not states:
            raise OutOfReach
        if CleanupSignOff.objects.filter(round=of, area=area).exists():
            raise Refused(_("This community is signed off already."))
        if State.OPEN in states:
            raise Refused(_("Of {count} cases nothing was said yet.").format(count=states.count(State.OPEN)))
        if actor.user_id in selectors.told_in(of, area):
            raise Refused(_("You worked on cases here yourself: somebody else signs."))
        made = CleanupSignOff(
            round=of, area=area, signed_on=today, signed_by=actor.user_id, signed_by_name=actor.name, note=_note(note),
            cases=len(states), waiting=states.count(State.WAITING),
        )  # fmt: skip
        with recording(
            actor=actor, action=SIGN, subject_kind="cleanup_round", subject_id=of.pk, place_code=area, reason=made.note
        ) as change:
            return change.create(made)


def unsign(*, actor: Viewer, round_id: uuid.UUID, area: str) -> None:
    """Take a sign-off back, so that its cases can be worked on again. Raises Refused, NotAllowed, OutOfReach."""
    with transaction.atomic():
        of = selectors.round_in_reach(actor, round_id)
        policies.check_open(of)
        policies.check_signs(actor, area)
        held = CleanupSignOff.objects.filter(round=of, area=area).first()
        if held is None:
            raise Refused(_("This community is not signed off."))
        with recording(
            actor=actor, action=UNSIGN, subject_kind="cleanup_round", subject_id=of.pk, place_code=area
        ) as change:
            change.delete(held)


def _last_said(changes: list[Change]) -> Change | None:
    """The latest word that was not taken back yet; each taking back names what it undid."""
    undone = {change.reason.removeprefix("undo ") for change in changes if change.action == TAKE_BACK}
    return next((one for one in changes if one.action == SAY and str(one.pk) not in undone), None)


def _task_for(change: Recorder, case: CleanupCase, today: dt.date) -> Task | None:
    """The open task at the door of a case: the one that is there, else a new one; None where no door is known."""
    if case.task is not None and case.task.state == Task.State.OPEN:
        return case.task
    dwelling = selectors.dwelling_of(case)
    door = tasks.doors("dwelling", [dwelling]).get(dwelling) if dwelling else None
    if dwelling is None or door is None:
        return None
    held = Task.objects.filter(kind=KIND, subject_id=dwelling, state=Task.State.OPEN).first()
    if held is not None:
        return held
    due = today + dt.timedelta(days=int(parameter("cleanup.task_days", today)))
    new = NewTask(
        kind=KIND, subject_kind="dwelling", subject_id=dwelling, place_code=door.place_code, due_on=due,
        reason=case.round.name, stop_id=door.stop_id, walk=door.walk,
    )  # fmt: skip
    return change.create(made_from(new, today))


def _free(change: Recorder, case: CleanupCase, today: dt.date) -> None:
    """The task of a case that is settled leaves the list, unless another case waits for it."""
    task = case.task
    if task is None or task.state != Task.State.OPEN:
        return
    if not task.cleanup_cases.exclude(pk=case.pk).filter(state=State.WAITING).exists():
        change.update(task, state=Task.State.CANCELLED, closed_on=today, next_try_on=None, next_try_part="")


def _place_of(person: Person, of: CleanupRound, actor: Viewer) -> str:
    """Where somebody counts inside the round and the actor's areas. Raises Refused where that is nowhere."""
    order = {"lives": 0, "registered": 1}
    codes = [(order[why], code) for code, why in codes_of([person.pk])[person.pk] if why in order]
    inside = [code for _order, code in sorted(codes) if code.startswith(of.scope) and actor.covers(code)]
    if not inside:
        raise Refused(_("They neither live nor are registered in the area of this clean-up."), "person")
    return inside[0].ljust(15, "0")


def _led(actor: Viewer, round_id: uuid.UUID) -> CleanupRound:
    found = selectors.round_in_reach(actor, round_id)
    policies.check_leads(actor, found)
    return CleanupRound.objects.select_for_update().get(pk=found.pk)


def _worked(actor: Viewer, case_id: uuid.UUID) -> CleanupCase:
    case = selectors.case_in_reach(actor, case_id, lock=True)
    policies.check_works(actor, case)
    policies.check_open(case.round)
    area = case.place_code[: selectors.COMMUNITY]
    if case.state in selectors.SETTLED and CleanupSignOff.objects.filter(round=case.round, area=area).exists():
        raise Refused(_("This community is signed off: take that back first."))
    return case


def _note(text: str) -> str:
    told = " ".join(text.split())
    if len(told) > LONGEST:
        raise Refused(_("Say it in at most 200 characters."), "note")
    if without_numbers(told) != told:
        raise Refused(_("Leave numbers of documents and phones out of the note."), "note")
    return told


def _of_round(actor: Viewer, action: str, of: CleanupRound):  # type: ignore[no-untyped-def]
    return recording(
        actor=actor, action=action, subject_kind="cleanup_round", subject_id=of.pk, place_code=of.scope, reason=of.name
    )


def _of_case(actor: Viewer, action: str, case: CleanupCase, reason: str):  # type: ignore[no-untyped-def]
    return recording(
        actor=actor,
        action=action,
        subject_kind="cleanup_case",
        subject_id=case.pk,
        place_code=case.place_code,
        reason=reason,
    )
