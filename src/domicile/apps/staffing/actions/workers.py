"""Workers: added with a number, corrected, gone."""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from domicile.apps.accounts.models import User
from domicile.apps.audit.recording import recording
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing import policies
from domicile.apps.staffing.actions.common import place, text, worker_for_change
from domicile.apps.staffing.models import Worker
from domicile.apps.vault.sealing import open_value, seal
from domicile.core.codes.phones import PhoneError, parse_phone

KIND = "staff_worker"
ADD, CORRECT, LEAVE = "staffing.add_worker", "staffing.correct_worker", "staffing.worker_left"
SERIAL_DIGITS = 4
LONGEST_NAME = 64
AREA = 12


def next_number(area: str, taken: str = "") -> str:
    """The worker number after the last one given out in an area: 12 digits of area code, then the serial."""
    last = taken or (
        Worker.objects.filter(prefix_q("number", area)).order_by("-number").values_list("number", flat=True).first()
    )
    serial = int(last[AREA:]) + 1 if last else 1
    if len(str(serial)) > SERIAL_DIGITS:
        raise Refused(_("There is no free worker number left in this area."))
    return f"{area}{serial:0{SERIAL_DIGITS}d}"


def add_worker(
    *, actor: Viewer, place_code: str, name: str, phone: str, since: dt.date, account: uuid.UUID | None = None
) -> Worker:
    """Put somebody on the chain of a community or township; the number is given here. Raises Refused."""
    where = place(place_code)
    policies.check_manage(actor, where)
    row = Worker(place_code=where[:AREA].ljust(15, "0"), since=since, name=text(name, "name", longest=LONGEST_NAME))
    number = _phone(phone)
    if account is not None:
        row.user_id = _account(actor, account)
    try:
        with recording(
            actor=actor, action=ADD, subject_kind=KIND, subject_id=row.pk, place_code=row.place_code
        ) as change:
            row.number = next_number(where[:AREA])
            row.phone = seal(row, "phone", number)
            change.create(row)
    except IntegrityError as error:  # somebody took the number, or the account has a worker
        raise Refused(_("Somebody added a worker just now. Send it again.")) from error
    return row


@transaction.atomic
def correct_worker(
    *, actor: Viewer, worker_id: uuid.UUID, name: str, phone: str, since: dt.date, account: uuid.UUID | None
) -> Worker:
    """Set name, phone (empty: as it is), first day and account. The number stays."""
    row = worker_for_change(actor, worker_id)
    if row.until is not None and since >= row.until:
        raise Refused(_("The worker left on {day}.").format(day=row.until), "since")
    values = {"name": text(name, "name", longest=LONGEST_NAME), "since": since}
    values["user_id"] = None if account is None else _account(actor, account, row)
    with recording(
        actor=actor, action=CORRECT, subject_kind=KIND, subject_id=row.pk, place_code=row.place_code
    ) as change:
        if phone.strip() and (number := _phone(phone)) != open_value(row, "phone"):
            values["phone"] = seal(row, "phone", number)
        return change.update(row, **values)


@transaction.atomic
def worker_left(*, actor: Viewer, worker_id: uuid.UUID, on: dt.date | None) -> Worker:
    """Note the first day on which the worker is not there; None takes it back. Posts still held are listed as gaps."""
    row = worker_for_change(actor, worker_id)
    if on is not None and on <= row.since:
        raise Refused(_("The worker came on {day}: choose a later day.").format(day=row.since), "on")
    with recording(
        actor=actor, action=LEAVE, subject_kind=KIND, subject_id=row.pk, place_code=row.place_code
    ) as change:
        return change.update(row, until=on)


def _phone(typed: str) -> str:
    if not typed.strip():
        return ""
    try:
        return parse_phone(typed).number
    except PhoneError as error:
        raise Refused(_("This is not read as a telephone number; write it like 13800000000."), "phone") from error


def _account(actor: Viewer, account: uuid.UUID, own: Worker | None = None) -> uuid.UUID:
    """An open account of the actor's areas that no other worker of the day has."""
    user = User.objects.filter(pk=account, closed_on=None).first()
    if user is None or not actor.covers(user.area_code):
        raise Refused(_("Choose one of the list."), "account")
    others = Worker.objects.filter(user_id=account, until=None)
    if own is not None:
        others = others.exclude(pk=own.pk)
    if others.exists():
        raise Refused(_("This account belongs to another worker."), "account")
    return account
