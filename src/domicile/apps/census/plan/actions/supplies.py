"""Supplies: handed out to an area, given back; and how much each enumeration area needs."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from domicile.apps.areas.models import Area, Grid
from domicile.apps.audit.recording import recording
from domicile.apps.census.plan import policies
from domicile.apps.census.plan.actions.common import census_for_change, place_of, text
from domicile.apps.census.plan.models import Census, Need, Supply
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

KIND = "census_supply"
MOVE, NEED = "census.move_supply", "census.set_need"
LONGEST, LONGEST_NOTE, MOST, AREA = 32, 120, 1_000_000, 12


@transaction.atomic
def move_supply(
    *,
    actor: Viewer,
    census_id: uuid.UUID,
    place_code: str,
    what: str,
    count: int,
    on: dt.date,
    today: dt.date,
    note: str = "",
) -> Supply:
    """Note things handed out to an area (`count` above 0) or given back by it (below 0). Raises Refused.

    `place_code`: a census area (12 digits) or an enumeration area (15). No more can be given back than was handed out there.
    """
    census = Census.objects.select_for_update().filter(pk=census_id).first()
    if census is None:
        raise NotAllowed("census")
    place = _place(place_code)
    policies.check_place(actor, census, place)
    thing = text(what, "what", longest=LONGEST)
    if not count or abs(count) > MOST:
        raise Refused(_("A number from 1 to {most}.").format(most=MOST), "count")
    if on > today:
        raise Refused(_("The day must not lie after today."), "on")
    there = Supply.objects.filter(census=census, place_code=place, what=thing).aggregate(sum=Sum("count"))["sum"] or 0
    if there + count < 0:
        raise Refused(_("Only {count} of them are there.").format(count=there), "count")
    row = Supply(census=census, place_code=place, what=thing, count=count, moved_on=on)
    row.note = text(note, "note", longest=LONGEST_NOTE, needed=False)
    with recording(actor=actor, action=MOVE, subject_kind=KIND, subject_id=row.pk, place_code=place) as change:
        return change.create(row)


@transaction.atomic
def set_need(*, actor: Viewer, census_id: uuid.UUID, what: str, per_area: int) -> None:
    """Say how many of a thing each enumeration area needs; 0: it is not needed."""
    census = census_for_change(actor, census_id)
    thing = text(what, "what", longest=LONGEST)
    if not 0 <= per_area <= MOST:
        raise Refused(_("A number from 0 to {most}.").format(most=MOST), "per_area")
    row = Need.objects.filter(census=census, what=thing).first()
    if row is None and not per_area:
        raise Refused(_("It is not on the list of what is needed."), "per_area")
    with recording(
        actor=actor, action=NEED, subject_kind="census", subject_id=census.pk, place_code=place_of(census)
    ) as change:
        if row is None:
            change.create(Need(census=census, what=thing, per_area=per_area))
        elif per_area:
            change.update(row, per_area=per_area)
        else:
            change.delete(row)


def _place(code: str) -> str:
    """The place code of an area or enumeration area in force."""
    model = Grid if len(code) > AREA else Area
    if not model._default_manager.filter(code=code, valid_to=None).exists():
        raise Refused(_("Choose one of the list."), "place")
    return code.ljust(15, "0")
