"""The head of the start page of the census: which census, which phase, what waits for whoever looks."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from domicile.apps.access.purposes import reachable
from domicile.apps.access.roles import matrix
from domicile.apps.census.plan import policies, schedule, selectors
from domicile.apps.census.plan.models import Census
from domicile.apps.census.staff import granting, picture
from domicile.apps.census.staff import policies as staff
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing.chain import on_day
from domicile.apps.staffing.models import Holding


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for whoever looks, and the way there. `kind`: error, care or info."""

    text: str
    url: str
    kind: str = "care"


def head(viewer: Viewer) -> dict[str, Any] | None:
    """What the template reads; None for whoever may see no area, and where no census is planned."""
    if viewer.user_id is None or not reachable(viewer, (policies.READ,), matrix(timezone.localdate())):
        return None
    today = timezone.localdate()
    row = selectors.current(viewer, today)
    if row is None:
        return {"census": None, "may_plan": viewer.may(policies.PLAN)}
    phases = list(row.phases.all())
    lines = {line.phase.pk: line for line in selectors.lines(row, today)}
    running = [lines[phase.pk] for phase in schedule.running(phases, today) if phase.pk in lines]
    coming = schedule.coming(phases, today)
    return {
        "census": row,
        "days": (timezone.localdate(row.reference_at) - today).days,
        "running": running,
        "coming": lines.get(coming.pk) if coming is not None else None,
        "mine": own_areas(viewer, today),
        "waiting": list(waiting(viewer, row, today)),
    }


def own_areas(viewer: Viewer, today: dt.date) -> list[str]:
    """The posts that the viewer's own account holds, by name."""
    rows = Holding.objects.filter(on_day(today, "start", "end"), worker__user_id=viewer.user_id)
    return list(rows.order_by("post__place_code").values_list("post__name", flat=True))


def waiting(viewer: Viewer, row: Census, today: dt.date) -> list[Waiting]:
    """What waits, the most urgent first. A fixed number of queries."""
    found: list[Waiting] = []
    if viewer.may(staff.GRANT):
        found += _rights(viewer, row, today)
    if viewer.may(staff.MANAGE):
        found += _staff(viewer, row, today)
    if viewer.may(policies.PLAN):
        found += _supplies(viewer, row)
    return found


def _rights(viewer: Viewer, row: Census, today: dt.date) -> list[Waiting]:
    standing = granting.standing(viewer, row, today)
    url, found = reverse("census:access", args=[row.code]), []
    if standing.to_take:
        count = len(standing.to_take)
        text = ngettext("{count} access is beyond the posts", "{count} are beyond the posts", count)
        found.append(Waiting(text.format(count=count), url, "error"))
    if standing.to_give:
        count = len(standing.to_give)
        text = ngettext("{count} access is to be given", "{count} are to be given", count)
        found.append(Waiting(text.format(count=count), url))
    return found


def _staff(viewer: Viewer, row: Census, today: dt.date) -> list[Waiting]:
    seen = picture.read(viewer, row, today)
    url, found = reverse("census:staff", args=[row.code]), []
    bare = sum(area.holding is None for area in seen.areas.values())
    unsigned = sum(not one.signed and not one.gone for one in seen.members.values())
    untested = sum(one.signed and not one.tested and not one.gone for one in seen.members.values())
    if bare:
        text = ngettext(
            "{count} enumeration area without an enumerator", "{count} enumeration areas without an enumerator", bare
        )
        found.append(Waiting(text.format(count=bare), url, "error"))
    if unsigned:
        text = ngettext("{count} undertaking not signed", "{count} undertakings not signed", unsigned)
        found.append(Waiting(text.format(count=unsigned), url))
    if untested:
        text = ngettext("{count} recruit without a test", "{count} recruits without a test", untested)
        found.append(Waiting(text.format(count=untested), url))
    if seen.undivided:
        count = len(seen.undivided)
        text = ngettext("{count} census area not fully divided", "{count} census areas not fully divided", count)
        found.append(Waiting(text.format(count=count), reverse("census:readiness", args=[row.code])))
    return found


def _supplies(viewer: Viewer, row: Census) -> list[Waiting]:
    count = sum(any(one.lacking for one in held) for held in selectors.stocks(viewer, row).values())
    if not count:
        return []
    text = ngettext(
        "Supplies are lacking in {count} census area", "Supplies are lacking in {count} census areas", count
    )
    return [Waiting(text.format(count=count), reverse("census:supplies", args=[row.code]))]
