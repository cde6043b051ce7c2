"""Rename, recode, merge and split areas: each with its day and successors, so that past figures find their areas.

What is kept under a code moves with it at once, in the same transaction (`carrying`). The rights of staff follow a
code that goes on under another name; where areas are merged or split nobody is given the rest unasked.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.actions import checking
from domicile.apps.areas.actions.carrying import Carrying, Outcome, free_codes, grids_below, note, succeed
from domicile.apps.areas.models import Area, AreaChange, Grid
from domicile.apps.areas.policies import check_day, check_open, splits_and_merges
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.core.codes.areas import AreaCode


def preview(action: Callable[..., Outcome], **arguments: Any) -> Outcome:
    """What one of the changes below would bring: it is made and taken back at once. Raises what the change raises."""
    with transaction.atomic():
        outcome = action(**arguments)
        transaction.set_rollback(True)
    return outcome


@transaction.atomic
def rename_area(
    *, actor: Viewer, area_id: uuid.UUID, on: dt.date, name: str, today: dt.date, reason: str = ""
) -> Outcome:
    """The area bears a new name from `on`; figures of earlier days show the old one."""
    area = _changeable(actor, area_id, on, today)
    new_name = checking.checked_name(name)
    if new_name == area.name:
        raise Refused(_("This is the name it has. Give the new one."), "name")
    with _recorded(actor, area, "rename", reason) as change:
        successor = succeed(area, on, change, name=new_name)
        note(AreaChange.Kind.RENAME, on, [(area.code, area.code)], change)
    return Outcome(successor)


@transaction.atomic
def recode_area(
    *, actor: Viewer, area_id: uuid.UUID, on: dt.date, code: str, today: dt.date, reason: str = ""
) -> Outcome:
    """The area, with all areas and grids inside it, goes on under another code from `on`."""
    area = _changeable(actor, area_id, on, today)
    parsed = _checked_code(actor, code, on, area)
    old, new = AreaCode(area.code).prefix, parsed.prefix
    below = list(Area.objects.filter(prefix_q("code", old), valid_to=None).exclude(pk=area.pk).order_by("code"))
    with _recorded(actor, area, "recode", reason) as change:
        areas = [(row, new + row.code[len(old) :]) for row in [area, *below]]
        grids = [(grid, new + grid.code[len(old) :]) for grid in grids_below(area.code)]
        note(AreaChange.Kind.RECODE, on, [(row.code, code) for row, code in areas], change)
        return Carrying(on, change, areas=areas, grids=grids).run()


@transaction.atomic
def merge_area(
    *, actor: Viewer, area_id: uuid.UUID, into_id: uuid.UUID, on: dt.date, today: dt.date, reason: str = ""
) -> Outcome:
    """The community or township becomes part of another from `on`, with all that is inside it.

    What is inside keeps its number where that is free there, and gets the first free one where it is taken.
    """
    area = _changeable(actor, area_id, on, today)
    into = checking.area_to_keep(actor, into_id)
    check_open(into)
    if into.pk == area.pk or into.level != area.level or not splits_and_merges(area):
        raise Refused(_("A community is merged into another community, a township into another township."), "into")
    _check_begun(into, on)
    with _recorded(actor, area, "merge", reason) as change:
        communities, grids = _inside_another(area, into)
        note(AreaChange.Kind.MERGE, on, [(area.code, into.code), (into.code, into.code)], change)
        note(AreaChange.Kind.RECODE, on, [(row.code, code) for row, code in communities], change)
        ended = [(area, into.code)]
        return Carrying(on, change, areas=communities, grids=grids, ended=ended, whole=area).run(into)


def _inside_another(area: Area, into: Area) -> tuple[list[tuple[Area, str]], list[tuple[Grid, str]]]:
    """The communities and grids of an area that is merged, with the codes that they get in the other."""
    communities: list[tuple[Area, str]] = []
    old, new = AreaCode(area.code).prefix, AreaCode(into.code).prefix
    if area.level == Area.Level.TOWNSHIP:
        rows = list(Area.objects.filter(prefix_q("code", old), valid_to=None).exclude(pk=area.pk).order_by("code"))
        borne = set(Area.objects.filter(prefix_q("code", new)).values_list("code", flat=True))
        communities = list(zip(rows, free_codes(new, [row.code for row in rows], borne), strict=True))
    own = [grid for grid in grids_below(area.code) if grid.code.startswith(area.code)]
    taken = Grid.objects.filter(prefix_q("code", into.code)).values_list("code", flat=True)
    grids = list(zip(own, free_codes(into.code, [grid.code for grid in own], taken), strict=True))
    return communities, [*grids, *_grids_of(communities)]


def _grids_of(communities: Collection[tuple[Area, str]]) -> list[tuple[Grid, str]]:
    """The grids of communities that go to new codes; they keep their numbers."""
    codes = {row.code: code for row, code in communities}
    length = checking.CODE_LENGTH
    return [(grid, codes[grid.code[:length]] + grid.code[length:]) for grid in grids_below(*codes)] if codes else []


@transaction.atomic
def split_area(
    *,
    actor: Viewer,
    area_id: uuid.UUID,
    on: dt.date,
    code: str,
    name: str,
    parts: Collection[uuid.UUID],
    today: dt.date,
    reason: str = "",
) -> Outcome:
    """A new community is made of some grids of this one, or a new township of some communities, from `on`.

    What is in no grid stays with the community. The parts keep their numbers under the new code.
    """
    area = _changeable(actor, area_id, on, today)
    if not splits_and_merges(area):
        raise Refused(_("Communities and townships are split. Of larger areas, recode what goes to another."))
    parsed = _checked_code(actor, code, on, area)
    made = Area(
        code=parsed.code, name=checking.checked_name(name), level=area.level, urban_rural=area.urban_rural, valid_from=on
    )  # fmt: skip
    if area.level == Area.Level.VILLAGE:
        communities, grids = [], _chosen_grids(area, parts, made.code)
    else:
        communities = _chosen_communities(area, parts, parsed.prefix)
        grids = _grids_of(communities)
    with _recorded(actor, area, "split", reason) as change:
        change.create(made)
        note(AreaChange.Kind.SPLIT, on, [(area.code, area.code), (area.code, made.code)], change)
        note(AreaChange.Kind.RECODE, on, [(row.code, code) for row, code in communities], change)
        return Carrying(on, change, areas=communities, grids=grids, whole=area).run(made)


def _chosen_grids(area: Area, parts: Collection[uuid.UUID], code: str) -> list[tuple[Grid, str]]:
    going = list(Grid.objects.filter(prefix_q("code", area.code), pk__in=parts, valid_to=None).order_by("code"))
    if not going or len(going) != len(set(parts)):
        raise Refused(_("Choose the grids of this community that go to the new one."), "parts")
    return [(grid, code + grid.code[checking.CODE_LENGTH :]) for grid in going]


def _chosen_communities(area: Area, parts: Collection[uuid.UUID], prefix: str) -> list[tuple[Area, str]]:
    below = Area.objects.filter(prefix_q("code", AreaCode(area.code).prefix), valid_to=None).exclude(pk=area.pk)
    going = [row for row in below.order_by("code") if row.pk in set(parts)]
    if not going or len(going) != len(set(parts)):
        raise Refused(_("Choose the communities of this township that go to the new one."), "parts")
    if len(going) == below.count():
        raise Refused(_("All of its communities would go. Record a new code for the township instead."), "parts")
    return [(row, prefix + row.code[len(prefix) :]) for row in going]


def _checked_code(actor: Viewer, code: str, on: dt.date, area: Area) -> AreaCode:
    parsed = checking.checked_code(actor, code, on)
    if checking.level_of(parsed) != area.level:
        raise Refused(_("The new code belongs to another level. Townships end in 000, communities do not."), "code")
    return parsed


def _changeable(actor: Viewer, area_id: uuid.UUID, on: dt.date, today: dt.date) -> Area:
    area = checking.area_to_keep(actor, area_id)
    check_open(area)
    check_day(on, today, "on")
    _check_begun(area, on)
    return area


def _check_begun(area: Area, on: dt.date) -> None:
    """Raise Refused where an area did not exist before the day: it would have existed for no day at all."""
    if on <= area.valid_from:
        raise Refused(
            _(
                "{name} exists only since {day}, so this needs a later day. What was recorded by mistake on that day can "
                "be taken back on its card. If both are right, take the first back and record it with an earlier day."
            ).format(name=area.name, day=area.valid_from.isoformat()),
            "on",
        )


def _recorded(actor: Viewer, area: Area, kind: str, reason: str) -> AbstractContextManager[Recorder]:
    return recording(
        actor=actor, action=f"areas.{kind}_area", subject_kind="area", subject_id=area.pk,
        place_code=area.code, reason=reason,
    )  # fmt: skip
