"""A census is planned: made, corrected, its phases given their days."""

import datetime as dt
import re
import uuid
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.areas.models import Area
from domicile.apps.audit.recording import recording
from domicile.apps.census.plan import policies, schedule
from domicile.apps.census.plan.actions.common import KIND, census_for_change, place_of, text
from domicile.apps.census.plan.models import Census, Phase
from domicile.apps.census.plan.words import PHASES
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer

CREATE, CORRECT, PHASE = "census.create", "census.correct", "census.set_phases"
#: Words that stand in addresses where the code of a census does.
TAKEN = frozenset({"add", "changes", "recruits", "staff-changes"})
CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,15}")
LONGEST_NAME, AREA = 64, 12


def create_census(
    *, actor: Viewer, code: str, name: str, scope: str, reference_at: dt.datetime, pilot: bool = False
) -> Census:
    """Plan a census of an area (2 to 12 digits, without trailing zeros), with its phases as proposed. Raises Refused.

    `code` stands in addresses and file names: small letters, digits and hyphens.
    """
    policies.check_plan(actor, scope)
    if not CODE.fullmatch(code) or code in TAKEN:
        raise Refused(_("Two to sixteen small letters, digits and hyphens, for example 2030 or 2030-pilot."), "code")
    row = Census(code=code, name=text(name, "name", longest=LONGEST_NAME), scope=_area(scope), pilot=pilot)
    row.reference_at = reference_at
    spans = schedule.proposed(timezone.localdate(reference_at))
    phases = [Phase(census=row, kind=kind, begins_on=begin, ends_on=end) for kind, (begin, end) in spans.items()]
    try:
        with recording(
            actor=actor, action=CREATE, subject_kind=KIND, subject_id=row.pk, place_code=place_of(row)
        ) as change:
            change.create(row)
            change.create_many(phases)
    except IntegrityError as error:
        raise Refused(_("There is a census of this code already."), "code") from error
    return row


@transaction.atomic
def correct_census(
    *, actor: Viewer, census_id: uuid.UUID, name: str, reference_at: dt.datetime, pilot: bool, move_phases: bool
) -> Census:
    """Set name, moment and whether it is a pilot. `move_phases`: the phases move by as many days as the moment did.

    Code and area stay: what hangs on them would be of another census.
    """
    row = census_for_change(actor, census_id)
    shift = timezone.localdate(reference_at) - timezone.localdate(row.reference_at)
    values = {"name": text(name, "name", longest=LONGEST_NAME), "reference_at": reference_at, "pilot": pilot}
    with recording(
        actor=actor, action=CORRECT, subject_kind=KIND, subject_id=row.pk, place_code=place_of(row)
    ) as change:
        if move_phases and shift:
            for phase in row.phases.order_by("begins_on", "pk"):
                change.update(phase, begins_on=phase.begins_on + shift, ends_on=phase.ends_on + shift)
        return change.update(row, **values)


@transaction.atomic
def set_phases(*, actor: Viewer, census_id: uuid.UUID, spans: Mapping[str, tuple[dt.date, dt.date]]) -> Census:
    """Give phases their days: first day and first day after, by kind. A kind that is left out is left as it is.

    Raises Refused where a phase ends before it begins, or enumeration begins before the reference moment.
    """
    row = census_for_change(actor, census_id)
    for kind, (begin, end) in spans.items():
        if kind not in PHASES:
            raise Refused(_("Choose one of the list."), kind)
        if end <= begin:
            raise Refused(_("{phase}: the last day lies before the first.").format(phase=PHASES[kind]), kind)
    enumerate_on = spans.get(Phase.Kind.ENUMERATE)
    if enumerate_on is not None and enumerate_on[0] < timezone.localdate(row.reference_at):
        raise Refused(
            _("Enumeration begins before the reference moment: what is asked then is not known yet."),
            Phase.Kind.ENUMERATE,
        )
    held = {phase.kind: phase for phase in row.phases.all()}
    with recording(actor=actor, action=PHASE, subject_kind=KIND, subject_id=row.pk, place_code=place_of(row)) as change:
        for kind, (begin, end) in spans.items():
            if kind in held:
                change.update(held[kind], begins_on=begin, ends_on=end)
            else:
                change.create(Phase(census=row, kind=kind, begins_on=begin, ends_on=end))
    return row


def _area(scope: str) -> str:
    if not Area.objects.filter(code=scope.ljust(AREA, "0"), valid_to=None).exists():
        raise Refused(_("Choose one of the list."), "scope")
    return scope
