"""Draw the areas that are asked again: a simple random sample of the enumeration areas that have listed households."""

import hashlib
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.census.coverage.models import CoverageArea, CoverageHousehold, CoverageSurvey
from domicile.apps.census.listing.models import Household
from domicile.apps.census.plan.models import Census
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.core.sampling import draw as draw_keys

DRAW = "census.draw_coverage"
PERMISSION = "plan_census"
#: Below it an estimate of the whole has no variance.
FEWEST = 2


def may_draw(viewer: Viewer, census: Census) -> bool:
    """Whether the viewer plans for the whole of a census."""
    return viewer.may(PERMISSION) and viewer.covers(census.scope)


def frame(census: Census) -> list[str]:
    """The enumeration areas of which households are on the list, by code. One query."""
    rows = Household.objects.filter(census=census, ended_on=None).order_by("place_code")
    return list(rows.values_list("place_code", flat=True).distinct())


def digest(codes: Sequence[str]) -> str:
    """SHA-256 of the frame, a line an area, each ended by a line feed."""
    return hashlib.sha256("".join(f"{code}\n" for code in codes).encode()).hexdigest()


def draw(*, actor: Viewer, census: Census, seed: int, areas: int, reason: str = "") -> CoverageSurvey:
    """Draw `areas` enumeration areas (core.sampling.draw, which tells the method), to be asked again.

    Where a draw holds already a reason is needed. Raises Refused for fewer than two areas or more than there are, and once
    the survey of the draw that holds has begun.
    """
    if not may_draw(actor, census):
        raise NotAllowed("draw areas to be asked again")
    if not 0 <= seed < 2**62:
        raise Refused(_("A seed is a whole number of up to 18 digits."), "seed")
    with transaction.atomic():
        Census.objects.select_for_update(of=("self",)).get(pk=census.pk)
        before = holding(census)
        if before is not None and CoverageHousehold.objects.filter(area__survey=before).exists():
            raise Refused(_("The areas are being asked already; the draw stays as it is."))
        if before is not None and not reason.strip():
            raise Refused(_("The areas were drawn already. Say why they are drawn anew."), "reason")
        codes = frame(census)
        if not FEWEST <= areas <= len(codes):
            raise Refused(
                _("Draw 2 areas at least, and at most the {count} that have households on the list.").format(
                    count=len(codes)
                ),
                "areas",
            )
        made = CoverageSurvey(
            pk=new_id(), census=census, seed=seed, frame=digest(codes), frame_areas=len(codes), drawn_at=timezone.now(),
            drawn_by=actor.user_id,
        )  # fmt: skip
        drawn = draw_keys(seed, codes, areas)
        with recording(
            actor=actor,
            action=DRAW,
            subject_kind="census",
            subject_id=census.pk,
            place_code=census.scope,
            reason=reason,
        ) as change:
            if before is not None:
                change.update(before, ended_at=made.drawn_at, why_ended=reason.strip()[:200])
            change.create(made)
            change.create_many(
                [CoverageArea(survey=made, place_code=code, position=place) for place, code in enumerate(drawn)]
            )
    return made


def holding(census: Census) -> CoverageSurvey | None:
    """The draw that holds."""
    return CoverageSurvey.objects.filter(census=census, ended_at=None).first()
