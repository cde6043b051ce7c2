"""What people find out about cases that the matching left open, or settled wrongly."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.census.coverage.models import CoverageCase
from domicile.apps.census.plan.models import Census
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

DECIDE = "census.decide_coverage"
PERMISSION = "review_change"
NOTE = 200
OUTCOMES = {
    CoverageCase.Side.SURVEY.value: ("matched", "omitted", "out"),
    CoverageCase.Side.CENSUS.value: ("matched", "correct", "twice", "outside_time", "elsewhere", "never"),
}


def may_decide(viewer: Viewer, census: Census) -> bool:
    """Whether the viewer decides on cases: of the whole census, so that nobody judges their own areas, and pairs may lie in two."""
    return viewer.may(PERMISSION) and viewer.covers(census.scope)


@transaction.atomic
def decide(*, actor: Viewer, case_id: uuid.UUID, outcome: str, note: str = "") -> CoverageCase:
    """Say what became of somebody; both sides of a pair follow. Raises Refused for an outcome of the other side.

    `matched` is said of a case that has a partner: somebody whom the matching found and was not sure of.
    """
    case = (
        CoverageCase.objects.select_for_update(of=("self",))
        .select_related("area__survey__census")
        .filter(pk=case_id)
        .first()
    )
    if case is None or not may_decide(actor, case.area.survey.census):
        raise NotAllowed("decide on a case of the coverage survey")
    if case.area.survey.ended_at is not None:
        raise Refused(_("The areas were drawn anew: this case is kept as it was."))
    if outcome not in OUTCOMES[case.side]:
        raise Refused(_("Choose one of the list."), "outcome")
    if outcome == "matched" and case.partner_household is None:
        raise Refused(_("Nobody was found who may be meant."), "outcome")
    if len(note) > NOTE:
        raise Refused(_("At most {count} characters.").format(count=NOTE), "note")
    told = {"outcome": outcome, "decided_at": timezone.now(), "decided_by": actor.user_id}
    with recording(
        actor=actor, action=DECIDE, subject_kind="coverage_case", subject_id=case.pk, place_code=case.area.place_code
    ) as change:
        before = case.outcome
        change.update(case, **told, note=without_numbers(note.strip()))
        other = _partner(case)
        if other is not None and "matched" in {before, outcome}:
            after = "matched" if outcome == "matched" else "open"
            decided = {name: told[name] if after == "matched" else None for name in ("decided_at", "decided_by")}
            change.update(other, outcome=after, **decided)
    return case


def _partner(case: CoverageCase) -> CoverageCase | None:
    """The case of the other side that is meant; None where that person is of an area that was not drawn."""
    if case.partner_household is None or case.partner_person is None:
        return None
    return (
        CoverageCase.objects.select_for_update(of=("self",))
        .filter(
            area__survey=case.area.survey_id, household=case.partner_household, person=case.partner_person,
            partner_household=case.household, partner_person=case.person,
        )
        .exclude(side=case.side)
        .first()
    )  # fmt: skip
