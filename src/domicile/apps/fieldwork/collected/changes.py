"""Answers about people: somebody new as the form tells of them; what is wrong on file, as proposals."""

from domicile.apps.collect.actions import Subject
from domicile.apps.collect.openrosa.receipts import Receipt
from domicile.apps.fieldwork.collected.ground import Ground
from domicile.apps.people import actions
from domicile.apps.people.items import ITEMS
from domicile.core.messages.submissions import Answers

HEAD = actions.HEAD
NAME = "people.correct_name"
#: What can be corrected at the door: the item and the input that takes the answer.
INPUTS = {"phones": "number", "sex": "sex", "birth_date": "birth_date", "education": "education", "marital": "marital"}


def _ground(receipt: Receipt) -> Ground:
    found: Ground = receipt.ground
    return found


def newcomer(row: Answers, relation: str | None = None) -> actions.NewPerson:
    """Somebody who came, as the form tells it."""
    said = row.values.get
    kind = said("document_kind", "")
    return actions.NewPerson(
        name=said("name", ""), sex=said("sex") or "9", birth_date=row.day("birth_date"),
        relation=said("relation", "") if relation is None else relation,
        document_kind="" if kind == "none" else kind, document_number=said("document_number", ""),
        phone=said("phone", ""), registered=said("registered") or "unknown",
        registered_text=said("registered_text", ""), reason_code=said("inflow", ""),
    )  # fmt: skip


def with_head(rows: list[Answers]) -> tuple[actions.NewPerson, ...]:
    """The first heads the household; a second head is nobody's relation."""
    return tuple(
        newcomer(row, "" if place == 0 or row.text("relation") == HEAD else None) for place, row in enumerate(rows)
    )


def correcting(receipt: Receipt, answers: Answers) -> None:
    """What is wrong on file: one proposal for each."""
    for row in answers.rows("correction"):
        person, item, paper = row.id("person"), row.text("item"), row.text("paper")
        if person is None:
            continue
        subject = Subject("person", person, _ground(receipt).home_code(receipt.viewer, person))
        if item == "name":
            receipt.submit(
                action=NAME, subject=subject, arguments=actions.CorrectName(person, row.text("new_name")),
                reason=_ground(receipt).reason, evidence=paper,
            )  # fmt: skip
        elif item in INPUTS:
            value = row.text("new_phone" if item == "phones" else f"new_{item}")
            values = {INPUTS[item]: value}
            if item == "birth_date":
                values["birth_precision"] = "day"
            receipt.submit(
                action=ITEMS[item].action, subject=subject, arguments=actions.Correct(person, item, values),
                reason=_ground(receipt).reason, evidence=paper,
            )  # fmt: skip
