"""Answers about people as proposals: who left, who came, what is wrong on file."""

import uuid
from dataclasses import fields

from django.utils.translation import gettext as _

from domicile.apps.collect.actions import Subject
from domicile.apps.collect.openrosa.receipts import Receipt
from domicile.apps.fieldwork.collected.ground import Ground
from domicile.apps.people import actions
from domicile.apps.people.items import ITEMS
from domicile.core.messages.submissions import Answers

HEAD = actions.HEAD
LEAVE, END, MEMBER, HOUSEHOLD = "people.leave_household", "people.end_stay", "people.add_member", "people.add_household"
NAME = "people.correct_name"
#: What of a newcomer is told of a member: a form asks for whole birth dates.
MEMBER_OF = {field.name for field in fields(actions.AddMember)}
#: What can be corrected at the door: the item and the input that takes the answer.
INPUTS = {"phones": "number", "sex": "sex", "birth_date": "birth_date", "education": "education", "marital": "marital"}


def _ground(receipt: Receipt) -> Ground:
    found: Ground = receipt.ground
    return found


def leaving(receipt: Receipt, answers: Answers, dwelling: Subject) -> None:
    """Who moved away: one proposal a household, and one for each who belongs to none."""
    gone, end = answers.ids("left"), answers.day("left_on")
    if not gone or end is None:
        return
    found: set[uuid.UUID] = set()
    for household, present in sorted(_ground(receipt).members.get(dwelling.id, {}).items()):
        leave = [member for member in present if member.person_id in gone]
        found |= {member.person_id for member in leave}
        if leave:
            stay = {member.person_id for member in present} - set(gone)
            heads = any(member.relation == HEAD for member in leave) and stay
            head = answers.id("new_head") if heads else None
            receipt.submit(
                action=LEAVE, subject=Subject("household", household, dwelling.place_code), reason=_ground(receipt).reason,
                arguments=actions.LeaveHousehold(
                    household, tuple(member.person_id for member in leave), end, head if head in stay else None
                ),
            )  # fmt: skip
    for person in [one for one in gone if one not in found]:
        _end_stay(receipt, person, dwelling, answers)


def _end_stay(receipt: Receipt, person: uuid.UUID, dwelling: Subject, answers: Answers) -> None:
    end = answers.day("left_on")
    spell = _ground(receipt).stays.get((dwelling.id, person))
    subject = Subject("person", person, dwelling.place_code)
    if spell is None or end is None:
        receipt.refuse(
            END, str(_("This is no longer on file: it was changed since the phone fetched its lists.")), subject
        )
        return
    receipt.submit(action=END, subject=subject, arguments=actions.EndStay(spell, end), reason=_ground(receipt).reason)


def arriving(receipt: Receipt, answers: Answers, dwelling: Subject) -> None:
    """Who came: members of a household on file, or a household of their own."""
    rows = answers.rows("newcomer")
    if not rows:
        return
    homes = _ground(receipt).homes.get(dwelling.id, [])
    if not homes or answers.text("joins") == "new":
        ordered = sorted(rows, key=lambda row: row.text("relation") != HEAD)
        receipt.submit(
            action=HOUSEHOLD, subject=dwelling, reason=_ground(receipt).reason,
            arguments=actions.AddHousehold(dwelling.id, with_head(ordered), ordered[0].day("since")),
        )  # fmt: skip
        return
    home = answers.id("household") or (homes[0] if len(homes) == 1 else None)
    if home not in homes:
        receipt.refuse(MEMBER, str(_("The household that they join is not on file in this dwelling.")))
        return
    for row in rows:
        new = newcomer(row)
        values = {field.name: getattr(new, field.name) for field in fields(new) if field.name in MEMBER_OF}
        receipt.submit(
            action=MEMBER, subject=Subject("household", home, dwelling.place_code), reason=_ground(receipt).reason,
            arguments=actions.AddMember(household_id=home, since=row.day("since"), **values),
        )  # fmt: skip


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
