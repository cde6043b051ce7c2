"""Record a visit."""

import datetime as dt
import uuid
from collections.abc import Collection
from typing import cast

from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.bundles import NewRow
from domicile.apps.audit.recording import recording
from domicile.apps.collect.drafts import Subject
from domicile.apps.common.ids import new_id
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.fieldwork.visits.models import Confirmation, Matter, Visit
from domicile.apps.people.models import Spell
from domicile.apps.places.models import Building, Dwelling

RECORD = "fieldwork.record_visit"
OUTCOMES = frozenset(Visit.Outcome.values)
MATTERS = frozenset({"none", "passage", "fire", "electric", "gas", "building", "plate", "other"})


def record_visit(
    *, actor: Viewer, form: str, place: Dwelling | Building, visited_on: dt.date, outcome: str,
    confirmed: Collection[uuid.UUID] = (), matters: Collection[str] = (), what: str = "",
    notice_left: bool | None = None, part_of_day: str = "", submission_id: uuid.UUID | None = None,
) -> Visit:  # fmt: skip
    """Note that the actor went to a place. Of `confirmed`, those who usually live there by the register count.

    Raises Refused for an outcome or a matter that no form has, NotAllowed outside the actor's areas.
    """
    kind = "dwelling" if isinstance(place, Dwelling) else "building"
    subject = Subject(kind, place.pk, place.place_code)
    rows = rows_of_visit(
        actor, form=form, place=subject, visited_on=visited_on, outcome=outcome, living=_living(place, confirmed),
        matters=matters, what=what, notice_left=notice_left, part_of_day=part_of_day, submission_id=submission_id,
    )  # fmt: skip
    with recording(
        actor=actor, action=RECORD, subject_kind=kind, subject_id=place.pk, place_code=place.place_code
    ) as change:
        visit, *_more = [change.create(model(**fields)) for model, fields in rows]
    return cast("Visit", visit)


def rows_of_visit(
    actor: Viewer, *, form: str, place: Subject, visited_on: dt.date, outcome: str,
    living: Collection[uuid.UUID] = (), matters: Collection[str] = (), what: str = "",
    notice_left: bool | None = None, part_of_day: str = "", submission_id: uuid.UUID | None = None,
) -> list[NewRow]:  # fmt: skip
    """The visit of a dwelling or building, who of `living` was confirmed, and what was found, not stored yet.

    Raises as record_visit.
    """
    if actor.user_id is None or not actor.covers(place.place_code):
        raise NotAllowed("record a visit")
    if outcome not in OUTCOMES or not MATTERS.issuperset(matters):
        raise Refused(_("Choose from the list."), "outcome")
    key, dwelling = new_id(), place.kind == "dwelling"
    visit = {
        "id": key, "form": form, "dwelling_id": place.id if dwelling else None,
        "building_id": None if dwelling else place.id, "place_code": place.place_code, "worker_id": actor.user_id,
        "visited_on": visited_on, "outcome": outcome, "notice_left": notice_left, "part_of_day": part_of_day[:10],
        "what": without_numbers(what.strip())[:200], "submission_id": submission_id,
    }  # fmt: skip
    rows: list[NewRow] = [(Visit, visit)]
    rows += [(Confirmation, {"id": new_id(), "visit_id": key, "person_id": one}) for one in living]
    rows += [(Matter, {"id": new_id(), "visit_id": key, "kind": kind}) for kind in sorted(set(matters) - {"none"})]
    return rows


def _living(place: Dwelling | Building, persons: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Those who usually live there."""
    if not persons or isinstance(place, Building):
        return []
    stays = Spell.objects.filter(dwelling=place, person__in=persons, end=None, kind=Spell.Kind.USUAL)
    return sorted(set(stays.values_list("person_id", flat=True)))
