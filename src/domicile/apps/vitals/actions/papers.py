"""Papers that were missing, and what the place where the parents are registered is asked and answers (VE-2)."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.vitals import between
from domicile.apps.vitals.actions.registering import LONGEST_PLACE, seen
from domicile.apps.vitals.deadlines import answer_due
from domicile.apps.vitals.models import Answer, Kind, State, VitalEvent, VitalPaper, VitalQuestion
from domicile.apps.vitals.records import event_in_scope, noting
from domicile.core.policy.vitals import papers_asked

PLACE, LONGEST_ANSWER = 15, 200
DIGITS = frozenset({2, 4, 6, 9, 12, 15})


@dataclass(frozen=True)
class ShowPaper:
    """A paper that was missing was shown: `kind` as good as the one asked for, with its number where it has one."""

    paper_id: uuid.UUID
    kind: str
    number: str = ""


@dataclass(frozen=True)
class AskPlace:
    """Ask the place where the parents of a child are registered; its code, or words."""

    event_id: uuid.UUID
    to_code: str = ""
    to_text: str = ""


@dataclass(frozen=True)
class AnswerQuestion:
    """What the place answered: registered, differs or not_found; in words where something is to be said."""

    question_id: uuid.UUID
    answer: str
    text: str = ""


@transaction.atomic
def show_paper(*, actor: Viewer, reason: str, evidence: str = "", arguments: ShowPaper) -> uuid.UUID:
    """Close a missing paper; returns the event's id. Raises Refused when it was shown already."""
    paper = VitalPaper.objects.filter(pk=arguments.paper_id).first()
    if paper is None:
        raise OutOfReach
    event, today = event_in_scope(actor, paper.event_id), timezone.localdate()
    if paper.seen_on is not None:
        raise Refused(_("This paper was shown already."))
    if not arguments.kind.strip():
        raise Refused(_("Choose from the list."), f"paper_{paper.need}")
    kinds = papers_asked(event.kind, event.registered_on, found=event.found).get(paper.need, (paper.need,))
    fields = seen(paper, arguments.kind, arguments.number, kinds, today)
    with noting(actor, "vitals.show_paper", event, reason, evidence) as change:
        change.update(paper, **fields)
    return event.pk


@transaction.atomic
def ask(*, actor: Viewer, reason: str, evidence: str = "", arguments: AskPlace) -> uuid.UUID:
    """Put a question on file; returns the event's id. Raises Refused where one to that place is open."""
    event = event_in_scope(actor, arguments.event_id)
    if event.kind != Kind.BIRTH or event.state != State.COUNTS:
        raise Refused(_("Only of a birth that counts the place of registration is asked."))
    with noting(actor, "vitals.ask", event, reason, evidence) as change:
        ask_place(event, arguments.to_code, arguments.to_text, change, timezone.localdate())
    return event.pk


@transaction.atomic
def answer(*, actor: Viewer, reason: str, evidence: str = "", arguments: AnswerQuestion) -> uuid.UUID:
    """Note an answer; returns the event's id. Who writes down what another place answered names the letter or the call.

    Raises Refused.
    """
    question = VitalQuestion.objects.select_for_update().filter(pk=arguments.question_id).first()
    if question is None:
        raise OutOfReach
    event = event_in_scope(actor, question.event_id, asked=True)
    if question.answer:
        raise Refused(_("This question was answered already."))
    check_answer(arguments.answer, arguments.text)
    own = bool(question.to_code) and actor.covers(question.to_code)
    if not own and not evidence.strip():
        raise Refused(_("Name the letter, the call or the paper that this rests on."), "evidence")
    with noting(actor, "vitals.answer", event, reason, evidence, at=question.to_code if own else "") as change:
        change.update(
            question, answer=arguments.answer, answered_on=timezone.localdate(), answer_text=arguments.text.strip(),
            answered_by=actor.user_id, answered_by_name=actor.name,
        )  # fmt: skip
    return event.pk


def check_answer(answer: str, text: str) -> None:
    """Whether this is an answer. Raises Refused."""
    if answer not in Answer.values:
        raise Refused(_("Choose from the list."), "answer")
    if answer == Answer.DIFFERS and not text.strip():
        raise Refused(_("Say what differs."), "text")
    if len(text.strip()) > LONGEST_ANSWER:
        raise Refused(_("This is too long: {most} characters at most.").format(most=LONGEST_ANSWER), "text")


def ask_place(event: VitalEvent, code: str, text: str, change: Recorder, today: dt.date) -> VitalQuestion:
    """The question with its day; where that cannot be counted it has none. To another register it goes by message.

    Raises Refused.
    """
    code, text = code.strip(), text.strip()
    if code and (not (code.isascii() and code.isdigit()) or len(code) not in DIGITS):
        raise Refused(_("A code of an area has 2, 4, 6, 9 or 12 digits."), "ask_code")
    if not code and not text:
        raise Refused(_("Say which place is asked."), "ask_text")
    if len(text) > LONGEST_PLACE:
        raise Refused(_("This is too long: {most} characters at most.").format(most=LONGEST_PLACE), "ask_text")
    code = code.ljust(PLACE, "0") if code else ""
    if VitalQuestion.objects.filter(event=event, to_code=code, to_text=text, answer="").exists():
        raise Refused(_("This place was asked already."), "ask_text")
    question = change.create(
        VitalQuestion(event=event, to_code=code, to_text=text, asked_on=today, due_on=answer_due(today))
    )
    between.send(event, question)
    return question
