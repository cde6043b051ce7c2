"""Make the small grids of a community those of a plan, in one change that can be undone as one (`boundaries.undo_boundaries`)."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from domicile.apps.areas import registry
from domicile.apps.areas.actions.boundaries import ADOPT, columns_of
from domicile.apps.areas.actions.checking import CODE_LENGTH
from domicile.apps.areas.actions.grids import end_grid
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.policies import check_may_keep
from domicile.apps.areas.recoding import Recoding
from domicile.apps.audit.recording import Recorder, changes_of, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.core.codes.areas import NO_GRID

MOST = 999


@dataclass(frozen=True, slots=True)
class Wanted:
    """A grid of a plan, by its number there: the grid that it continues (None: a new one), and its border (None: not known)."""

    number: int
    grid: uuid.UUID | None
    border: BaseGeometry | None


@transaction.atomic
def adopt_grids(
    *,
    actor: Viewer,
    community: str,
    wanted: Sequence[Wanted],
    ends: Collection[uuid.UUID],
    moved: Callable[[Mapping[int, str]], Sequence[registry.Moved]],
    name: Callable[[Area, str], str],
    today: dt.date,
    reason: str = "",
) -> tuple[int, dict[int, Grid]]:
    """Write the grids of a plan: those that go on get its borders, new ones the next free codes, `ends` end today.

    `moved` says which buildings go where once it knows the code of each number; `name` calls a new grid. What else lies under
    the code of a grid that ends goes to the community. Gives the key of the record, and the grid of each number. Raises Refused.
    """
    check_may_keep(actor, community)
    area = Area.objects.select_for_update().filter(code=community, valid_to=None).first()
    if area is None:
        raise Refused(_("There is no such community."))
    held = {grid.pk: grid for grid in Grid.objects.select_for_update().filter(_within(community), valid_to=None)}
    going_on = [one.grid for one in wanted if one.grid is not None]
    if len(set(going_on)) < len(going_on) or not {*going_on, *ends} <= set(held) or set(going_on) & set(ends):
        raise Refused(_("The grids were changed again since. Look again at what follows."))
    free = _free(community)
    if len(wanted) - len(going_on) > len(free):
        raise Refused(_("A community has room for {most} codes of grids.").format(most=MOST))
    with (
        changes_of() as changes,
        recording(
            actor=actor,
            action=f"areas.{ADOPT}",
            subject_kind="area",
            subject_id=area.pk,
            place_code=community,
            reason=reason,
        ) as change,
    ):
        grids: dict[int, Grid] = {}
        for one in wanted:
            columns = {} if one.border is None or one.border.is_empty else columns_of(one.border)
            if one.grid is not None:
                grids[one.number] = change.update(held[one.grid], **columns)
            else:
                code = free.pop(0)
                fresh = Grid(code=code, name=name(area, code), valid_from=today, **columns)
                grids[one.number] = change.create(fresh)
        registry.follow(moved({number: grid.code for number, grid in grids.items()}), change)
        _end([held[key] for key in ends], community, today, change)
    return (int(changes[-1].pk) if changes else 0), grids


def _within(community: str) -> Q:
    return Q(code__gt=community + NO_GRID, code__lte=f"{community}{MOST}", tier=Grid.Tier.SMALL)


def _free(community: str) -> list[str]:
    """Codes that no grid of the community ever had, from the lowest."""
    used = set(Grid.objects.filter(code__startswith=community).values_list("code", flat=True))
    codes = (f"{community}{serial:03d}" for serial in range(1, MOST + 1))
    return [code for code in codes if code not in used]


def _end(gone: Sequence[Grid], community: str, today: dt.date, change: Recorder) -> None:
    """End grids. One that was made today and has no staff was never anything: it goes altogether."""
    if not gone:
        return
    registry.move(Recoding({grid.code: community[:CODE_LENGTH] + NO_GRID for grid in gone}, {}, change))
    for grid in gone:
        if grid.valid_from < today:
            end_grid(grid, today, change)
        elif grid.staff.exists():
            raise Refused(
                _("{name} was made today and has staff already. Adopt this plan tomorrow.").format(name=grid.name)
            )
        else:
            change.delete(grid)
