"""Draw a sample of accepted records and give each to somebody else."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.backcheck import policies, selectors
from domicile.apps.fieldwork.backcheck.checkers import KIND, chosen
from domicile.apps.fieldwork.backcheck.models import BackCheck, CheckItem, Draw, Framed, Stratum
from domicile.apps.fieldwork.backcheck.records import Accepted, Door, door_of, frame, strata
from domicile.apps.places.models import Dwelling
from domicile.apps.tasks.actions import NewTask, add_task
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.registry import door as task_door
from domicile.apps.vault.sealing import seal
from domicile.core import sampling

DRAW, ASSIGN = "fieldwork.draw_back_checks", "fieldwork.assign_back_checks"


@dataclass(frozen=True)
class NewDraw:
    """Records accepted under a code (an area or a grid, shortened to its level) in [begin, end)."""

    place_code: str
    begin: dt.date
    end: dt.date


@transaction.atomic
def draw_sample(*, actor: Viewer, new: NewDraw, seed: int, today: dt.date) -> Draw:
    """Draw a stratified sample, store its design and its frame, and make a task of each record for somebody else.

    The same frame and seed draw the same records. Raises Refused where there is nothing to draw from, or a day cannot be.
    """
    policies.check_judge(actor, new.place_code)
    if actor.user_id is None:
        raise OutOfReach
    if new.end <= new.begin:
        raise Refused(_("The last day lies before the first."), "last")
    if new.end > today + dt.timedelta(days=1):
        raise Refused(_("The last day lies in the future."), "last")
    records = frame(new.place_code, new.begin, new.end)
    if not records:
        raise Refused(_("Nothing that can be asked about again was accepted there in these days."), "begin")
    size, least = policies.size_of(len(records), today), policies.minimum(today)
    draw = Draw(
        place_code=new.place_code, begin=new.begin, end=new.end, seed=seed, size=size, minimum=least, drawn_on=today,
        due_on=policies.due_on(today), drawn_by=actor.user_id,
    )  # fmt: skip
    with recording(
        actor=actor, action=DRAW, subject_kind="draw", subject_id=draw.pk, place_code=new.place_code
    ) as change:
        change.create(draw)
        checks = _drawn(change, actor, draw, records)
        _give(change, actor, draw, checks, today)
    return draw


def _drawn(change: Recorder, actor: Viewer, draw: Draw, records: Sequence[Accepted]) -> list[BackCheck]:
    """Strata, frame and the drawn records with their questions; those that can be asked about."""
    groups = strata(records)
    counts = sampling.allocate({key: len(rows) for key, rows in groups.items()}, draw.size, draw.minimum)
    open_checks = []
    for key, rows in groups.items():
        layer = Stratum(draw=draw, place_code=key[0], worker=key[1], size=len(rows), drawn=counts[key])
        change.create(layer)
        Framed.objects.bulk_create([Framed(stratum=layer, source_id=row.id) for row in rows])
        by_key = {str(row.id): row for row in rows}
        for position, drawn in enumerate(sampling.draw(draw.seed, by_key, counts[key]), start=1):
            check = _check(change, actor, layer, position, by_key[drawn])
            if check.state != BackCheck.State.LOST:
                open_checks.append(check)
    return open_checks


def _check(change: Recorder, actor: Viewer, layer: Stratum, position: int, record: Accepted) -> BackCheck:
    door = door_of(record)
    dwelling = Dwelling.objects.filter(pk=door.dwelling_id).first() if door else None
    if dwelling is not None and not actor.covers(dwelling.place_code):
        dwelling = None
    check = BackCheck(
        stratum=layer, position=position, source_id=record.id, kind=record.kind, dwelling=dwelling,
        place_code=dwelling.place_code if dwelling else record.place_code,
        collected_by=record.collected_by, accepted_by=record.accepted_by, accepted_on=record.accepted_on,
        state=BackCheck.State.GAP if dwelling else BackCheck.State.LOST,
    )  # fmt: skip
    change.create(check)
    if door is not None and dwelling is not None:
        change.create_many(_items(check, door))
    return check


def _items(check: BackCheck, door: Door) -> list[CheckItem]:
    items = []
    for position, said in enumerate(door.said, start=1):
        item = CheckItem(check_of=check, position=position, key=said.key, person_id=said.person_id)
        item.first = seal(item, "first", said.value)
        items.append(item)
    return items


@transaction.atomic
def assign_again(*, actor: Viewer, draw_id: uuid.UUID, today: dt.date) -> int:
    """Look once more for somebody for each record that nobody has; returns how many found somebody."""
    draw = selectors.draw(actor, draw_id)
    policies.check_judge(actor, draw.place_code)
    if draw.called_off_on is not None:
        raise Refused(_("This draw is called off already."))
    without = list(selectors.without_checker(draw, today).select_for_update(of=("self",)))
    with recording(
        actor=actor, action=ASSIGN, subject_kind="draw", subject_id=draw.pk, place_code=draw.place_code
    ) as change:
        return _give(change, actor, draw, without, today)


def _give(change: Recorder, actor: Viewer, draw: Draw, checks: Sequence[BackCheck], today: dt.date) -> int:
    """Make a task of each check for whom is nearest and has least to do; without anybody it stays a gap."""
    given = 0
    held = Task.objects.select_for_update().filter(pk__in=[one.task_id for one in checks if one.task_id])
    tasks = {task.pk: task for task in held.filter(state=Task.State.OPEN)}
    for check_id, worker in chosen(checks, draw.place_code, today).items():
        check = next(one for one in checks if one.pk == check_id)
        task = tasks.get(check.task_id) if check.task_id else None
        if worker is None:
            if task is not None:
                change.update(task, state=Task.State.CANCELLED, closed_on=today, next_try_on=None, next_try_part="")
            change.update(check, state=BackCheck.State.GAP, task_id=None)
            continue
        if task is None:
            task = _task(actor, draw, check, worker, today)
        else:
            change.update(task, worker=worker)
        change.update(check, state=BackCheck.State.OPEN, task_id=task.pk)
        given += 1
    return given


def _task(actor: Viewer, draw: Draw, check: BackCheck, worker: uuid.UUID, today: dt.date) -> Task:
    door = task_door(actor, "dwelling", check.dwelling_id) if check.dwelling_id else None
    new = NewTask(
        kind=KIND, subject_kind=KIND, subject_id=check.pk, place_code=check.place_code, due_on=max(draw.due_on, today),
        stop_id=door.stop_id if door else None, walk=door.walk if door else "", worker=worker,
    )  # fmt: skip
    return add_task(actor=actor, new=new, today=today)
