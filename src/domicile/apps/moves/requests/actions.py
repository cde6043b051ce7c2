"""Ask, answer, end a request."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.models import Area
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import policies
from domicile.apps.moves.requests import finding, outward, rules, telling
from domicile.apps.moves.requests.models import OutsideRequest
from domicile.apps.peers import directory
from domicile.apps.vault.sealing import seal

ASK = "moves.ask_outside"
ASKS, ANSWERS = "view_person", "apply_change"
PLACE = 15
State, Outcome = OutsideRequest.State, OutsideRequest.Outcome


@dataclass(frozen=True)
class Ask:
    """Who is meant, where they are thought to be registered or living, what it is asked for and why."""

    name: str
    to_code: str
    thought: str
    purpose: str
    reason: str
    number: str = ""
    birth_date: dt.date | None = None


@transaction.atomic
def ask(*, actor: Viewer, arguments: Ask) -> OutsideRequest:
    """Ask about one named person. The rule answers at once where it may; else somebody of the area does.

    Raises NotAllowed, Refused. The look is on record at both ends where the rule told something.
    """
    actor.require(ASKS)
    now = timezone.now()
    today = timezone.localdate(now)
    if actor.user_id is None or not actor.scopes:
        raise OutOfReach
    code = arguments.to_code.strip().ljust(PLACE, "0")
    _check(actor, arguments, code, now, actor.user_id)
    here = policies.in_register(code)
    row = OutsideRequest(
        asked_by=actor.user_id, asked_by_name=actor.name, asked_role=actor.role, asked_at=now,
        from_code=actor.scopes[0].ljust(PLACE, "0"), to_code=code, thought=arguments.thought, purpose=arguments.purpose,
        birth_date=arguments.birth_date, state=State.WAITING if here else State.TO_SEND,
    )  # fmt: skip
    typed = {
        "name": " ".join(arguments.name.split()),
        "number": arguments.number.strip(),
        "reason": arguments.reason.strip(),
    }
    for column, text in typed.items():  # sealed, so that all of it ends with the request
        setattr(row, column, seal(row, column, text))
    with recording(
        actor=actor, action=ASK, subject_kind="outside_request", subject_id=row.pk, place_code=row.from_code
    ) as change:  # fmt: skip
        change.create(row)
    record_look(actor, question="outside_request", term=arguments.number or arguments.name)
    if not here:
        outward.carry(row)
        return row
    by_rule(actor, row, rules.purposes(today)[row.purpose], now)
    return row


def _check(actor: Viewer, arguments: Ask, code: str, now: dt.datetime, by: uuid.UUID) -> None:
    today = timezone.localdate(now)
    if arguments.purpose not in {one.key for one in rules.purposes_of(actor.role, today)}:
        raise Refused(_("Your role may not ask for this."), "purpose")
    if not arguments.name.strip() or not (arguments.number.strip() or arguments.birth_date):
        raise Refused(_("Name the person: the name, and the document number or the birth date."), "name")
    if not arguments.reason.strip():
        raise Refused(_("Say why you ask."), "reason")
    if not (code.isascii() and code.isdigit()) or len(arguments.to_code.strip()) not in {6, 9, 12}:
        raise Refused(_("A code has 6, 9 or 12 digits."), "to_code")
    if actor.covers(code):
        raise Refused(_("This lies inside your own areas: find the person by the search."), "to_code")
    here = policies.in_register(code)
    if here and not Area.objects.filter(code=code[:12], valid_to__isnull=True).exists():
        raise Refused(_("There is no area with this code."), "to_code")
    if not here and not directory.is_linked(code):
        raise Refused(_("Nobody answers for this place here: write a letter."), "to_code")
    since = now - dt.timedelta(days=1)
    if OutsideRequest.objects.filter(asked_by=by, asked_at__gt=since).count() >= rules.number("a_day", today):
        raise Refused(_("You have asked as often as may be in one day. Ask again tomorrow, or ask the office above."))


def by_rule(actor: Viewer, row: OutsideRequest, purpose: rules.Purpose, now: dt.datetime) -> None:
    """What the rule tells without anybody, where number and name both fit; else nothing happens yet.

    What the rule does not find waits for somebody, and ends like what nobody decides. That an answer came at once does tell that
    number and name fit: the asker knew both.
    """
    person = finding.by_rule(row) if purpose.by_rule else None
    told = telling.particulars(row, person, purpose.by_rule) if person is not None else {}
    if person is None or not told:
        return
    area = Viewer(None, str(_("by rule")), "rule", (telling.scope_of(row.to_code),), actor.purpose, channel="rule")
    record_look(area, question="outside_rule", persons=[person.pk])
    record_look(actor, question="outside_answer", persons=[person.pk])
    telling.tell(actor, row, told, now=now, person=person)


@transaction.atomic
def answer(*, actor: Viewer, request_id: uuid.UUID, person_id: uuid.UUID, keys: Collection[str]) -> OutsideRequest:
    """Tell some particulars of a person of the area asked. Raises NotAllowed, OutOfReach, Refused."""
    row = waiting_for(actor, request_id)
    now = timezone.now()
    allowed = rules.purposes(timezone.localdate(now))[row.purpose].may_tell
    if not keys or not set(keys) <= set(allowed):
        raise Refused(_("Choose what is told, out of what the purpose allows."), "keys")
    person = next((one for one in finding.candidates(actor, row) if one.pk == person_id), None)
    if person is None:
        raise Refused(_("Choose who is meant."), "person")
    told = telling.particulars(row, person, keys)
    if not told:
        raise Refused(_("Of this nothing is on file: choose something else, or tell nothing."), "keys")
    record_look(actor, question="outside_told", persons=[person.pk])
    telling.tell(actor, row, told, now=now, person=person, by=actor.user_id, by_name=actor.name)
    return row


@transaction.atomic
def refuse(*, actor: Viewer, request_id: uuid.UUID, outcome: str) -> OutsideRequest:
    """Tell nothing: nobody was found, or it is declined. To the asker both read alike. Raises NotAllowed, OutOfReach."""
    row = waiting_for(actor, request_id)
    if outcome not in {Outcome.NOT_FOUND, Outcome.DECLINED}:
        raise Refused(_("Choose what is told, out of what the purpose allows."), "outcome")
    telling.end(actor, row, outcome, now=timezone.now(), by=actor.user_id, by_name=actor.name)
    return row


def waiting_for(actor: Viewer, request_id: uuid.UUID) -> OutsideRequest:
    """A request to the actor's area that waits, locked. Raises NotAllowed, OutOfReach, Refused."""
    actor.require(ANSWERS)
    row = OutsideRequest.objects.select_for_update().filter(pk=request_id).first()
    if row is None or not actor.covers(row.to_code) or row.state == State.TO_SEND:
        raise OutOfReach
    if row.state != State.WAITING:
        raise Refused(_("Somebody has answered this already."))
    return row
