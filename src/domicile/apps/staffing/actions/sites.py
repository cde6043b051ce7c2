"""Offices, stations and collection points."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing import policies
from domicile.apps.staffing.actions.common import locked, place, text
from domicile.apps.staffing.chain import on_day
from domicile.apps.staffing.models import Site
from domicile.apps.staffing.words import SITES

KIND = "staff_site"
OPEN, CLOSE = "staffing.open_site", "staffing.close_site"


@transaction.atomic
def open_site(*, actor: Viewer, kind: str, place_code: str, name: str, address: str, on: dt.date) -> Site:
    """Put an office, a station or a collection point on file. Raises Refused."""
    where = place(place_code)
    policies.check_manage(actor, where)
    if kind not in SITES:
        raise Refused(_("Choose one of the list."), "kind")
    row = Site(
        kind=kind, place_code=where, name=text(name, "name", longest=64), opened_on=on,
        address=text(address, "address", longest=160, needed=False),
    )  # fmt: skip
    if Site.objects.filter(on_day(on), kind=kind, place_code=where, name=row.name).exists():
        raise Refused(_("It is on file already."), "name")
    with recording(actor=actor, action=OPEN, subject_kind=KIND, subject_id=row.pk, place_code=where) as change:
        return change.create(row)


@transaction.atomic
def close_site(*, actor: Viewer, site_id: uuid.UUID, on: dt.date) -> Site:
    """Note the first day on which it is not there."""
    row = locked(Site, site_id)
    policies.check_manage(actor, row.place_code)
    if on <= row.opened_on:
        raise Refused(_("It was opened on {day}: choose a later day.").format(day=row.opened_on), "on")
    with recording(
        actor=actor, action=CLOSE, subject_kind=KIND, subject_id=row.pk, place_code=row.place_code
    ) as change:
        return change.update(row, closed_on=on)
