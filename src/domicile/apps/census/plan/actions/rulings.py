"""Rulings: numbered answers to questions of the field."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import recording
from domicile.apps.census.plan.actions.common import census_for_change, place_of, text
from domicile.apps.census.plan.models import Ruling
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

KIND = "census_ruling"
RULE, CORRECT = "census.rule", "census.correct_ruling"
LONGEST = 2000


@transaction.atomic
def rule(*, actor: Viewer, census_id: uuid.UUID, asked: str, answered: str, on: dt.date, today: dt.date) -> Ruling:
    """Answer a question for the whole census under the next number. Raises Refused."""
    census = census_for_change(actor, census_id)
    if on > today:
        raise Refused(_("The day must not lie after today."), "on")
    last = census.rulings.aggregate(last=Max("number"))["last"] or 0
    row = Ruling(census=census, number=last + 1, ruled_on=on)
    row.asked, row.answered = text(asked, "asked", longest=LONGEST), text(answered, "answered", longest=LONGEST)
    if census.rulings.filter(asked=row.asked).exists():
        raise Refused(_("This question is answered already: correct that ruling."), "asked")
    with recording(
        actor=actor, action=RULE, subject_kind=KIND, subject_id=row.pk, place_code=place_of(census)
    ) as change:
        return change.create(row)


@transaction.atomic
def correct_ruling(*, actor: Viewer, ruling_id: uuid.UUID, asked: str, answered: str, on: dt.date) -> Ruling:
    """Put a ruling in other words; its number stays, and what stood there before stays in the log."""
    row = Ruling.objects.select_for_update().filter(pk=ruling_id).first()
    if row is None:
        raise NotAllowed("ruling")
    census = census_for_change(actor, row.census_id)
    with recording(
        actor=actor, action=CORRECT, subject_kind=KIND, subject_id=row.pk, place_code=place_of(census)
    ) as change:
        return change.update(
            row, asked=text(asked, "asked", longest=LONGEST), answered=text(answered, "answered", longest=LONGEST),
            ruled_on=on,
        )  # fmt: skip
