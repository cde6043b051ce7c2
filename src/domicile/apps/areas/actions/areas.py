"""Create an area, correct what is written of it, end it."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.actions import checking
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.policies import check_day, check_open
from domicile.apps.audit.recording import recording
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.core.codes.areas import AreaCode


@transaction.atomic
def create_area(
    *, actor: Viewer, code: str, name: str, valid_from: dt.date, today: dt.date, urban_rural: str = "", reason: str = ""
) -> Area:
    """A new area that exists from `valid_from`. Raises Refused (code, name, valid_from, urban_rural), NotAllowed."""
    check_day(valid_from, today, "valid_from")
    parsed = checking.checked_code(actor, code, valid_from)
    area = Area(
        code=parsed.code, name=checking.checked_name(name), level=checking.level_of(parsed),
        urban_rural=checking.checked_class(urban_rural), valid_from=valid_from,
    )  # fmt: skip
    with recording(
        actor=actor, action="areas.create_area", subject_kind="area", subject_id=area.pk,
        place_code=area.code, reason=reason,
    ) as change:  # fmt: skip
        return change.create(area)


@transaction.atomic
def edit_area(
    *,
    actor: Viewer,
    area_id: uuid.UUID,
    name: str,
    urban_rural: str,
    valid_from: dt.date,
    today: dt.date,
    reason: str = "",
) -> Area:
    """Correct what was written wrongly, or set the class found by the yearly review.

    A new name that the area was given is no correction: see rename_area. Raises Refused, NotAllowed.
    """
    area = checking.area_to_keep(actor, area_id)
    check_open(area)
    check_day(valid_from, today, "valid_from")
    if valid_from < area.valid_from:
        checking.check_parent(AreaCode(area.code), valid_from, "valid_from")
        if Area.objects.filter(code=area.code, valid_to__gt=valid_from).exclude(pk=area.pk).exists():
            raise Refused(_("Another area bore this code then. Choose a day after its end."), "valid_from")
    if _inside(area, Area).filter(valid_from__lt=valid_from).exists() and valid_from > area.valid_from:
        raise Refused(_("Areas inside it existed before this day. Correct their days first."), "valid_from")
    with recording(
        actor=actor, action="areas.edit_area", subject_kind="area", subject_id=area.pk,
        place_code=area.code, reason=reason,
    ) as change:  # fmt: skip
        return change.update(
            area,
            name=checking.checked_name(name),
            urban_rural=checking.checked_class(urban_rural),
            valid_from=valid_from,
        )


@transaction.atomic
def retire_area(*, actor: Viewer, area_id: uuid.UUID, on: dt.date, today: dt.date, reason: str = "") -> Area:
    """End an area that has no successor: it exists no longer from `on`.

    Raises Refused while areas or grids exist inside it; an area with successors is merged, split or recoded.
    """
    area = checking.area_to_keep(actor, area_id)
    check_open(area)
    check_day(on, today, "on", begun=area.valid_from)
    for model in (Area, Grid):
        left = _inside(area, model).filter(valid_to=None).order_by("code").first()
        if left is not None:
            raise Refused(
                _("{name} ({code}) still exists inside it. End it first, or record a merge.").format(
                    name=left.name, code=left.code
                )
            )
    with recording(
        actor=actor, action="areas.retire_area", subject_kind="area", subject_id=area.pk,
        place_code=area.code, reason=reason,
    ) as change:  # fmt: skip
        return change.update(area, valid_to=on)


def _inside(area: Area, model: type[Area] | type[Grid]) -> "QuerySet[Any]":
    """Areas or grids below the area, whenever they exist."""
    below: QuerySet[Any] = model.objects.filter(prefix_q("code", AreaCode(area.code).prefix))
    return below.exclude(code=area.code) if model is Area else below
