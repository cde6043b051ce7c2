"""Issue, renew and revoke certificates (MO-6). None is ever issued for less than the years of the parameter."""

import datetime as dt
import secrets
import uuid

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.certificates import keys, policies
from domicile.apps.certificates.actions.permits import withdraw_for
from domicile.apps.certificates.models import Certificate, IssuedNumber
from domicile.apps.certificates.selectors.sayable import Chosen, sayable
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.scope import person_in_scope
from domicile.apps.vault.sealing import seal
from domicile.core.certificates import Certificate as Said
from domicile.core.certificates import TooLong, last_day_of, sign
from domicile.core.certificates.keys import encoded
from domicile.core.policy.parameters import parameter

RANDOM = 12


def issue(
    *, actor: Viewer, person_id: uuid.UUID, chosen: Chosen, asked_by: str, reason: str, renews: uuid.UUID | None = None
) -> Certificate:
    """Issue a certificate that says what the holder chose. `renews`: the one whose place it takes, which ends today.

    Raises OutOfReach, NotAllowed, and Refused naming the field.
    """
    today = timezone.localdate()
    with transaction.atomic():
        person_in_scope(actor, person_id, lock=True)
        found = sayable(actor, person_id)
        said = found.said(
            chosen, number=encoded(secrets.token_bytes(RANDOM)), issued=today,
            last_day=last_day_of(today, int(parameter("certificates.valid_years", today))),
        )  # fmt: skip
        signer = keys.current(today)
        with recording(
            actor=actor, action="certificates.issue", subject_kind="person", subject_id=person_id, reason=reason,
            place_code=found.place_code,
        ) as change:  # fmt: skip
            old = _renewed(actor, person_id, renews, today, change)
            row = Certificate(
                person_id=person_id, number=said.number, place_code=found.place_code, asked_by=asked_by, issued_on=today,
                last_day=said.last_day, renews=old,
            )  # fmt: skip
            row.text = seal(row, "text", _signed(said, signer))
            # Not in the record of the change: undoing it must not forget that the paper is about.
            IssuedNumber.objects.create(number=row.number, last_day=row.last_day)
            return change.create(row)


def _signed(said: Said, signer: keys.Signer) -> str:
    try:
        return sign(said, signer.key, signer.kid)
    except TooLong as error:
        raise Refused(_("This is more than a code on paper holds: choose less."), "members") from error


def _renewed(
    actor: Viewer, person_id: uuid.UUID, renews: uuid.UUID | None, today: dt.date, change: Recorder
) -> Certificate | None:
    if renews is None:
        return None
    old = locked(actor, renews)
    if old.person_id != person_id:
        raise OutOfReach([person_id])
    policies.check_open(old)
    if Certificate.objects.filter(renews=old).exists():
        raise Refused(_("This certificate was renewed already."))
    if old.last_day >= today:
        change.update(old, ended_on=today, ended_why=Certificate.Ended.RENEWED)
    return old


def end(*, actor: Viewer, certificate_id: uuid.UUID, day: dt.date, why: str, reason: str) -> Certificate:
    """Revoke a certificate from a day on. From then on it stands in the list of revoked ones. Raises Refused, OutOfReach."""
    actor.require(policies.ISSUE)
    row = locked(actor, certificate_id, lock=False)
    with recording(
        actor=actor, action="certificates.end", subject_kind="person", subject_id=row.person_id,
        place_code=row.place_code, reason=reason,
    ) as change:  # fmt: skip
        row = locked(actor, certificate_id)
        policies.check_open(row)
        if not row.issued_on <= day <= timezone.localdate():
            raise Refused(_("Give a day from the day of issue until today."), "day")
        return change.update(row, ended_on=day, ended_why=why)


def end_for_person(
    *, person_id: uuid.UUID, day: dt.date, change: Recorder, reason: str = Certificate.Ended.DIED
) -> int:
    """End what somebody holds, and withdraw what they applied for, inside the recording of what ends it: a death.

    `reason` is a key of `Certificate.Ended`. Returns how many certificates ended. Undoing the change brings them back.
    """
    rows = Certificate.objects.select_for_update().filter(Q(last_day__gte=day), person_id=person_id, ended_on=None)
    held = list(rows)
    for row in held:
        change.update(row, ended_on=max(day, row.issued_on), ended_why=reason)
    withdraw_for(person_id, day, change)
    return len(held)


def locked(viewer: Viewer, certificate_id: uuid.UUID, *, lock: bool = True) -> Certificate:
    """A certificate that the viewer's office issued. Raises OutOfReach else."""
    rows = Certificate.objects.select_for_update() if lock else Certificate.objects.all()
    row = restrict(rows, viewer).filter(pk=certificate_id).first()
    if row is None:
        raise OutOfReach()
    return row
