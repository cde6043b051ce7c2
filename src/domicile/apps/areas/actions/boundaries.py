"""Draw, redraw, split and merge grids, move buildings between them; undo it.

Each action works out a plan (`boundaries_plan`) under a lock and writes it: what somebody was shown before is worked out
anew, and refused where it is no longer so. A record holds the polygons before and after, and each building that moved.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import Any

import orjson
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas import registry
from domicile.apps.areas.actions import boundaries_geometry as geometry
from domicile.apps.areas.actions import boundaries_plan as planning
from domicile.apps.areas.actions import checking
from domicile.apps.areas.actions.boundaries_plan import COMMUNITY, Ground, Plan
from domicile.apps.areas.actions.grids import PLACE_LENGTH, end_grid
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.policies import check_day, check_may_keep, check_open
from domicile.apps.audit import reversal
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.core.codes.areas import NO_GRID

REDRAW, SPLIT, MERGE, DRAW, MOVE = "redraw_grid", "split_grid", "merge_grids", "draw_grid", "move_buildings"
ADOPT = "adopt_grids"
#: What can be undone here.
ACTIONS = tuple(f"areas.{name}" for name in (REDRAW, SPLIT, MERGE, DRAW, MOVE, ADOPT))
#: The tables of what `registry.follow` takes along, here and behind the wall; it goes back the same way.
BUILDINGS = frozenset({"places_building", "census_building", "census_stairwell"})
CHANGED_SINCE = _("The grids were changed again since. Undo the later change first, or draw the border anew.")


@transaction.atomic
def plan_redraw(actor: Viewer, grid_id: uuid.UUID, boundary: str, *, neighbours_follow: bool) -> Plan:
    """What would follow from a new border of a grid. Raises Refused (boundary), NotAllowed."""
    grid, ground = _ground(actor, grid_id)
    return planning.redraw(ground, grid.code, geometry.read_area(boundary), follow=neighbours_follow)


@transaction.atomic
def redraw_grid(*, actor: Viewer, grid_id: uuid.UUID, boundary: str, neighbours_follow: bool, reason: str = "") -> Grid:
    """Give a grid a new border (GeoJSON or WKT). With `neighbours_follow` they give and take the ground."""
    plan = plan_redraw(actor, grid_id, boundary, neighbours_follow=neighbours_follow)
    grid = Grid.objects.get(pk=grid_id)
    with _recorded(actor, REDRAW, grid, reason) as change:
        _write(plan, change)
    return Grid.objects.get(pk=grid_id)


@transaction.atomic
def plan_split(actor: Viewer, grid_id: uuid.UUID, line: str) -> Plan:
    """What would follow from cutting a grid along a line. Raises Refused (line), NotAllowed."""
    grid, ground = _ground(actor, grid_id)
    return planning.split(ground, grid.code, geometry.read(line, "line", ("LineString",)))


@transaction.atomic
def split_grid(
    *, actor: Viewer, grid_id: uuid.UUID, line: str, name: str, today: dt.date, code: str = "", reason: str = ""
) -> Grid:
    """Cut a grid in two. The part with more dwellings keeps code and name; gives the other, which is called `name`."""
    plan = plan_split(actor, grid_id, line)
    plan = _renamed(plan, code)
    grid = Grid.objects.get(pk=grid_id)
    called = checking.checked_name(name)
    with _recorded(actor, SPLIT, grid, reason) as change:
        fresh = _fresh(plan, called, today, change, compound_kind=grid.compound_kind)
        _write(plan, change)
    return fresh


@transaction.atomic
def plan_merge(actor: Viewer, grid_id: uuid.UUID, others: Collection[uuid.UUID]) -> Plan:
    """What would follow from taking other grids in. Raises Refused (others), NotAllowed."""
    grid, ground = _ground(actor, grid_id)
    codes = [row.code for row in ground.grids.values() if row.pk in set(others)]
    if len(codes) != len(set(others)):
        raise Refused(_("Choose the grids of this community that become part of it."), "others")
    return planning.merge(ground, grid.code, codes)


@transaction.atomic
def merge_grids(
    *, actor: Viewer, grid_id: uuid.UUID, others: Collection[uuid.UUID], today: dt.date, reason: str = ""
) -> Grid:
    """Take other grids in: they end today, what stands in them belongs to this one, which keeps its code and name."""
    plan = plan_merge(actor, grid_id, others)
    grid = Grid.objects.get(pk=grid_id)
    for other in plan.gone:
        check_day(today, today, "others", begun=other.valid_from)
    with _recorded(actor, MERGE, grid, reason) as change:
        _write(plan, change)
        for other in plan.gone:
            end_grid(other, today, change)
    return Grid.objects.get(pk=grid_id)


@transaction.atomic
def plan_draw(actor: Viewer, community: str, boundary: str, *, code: str = "", neighbours_follow: bool) -> Plan:
    """What would follow from a new grid in a community. Raises Refused (boundary, code), NotAllowed."""
    check_may_keep(actor, community)
    if not Area.objects.filter(code=community, valid_to=None).exists():
        raise Refused(_("There is no such community."))
    ground = Ground(community)
    drawn = geometry.read_area(boundary)
    fresh = _checked_code(code, community) if code else ground.next_code()
    return planning.draw(ground, drawn, code=fresh, follow=neighbours_follow)


@transaction.atomic
def draw_grid(
    *,
    actor: Viewer,
    community: str,
    boundary: str,
    name: str,
    today: dt.date,
    neighbours_follow: bool,
    code: str = "",
    reason: str = "",
) -> Grid:
    """A new grid with a border; buildings on its ground become its own. `code` '': the next free one."""
    plan = plan_draw(actor, community, boundary, code=code, neighbours_follow=neighbours_follow)
    subject = Grid(code=plan.fresh, name=checking.checked_name(name), valid_from=today)
    with _recorded(actor, DRAW, subject, reason) as change:
        fresh = _fresh(plan, subject.name, today, change, id=subject.pk)
        _write(plan, change)
    return fresh


@transaction.atomic
def plan_move(actor: Viewer, grid_id: uuid.UUID, buildings: Collection[uuid.UUID]) -> Plan:
    """What would follow from putting buildings into a grid. Raises Refused (buildings), NotAllowed."""
    grid, ground = _ground(actor, grid_id)
    return planning.chosen(ground, buildings, grid.code)


@transaction.atomic
def move_buildings(*, actor: Viewer, grid_id: uuid.UUID, buildings: Collection[uuid.UUID], reason: str = "") -> Grid:
    """Put buildings of the community into a grid, with all that is in them."""
    plan = plan_move(actor, grid_id, buildings)
    grid = Grid.objects.get(pk=grid_id)
    with _recorded(actor, MOVE, grid, reason) as change:
        _write(plan, change)
    return grid


def undoable(actor: Viewer, change: Change) -> bool:
    """Whether the actor may try to undo a change of borders."""
    return change.action in ACTIONS and actor.may("manage_areas") and actor.covers(change.place_code)


@transaction.atomic
def undo_boundaries(*, actor: Viewer, change_id: int, reason: str = "") -> str:
    """Put borders, grids and buildings back as they were before a change; the code of its grid.

    Raises Refused where something was changed since: the later change is undone first.
    """
    done = Change.objects.filter(pk=change_id, action__in=ACTIONS).first()
    if done is None:
        raise Refused(_("There is no such change of borders."))
    check_may_keep(actor, done.place_code)
    entries = orjson.loads(done.values)
    back = [_back(entry) for entry in entries if entry[0] in BUILDINGS]
    _check_empty(entries, {row.id for row in back})
    with recording(
        actor=actor, action="areas.undo_boundaries", subject_kind="grid", subject_id=done.subject_id,
        place_code=done.place_code, reason=reason, evidence=f"change {done.pk}",
    ) as change:  # fmt: skip
        try:
            # What moved from grids that ended to the community stays there: it has no key to be told apart by.
            rows = [row for row in entries if row[0] not in BUILDINGS and row[1] and row[2] != "create"]
            reversal.reverse(_part(rows), change)
            _check_there(back)
            registry.follow(back, change)
            reversal.reverse(_part([row for row in entries if row[2] == "create"]), change)
        except (reversal.ChangedSince, ProtectedError) as conflict:
            raise Refused(CHANGED_SINCE) from conflict
    return str(done.place_code)


def _back(entry: list[Any]) -> registry.Moved:
    old, new = entry[3]["place_code"]
    return registry.Moved(uuid.UUID(entry[1]), new, old)


def _part(entries: list[list[Any]]) -> Change:
    """Some entries of a change, to be reversed apart from the others."""
    return Change(values=orjson.dumps(entries).decode())


def _check_empty(entries: list[list[Any]], going_back: set[uuid.UUID]) -> None:
    """A grid that the change made may hold only what goes back, for it will be gone."""
    made = [entry[3]["code"][1] for entry in entries if entry[2] == "create" and "code" in entry[3]]
    if any(row.id not in going_back for row in registry.standing(made)):
        raise Refused(_("Other buildings came into the new grid since. Move them to another grid first."))


def _check_there(back: Collection[registry.Moved]) -> None:
    """Raise Refused where a grid that buildings would go back to has ended since."""
    codes = {row.new for row in back if not row.new.endswith(NO_GRID)}
    if Grid.objects.filter(code__in=codes, valid_to=None).count() < len(codes):
        raise Refused(CHANGED_SINCE)


def _ground(actor: Viewer, grid_id: uuid.UUID) -> tuple[Grid, Ground]:
    grid = checking.grid_to_keep(actor, grid_id)
    check_open(grid)
    if grid.tier != Grid.Tier.SMALL:
        raise Refused(_("Only small grids have borders of their own; larger ones consist of them."))
    check_may_keep(actor, grid.code[:COMMUNITY])
    return grid, Ground(grid.code[:COMMUNITY])


def _recorded(actor: Viewer, action: str, grid: Grid, reason: str) -> AbstractContextManager[Recorder]:
    return recording(
        actor=actor, action=f"areas.{action}", subject_kind="grid", subject_id=grid.pk,
        place_code=grid.code, reason=reason,
    )  # fmt: skip


def _renamed(plan: Plan, code: str) -> Plan:
    """The plan with another code for the new grid than the next free one."""
    if not code or code == plan.fresh:
        return plan
    code = _checked_code(code, plan.fresh[:COMMUNITY])
    borders = {code if one == plan.fresh else one: shape for one, shape in plan.borders.items()}
    moved = [registry.Moved(row.id, row.old, code if row.new == plan.fresh else row.new) for row in plan.moved]
    return Plan(borders, moved, plan.gone, plan.notes, code)


def _checked_code(text: str, community: str) -> str:
    """The code of a new grid of the community, one that no grid ever had. Raises Refused."""
    code = text.strip()
    if len(code) != PLACE_LENGTH or code[:COMMUNITY] != community or not (code.isascii() and code.isdigit()):
        raise Refused(_("The new code has 15 digits, and the first 12 are those of the community."), "code")
    if Grid.objects.filter(code=code).exists() or code.endswith(NO_GRID):
        raise Refused(_("This code is or was in use. Choose a free one."), "code")
    return code


def _fresh(plan: Plan, name: str, today: dt.date, change: Recorder, **fields: Any) -> Grid:
    return change.create(
        Grid(code=plan.fresh, name=name, valid_from=today, **columns_of(plan.borders[plan.fresh]), **fields)
    )


def _write(plan: Plan, change: Recorder) -> None:
    """The borders of grids on file, then the buildings."""
    rows = Grid.objects.filter(code__in=set(plan.borders) - {plan.fresh}, valid_to=None)
    for grid in rows.order_by("code"):
        change.update(grid, **columns_of(plan.borders[grid.code]))
    registry.follow(plan.moved, change)


def columns_of(shape: Any) -> dict[str, Any]:
    """A border as the columns of its grid."""
    west, south, east, north = shape.bounds
    return {"boundary": geometry.as_json(shape), "west": west, "south": south, "east": east, "north": north}
