"""Reads of workers, posts and their history, inside the viewer's areas. They name staff in their duty, no resident."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet
from django.utils.functional import Promise

from domicile.apps.access.scopes import restrict
from domicile.apps.accounts.models import User
from domicile.apps.administration.words import action_name
from domicile.apps.audit.models import Change
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.staffing import policies, registry
from domicile.apps.staffing.actions.undo import UNDO, UNDOABLE
from domicile.apps.staffing.chain import on_day, posts_under
from domicile.apps.staffing.models import Course, Holding, Post, Site, Worker
from domicile.apps.staffing.words import IN_A_GRID

COMMUNITY, TOWNSHIP = 12, 9
MOST_CHANGES = 20


@dataclass(slots=True)
class Line:
    """A community in the list: how many posts there are of each role, and how many of them are held."""

    code: str
    name: str
    posts: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All posts."""
        return sum(self.posts.values())

    @property
    def filled(self) -> int:
        """Those that somebody holds."""
        return sum(self.held.values())


def lines(viewer: Viewer, today: dt.date) -> list[Line]:
    """The viewer's communities with counts of posts. A fixed number of queries."""
    found = {code: Line(code, name) for code, name in registry.communities(viewer)}
    offices = [scope + "000" for scope in viewer.scopes if len(scope) == TOWNSHIP]
    found |= {code: Line(code, name) for code, name in registry.names(offices).items()}
    posts = restrict(Post.objects.filter(on_day(today)), viewer)
    held = set(
        restrict(Holding.objects.filter(on_day(today, "start", "end")), viewer, "post__place_code").values_list(
            "post_id", flat=True
        )
    )
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    filled: dict[str, Counter[str]] = defaultdict(Counter)
    for pk, place, role in posts.values_list("pk", "place_code", "role"):
        counted[place[:COMMUNITY]][role] += 1
        filled[place[:COMMUNITY]][role] += pk in held
    for code, line in found.items():
        line.posts, line.held = dict(counted[code]), dict(filled[code])
    return list(found.values())


def worker(viewer: Viewer, pk: uuid.UUID) -> Worker:
    """One worker. Raises NotAllowed outside the viewer's areas."""
    found = Worker.objects.filter(pk=pk).first()
    if found is None:
        raise NotAllowed("worker")
    policies.check_view(viewer, found.place_code)
    return found


def own_worker(viewer: Viewer) -> Worker | None:
    """The worker that the viewer's account belongs to."""
    if viewer.user_id is None:
        return None
    return Worker.objects.filter(user_id=viewer.user_id, until=None).first()


def post(viewer: Viewer, pk: uuid.UUID) -> Post:
    """One post. Raises NotAllowed outside the viewer's areas."""
    found = Post.objects.filter(pk=pk).select_related("above").first()
    if found is None:
        raise NotAllowed("post")
    policies.check_view(viewer, found.place_code)
    return found


def holding(viewer: Viewer, pk: uuid.UUID) -> Holding:
    """Who held a post from when to when. Raises NotAllowed outside the viewer's areas."""
    found = Holding.objects.filter(pk=pk).select_related("post", "worker").first()
    if found is None:
        raise NotAllowed("holding")
    policies.check_view(viewer, found.post.place_code)
    return found


def site(viewer: Viewer, pk: uuid.UUID) -> Site:
    """An office, station or collection point. Raises NotAllowed outside the viewer's areas."""
    found = Site.objects.filter(pk=pk).first()
    if found is None:
        raise NotAllowed("site")
    policies.check_view(viewer, found.place_code)
    return found


def sites(community: str, today: dt.date) -> "QuerySet[Site]":
    """The community's own stations and collection points, and the offices of its township, the widest first."""
    own = prefix_q("place_code", community)
    above = prefix_q("place_code", community[:TOWNSHIP] + "000")
    return Site.objects.filter(own | above, on_day(today)).order_by("place_code", "kind", "name")


def workers(scope: str, today: dt.date) -> "QuerySet[Worker]":
    """Who is there on a day under a code prefix, by number."""
    return Worker.objects.filter(prefix_q("place_code", scope), on_day(today, "since", "until")).order_by("number")


def roster(viewer: Viewer, community: str, today: dt.date) -> list[tuple[Worker, list[Post]]]:
    """All workers of a community, those at work first, each with the posts held today. Two queries."""
    policies.check_view(viewer, community)
    rows = list(Worker.objects.filter(prefix_q("place_code", community)).order_by("number"))
    held: dict[uuid.UUID, list[Post]] = defaultdict(list)
    today_held = Holding.objects.filter(on_day(today, "start", "end"), worker__in=rows).select_related("post")
    for row in today_held.order_by("start"):
        held[row.worker_id].append(row.post)
    rows.sort(key=lambda row: not row.at_work(today))
    return [(row, held[row.pk]) for row in rows]


