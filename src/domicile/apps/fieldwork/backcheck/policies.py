"""Who may draw, check and judge, and the dated numbers behind it."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.fieldwork.backcheck.checkers import barred
from domicile.apps.fieldwork.backcheck.models import BackCheck, CheckItem, Draw
from domicile.apps.tasks import policies as tasks
from domicile.apps.tasks.calendars import calendar
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.registry import DO, MANAGE
from domicile.core.policy.parameters import parameter
from domicile.core.spells import UnknownYear

#: Who reviews what came in also draws and judges.
JUDGE = "review_change"
CHECK = (DO, MANAGE)


@dataclass(frozen=True)
class Rules:
    """The dated numbers of a day: target share, level of the interval, what few is, and the most records ever asked for."""

    target: float
    level: float
    few: int
    most_more: int


def rules(today: dt.date) -> Rules:
    """The numbers in force."""
    return Rules(*(parameter(f"back_checks.{name}", today) for name in ("target", "level", "few", "most_more")))


def size_of(frame: int, today: dt.date) -> int:
    """How many of so many records are drawn."""
    held = parameter("back_checks.sample", today)
    share = -(-frame * round(held["share"] * 10_000) // 10_000)  # rounded up
    return min(frame, max(held["least"], min(held["most"], share)))


def minimum(today: dt.date) -> int:
    """How many of each grid and worker at least."""
    return int(parameter("back_checks.minimum", today))


def due_on(today: dt.date) -> dt.date:
    """The last day for the checks of a draw. Raises Refused where the calendar of that year is not loaded."""
    try:
        return tasks.due_on(parameter("back_checks.due", today), today, calendar())
    except UnknownYear as unknown:
        raise Refused(
            _("The working days of {year} are not known yet: load the calendar under Tasks, Rules.").format(
                year=unknown.year
            )
        ) from None


def check_judge(viewer: Viewer, place_code: str) -> None:
    """Raises NotAllowed without the permission, OutOfReach outside the areas."""
    viewer.require(JUDGE)
    if not place_code or not viewer.covers(place_code):
        raise OutOfReach


def results(draw: Draw) -> int:
    """How many records of a draw have a result: asked about, refused at the door, or not found at the address. One query."""
    ended = (BackCheck.State.CHECKED, BackCheck.State.REFUSED, BackCheck.State.WRONG_ADDRESS)
    return BackCheck.objects.filter(stratum__draw=draw, state__in=ended).count()


def may_call_off(viewer: Viewer, draw: Draw) -> bool:
    """Whether the viewer may call a draw off: who may draw there, before the first result."""
    may = viewer.may(JUDGE) and viewer.covers(draw.place_code)
    return may and draw.called_off_on is None and not results(draw)


def is_barred(viewer: Viewer, check: BackCheck) -> bool:
    """Whether the viewer collected the record or let it pass the review, so that somebody else must check it. One query."""
    return viewer.user_id is None or viewer.user_id in barred([check])[check.pk]


def may_enter(viewer: Viewer, check: BackCheck, task: Task | None) -> bool:
    """Whether the viewer may say what was found: who has its task, never who collected or accepted the record.

    What was entered can be corrected by who entered it until somebody judged a difference.
    """
    allowed = any(viewer.may(one) for one in CHECK) and viewer.covers(check.place_code)
    if not allowed or is_barred(viewer, check):
        return False
    if check.state == BackCheck.State.CHECKED:
        return check.checked_by == viewer.user_id and not check.items.exclude(verdict="").exists()
    held = task is not None and task.state == Task.State.OPEN and task.worker in {None, viewer.user_id}
    return check.state == BackCheck.State.OPEN and held


def check_enter(viewer: Viewer, check: BackCheck, task: Task | None) -> None:
    """Raises NotAllowed where `may_enter` says no."""
    if not may_enter(viewer, check, task):
        raise NotAllowed("back-check")


def may_judge(viewer: Viewer, item: CheckItem) -> bool:
    """Whether the viewer may judge a difference: nobody judges a record of their own, or a check of their own."""
    check = item.check_of
    own = viewer.user_id is None or viewer.user_id in {check.collected_by, check.checked_by}
    return viewer.may(JUDGE) and viewer.covers(check.place_code) and item.agrees is False and not own
