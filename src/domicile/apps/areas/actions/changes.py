"""Rename, recode, merge and split areas: each with its day and successors, so that past figures find their areas.

What is kept under a code moves with it at once, in the same transaction (registry.move). The rights of staff follow a
code that goes on under another name; where areas are merged nobody is given the rest unasked.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from contextlib import AbstractContextManager

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.models import Grant
from domicile.apps.accounts.models import User
from domicile.apps.areas import registry
from domicile.apps.areas.actions import checking
from domicile.apps.areas.models import Area, AreaChange, Grid
from domicile.apps.areas.policies import check_day, check_open, splits_and_merges
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.core.codes.areas import NO_GRID, AreaCode

LAST_SERIAL = 999


@transaction.atomic
def rename_area(*, actor: Viewer, area_id: uuid.UUID, on: dt.date, name: str, today: dt.date, reason: str = "") -> Area:
    """The area bears a new name from `on`; figures of earlier days show the old one. Returns the renamed area."""
    area = _changeable(actor, area_id, on, today)
    new_name = checking.checked_name(name)
    if new_name == area.name:
        raise Refused(_("This is the name it has. Give the new one."), "name")
    with _recorded(actor, area, "rename", reason) as change:
        successor = _succeed(area, on, change, name=new_name)
        _note(AreaChange.Kind.RENAME, on, area.code, area.code, change)
    return successor


@transaction.atomic
def recode_area(*, actor: Viewer, area_id: uuid.UUID, on: dt.date, code: str, today: dt.date, reason: str = "") -> Area:
    """The area, with all areas and grids inside it, goes on under another code from `on`. Returns it as it is now."""
    area = _changeable(actor, area_id, on, today)
    parsed = checking.checked_code(actor, code, on)
    if checking.level_of(parsed) != area.level:
        raise Refused(_("The new code belongs to another level. Townships end in 000, communities do not."), "code")
    old, new = AreaCode(area.code).prefix, parsed.prefix
    below = list(Area.objects.filter(prefix_q("code", old), valid_to=None).exclude(pk=area.pk).order_by("code"))
    late = next((row for row in below if row.valid_from >= on), None)
    if late is not None:
        raise Refused(_("{name} inside it began only on this day or later.").format(name=late.name), "on")
    with _recorded(actor, area, "recode", reason) as change:
        successor = _succeed(area, on, change, code=parsed.code)
        for row in below:
            checking.check_free(new + row.code[len(old) :], on)
            _succeed(row, on, change, code=new + row.code[len(old) :])
        for row in [area, *below]:
            _note(AreaChange.Kind.RECODE, on, row.code, new + row.code[len(old) :], change)
        for grid in Grid.objects.filter(prefix_q("code", old), valid_to=None).order_by("code"):
            _carry_grid(grid, new + grid.code[len(old) :], on, change)
        for row in [area, *below]:
            _move_rest(row.code, new + row.code[len(old) :], change)
            registry.move(row.code, new + row.code[len(old) :], change)
        _move_rights(old, new, change)
    return successor


@transaction.atomic
def merge_area(
    *, actor: Viewer, area_id: uuid.UUID, into_id: uuid.UUID, on: dt.date, today: dt.date, reason: str = ""
) -> Area:
    """The community becomes part of another from `on`, with its grids.

    Grids whose number is taken there get a free one. Returns the community that it became part of.
    """
    area = _changeable(actor, area_id, on, today)
    into = checking.area_to_keep(actor, into_id)
    check_open(into)
    if into.pk == area.pk or not (splits_and_merges(area) and splits_and_merges(into)):
        raise Refused(_("A community is merged into another community. Larger areas: recode what is inside."), "into")
    check_day(on, today, "on", begun=into.valid_from)
    taken = set(Grid.objects.filter(prefix_q("code", into.code)).values_list("code", flat=True))
    with _recorded(actor, area, "merge", reason) as change:
        for grid in Grid.objects.filter(prefix_q("code", area.code), valid_to=None).order_by("code"):
            code = _free_code(into.code, grid.code[checking.CODE_LENGTH :], taken)
            taken.add(code)
            _carry_grid(grid, code, on, change)
        change.update(area, valid_to=on)
        _move_rest(area.code, into.code, change)
        registry.move(area.code, into.code, change)
        _note(AreaChange.Kind.MERGE, on, area.code, into.code, change)
        _note(AreaChange.Kind.MERGE, on, into.code, into.code, change)
    return into


@transaction.atomic
def split_area(
    *,
    actor: Viewer,
    area_id: uuid.UUID,
    on: dt.date,
    code: str,
    name: str,
    grids: Collection[uuid.UUID],
    today: dt.date,
    reason: str = "",
) -> Area:
    """A new community is made of some grids of this one from `on`; what is in no grid stays. Returns the new one."""
    area = _changeable(actor, area_id, on, today)
    if not splits_and_merges(area):
        raise Refused(_("A community is split. Larger areas: create the new one, and recode what goes into it."))
    parsed = checking.checked_code(actor, code, on)
    if checking.level_of(parsed) != area.level:
        raise Refused(_("The new code belongs to another level. Townships end in 000, communities do not."), "code")
    going = list(Grid.objects.filter(prefix_q("code", area.code), pk__in=grids, valid_to=None).order_by("code"))
    if not going or len(going) != len(set(grids)):
        raise Refused(_("Choose the grids of this community that go to the new one."), "grids")
    successor = Area(
        code=parsed.code,
        name=checking.checked_name(name),
        level=area.level,
        urban_rural=area.urban_rural,
        valid_from=on,
    )
    with _recorded(actor, area, "split", reason) as change:
        change.create(successor)
        for grid in going:
            _carry_grid(grid, successor.code + grid.code[checking.CODE_LENGTH :], on, change)
        _note(AreaChange.Kind.SPLIT, on, area.code, area.code, change)
        _note(AreaChange.Kind.SPLIT, on, area.code, successor.code, change)
    return successor


def _changeable(actor: Viewer, area_id: uuid.UUID, on: dt.date, today: dt.date) -> Area:
    area = checking.area_to_keep(actor, area_id)
    check_open(area)
    check_day(on, today, "on", begun=area.valid_from)
    return area


def _recorded(actor: Viewer, area: Area, kind: str, reason: str) -> AbstractContextManager[Recorder]:
    return recording(
        actor=actor, action=f"areas.{kind}_area", subject_kind="area", subject_id=area.pk,
        place_code=area.code, reason=reason,
    )  # fmt: skip


def _succeed(area: Area, on: dt.date, change: Recorder, **different: str) -> Area:
    """End the area on the day; from that day it goes on as a new row, different in some columns."""
    change.update(area, valid_to=on)
    kept = {
        field.attname: getattr(area, field.attname) for field in Area._meta.concrete_fields if not field.primary_key
    }
    return change.create(Area(**{**kept, "valid_from": on, "valid_to": None, **different}))


def _note(kind: str, on: dt.date, old: str, new: str, change: Recorder) -> None:
    if AreaChange.objects.filter(kind=kind, on=on, from_code=old, to_code=new).exists():
        return
    change.create(AreaChange(kind=kind, on=on, from_code=old, to_code=new))


def _carry_grid(grid: Grid, code: str, on: dt.date, change: Recorder) -> Grid:
    """End the grid; it goes on under the new code with its staff, its list of buildings and all that it holds."""
    if grid.valid_from >= on:
        raise Refused(_("The grid {name} began only on this day or later.").format(name=grid.name), "on")
    kept = {
        field.attname: getattr(grid, field.attname) for field in Grid._meta.concrete_fields if not field.primary_key
    }
    change.update(grid, valid_to=on)
    successor = change.create(Grid(**{**kept, "id": new_id(), "code": code, "valid_from": on, "valid_to": None}))
    for row in [*grid.staff.all(), *grid.named_buildings.all()]:
        change.update(row, grid=successor)
    registry.move(grid.code, code, change)
    return successor


def _move_rest(old: str, new: str, change: Recorder) -> None:
    """Move what lies in a community but in no grid."""
    if AreaCode(old).level == "village":
        registry.move(old + NO_GRID, new + NO_GRID, change)


def _move_rights(old: str, new: str, change: Recorder) -> None:
    """Roles over the area and all inside it, and the offices of accounts there, go on under the new code."""
    for grant in Grant.objects.filter(prefix_q("scope", old)):
        change.update(grant, scope=new + grant.scope[len(old) :])
    for user in User.objects.filter(prefix_q("area_code", old)):
        change.update(user, area_code=new + user.area_code[len(old) :])


def _free_code(area: str, serial: str, taken: set[str]) -> str:
    """The grid's number in another community: its own where that is free there, else the first free one."""
    serials = [serial, *(f"{number:03d}" for number in range(1, LAST_SERIAL + 1))]
    found = next((area + wanted for wanted in serials if area + wanted not in taken), None)
    if found is None:
        raise Refused(_("There is no free grid number left there."), "into")
    return found
