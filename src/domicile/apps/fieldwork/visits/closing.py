"""What a visit means for open tasks: it answers those of its door, or plans the next try where none was open."""

import uuid
from collections.abc import Mapping, Sequence

from django.utils import timezone

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.collect.openrosa.registry import Processed
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.fieldwork.visits.rules import REVISIT
from domicile.apps.places.visits import CHECK
from domicile.apps.tasks import policies, registry
from domicile.apps.tasks.actions import NewTask
from domicile.apps.tasks.answering import Answer, answer, ask_again
from domicile.apps.tasks.models import Level, Task
from domicile.apps.tasks.outcomes import Said

OUTCOMES = {
    Visit.Outcome.MET: Task.Outcome.DONE,
    Visit.Outcome.PATROLLED: Task.Outcome.DONE,
    Visit.Outcome.NOT_AT_HOME: Task.Outcome.NOT_AT_HOME,
    Visit.Outcome.REFUSED: Task.Outcome.REFUSED,
    Visit.Outcome.WRONG_ADDRESS: Task.Outcome.WRONG_ADDRESS,
}


def after(processed: Sequence[Processed]) -> None:
    """What phones sent, in the transaction that processed it: one statement for each phone's tasks."""
    told = {one.submission.pk: one for one in processed}
    visits = [row for one in processed for row in one.records if isinstance(row, Visit)]
    others = set(told) - {visit.submission_id for visit in visits}
    if others:  # of forms that write their records themselves, or make none
        visits += Visit.objects.filter(submission_id__in=others).select_related("dwelling__building", "building")
    phones: dict[uuid.UUID, list[Visit]] = {}
    zone = timezone.get_current_timezone()
    for visit in visits:
        source = told[visit.submission_id]  # type: ignore[index]
        phones.setdefault(source.submission.app_user_id, []).append(visit)
        received = timezone.localtime(source.submission.received_at, zone)
        if not visit.part_of_day and received.date() == visit.visited_on:
            visit.part_of_day = policies.part_of(received)  # not written: what the form did not ask is not on record
    for found in phones.values():
        actor = told[found[0].submission_id].viewer  # type: ignore[index]
        rentals = {
            visit.pk: rental
            for visit in found
            if (rental := asked_about(told[visit.submission_id])) is not None  # type: ignore[index]
        }
        tell(actor=actor, visits=found, rentals=rentals)


def asked_about(one: Processed) -> uuid.UUID | None:
    """The rental of which the form asked whether it goes on; older versions did not ask."""
    rental = one.answers.id("rental")
    met = one.answers.text("outcome") == Visit.Outcome.MET
    return rental if rental is not None and (not met or one.answers.text("goes_on")) else None


def tell(*, actor: Viewer, visits: Sequence[Visit], rentals: Mapping[uuid.UUID, uuid.UUID] | None = None) -> None:
    """Say what visits of one worker mean for open tasks. Told again, it changes nothing."""
    asked = rentals or {}
    met = answer(actor=actor, answers=[_answer(visit, asked.get(visit.pk)) for visit in visits])
    for visit in visits:
        if visit.pk not in met and visit.dwelling is not None:
            _plan(actor, visit)


def _answer(visit: Visit, rental: uuid.UUID | None) -> Answer:
    if visit.building_id is not None:
        event, subjects = registry.ROUND, _known(visit.building_id)
    else:
        event = registry.RENTAL if rental else registry.VISIT
        subjects = _known(visit.dwelling_id, rental)
    outcome = OUTCOMES[Visit.Outcome(visit.outcome)]
    return Answer(event, subjects, outcome, visit.visited_on, visit.part_of_day, visit.pk)


def _known(*keys: uuid.UUID | None) -> tuple[uuid.UUID, ...]:
    return tuple(key for key in keys if key is not None)


def _plan(actor: Viewer, visit: Visit) -> None:
    """Nobody was at home, and no task was open: the next try. A wrong address: the community looks."""
    if visit.outcome not in {Visit.Outcome.NOT_AT_HOME, Visit.Outcome.WRONG_ADDRESS} or visit.dwelling is None:
        return
    try:
        door = registry.door(actor, "dwelling", visit.dwelling.pk)
    except OutOfReach:
        return
    if door is None:
        return
    home = visit.outcome == Visit.Outcome.NOT_AT_HOME
    new = NewTask(
        kind=REVISIT if home else CHECK, subject_kind="dwelling", subject_id=visit.dwelling.pk, stop_id=door.stop_id,
        place_code=door.place_code, due_on=visit.visited_on, walk=door.walk, occurrence=visit.pk.hex,
        level=Level.GRID if home else Level.COMMUNITY,
    )  # fmt: skip
    said = Said(Task.Outcome.NOT_AT_HOME, visit.visited_on, visit.part_of_day, visit.pk)
    ask_again(actor=actor, new=new, rule=REVISIT if home else CHECK, said=said if home else None)
