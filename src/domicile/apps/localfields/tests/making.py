"""A local field as the cast proposes and approves it."""

import datetime as dt
from dataclasses import replace

from domicile.apps.common.viewer import Viewer
from domicile.apps.localfields import actions
from domicile.apps.localfields.models import LocalField
from tests.cast import COMMUNITY, qian_viewer, sun_viewer

TODAY = dt.date(2026, 11, 2)
NEW = actions.NewField(
    scope=COMMUNITY, subject_kind="person", kind="yes_no", label_zh="需要送餐", label_en="Needs meals brought",
    service="社区食堂送餐", purpose="给行动不便的居民送午餐", start=TODAY, end=dt.date(2027, 11, 3),
)  # fmt: skip


def proposed(actor: Viewer | None = None, today: dt.date = TODAY, **other: object) -> LocalField:
    arguments = replace(NEW, **{"start": today, "end": today + dt.timedelta(days=300), **other})  # type: ignore[arg-type]
    return actions.propose(actor=actor or qian_viewer(), arguments=arguments, today=today)


def approved(today: dt.date = TODAY, **other: object) -> LocalField:
    field = proposed(today=today, **other)
    return actions.approve(actor=sun_viewer(), field_id=field.pk, today=today)
