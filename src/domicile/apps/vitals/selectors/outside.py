"""Births in other registers about which a place here is asked."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.selectors import words as people_words
from domicile.apps.people.selectors.placing import holder_of
from domicile.apps.vault.sealing import open_many, open_value
from domicile.apps.vitals import words
from domicile.apps.vitals.models import OutsideBirth
from domicile.core.codes.identity import mask


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent as the other register knows them; `id`: who of the viewer's areas has the number."""

    role: Any
    name: str
    born: str
    number: str
    id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class OutsideCard:
    """All that the page shows, in words."""

    row: OutsideBirth
    child: str
    day: str
    missing: list[Any]
    parents: list[Parent]
    answer: Any
    overdue: bool


def outside_card(viewer: Viewer, birth_id: uuid.UUID, *, today: dt.date) -> OutsideCard:
    """A birth elsewhere, and who here has the parents' numbers, after the look is recorded. Raises OutOfReach.

    Numbers stand in full for whoever may see them so.
    """
    row = restrict(OutsideBirth.objects.select_related("peer"), viewer, "to_code").filter(pk=birth_id).first()
    if row is None:
        raise OutOfReach
    rows = list(row.parents.order_by("-role"))
    names, numbers = open_many(rows, "name"), open_many(rows, "number")
    full = viewer.may("view_number_full")
    parents = [
        Parent(
            words.ROLES[one.role], names[one.pk], one.birth_date.isoformat() if one.birth_date else "",
            numbers[one.pk] if full else mask(numbers[one.pk]) if numbers[one.pk] else "",
            holder_of(viewer, numbers[one.pk]),
        )
        for one in rows
    ]  # fmt: skip
    record_look(viewer, question="outside_birth", persons=[one.id for one in parents if one.id is not None])
    return OutsideCard(
        row=row, child=people_words.name(open_value(row, "child")), day=words.day(row.day.isoformat(), row.precision),
        missing=[words.PAPERS.get(one, one) for one in row.missing.split()], parents=parents,
        answer=words.ANSWERS.get(row.answer, ""), overdue=not row.answer and row.due_on is not None and row.due_on < today,
    )  # fmt: skip
