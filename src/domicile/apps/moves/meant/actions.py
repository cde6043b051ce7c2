"""A question by which several may be meant waits; somebody says who is meant, or that nobody is; it is answered then."""

import uuid
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.deadlines.tasks import KINDS
from domicile.apps.moves.meant.models import MeantQuestion
from domicile.apps.peers.models import Peer
from domicile.apps.people.actions.residence import usual_stays
from domicile.apps.people.models import Spell
from domicile.apps.tasks import policies as tasks
from domicile.apps.tasks.calendars import calendar
from domicile.apps.tasks.models import Task
from domicile.apps.vault.sealing import erase, open_value, seal
from domicile.core.spells import UnknownYear

ANSWERS = "apply_change"
WAIT, CHOOSE, END = "moves.meant_wait", "moves.meant_choose", "moves.meant_end"
FOLLOW = "moves.meant_follow"
KIND, SUBJECT = "move_meant", "move_question"
PLACE = 15
#: Digits of the codes of communities, townships and so on upward; in a grid nobody answers.
LEVELS = (12, 9, 6, 4, 2)


def wait(*, actor: Viewer, peer: Peer, move_key: uuid.UUID, content: str, stays: Collection[Spell]) -> None:
    """Keep a question, with a task for whoever answers for all places where one may live who is meant."""
    row = MeantQuestion(move_key=move_key, peer=peer, place_code=_place(stays), came_at=timezone.now())
    row.body = seal(row, "body", content)
    with _recording(actor, WAIT, row) as change:
        change.create(row)
        _task(row, change)


def _place(stays: Collection[Spell]) -> str:
    """The smallest area in which all these places lie."""
    codes = [stay.dwelling.place_code for stay in stays]
    return next((codes[0][:size] for size in LEVELS if len({code[:size] for code in codes}) == 1), "").ljust(PLACE, "0")


@transaction.atomic
def choose(*, actor: Viewer, question_id: uuid.UUID, chosen: Mapping[uuid.UUID, uuid.UUID | None], reason: str) -> None:
    """Say of everybody asked about who it is of those who may be meant, or that it is none of them; then it is answered.

    Raises NotAllowed, OutOfReach, Refused.
    """
    from domicile.apps.moves.messages import documents, questions

    row = waiting_for(actor, question_id)
    told = documents.read_text(documents.Question, open_value(row, "body"))
    found = questions.meant(told)
    people: dict[uuid.UUID, uuid.UUID] = {}
    for mover, person in chosen.items():
        if person is None:
            continue
        if person not in {one.pk for one in found.get(mover, [])}:
            raise Refused(_("Somebody of these lives elsewhere by now: look again."))
        people[mover] = person
    if set(chosen) != set(found):
        raise Refused(_("Say of everybody who it is, or that it is none of them."))
    if len(set(people.values())) < len(people):
        raise Refused(_("One person cannot be two of those who moved."))
    beside = [person.pk for rows in found.values() for person in rows]
    if not all(actor.covers(stay.dwelling.place_code) for stay in usual_stays(beside).values()):
        raise OutOfReach(beside)
    record_look(actor, question="move_question", persons=list(people.values()))
    with _recording(actor, CHOOSE, row, reason) as change:
        _end(row, change)
    questions.decide(row.peer, told, people)


@transaction.atomic
def follow(*, actor: Viewer, question_id: uuid.UUID) -> None:
    """Somebody who may be meant has moved: the question goes to whoever answers for all their places now, with its task.

    Raises NotAllowed, OutOfReach.
    """
    from domicile.apps.moves.messages import documents, questions

    row = waiting_for(actor, question_id)
    found = questions.meant(documents.read_text(documents.Question, open_value(row, "body")))
    place = _place(usual_stays([person.pk for rows in found.values() for person in rows]).values())
    with _recording(actor, FOLLOW, row) as change:
        change.update(row, place_code=place)
        for task in Task.objects.filter(subject_kind=SUBJECT, subject_id=row.pk, state=Task.State.OPEN):
            change.update(task, place_code=place, level=tasks.first_level(place), worker=None)


def taken_back(*, actor: Viewer, peer: Peer, move_key: uuid.UUID) -> bool:
    """The other register takes its question back; whether it was still waiting here."""
    row = MeantQuestion.objects.select_for_update().filter(move_key=move_key, peer=peer).first()
    if row is None:
        return False
    with _recording(actor, END, row) as change:
        _end(row, change)
    return True


def waiting_for(actor: Viewer, question_id: uuid.UUID) -> MeantQuestion:
    """A question to the actor's area, locked. Raises NotAllowed, OutOfReach."""
    actor.require(ANSWERS)
    row = MeantQuestion.objects.select_for_update().filter(pk=question_id).first()
    if row is None or not actor.covers(row.place_code):
        raise OutOfReach
    return row


def _end(row: MeantQuestion, change: Recorder) -> None:
    """Its task and its content end with it: nobody can read it in the log of changes either."""
    key = row.pk
    for task in Task.objects.filter(subject_kind=SUBJECT, subject_id=row.pk, state=Task.State.OPEN):
        today = max(timezone.localdate(), task.opened_on)
        change.update(task, state=Task.State.DONE, outcome=Task.Outcome.SETTLED, closed_on=today, next_try_on=None,
                      next_try_part="")  # fmt: skip
    change.delete(row)
    erase(key)


def _task(row: MeantQuestion, change: Recorder) -> None:
    """The same time as for any answer. Where the working days of the year are not known the list has it alone."""
    today = timezone.localdate()
    try:
        due = tasks.due_on(tasks.edition(KINDS["answer"], today).values, today, calendar())
    except UnknownYear:
        return
    change.create(
        Task(
            kind=KIND, subject_kind=SUBJECT, subject_id=row.pk, occurrence="1", place_code=row.place_code, opened_on=today,
            due_on=due, level=tasks.first_level(row.place_code),
        )
    )  # fmt: skip


def _recording(actor: Viewer, action: str, row: MeantQuestion, reason: str = ""):  # type: ignore[no-untyped-def]
    return recording(
        actor=actor, action=action, subject_kind=SUBJECT, subject_id=row.pk, place_code=row.place_code, reason=reason
    )
