"""One step of a sheet of moves by the action that staff take; and all of them on trial, so that the check knows refusals."""

import uuid
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.collect import registry
from domicile.apps.collect.drafts import Draft, propose_many
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.exchange.layouts import LAYOUTS
from domicile.apps.exchange.messages import ImportRefused, issue
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.movers.arriving import ARRIVE, anew
from domicile.apps.exchange.movers.plan import Line, Plan, Step
from domicile.apps.moves.collected.choosing import CHOOSE

LONGEST = 200
PROPOSE = "propose_change"
#: A trial holds the register for writing as long as the load itself: files of more steps are told of refusals when loaded.
MOST_TRIED = 200
UNFIT = "mover_unfit"


class StepRefused(ImportRefused):
    """A step that its action refused, at the first of its rows; `words` are the action's."""

    def __init__(self, line: Line, words: str) -> None:
        super().__init__([issue("mover_refused", sheet=line.sheet, row=line.number, detail=words)])
        self.words = words


def take(actor: Viewer, batch: Batch, step: Step) -> list[str]:
    """Take a step; the key of the proposal, where somebody has to choose first."""
    first = step.lines[0]
    remarks = "；".join(filter(None, (line["remark"] for line in step.lines)))
    reason = without_numbers("：".join(filter(None, [str(_("From a sheet of moves")), remarks])))[:LONGEST]
    paper = f"{LAYOUTS[batch.layout].zh}，第{first.number}行，{batch.file_name}"[:LONGEST]
    told: dict[str, Any] = {"actor": actor, "reason": reason, "evidence": paper, "arguments": step.arguments}
    try:
        with transaction.atomic():
            if step.action == CHOOSE:
                who = replace(actor, permissions=actor.permissions | {PROPOSE})  # who may load it may ask
                (key,) = propose_many([Draft(who, step.action, step.subject, step.arguments, reason, paper)])
                if isinstance(key, uuid.UUID):
                    return [str(key)]
                raise key
            if step.action == ARRIVE:
                told["arguments"] = anew(step.arguments)
            registry.handler(step.action).apply(**told)
    except (Refused, OutOfReach) as refusal:
        words = str(refusal.message) if isinstance(refusal, Refused) else str(_("This lies outside of your areas."))
        raise StepRefused(first, words) from refusal
    return []


def rehearse(viewer: Viewer, batch: Batch, plan: Plan) -> None:
    """Take the steps in order and put all back: whose step is refused is left for staff, with the words of the refusal."""
    if len(plan.steps) > MOST_TRIED:
        return
    refused: list[tuple[Step, str]] = []
    with transaction.atomic():
        for step in plan.steps:
            try:
                if step.action != CHOOSE:  # waits for somebody's choice, which decides
                    take(viewer, batch, step)
            except StepRefused as refusal:
                refused.append((step, refusal.words))
            except NotAllowed:
                continue  # who checks need not be who loads
        transaction.set_rollback(True)
    for step, words in refused:
        leave(plan, step, words)


def leave(plan: Plan, step: Step, words: str) -> None:
    """The rows of a step that was refused, for staff."""
    plan.steps.remove(step)
    for line in step.lines:
        plan.leave(line, UNFIT, "name", line["name"], words)
