"""Give codes to households, and take the form that one sends."""

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.listing.models import Household
from domicile.apps.census.selfenum.codes import CODES, receipt_of
from domicile.apps.census.selfenum.models import HouseholdCode
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.core.enumeration import Fault, forms, judged, with_minutes
from domicile.core.enumeration import items as every_item
from domicile.core.enumeration.checking import BESIDES, MOST_PERSONS
from domicile.core.enumeration.model import PERSONS

GIVE, GIVE_MANY = "census.give_code", "census.give_codes"
PERMISSION = "propose_change"
#: Whose slips are sealed before they go out: not of who asks at doors alone.
SEAL = "review_change"
WEB = Answer.Road.WEB.value
INSTANCE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Slips that are made at once: an enumeration area has about a hundred households.
MOST = 400


@dataclass(frozen=True)
class Given:
    """A code that was just given; `text` is known now and never again."""

    code: HouseholdCode
    text: str


@dataclass(frozen=True)
class Sent:
    """What became of a form that was sent. `again`: the same form had come before."""

    receipt: str
    again: bool = False


class Used(Exception):
    """Another form was sent with this code before."""

    def __init__(self, receipt: str) -> None:
        super().__init__(receipt)
        self.receipt = receipt


class Faulty(Exception):
    """The form cannot be taken as it is; `faults` say where."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(len(faults))
        self.faults = tuple(faults)


@transaction.atomic
def give(*, actor: Viewer, household_id: uuid.UUID) -> Given:
    """A fresh code for a household; the one before opens nothing any more. Raises OutOfReach, Refused.

    Of one that is given by whoever asks at doors is kept that it was: its `text` is to be scanned and not read.
    """
    actor.require(PERMISSION)
    asked = restrict(Household.objects.filter(pk=household_id), actor).select_for_update(of=("self",))
    household = asked.select_related("dwelling__building").first()
    if household is None:
        raise OutOfReach([])
    if household.ended_on is not None:
        raise Refused(_("This household has been taken off the list already."))
    with recording(
        actor=actor, action=GIVE, subject_kind="household", subject_id=household.pk, place_code=household.place_code
    ) as change:
        for earlier in HouseholdCode.objects.filter(household=household, used_at=None, stopped_at=None):
            change.update(earlier, stopped_at=timezone.now())
        given = _fresh(actor, household)
        change.create(given.code)
    return given


@transaction.atomic
def give_to_all(*, actor: Viewer, census_id: uuid.UUID, place_code: str) -> list[Given]:
    """Codes for the households of an enumeration area that have none yet and have not answered, at most 400 at once.

    For supervisors and the office, who seal the slips: enumerators hand them out and know no code.
    In the order of their doors. Codes that were given before stay good: their slips may be at the door already.
    """
    actor.require(SEAL)
    asked = without_code(actor, census_id, place_code).select_for_update(of=("self",))
    households = list(asked.select_related("dwelling__building")[:MOST])
    if not households:
        return []
    given = [_fresh(actor, household) for household in households]
    with recording(
        actor=actor, action=GIVE_MANY, subject_kind="census", subject_id=census_id, place_code=place_code
    ) as change:
        change.create_many([one.code for one in given])
    return given


def without_code(viewer: Viewer, census_id: uuid.UUID, place_code: str) -> Any:
    """Households of an area within the viewer's that are to be asked, have no code that opens and none that was used."""
    asked = restrict(Household.objects.filter(census_id=census_id, place_code=place_code, ended_on=None), viewer)
    has_code = HouseholdCode.objects.filter(household=OuterRef("pk"), stopped_at=None)
    answered = Answer.objects.filter(household=OuterRef("pk"), state=Answer.State.COUNTS)
    asked = asked.filter(~Exists(has_code), ~Exists(answered))
    return asked.order_by("dwelling__building__number", "dwelling__number", "serial")


def _fresh(actor: Viewer, household: Household) -> Given:
    if actor.user_id is None:
        raise Refused(_("A household's code is given by somebody."))
    text = CODES.new()
    code = HouseholdCode(
        household=household, place_code=household.place_code, digest=CODES.digest(text), given_by=actor.user_id,
        given_by_name=actor.name, given_at=timezone.now(), at_door=not actor.may(SEAL),
    )  # fmt: skip
    return Given(code, text)


def check(household: Household, form: str, version: str, content: Mapping[str, Any]) -> None:
    """Raise Faulty for what the page itself would not send: the form as it is handed out today has faults.

    What an older form says is taken as it stands, as long as it has the shape of a form: it may have waited on a phone without
    a line.
    """
    known = forms()[form]
    if version != known.version:
        people = content.get(PERSONS)
        rows = people if isinstance(people, list) else []
        items = {name for row in (content, *rows) if isinstance(row, Mapping) for name in row}
        if not 1 <= len(rows) <= MOST_PERSONS or not all(isinstance(row, Mapping) for row in rows):
            raise Faulty((Fault("persons", PERSONS),))
        unknown = sorted(items - set(every_item()) - BESIDES)
        if unknown:
            raise Faulty((Fault("unknown", str(unknown[0])[:40]),))
        return
    found = judged(known, content, timezone.localtime(household.census.reference_at))
    if not found.sound:
        raise Faulty(found.faults)


def send(
    *, code: HouseholdCode, form: str, version: str, content: Mapping[str, Any], instance: str, at: dt.datetime,
    minutes: object = None,
) -> Sent:  # fmt: skip
    """Take the form of a household, durably and once: a code sends one form, and the same form again is told the same.

    `code` as codes.enter gave it; `minutes` as the page tells how long it was in view: what cannot be so is left out, and
    nothing follows from it for the form. What can be judged before is judged before anybody has to wait. Raises Used where another
    form came with this code, Faulty, and Refused for what no form can be.
    """
    household, content = code.household, with_minutes(content, minutes)
    if code.used_at is not None:
        return _sent_before(code, instance)
    if not INSTANCE.fullmatch(instance) or form != household.form:
        raise Refused(_("This form cannot be taken. Load the page again."), "form")
    check(household, form, version, content)
    receipt, again = receipt_of(code, instance), True

    def use(change: Recorder) -> None:
        nonlocal again
        again = False
        unused = {"used_at": None, "stopped_at": None}
        if not change.update_where(code, unused, used_at=at, instance=instance, receipt=receipt):
            raise _Overtaken

    try:
        receive(
            census=household.census, household=household, road=WEB, form=form, content=content, instance=f"web:{instance}",
            at=at, also=use,
        )  # fmt: skip
    except _Overtaken:
        code.refresh_from_db(fields=["stopped_at", "used_at", "instance", "receipt"])
        if code.stopped_at is not None:
            raise Refused(_("This code opens nothing any more. Ask for a fresh one."), "code") from None
        return _sent_before(code, instance)
    return Sent(receipt, again)


class _Overtaken(Exception):
    """While a form was taken, another one was with the same code, or the code was stopped: nothing of this one is kept."""


def _sent_before(code: HouseholdCode, instance: str) -> Sent:
    """What is told of a code that was used: the same to whoever sends the same form. Raises Used."""
    if code.instance != instance:
        raise Used(code.receipt)
    return Sent(code.receipt, again=True)
