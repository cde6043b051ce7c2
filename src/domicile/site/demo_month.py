"""Past work of the demonstration: two months at the doors of a grid, so that there is something to assess and to pay."""

import datetime as dt
from typing import Any

from domicile.apps.common.viewer import Viewer

DOORS, LATE, UNDONE = 24, (5, 11), (17,)
DAY = dt.timedelta(days=1)


def make_months(*, officer: Viewer, worker: Viewer, grid: str, today: dt.date) -> None:
    """The worker's visits of the last two months, a few of them late; the first of the two is assessed."""
    from domicile.apps.staffing import months
    from domicile.apps.staffing.assessment.computing import compute
    from domicile.core.policy.months import bounds, months_before

    last = months.last_month(today)
    earlier = months_before(last, 1)
    homes = _homes(grid)
    for number, month in enumerate((earlier, last)):
        begin, _end = bounds(month)
        _work(worker, homes[number * DOORS : (number + 1) * DOORS], begin)
    _begin, end = bounds(earlier)
    compute(actor=officer, month=earlier, today=end + 10 * DAY, community=grid[:12])


def _homes(grid: str) -> list[Any]:
    """Doors at which nothing is to be done today."""
    from domicile.apps.places.models import Dwelling
    from domicile.apps.tasks.models import Task

    waiting = Task.objects.filter(state=Task.State.OPEN).values("subject_id")
    rows = Dwelling.objects.filter(place_code=grid).exclude(pk__in=waiting)
    rows = rows.select_related("building").order_by("key", "pk")
    return list(rows[: 2 * DOORS])


def _work(worker: Viewer, homes: list[Any], begin: dt.date) -> None:
    """A visit due at each door in the middle of the month: most in time, some late, one still open."""
    from domicile.apps.fieldwork.visits.actions import record_visit
    from domicile.apps.tasks.models import Task, Try

    due = begin + 19 * DAY
    for place, home in enumerate(homes):
        on = due + 2 * DAY if place in LATE else begin + (place % 15) * DAY
        open_ = place in UNDONE
        task = Task.objects.create(
            kind="visit", subject_kind="dwelling", subject_id=home.pk, occurrence=f"demo {begin:%Y-%m}",
            place_code=home.place_code, stop_id=home.building_id, walk=f"{home.building.key}|{home.key}",
            opened_on=begin - 10 * DAY, due_on=due, worker=worker.user_id, state="open" if open_ else "done",
            outcome="" if open_ else "done", closed_on=None if open_ else on,
        )  # fmt: skip
        if not open_:
            visit = record_visit(actor=worker, form="dwelling_visit", place=home, visited_on=on, outcome="met")
            Try.objects.create(task=task, on=on, part="afternoon", outcome="done", by=worker.user_id, source=visit.pk)
