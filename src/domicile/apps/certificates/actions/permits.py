"""Applications for a residence permit (MO-8): noted, followed, never a condition of anything."""

import datetime as dt
import uuid

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.certificates import policies
from domicile.apps.certificates.models import PermitApplication, PermitStep
from domicile.apps.certificates.selectors.permits import home_of
from domicile.apps.certificates.selectors.sayable import community
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.scope import person_in_scope

APPLY, STEP = "certificates.permit", "certificates.permit_step"


def apply_for_permit(
    *, actor: Viewer, person_id: uuid.UUID, ground: str, day: dt.date, reason: str
) -> PermitApplication:
    """Note an application. Missing conditions are told, they block nothing. Raises Refused, OutOfReach."""
    actor.require("apply_change")
    person = person_in_scope(actor, person_id)
    home = home_of(actor, person_id)
    if home is None:
        raise Refused(_("Nobody is on file as living here: register the stay first, which is done at once."))
    place = community(home.dwelling.place_code)
    if not policies.may_apply(person, place):
        raise Refused(_("Whoever is registered in this county needs no residence permit here."))
    with recording(
        actor=actor, action=APPLY, subject_kind="person", subject_id=person_id, place_code=place, reason=reason
    ) as change:
        person_in_scope(actor, person_id, lock=True)
        if PermitApplication.objects.filter(person_id=person_id).exclude(state__in=PermitApplication.OVER).exists():
            raise Refused(_("An application is on its way already: see the card of the person."))
        row = change.create(PermitApplication(person_id=person_id, place_code=place, ground=ground, applied_on=day))
        _write(row, PermitApplication.State.APPLIED, day, reason, actor, change)
        return row


def step_permit(
    *, actor: Viewer, application_id: uuid.UUID, state: str, day: dt.date, reason: str
) -> PermitApplication:
    """Note what became of an application. Raises Refused, OutOfReach."""
    actor.require("apply_change")
    row = _locked(actor, application_id, lock=False)
    with recording(
        actor=actor, action=STEP, subject_kind="person", subject_id=row.person_id, place_code=row.place_code,
        reason=reason,
    ) as change:  # fmt: skip
        row = _locked(actor, application_id)
        policies.check_step(row, state)
        if day < row.applied_on:
            raise Refused(_("Give a day not before the application."), "day")
        change.update(row, state=state)
        _write(row, state, day, reason, actor, change)
        return row


def withdraw_for(person_id: uuid.UUID, day: dt.date, change: Recorder) -> None:
    """What somebody who died had applied for is withdrawn by itself."""
    rows = PermitApplication.objects.select_for_update().filter(person_id=person_id)
    for row in rows.exclude(state__in=PermitApplication.OVER):
        change.update(row, state=PermitApplication.State.WITHDRAWN)
        _write(row, PermitApplication.State.WITHDRAWN, max(day, row.applied_on), "", None, change)


def _write(row: PermitApplication, state: str, day: dt.date, note: str, actor: Viewer | None, change: Recorder) -> None:
    number = PermitStep.objects.filter(application=row).count() + 1
    change.create(
        PermitStep(
            application=row, number=number, state=state, day=day, note=note, at=timezone.now(),
            actor_id=actor.user_id if actor else None, actor_name=actor.name if actor else "",
        )
    )  # fmt: skip


def _locked(viewer: Viewer, application_id: uuid.UUID, *, lock: bool = True) -> PermitApplication:
    rows = PermitApplication.objects.select_for_update() if lock else PermitApplication.objects.all()
    row = restrict(rows, viewer).filter(pk=application_id).first()
    if row is None:
        raise OutOfReach()
    return row
