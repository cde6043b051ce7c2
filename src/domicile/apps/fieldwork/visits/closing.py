"""What a visit means for open tasks: it answers those of its door, or plans the next try where none was open."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from domicile.apps.collect.openrosa.registry import Processed
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.fieldwork.visits.rules import REVISIT
from domicile.apps.places.visits import CHECK
from domicile.apps.tasks import policies, registry
from domicile.apps.tasks.actions import NewTask
from domicile.apps.tasks.answering import Again, Answer, answer, ask_again
from domicile.apps.tasks.models import Level, Task
from domicile.apps.tasks.outcomes import Said

OUTCOMES = {
    Visit.Outcome.MET: Task.Outcome.DONE,
    Visit.Outcome.PATROLLED: Task.Outcome.DONE,
    Visit.Outcome.NOT_AT_HOME: Task.Outcome.NOT_AT_HOME,
    Visit.Outcome.REFUSED: Task.Outcome.REFUSED,
    Visit.Outcome.WRONG_ADDRESS: Task.Outcome.WRONG_ADDRESS,
}
#: What is made where a visit came out so and no task was waiting: the rule, which names the kind too, and whose it is.
NEXT = {
    Visit.Outcome.NOT_AT_HOME: (REVISIT, Level.GRID),
    Visit.Outcome.WRONG_ADDRESS: (CHECK, Level.COMMUNITY),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A visit by its columns, who made it, in which part of the day ('': not known), and the rental that it asked about."""

    actor: Viewer
    visit: Mapping[str, Any]
    part: str
    rental: uuid.UUID | None = None


def after(processed: Sequence[Processed]) -> None:
    """What phones sent, in the transaction that processed it: as many statements for all of them as for one."""
    zone = timezone.get_current_timezone()
    _tell([_said(one, fields, zone) for one in processed for model, fields in one.records if model is Visit])


def _said(one: Processed, visit: Mapping[str, Any], zone: dt.tzinfo) -> Told:
    """A visit as its form tells it: where it did not ask for the part of the day, a form of the same day came then."""
    received, part = one.submission.received_at.astimezone(zone), visit["part_of_day"]
    if not part and received.date() == visit["visited_on"]:
        part = policies.part_of(received)
    return Told(one.viewer, visit, part, asked_about(one))


def asked_about(one: Processed) -> uuid.UUID | None:
    """The rental of which the form asked whether it goes on; older versions did not ask."""
    rental = one.answers.id("rental")
    met = one.answers.text("outcome") == Visit.Outcome.MET
    return rental if rental is not None and (not met or one.answers.text("goes_on")) else None


def tell(*, actor: Viewer, visits: Sequence[Visit]) -> None:
    """Say what visits of one worker mean for open tasks. Told again, it changes nothing."""
    _tell([Told(actor, vars(visit), visit.part_of_day) for visit in visits])


def _tell(told: Sequence[Told]) -> None:
    met = answer([_answer(one) for one in told])
    fruitless = [one for one in told if one.visit["outcome"] in NEXT and one.visit["id"] not in met]
    if fruitless:
        _plan(fruitless)


def _answer(one: Told) -> Answer:
    visit, subjects = one.visit, tuple[uuid.UUID, ...]()
    if visit["building_id"] is not None:
        event, subjects = registry.ROUND, (visit["building_id"],)
    elif one.rental is not None:
        event, subjects = registry.RENTAL, (visit["dwelling_id"], one.rental)
    else:
        event, subjects = registry.VISIT, (visit["dwelling_id"],)
    outcome = OUTCOMES[Visit.Outcome(visit["outcome"])]
    return Answer(one.actor, event, subjects, outcome, visit["visited_on"], one.part, visit["id"])


def _plan(fruitless: Sequence[Told]) -> None:
    """Nobody was at home, and no task was open: the next try. A wrong address: the community looks."""
    doors = registry.doors("dwelling", {one.visit["dwelling_id"] for one in fruitless if one.visit["dwelling_id"]})
    asked = []
    for one in fruitless:
        door = doors.get(one.visit["dwelling_id"])
        if door is not None and one.actor.covers(door.place_code):
            asked.append(_next(one, door))
    ask_again(asked)


def _next(one: Told, door: registry.Door) -> Again:
    visit = one.visit
    kind, level = NEXT[Visit.Outcome(visit["outcome"])]
    new = NewTask(
        kind=kind, subject_kind="dwelling", subject_id=visit["dwelling_id"], stop_id=door.stop_id,
        place_code=door.place_code, due_on=visit["visited_on"], walk=door.walk, occurrence=visit["id"].hex, level=level,
    )  # fmt: skip
    tried = visit["outcome"] == Visit.Outcome.NOT_AT_HOME
    said = Said(Task.Outcome.NOT_AT_HOME, visit["visited_on"], one.part, visit["id"]) if tried else None
    return Again(one.actor, kind, new, said)
