"""How far households have answered by themselves, by enumeration area: counts, no names."""

import uuid
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.areas.selectors import names_of
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.listing.models import Household
from domicile.apps.census.plan.models import Census
from domicile.apps.census.selfenum.actions import PERMISSION
from domicile.apps.census.selfenum.codes import CODES
from domicile.apps.census.selfenum.models import HouseholdCode
from domicile.apps.common.viewer import Viewer

MOST = 300


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An enumeration area: households to be asked, those with a slip, those who answered by it, and those without a slip."""

    code: str
    name: str
    households: int
    slips: int
    answered: int
    without: int


def areas(viewer: Viewer, census: Census) -> list[AreaLine]:
    """The enumeration areas of the viewer, by code, at most 300. Two queries."""
    viewer.require(PERMISSION)
    open_code = HouseholdCode.objects.filter(household=OuterRef("pk"), stopped_at=None)
    answers = Answer.objects.filter(household=OuterRef("pk"), state=Answer.State.COUNTS)
    rows = restrict(Household.objects.filter(census=census, ended_on=None), viewer).annotate(
        has=Exists(open_code), used=Exists(open_code.filter(used_at__isnull=False)), told=Exists(answers)
    )
    counted = (
        rows.values("place_code")
        .annotate(
            households=Count("pk"), slips=Count("pk", filter=Q(has=True)), answered=Count("pk", filter=Q(used=True)),
            without=Count("pk", filter=Q(has=False, told=False)),
        )
        .order_by("place_code")[:MOST]
    )  # fmt: skip
    found = list(counted)
    names = names_of({row["place_code"] for row in found})
    return [
        AreaLine(
            row["place_code"], names.get(row["place_code"], row["place_code"]), row["households"], row["slips"], row["answered"],
            row["without"],
        )
        for row in found
    ]  # fmt: skip


def household(viewer: Viewer, household_id: uuid.UUID) -> Household:
    """A household of the viewer's areas. Raises OutOfReach."""
    rows = restrict(Household.objects.filter(pk=household_id), viewer)
    found = rows.select_related("census", "dwelling__building").first()
    if found is None:
        raise OutOfReach([])
    return found


def just_given(viewer: Viewer, text: str) -> HouseholdCode | None:
    """The unused code that this viewer gave, by its text; None where it is none of theirs."""
    if viewer.user_id is None:
        return None
    rows = HouseholdCode.objects.filter(
        digest=CODES.digest(text), given_by=viewer.user_id, used_at=None, stopped_at=None
    )
    return restrict(rows, viewer).select_related("household__dwelling__building").first()
