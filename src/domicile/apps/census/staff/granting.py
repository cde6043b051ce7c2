"""What accounts may see of the areas of their posts: to be given by administrators, as any role is; taken away at once.

Nothing here gives a right by itself. What follows from the posts is listed; an administrator asks for it, and where the role shows
forms, a second one approves it (apps/access). Never more than the enumeration areas of the post.
"""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from domicile.apps.access import actions as access
from domicile.apps.access.models import Grant
from domicile.apps.access.scopes import restrict
from domicile.apps.areas.selectors import names_of
from domicile.apps.census.plan.models import Census, Phase
from domicile.apps.census.staff import conditions, policies
from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.words import DUTIES, POSTS, ROLES
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing.chain import on_day
from domicile.apps.staffing.models import Holding, Post

GRID = 15
#: Until the end of which phases whoever asks at doors sees the forms of the area.
WORKING = (Phase.Kind.LIST, Phase.Kind.ENUMERATE, Phase.Kind.CHECK, Phase.Kind.COVERAGE)


@dataclass(frozen=True, slots=True)
class Right:
    """What an account may see: a role over an enumeration area."""

    user_id: uuid.UUID
    role: str
    scope: str


@dataclass(frozen=True, slots=True)
class Line:
    """A right in words. `grant` is what is held or waits; None: still to be given."""

    right: Right
    name: str
    area: str
    duty: str
    grant: Grant | None
    own: bool


@dataclass(slots=True)
class Standing:
    """What follows from the posts of a day, and what accounts have."""

    to_give: list[Line]
    waiting: list[Line]
    held: list[Line]
    to_take: list[Line]


def standing(viewer: Viewer, census: Census, today: dt.date) -> Standing:
    """Rights by the posts of the census inside the viewer's areas, against those that accounts have. A fixed number of queries."""
    viewer.require(policies.GRANT)
    due = rights(census, today, viewer)
    accounts = _accounts(census)
    open_or_later = Q(valid_to__isnull=True) | Q(valid_to__gt=today)
    rows = Grant.objects.filter(open_or_later, user_id__in=accounts, role__in=list(ROLES.values()))
    rows = restrict(rows.exclude(state=Grant.State.REFUSED).select_related("user"), viewer, "scope")
    held = {Right(row.user_id, row.role, row.scope): row for row in rows if len(row.scope) == GRID}
    names = names_of({right.scope for right in {*due, *held}})
    duties = {role: str(DUTIES[duty]) for duty, role in ROLES.items()}

    def line(right: Right) -> Line:
        own = right.user_id == viewer.user_id
        who = accounts.get(right.user_id, "")
        return Line(right, who, names.get(right.scope, right.scope), duties[right.role], held.get(right), own)

    order = sorted({*due, *held}, key=lambda right: (right.scope, right.role, str(right.user_id)))
    return Standing(
        to_give=[line(right) for right in order if right in due and right not in held],
        waiting=[line(right) for right in order if right in due and right in held and _waits(held[right])],
        held=[line(right) for right in order if right in due and right in held and not _waits(held[right])],
        to_take=[line(right) for right in order if right not in due],
    )


def _waits(grant: Grant) -> bool:
    return grant.state == Grant.State.WAITING


def rights(census: Census, today: dt.date, viewer: Viewer) -> set[Right]:
    """What follows from the posts held on a day: the area of an enumerator, the areas of the team of a supervisor.

    Only for accounts of recruits whose undertaking is signed. Two queries.
    """
    fit = {
        row.worker_id: row.worker.user_id
        for row in Recruit.objects.filter(census=census, left_on=None).select_related("worker")
        if row.worker.user_id is not None and conditions.signed(row, today)
    }
    rows = Holding.objects.filter(
        on_day(today, "start", "end"), on_day(today, "post__opened_on", "post__closed_on"), worker__in=list(fit),
        post__role__in=list(POSTS.values()),
    ).select_related("post")  # fmt: skip
    posts = Post.objects.filter(on_day(today), role=Post.Role.INFORMANT, above__in=[row.post_id for row in rows])
    below: dict[uuid.UUID | None, list[str]] = defaultdict(list)
    for above, code in posts.values_list("above_id", "place_code"):
        below[above].append(code)
    found = set()
    for row in rows:
        codes, role = [row.post.place_code], ROLES[Recruit.Duty.ENUMERATOR]
        if row.post.role == Post.Role.COORDINATOR:
            codes, role = below[row.post_id], ROLES[Recruit.Duty.SUPERVISOR]
        found |= {Right(fit[row.worker_id], role, code) for code in codes if viewer.covers(code)}
    return found


def _accounts(census: Census) -> dict[uuid.UUID, str]:
    """The accounts of all recruits of a census, also of those who left, with their names. One query."""
    rows = Recruit.objects.filter(census=census, worker__user_id__isnull=False).select_related("worker")
    return {row.worker.user_id: row.worker.name for row in rows if row.worker.user_id is not None}


def last_day(census: Census) -> dt.date | None:
    """The first day on which nobody asks at doors any more; None where no phase has days."""
    return max((phase.ends_on for phase in census.phases.all() if phase.kind in WORKING), default=None)


def give(*, actor: Viewer, census: Census, today: dt.date) -> tuple[int, list[str]]:
    """Give, or ask a second administrator for, all that follows from the posts: how many, and why others could not be.

    Each is a change of its own, as if given on the page of the account. They end with the work at doors.
    """
    count, refused = 0, []
    until = last_day(census)
    for line in standing(actor, census, today).to_give:
        try:
            access.grant_role(
                actor=actor, user_id=line.right.user_id, role=line.right.role, scope=line.right.scope, valid_from=today,
                valid_to=until if until is not None and until > today else None,
            )  # fmt: skip
            count += 1
        except Refused as refusal:
            refused.append(f"{line.name}: {refusal.message}")
    return count, refused


def take(*, actor: Viewer, census: Census, today: dt.date) -> int:
    """Take away what accounts have beyond their posts; returns how many."""
    found = [line.grant for line in standing(actor, census, today).to_take if line.grant is not None]
    held = [grant for grant in found if not _waits(grant)]
    for grant in held:
        access.revoke_role(actor=actor, grant_id=grant.pk, on=today)
    return len(held)


def end_with_post(actor: Viewer, holding: Holding) -> int:
    """End what the account of a holder has over the areas of a post, from the day on which the post ends; returns how many."""
    if holding.post.role not in POSTS.values() or holding.worker.user_id is None or holding.end is None:
        return 0
    duty = next(duty for duty, role in POSTS.items() if role == holding.post.role)
    codes = [holding.post.place_code]
    if duty == Recruit.Duty.SUPERVISOR:
        codes = list(holding.post.below.values_list("place_code", flat=True))
    on = max(holding.end, timezone.localdate())
    return access.end_with_post(
        actor=actor, user_id=holding.worker.user_id, role=ROLES[duty], scopes=codes, on=on,
    )  # fmt: skip
