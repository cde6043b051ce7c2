"""The shipped forms: what each is called, which lists it uses, and what a filled one means.

Visits and those of people who leave and who arrive are registered by `moves`, which knows what becomes of them.
"""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from domicile.apps.collect.actions import Subject
from domicile.apps.collect.openrosa.receipts import Receipt
from domicile.apps.collect.openrosa.registry import Form, register_form
from domicile.apps.common.refusals import Refused
from domicile.apps.fieldwork.collected import changes, ground
from domicile.apps.fieldwork.collected.ground import Ground
from domicile.apps.fieldwork.visits.actions import RECORD, rows_of_visit
from domicile.apps.tenure.actions import ChangeTenants, EndRental, ExtendContract, RecordVisit
from domicile.apps.tenure.actions.rentals import END, EXTEND, TENANTS, VISIT
from domicile.core.messages.submissions import Answers

VERSION = "2026112201"
#: Forms that were changed since: phones with the older text go on sending it.
CHANGED = {"status_update": "2026112202", "rental_visit": "2026112203"}
MET = "met"
DAY = dt.timedelta(days=1)


def dwelling_of(receipt: Receipt, answers: Answers) -> Subject | None:
    """The dwelling that the form is about; where it is not the worker's, that is noted and None given."""
    known: Ground = receipt.ground
    found = known.dwelling(receipt.viewer, answers.id("dwelling"))
    if found is None:
        receipt.refuse(RECORD, str(_("The place is not on file in the areas of this phone.")))
    return found


def visited_on(receipt: Receipt, answers: Answers) -> dt.date:
    """The day by the phone, where its clock can be right: never after the day on which the form came."""
    return min(answers.day("visited_on") or receipt.received_on, receipt.received_on)


def record_visit(receipt: Receipt, answers: Answers, place: Subject, outcome: str, **more: object) -> None:
    """Note the visit itself among what the form records."""
    try:
        rows = rows_of_visit(
            receipt.viewer, form=receipt.submission.form_id, place=place, outcome=outcome,
            visited_on=visited_on(receipt, answers), submission_id=receipt.submission.pk, **more,  # type: ignore[arg-type]
        )  # fmt: skip
    except Refused as refusal:
        receipt.refuse(RECORD, str(refusal.message))
        return
    receipt.create(RECORD, place, rows)


def status_update(receipt: Receipt, answers: Answers) -> None:
    """What is wrong on file."""
    dwelling = dwelling_of(receipt, answers)
    if dwelling is not None:
        record_visit(receipt, answers, dwelling, MET)
        changes.correcting(receipt, answers)


def not_at_home(receipt: Receipt, answers: Answers) -> None:
    """That nobody was there, and whether a notice was left."""
    dwelling = dwelling_of(receipt, answers)
    if dwelling is not None:
        record_visit(
            receipt, answers, dwelling, "not_at_home", notice_left=answers.text("notice") == "yes",
            part_of_day=answers.text("part_of_day"),
        )  # fmt: skip


def rental_visit(receipt: Receipt, answers: Answers) -> None:
    """A visit of a let dwelling: whether it goes on, with whom, until when, and whether the safety statement was signed.

    Older versions asked about less: what was not asked changes nothing.
    """
    known: Ground = receipt.ground
    rental = known.rental(receipt.viewer, answers.id("rental"))
    if rental is None:
        receipt.refuse(VISIT, str(_("The rental is not on file in the areas of this phone.")))
        return
    dwelling, outcome = known.dwellings[rental.dwelling_id], answers.text("outcome")
    record_visit(receipt, answers, dwelling, outcome)
    if outcome == MET:
        rented(receipt, answers, Subject("rental", rental.pk, dwelling.place_code), rental.contract_end)


def rented(receipt: Receipt, answers: Answers, subject: Subject, held: dt.date | None) -> None:
    """What was told about the rental, each as a change of its own."""
    reason, safety = str(_("Told at the door")), answers.text("safety")
    seen = RecordVisit(subject.id, visited_on(receipt, answers), "" if safety == "unknown" else safety)
    receipt.submit(action=VISIT, subject=subject, reason=reason, arguments=seen)
    if answers.text("tenants") in {"changed", "added"}:
        names = {row.text("name"): row.text("phone") for row in answers.rows("tenant")}
        other = ChangeTenants(subject.id, names, left=answers.text("tenants") == "changed")
        receipt.submit(action=TENANTS, subject=subject, reason=reason, arguments=other)
    ended, contract, last_day = answers.day("ended_on"), answers.text("contract"), answers.day("last_day")
    if answers.text("goes_on") == "ended" and ended is not None:
        receipt.submit(action=END, subject=subject, reason=reason, arguments=EndRental(subject.id, ended))
    elif contract == "open" or (contract == "extended" and last_day is not None):
        end = last_day + DAY if last_day is not None else None
        if end == held:
            return
        receipt.submit(action=EXTEND, subject=subject, reason=reason, arguments=ExtendContract(subject.id, end))


def patrol(receipt: Receipt, answers: Answers) -> None:
    """A round of a building, and what was found there: of the place, never of people."""
    known: Ground = receipt.ground
    building = known.building(receipt.viewer, answers.id("building"))
    if building is None:
        receipt.refuse(RECORD, str(_("The place is not on file in the areas of this phone.")))
        return
    record_visit(receipt, answers, building, "patrolled", matters=answers.chosen("matter"), what=answers.text("what"))


FORMS = (
    ("status_update", "信息更正", "Status update", ("dwellings", "persons"), status_update),
    ("not_at_home", "家中无人", "Nobody at home", ("dwellings",), not_at_home),
    ("rental_visit", "出租房走访", "Rental visit", ("rentals",), rental_visit),
    ("patrol", "巡查", "Patrol", ("buildings",), patrol),
)


#: What each form needs to know of what is on file; the others are about a dwelling.
GATHERERS = {"rental_visit": ground.of_rentals, "patrol": ground.of_buildings}


def register_all() -> None:
    """Called once at start-up."""
    for form_id, zh, en, lists, receive in FORMS:
        gather = GATHERERS.get(form_id, ground.of_dwellings)
        path = settings.FORMS / f"{form_id}.md"
        version = CHANGED.get(form_id, VERSION)
        register_form(Form(form_id, {"zh": zh, "en": en}, path, version, lists, receive, gather=gather))
