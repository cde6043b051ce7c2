"""What the place where the parents of a child are registered is asked, when that place is another register's (VE-2).

The question goes out in the transaction in which it was put on file; somebody there answers; the answer comes back to the
birth. Nothing here waits for it. Docs: docs/develop/moves-between-registers.md.
"""

import uuid

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.log import record_look
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.moves import policies
from domicile.apps.moves.messages.speaking import peer_viewer
from domicile.apps.peers import directory, outbox, registry
from domicile.apps.peers.models import OutMessage
from domicile.apps.peers.registry import Incoming
from domicile.apps.people.models import Document
from domicile.apps.vault.sealing import open_many, seal
from domicile.apps.vitals.deadlines import answer_due
from domicile.apps.vitals.models import (
    OutsideBirth,
    OutsideParent,
    Role,
    VitalEvent,
    VitalPaper,
    VitalQuestion,
)
from domicile.apps.vitals.records import noting

ASKED, ANSWERED = "birth.question", "birth.answer"
RECEIVE, HEARD, RETURNED = "vitals.receive_question", "vitals.question_heard", "vitals.answer_came"
COMMUNITY = 12


def register_all() -> None:
    """Called once at start-up."""
    registry.register(ASKED, asked)
    registry.register(ANSWERED, answered)
    registry.on_acknowledged(ASKED, heard)


def send(event: VitalEvent, question: VitalQuestion) -> None:
    """Send a question to the register that answers for the place, if there is one. Whom it names is a look of that register."""
    from domicile.apps.vitals import documents  # it reads a large library

    peer = directory.peer_for(question.to_code) if question.to_code else None
    if peer is None:
        return
    missing = VitalPaper.objects.filter(event=event, seen_on=None).order_by("pk").values_list("need", flat=True)
    parents = list(event.named.select_related("person").filter(role__in=[Role.MOTHER, Role.FATHER]).order_by("role"))
    known = [row.person_id for row in parents if row.person_id is not None]
    numbers = _numbers(known)
    document = documents.Question(
        asked=question.to_code, home=event.code[:COMMUNITY], child=event.person.name if event.person else "",
        day=event.day, precision=event.precision, late=event.late, missing=list(missing),
        parents=[
            documents.Parent(
                role=row.role, name=row.person.name, birth_date=row.person.birth_date, number=numbers.get(row.person.pk, ""),
            )
            if row.person is not None else documents.Parent(role=row.role, name=row.name)
            for row in parents
        ],
    )  # fmt: skip
    outbox.post(peer=peer, kind=ASKED, subject=question.pk, data=documents.written(document))
    record_look(
        peer_viewer(peer), question="birth_asked", persons=[*known, *([event.person_id] if event.person_id else [])]
    )


def heard(message: OutMessage) -> None:
    """The other register has the question: its days count from now on."""
    question = VitalQuestion.objects.select_related("event").filter(pk=message.subject, answer="").first()
    due = answer_due(timezone.localdate())
    if question is not None and question.due_on != due:
        with noting(peer_viewer(message.peer), HEARD, question.event, "", "") as change:
            change.update(question, due_on=due)


def asked(message: Incoming) -> None:
    """Another register asks about a birth: somebody here answers. Raises Refused for what is none of its or our places."""
    from domicile.apps.vitals import documents  # it reads a large library

    if OutsideBirth.objects.filter(pk=message.subject).exists():
        return
    told, today = documents.read(documents.Question, message.data), timezone.localdate()
    if not directory.answers_for(message.peer, told.home):
        raise Refused(_("This register speaks of a place that is not its own: {code}.").format(code=told.home))
    if not policies.in_register(told.asked):
        raise Refused(_("The place that is asked is none of this register: {code}.").format(code=told.asked))
    if len({parent.role for parent in told.parents}) < len(told.parents):
        raise Refused(_("A question about a birth names each parent once."))
    birth = OutsideBirth(
        pk=message.subject, peer=message.peer, from_code=documents.place_of(told.home[:COMMUNITY]),
        to_code=documents.place_of(told.asked),
        day=told.day, precision=told.precision, late=told.late, missing=" ".join(told.missing),
        asked_on=today, due_on=answer_due(today),
    )  # fmt: skip
    birth.child = seal(birth, "child", told.child)
    with recording(
        actor=peer_viewer(message.peer), action=RECEIVE, subject_kind="outside_birth", subject_id=birth.pk,
        place_code=birth.to_code,
    ) as change:  # fmt: skip
        change.create(birth)
        for parent in told.parents:
            row = OutsideParent(birth=birth, role=parent.role, birth_date=parent.birth_date)
            row.name, row.number = seal(row, "name", parent.name), seal(row, "number", parent.number)
            change.create(row)


def send_answer(birth: OutsideBirth, by: str) -> None:
    """Send what somebody here answered, in the transaction in which they did."""
    from domicile.apps.vitals import documents  # it reads a large library

    document = documents.Answer(answer=birth.answer, words=birth.answer_text, by=by[:64])
    outbox.post(peer=birth.peer, kind=ANSWERED, subject=birth.pk, data=documents.written(document))


def answered(message: Incoming) -> None:
    """The answer to a question of ours. One that is on file by now, or whose birth was taken back, needs no other.

    Raises Refused where that register was not asked.
    """
    from domicile.apps.vitals import documents  # it reads a large library

    told = documents.read(documents.Answer, message.data)
    if not OutMessage.objects.filter(peer=message.peer, kind=ASKED, subject=message.subject).exists():
        raise Refused(_("No such question was sent to that register."))
    question = VitalQuestion.objects.select_for_update(of=("self",)).filter(pk=message.subject, answer="").first()
    if question is None:
        return
    actor = peer_viewer(message.peer, told.by)
    with noting(actor, RETURNED, question.event, "", "") as change:
        change.update(
            question, answer=told.answer, answer_text=told.words, answered_on=max(timezone.localdate(), question.asked_on),
            answered_by_name=actor.name,
        )  # fmt: skip


def _numbers(persons: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The first document of each, by which they are found. Two queries."""
    rows = list(Document.objects.filter(person_id__in=persons).order_by("-pk"))
    numbers = open_many(rows, "number")
    return {row.person_id: numbers[row.pk] for row in rows if row.pk in numbers}
