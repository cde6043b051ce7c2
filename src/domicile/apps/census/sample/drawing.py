"""Draw the sample for the long form, and tell how, so that anybody draws it again.

The frame is every household on the list, ordered by place: enumeration area, number of the building, number of the door,
serial, each compared byte by byte. Households that the listing gets after the draw are not in it, but for those that split from
one of it (listing/actions.py).
"""

import decimal
import hashlib
import itertools
import uuid
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.listing.models import Household
from domicile.apps.census.plan.models import Census
from domicile.apps.census.sample.models import SampleDraw, SampleUnit
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.core.sampling import systematic

DRAW = "census.draw_sample"
PERMISSION = "plan_census"
#: How many digits of a place code name the stratum.
DIGITS = {SampleDraw.Strata.WHOLE.value: 0, SampleDraw.Strata.TOWNSHIP.value: 9, SampleDraw.Strata.COMMUNITY.value: 12}
AT_ONCE = 10_000


class Unit(NamedTuple):
    """A household of the frame: its id, and what it is ordered by."""

    household: uuid.UUID
    place_code: str
    building: str
    dwelling: str
    serial: int

    def line(self) -> str:
        """The unit as it stands in the frame that is told: no name, no id."""
        return f"{self.place_code},{self.building},{self.dwelling},{self.serial}"


def frame(census: Census) -> list[Unit]:
    """The households of a census in the order in which they are drawn. One query."""
    rows = Household.objects.filter(census=census, ended_on=None).values_list(
        "pk", "place_code", "dwelling__building__number", "dwelling__number", "serial"
    )
    return sorted((Unit(*row) for row in rows), key=lambda unit: unit[1:])


def digest(units: Sequence[Unit]) -> str:
    """SHA-256 of the frame, a line a household, each ended by a line feed."""
    told = hashlib.sha256()
    for unit in units:
        told.update(f"{unit.line()}\n".encode())
    return told.hexdigest()


def may_draw(viewer: Viewer, census: Census) -> bool:
    """Whether the viewer plans for the whole of a census."""
    return viewer.may(PERMISSION) and viewer.covers(census.scope)


def draw(*, actor: Viewer, census: Census, seed: int, interval: int, strata: str, reason: str = "") -> SampleDraw:
    """Draw the sample: one of `interval` households gets the long form, and stands for that many.

    Where a draw holds already, a reason is needed, and it is kept beside the new one. Raises Refused without a household, for
    an interval outside 2 to 100, and once a long form has come in: then the sample is being asked.
    """
    if not may_draw(actor, census):
        raise NotAllowed("draw the sample")
    if not 2 <= interval <= 100:
        raise Refused(_("Draw one of 2 to 100 households."), "interval")
    if strata not in DIGITS:
        raise Refused(_("Choose from the list."), "strata")
    if not 0 <= seed < 2**62:
        raise Refused(_("A seed is a whole number of up to 18 digits."), "seed")
    with transaction.atomic():
        Census.objects.select_for_update(of=("self",)).get(pk=census.pk)
        before = SampleDraw.objects.filter(census=census, ended_at=None).first()
        if before is not None and not reason.strip():
            raise Refused(_("A sample was drawn already. Say why it is drawn anew."), "reason")
        if Answer.objects.filter(census=census, form="long").exists():
            raise Refused(_("Long forms have come in already; the sample stays as it is."))
        units = frame(census)
        if not units:
            raise Refused(_("No household is on the list yet. List them first."))
        return _store(actor, census, units, before, seed=seed, interval=interval, strata=strata, reason=reason.strip())


def _store(
    actor: Viewer, census: Census, units: Sequence[Unit], before: SampleDraw | None, *, seed: int, interval: int, strata: str,
    reason: str,
) -> SampleDraw:  # fmt: skip
    drawn = list(drawn_of(units, seed, interval, strata))
    chosen = [unit.household for unit, one in zip(units, drawn, strict=True) if one]
    made = SampleDraw(
        pk=new_id(), census=census, seed=seed, interval=interval, strata=strata, frame=digest(units), households=len(units),
        drawn=len(chosen), drawn_at=timezone.now(), drawn_by=actor.user_id,
    )  # fmt: skip
    with recording(
        actor=actor, action=DRAW, subject_kind="census", subject_id=census.pk, place_code=census.scope, reason=reason
    ) as change:
        if before is not None:
            change.update(before, ended_at=made.drawn_at, why_ended=reason[:200])
        change.create(made)
        # What each household is asked follows from the draw, which is what the log keeps.
        Household.objects.filter(census=census, form="long").update(form="short", weight=None)
        for start in range(0, len(chosen), AT_ONCE):
            some = Household.objects.filter(pk__in=chosen[start : start + AT_ONCE])
            some.update(form="long", weight=decimal.Decimal(interval))
        rows = (
            SampleUnit(draw=made, position=place, household_id=unit.household, drawn=one)
            for place, (unit, one) in enumerate(zip(units, drawn, strict=True))
        )
        for some_rows in iter(lambda: list(itertools.islice(rows, AT_ONCE)), []):
            SampleUnit.objects.bulk_create(some_rows)
    return made


def drawn_of(units: Sequence[Unit], seed: int, interval: int, strata: str) -> Iterator[bool]:
    """Whether each unit of a frame is drawn, in order."""
    digits = DIGITS[strata]
    return systematic(seed, interval, [unit.place_code[:digits] for unit in units])


def holding(census: Census) -> SampleDraw | None:
    """The draw that holds."""
    return SampleDraw.objects.filter(census=census, ended_at=None).first()


def by_area(draw_: SampleDraw) -> list[tuple[str, int, int]]:
    """Of each census area: code, households, drawn. One query."""
    found: dict[str, list[int]] = {}
    rows = SampleUnit.objects.filter(draw=draw_).order_by("position").values_list("household__place_code", "drawn")
    for place, drawn in rows.iterator(AT_ONCE):
        told = found.setdefault(place[:12], [0, 0])
        told[0] += 1
        told[1] += drawn
    return [(place, *told) for place, told in sorted(found.items())]  # type: ignore[misc]


def report_rows(draw_: SampleDraw) -> Iterator[tuple[object, ...]]:
    """The frame in its order: position, place code, building, door, serial, whether drawn (1 or 0), weight. It names nobody."""
    rows = SampleUnit.objects.filter(draw=draw_).order_by("position").values_list(
        "position", "household__place_code", "household__dwelling__building__number", "household__dwelling__number",
        "household__serial", "drawn",
    )  # fmt: skip
    for position, place, building, dwelling, serial, drawn in rows.iterator(AT_ONCE):
        yield position, place, building, dwelling, serial, int(drawn), draw_.interval if drawn else ""