def holdings_of(row: Worker) -> "QuerySet[Holding]":
    """The posts that a worker held and holds, the latest first."""
    return Holding.objects.filter(worker=row).select_related("post").order_by("-start", "pk")


def holders_of(row: Post) -> "QuerySet[Holding]":
    """Who held and holds a post, the latest first."""
    return Holding.objects.filter(post=row).select_related("worker").order_by("-start", "pk")


def holder_now(places: Iterable[str], role: str, today: dt.date, *, post: Post | None = None) -> Holding | None:
    """Who holds a post of a role at some places on the day: of the post given, or of the first there."""
    rows = Holding.objects.filter(on_day(today, "start", "end"), on_day(today, "post__opened_on", "post__closed_on"))
    rows = rows.filter(post__place_code__in=list(places), post__role=role)
    if post is not None:
        rows = rows.filter(post=post)
    return rows.select_related("worker", "post").order_by("start", "pk").first()


def candidates(row: Post, today: dt.date) -> list[Worker]:
    """Who can be given a post: at work in its community, or in its township's office; those without a post first."""
    community = row.place_code[:COMMUNITY]
    near = [*workers(community, today), *workers(community[:TOWNSHIP] + "000000", today)]
    busy = dict(
        Holding.objects.filter(on_day(today, "start", "end"), worker__in=near)
        .order_by().values_list("worker").annotate(Count("pk"))
    )  # fmt: skip
    return sorted(near, key=lambda worker: (busy.get(worker.pk, 0), worker.number))


def superiors(community: str, roles: Iterable[str], today: dt.date) -> list[Post]:
    """The posts of a community that a post may answer to, of these roles in this order."""
    wanted = list(roles)
    rows = posts_under(community, today).filter(role__in=wanted)
    return sorted(rows, key=lambda row: (wanted.index(row.role), row.place_code, row.name))


def accounts(viewer: Viewer, place_code: str, own: Worker | None = None) -> list[tuple[uuid.UUID, str]]:
    """Open accounts of an area that belong to no worker yet: id and real name."""
    taken = Worker.objects.filter(user_id__isnull=False, until=None)
    if own is not None:
        taken = taken.exclude(pk=own.pk)
    scope = place_code[:TOWNSHIP] if place_code[TOWNSHIP:COMMUNITY] == "000" else place_code[:COMMUNITY]
    rows = User.objects.filter(prefix_q("area_code", scope), closed_on=None)
    rows = rows.exclude(pk__in=taken.values("user_id"))
    return [(row.pk, row.real_name) for row in rows.order_by("real_name", "pk") if viewer.covers(row.area_code)]


@dataclass(frozen=True, slots=True)
class Done:
    """A change of the chain in the history: when, what, by whom, and whether it can be undone here."""

    change: Change
    what: str | Promise
    by: str
    undone: bool
    may_undo: bool


def history(viewer: Viewer, *subjects: uuid.UUID) -> list[Done]:
    """The latest changes of posts or workers, the latest first. Two queries."""
    rows = list(
        Change.objects.filter(subject_id__in=subjects, action__in=[*UNDOABLE, UNDO]).order_by("-pk")[:MOST_CHANGES]
    )
    names = dict(User.objects.filter(pk__in={row.actor_id for row in rows}).values_list("pk", "real_name"))
    taken_back = {row.reason.removeprefix("undo ") for row in rows if row.action == UNDO}
    found = []
    for row in rows:
        undone = str(row.pk) in taken_back
        may = row.action in UNDOABLE and not undone and policies.may_manage(viewer, row.place_code)
        found.append(
            Done(row, action_name(row.action), names.get(row.actor_id, "") if row.actor_id else "", undone, may)
        )
    return found


def in_a_grid(role: str) -> bool:
    """Whether a post of the role answers for a grid or for buildings in one."""
    return role in IN_A_GRID


def courses(community: str) -> "QuerySet[Course]":
    """The courses of a community, the latest first."""
    return Course.objects.filter(prefix_q("place_code", community)).order_by("-held_on", "-pk")


def course(viewer: Viewer, pk: uuid.UUID) -> Course:
    """One course. Raises NotAllowed outside the viewer's areas."""
    found = Course.objects.filter(pk=pk).first()
    if found is None:
        raise NotAllowed("course")
    policies.check_view(viewer, found.place_code)
    return found
