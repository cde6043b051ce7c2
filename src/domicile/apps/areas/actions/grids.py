"""Create a grid, correct what is written of it, end it."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas import registry
from domicile.apps.areas.actions import checking
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.policies import check_day, check_may_keep, check_open
from domicile.apps.areas.recoding import Recoding
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.core.codes.areas import NO_GRID
from domicile.core.codes.lists import code_list

PLACE_LENGTH = 15


@transaction.atomic
def create_grid(
    *,
    actor: Viewer,
    code: str,
    name: str,
    valid_from: dt.date,
    today: dt.date,
    tier: str = Grid.Tier.SMALL,
    special_kind: str = "",
    compound_kind: str = "",
    land_area: float | None = None,
    reason: str = "",
) -> Grid:
    """A new grid of an area that exists. Raises Refused (code, valid_from, land_area …), NotAllowed."""
    check_day(valid_from, today, "valid_from")
    grid = Grid(
        code=_checked_code(actor, code, valid_from), name=checking.checked_name(name), valid_from=valid_from,
        **_checked(tier, special_kind, compound_kind, land_area),
    )  # fmt: skip
    with recording(
        actor=actor, action="areas.create_grid", subject_kind="grid", subject_id=grid.pk,
        place_code=grid.code, reason=reason,
    ) as change:  # fmt: skip
        return change.create(grid)


@transaction.atomic
def edit_grid(
    *,
    actor: Viewer,
    grid_id: uuid.UUID,
    name: str,
    valid_from: dt.date,
    today: dt.date,
    tier: str = Grid.Tier.SMALL,
    special_kind: str = "",
    compound_kind: str = "",
    land_area: float | None = None,
    reason: str = "",
) -> Grid:
    """Correct what is written of a grid. Its code stays: end the grid and make another. Raises Refused, NotAllowed."""
    grid = checking.grid_to_keep(actor, grid_id)
    check_open(grid)
    check_day(valid_from, today, "valid_from")
    if Grid.objects.filter(code=grid.code, valid_to__gt=valid_from).exclude(pk=grid.pk).exists():
        raise Refused(_("Another grid bore this code then. Choose a day after its end."), "valid_from")
    with recording(
        actor=actor, action="areas.edit_grid", subject_kind="grid", subject_id=grid.pk,
        place_code=grid.code, reason=reason,
    ) as change:  # fmt: skip
        return change.update(
            grid,
            name=checking.checked_name(name),
            valid_from=valid_from,
            **_checked(tier, special_kind, compound_kind, land_area),
        )


@transaction.atomic
def retire_grid(*, actor: Viewer, grid_id: uuid.UUID, on: dt.date, today: dt.date, reason: str = "") -> Grid:
    """End a grid from `on`. Its buildings stay in the community, in no grid, until another grid takes them."""
    grid = checking.grid_to_keep(actor, grid_id)
    check_open(grid)
    check_day(on, today, "on", begun=grid.valid_from)
    with recording(
        actor=actor, action="areas.retire_grid", subject_kind="grid", subject_id=grid.pk,
        place_code=grid.code, reason=reason,
    ) as change:  # fmt: skip
        registry.move(Recoding({grid.code: grid.code[: checking.CODE_LENGTH] + NO_GRID}, {}, change))
        return end_grid(grid, on, change)


def end_grid(grid: Grid, on: dt.date, change: Recorder) -> Grid:
    """End a grid, and the duties of its staff that still run."""
    for duty in grid.staff.filter(Q(valid_to=None) | Q(valid_to__gt=on)):
        change.update(duty, valid_to=max(on, duty.valid_from))
    return change.update(grid, valid_to=on)


def _checked_code(actor: Viewer, text: str, day: dt.date) -> str:
    code = text.strip()
    if len(code) != PLACE_LENGTH or not (code.isascii() and code.isdigit()) or code.endswith(NO_GRID):
        raise Refused(
            _("A grid code has 15 digits: 12 of its area and a number from 001, such as 770101001001001."), "code"
        )
    check_may_keep(actor, code)
    area = code[: checking.CODE_LENGTH]
    there = Area.objects.filter(code=area, valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))
    if not there.exists():
        raise Refused(
            _("The area {code} did not exist on this day. Create it first, or choose a later day.").format(code=area),
            "code",
        )
    checking.check_free(code, day)
    return code


def _checked(tier: str, special_kind: str, compound_kind: str, land_area: float | None) -> dict[str, Any]:
    for field, name, value in (
        ("tier", "grid_tier", tier),
        ("special_kind", "grid_kind", special_kind),
        ("compound_kind", "compound_kind", compound_kind),
    ):
        if value and value not in code_list(name).codes:
            raise Refused(_("Choose from the list."), field)
    if land_area is not None and land_area <= 0:
        raise Refused(
            _("The land area is more than 0 square metres; leave it empty where it is not known."), "land_area"
        )
    return {"tier": tier, "special_kind": special_kind, "compound_kind": compound_kind, "land_area": land_area}
