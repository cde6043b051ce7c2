"""Judge what differs, and propose what follows."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import recording
from domicile.apps.collect.actions import Subject, propose
from domicile.apps.collect.models import Proposal
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.fieldwork.backcheck import policies, selectors
from domicile.apps.fieldwork.backcheck.models import CheckItem
from domicile.apps.fieldwork.backcheck.questions import DAY, QUESTIONS
from domicile.apps.people.actions import Correct, CorrectName
from domicile.apps.people.items import ITEMS, rows_of
from domicile.apps.people.models import Person
from domicile.apps.people.scope import home_code, person_in_scope

JUDGE = "fieldwork.judge_back_check"
PRECISION = {4: "year", 7: "month", 10: "day"}


@transaction.atomic
def judge(*, actor: Viewer, item_id: uuid.UUID, verdict: str, note: str, today: dt.date) -> CheckItem:
    """Say whose a difference is. It can be judged anew until a correction was proposed.

    Raises Refused, and NotAllowed for who collected the record or made the check.
    """
    item = _locked(actor, item_id)
    if verdict not in CheckItem.Verdict.values:
        raise Refused(_("Choose one of the four."), "verdict")
    if item.proposal_id is not None:
        raise Refused(_("A correction was proposed already, so that the judgement stands."))
    with recording(
        actor=actor, action=JUDGE, subject_kind="back_check", subject_id=item.check_of_id,
        place_code=item.check_of.place_code,
    ) as change:  # fmt: skip
        return change.update(
            item, verdict=verdict, judged_by=actor.user_id, judged_on=today, note=without_numbers(note.strip())[:200]
        )


@transaction.atomic
def propose_correction(*, actor: Viewer, item_id: uuid.UUID, evidence: str = "") -> Proposal:
    """Propose what the check found, where the first record was judged wrong; somebody else decides.

    Raises Refused where the item has no such correction, or the change is impossible.
    """
    item = _locked(actor, item_id)
    if item.verdict != CheckItem.Verdict.FIRST_WRONG or item.proposal_id is not None or item.person_id is None:
        raise Refused(_("Only an error of the first record is corrected, and only once."))
    answer = selectors.opened([item], "answer")[item.pk]
    if not can_correct(item, answer):
        raise Refused(_("This is corrected on the card."))
    place = home_code(actor, item.person_id)
    if not place:
        raise OutOfReach([item.person_id])
    action, arguments = _arguments(actor, item, answer)
    proposal = propose(
        actor=actor, action=action, subject=Subject("person", item.person_id, place), arguments=arguments,
        reason=_("Found at a back-check"), evidence=evidence.strip(),
    )  # fmt: skip
    with recording(
        actor=actor, action=JUDGE, subject_kind="back_check", subject_id=item.check_of_id,
        place_code=item.check_of.place_code,
    ) as change:  # fmt: skip
        change.update(item, proposal_id=proposal.pk)
    return proposal


def can_correct(item: CheckItem, answer: str) -> bool:
    """Whether the found value makes a correction by itself; a move, and what needs more particulars, is made on the card."""
    question = QUESTIONS[item.key]
    if item.person_id is None or not answer:
        return False
    if item.key == "start":
        return len(answer) == DAY
    return item.key == "name" or bool(question.item)


def _arguments(actor: Viewer, item: CheckItem, answer: str) -> tuple[str, Correct | CorrectName]:
    person = person_in_scope(actor, item.person_id or uuid.UUID(int=0))
    if item.key == "name":
        return "people.correct_name", CorrectName(person.pk, answer)
    question = QUESTIONS[item.key]
    values = {question.input.name: answer}
    if item.key == "birth_date":
        values = {"birth_date": f"{answer}-01-01"[:DAY], "birth_precision": PRECISION[len(answer)]}
    kind = ITEMS[question.item]
    return kind.action, Correct(person.pk, question.item, values, _row(item, person))


def _row(item: CheckItem, person: Person) -> uuid.UUID | None:
    """The stay or membership at the dwelling of the check, for what stands there."""
    kind = ITEMS[QUESTIONS[item.key].item]
    if kind.rows is None:
        return None
    at = item.check_of.dwelling_id
    for row in rows_of(kind, person):
        home = getattr(row, "dwelling_id", None) or getattr(getattr(row, "household", None), "dwelling_id", None)
        if home == at:
            return row.pk  # type: ignore[no-any-return]
    raise Refused(_("This is no longer on file: correct it on the card."))


def _locked(actor: Viewer, item_id: uuid.UUID) -> CheckItem:
    rows = CheckItem.objects.select_for_update(of=("self",)).select_related("check_of")
    item = rows.filter(pk=item_id).first()
    if item is None or not actor.covers(item.check_of.place_code):
        raise OutOfReach
    if not policies.may_judge(actor, item):
        raise NotAllowed("judge")
    return item
