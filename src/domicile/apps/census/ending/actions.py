"""Destroy the forms of a census: keys first, then rows and what phones sent. Nothing brings them back."""

import datetime as dt
import hashlib

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.census.answers.models import Answer, Envelope
from domicile.apps.census.coding import coders
from domicile.apps.census.coding.models import Wording
from domicile.apps.census.coverage.estimating import estimates, told_row
from domicile.apps.census.coverage.models import CoverageCase, CoverageHousehold, CoverageSurvey
from domicile.apps.census.ending import files
from domicile.apps.census.ending.models import Destruction
from domicile.apps.census.fieldwork.models import Call, Reinterview
from domicile.apps.census.keying.models import Sheet
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.plan.models import Census, Phase
from domicile.apps.census.sample.models import SampleUnit
from domicile.apps.census.selfenum.models import HouseholdCode
from domicile.apps.common.months import months_after
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.vault import sealing
from domicile.core.policy.parameters import parameter

ASK, TAKE_BACK, DESTROY = (f"census.{name}" for name in ("ask_destruction", "keep_forms", "destroy_forms"))
PLAN, OVERSEE = "plan_census", "verify_audit"


def due_on(census: Census) -> dt.date:
    """The day from which forms may be destroyed: so long after the last day of the last phase, and after the reference moment."""
    ends = Phase.objects.filter(census=census).order_by("-ends_on").values_list("ends_on", flat=True).first()
    moment = timezone.localdate(census.reference_at)
    last = max(ends or moment, moment)
    return months_after(last, int(parameter("census_ending.kept_months", last)))


def may_ask(viewer: Viewer, census: Census) -> bool:
    """Whether the viewer plans for the whole of a census."""
    return viewer.may(PLAN) and viewer.covers(census.scope)


def may_destroy(viewer: Viewer, census: Census) -> bool:
    """Whether the viewer may be the second person: of the census office, or an overseer, of the whole."""
    return (viewer.may(PLAN) or viewer.may(OVERSEE)) and viewer.covers(census.scope)


@transaction.atomic
def ask(*, actor: Viewer, census: Census, today: dt.date) -> Destruction:
    """Ask for the destruction. Raises Refused before the day, and where it was asked for already."""
    if not may_ask(actor, census) or actor.user_id is None:
        raise NotAllowed("ask for the destruction of forms")
    day = due_on(census)
    if today < day:
        raise Refused(_("The forms are kept until {day}.").format(day=day))
    Census.objects.select_for_update().get(pk=census.pk)
    if Destruction.objects.filter(census=census).exists():
        raise Refused(_("This was asked for already."))
    row = Destruction(census=census, asked_at=timezone.now(), asked_by=actor.user_id, asked_by_name=actor.name)
    with recording(
        actor=actor, action=ASK, subject_kind="census", subject_id=census.pk, place_code=census.scope
    ) as change:
        return change.create(row)


@transaction.atomic
def take_back(*, actor: Viewer, census: Census) -> None:
    """The forms stay, as long as they are there. Raises Refused once they are not."""
    if not may_destroy(actor, census):
        raise NotAllowed("keep forms")
    row = Destruction.objects.select_for_update().filter(census=census).first()
    if row is None or row.done_at is not None:
        raise Refused(_("There is nothing to be taken back."))
    with recording(
        actor=actor, action=TAKE_BACK, subject_kind="census", subject_id=census.pk, place_code=census.scope
    ) as change:
        change.delete(row)


@transaction.atomic
def destroy(*, actor: Viewer, census: Census, today: dt.date) -> Destruction:
    """Destroy what tells of households and people, as the second person. Raises Refused for whoever asked for it, before the day.

    Estimates of coverage are kept first, as the cases that they are made of go.
    """
    if not may_destroy(actor, census) or actor.user_id is None:
        raise NotAllowed("destroy forms")
    row = Destruction.objects.select_for_update().filter(census=census).first()
    if row is None or row.done_at is not None:
        raise Refused(_("Nobody has asked for this, or it is done."))
    if row.asked_by == actor.user_id:
        raise Refused(_("You have asked for it: somebody else destroys the forms."))
    if today < (day := due_on(census)):
        raise Refused(_("The forms are kept until {day}.").format(day=day))
    for survey in CoverageSurvey.objects.filter(census=census, ended_at=None).exclude(matched_at=None):
        survey.told = [told_row(one) for one in estimates(survey)]
        survey.save(update_fields=["told"])
    numbers = sorted(Answer.objects.filter(census=census).values_list("instance", flat=True))
    digest = hashlib.sha256("".join(f"{number}\n" for number in numbers).encode()).hexdigest()
    coders.forget(census)
    with recording(
        actor=actor, action=DESTROY, subject_kind="census", subject_id=census.pk, place_code=census.scope
    ) as change:
        counts = {"keys": _keys(census), "submissions": files.erase(census)}
        counts |= {model._meta.model_name or "": _gone(rows) for model, rows in _rows(census)}
        change.update(
            row, done_at=timezone.now(), done_by=actor.user_id, done_by_name=actor.name, counts=counts, digest=digest
        )
    return row


def _keys(census: Census) -> int:
    """Destroy the keys: from here on nothing that was sealed can be read, also in the log and in backups of rows."""
    envelopes = Envelope.objects.filter(census=census).values_list("pk", flat=True)
    return sum(sealing.erase(key) for key in [*envelopes, census.pk])


def _rows(census: Census) -> list[tuple[type[Model], "QuerySet[Model]"]]:
    """What tells of single households, in the order in which it can go."""
    households = Household.objects.filter(census=census)
    of_households = {"household__in": households.values("pk")}
    found: list[tuple[type[Model], QuerySet[Model]]] = [
        (CoverageCase, CoverageCase.objects.filter(area__survey__census=census)),
        (CoverageHousehold, CoverageHousehold.objects.filter(area__survey__census=census)),
        (Call, Call.objects.filter(**of_households)),
        (Reinterview, Reinterview.objects.filter(**of_households)),
        (Sheet, Sheet.objects.filter(**of_households)),
        (HouseholdCode, HouseholdCode.objects.filter(**of_households)),
        (Wording, Wording.objects.filter(census=census)),
        (SampleUnit, SampleUnit.objects.filter(draw__census=census)),
        (Answer, Answer.objects.filter(census=census)),
        (Household, households),
        (Dwelling, Dwelling.objects.filter(building__census=census)),
        (Envelope, Envelope.objects.filter(census=census)),
    ]
    return found


def _gone(rows: "QuerySet[Model]") -> int:
    """Delete rows that nothing else hangs on."""
    return int(rows._raw_delete(rows.db))
