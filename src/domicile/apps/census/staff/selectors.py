"""Reads of the staff of a census, inside the viewer's areas. They name staff in their duty, no resident."""

import uuid
from collections.abc import Iterable

from django.db.models import Count

from domicile.apps.audit.models import Change
from domicile.apps.census.plan.selectors import Done, told
from domicile.apps.census.staff import policies
from domicile.apps.census.staff.actions.undo import UNDOABLE
from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.picture import Member, Picture
from domicile.apps.census.undoing import UNDO
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.staffing.models import Worker
from domicile.apps.staffing.policies import check_view
from domicile.apps.tasks.models import Task

AREA = 12


def recruit(viewer: Viewer, pk: uuid.UUID) -> Recruit:
    """One recruit. Raises NotAllowed outside the viewer's areas, also where there is none."""
    row = Recruit.objects.filter(pk=pk).select_related("worker", "census").first()
    if row is None:
        raise NotAllowed("recruit")
    check_view(viewer, row.worker.place_code)
    return row


def is_recruited(pk: uuid.UUID | None) -> bool:
    """Whether there is a recruit of this key."""
    return pk is not None and Recruit.objects.filter(pk=pk).exists()


def not_recruited(census_id: uuid.UUID, community: str) -> list[Worker]:
    """Workers of a census area who are at work and not recruited for this census, by number."""
    rows = Worker.objects.filter(place_code__startswith=community, until=None)
    return list(rows.exclude(recruited__census=census_id).order_by("number"))


def reserves(picture: Picture, community: str, duty: str, but: Recruit | None = None) -> list[Member]:
    """Who can take over: fit recruits of a duty, reserves without an area first, then those with the fewest people."""
    rows = [
        one for one in picture.recruited(community)
        if one.fit and one.recruit.duty == duty and (but is None or one.recruit.pk != but.pk)
    ]  # fmt: skip
    return sorted(rows, key=lambda one: (not one.recruit.reserve, one.busy, one.expected, one.worker.number))


def work_done(accounts: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, tuple[int, int]]:
    """Of each account: tasks that it closed, and tasks open with it. Two queries."""
    known = [account for account in accounts if account is not None]
    done = dict(
        Task.objects.filter(state=Task.State.DONE, attempts__by__in=known).values_list("attempts__by")
        .order_by().annotate(Count("pk", distinct=True))
    )  # fmt: skip
    left = dict(
        Task.objects.filter(state=Task.State.OPEN, worker__in=known)
        .order_by()
        .values_list("worker")
        .annotate(Count("pk"))
    )
    return {account: (done.get(account, 0), left.get(account, 0)) for account in known}


def history(viewer: Viewer, *subjects: uuid.UUID, within: str = "") -> list[Done]:
    """The latest changes of recruits, or of the giving of areas in a census area; the latest first. Two queries."""
    found = Change.objects.filter(subject_id__in=subjects, action__in=[*UNDOABLE, UNDO])
    if within:
        found = found.filter(place_code=within.ljust(15, "0"))
    return told(viewer, found, UNDOABLE, policies.may_manage)
