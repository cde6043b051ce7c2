"""Areas, who asks in them and how far each is, read together: a fixed number of queries whatever the size of the census."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Avg, Count, Sum

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Grid
from domicile.apps.census.frame.models import Building
from domicile.apps.census.plan.models import Census
from domicile.apps.census.staff import conditions
from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.words import SUBJECT
from domicile.apps.collect.openrosa.models import AppUser
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing.chain import on_day
from domicile.apps.staffing.models import Badge, CoursePresence, Holding, Post, Worker

AREA = 12
POSTED = (Post.Role.INFORMANT, Post.Role.COORDINATOR)


@dataclass(slots=True, eq=False)
class Member:
    """A recruit as they stand on a day."""

    recruit: Recruit
    signed: bool
    trained: bool
    tested: bool
    phone: bool
    areas: "list[Area]" = field(default_factory=list)
    teams: "list[Post]" = field(default_factory=list)

    @property
    def worker(self) -> Worker:
        """Who it is."""
        return self.recruit.worker

    @property
    def gone(self) -> bool:
        """Whether they dropped out."""
        return self.recruit.left_on is not None

    @property
    def badged(self) -> bool:
        """Whether the badge was handed out."""
        return self.recruit.badge_given_on is not None

    @property
    def fit(self) -> bool:
        """Whether an area can be given to them."""
        return self.signed and self.tested and not self.gone

    @property
    def expected(self) -> int:
        """People expected in their areas."""
        return sum(area.expected for area in self.areas)

    @property
    def busy(self) -> bool:
        """Whether they hold an area or a team."""
        return bool(self.areas or self.teams)


@dataclass(slots=True, eq=False)
class Area:
    """An enumeration area: its frame, its post and who holds it; longitude and latitude of its middle in degrees."""

    code: str
    name: str
    buildings: int = 0
    expected: int = 0
    longitude: float | None = None
    latitude: float | None = None
    post: Post | None = None
    holding: Holding | None = None
    member: Member | None = None
    team: Post | None = None


@dataclass(slots=True)
class Picture:
    """A census inside the viewer's areas: enumeration areas by code, recruits by worker, what is not divided by census area."""

    areas: dict[str, Area]
    members: dict[uuid.UUID, Member]
    #: Buildings and expected people in no enumeration area, by census area.
    undivided: dict[str, tuple[int, int]]
    #: Posts of teams, with who holds them.
    teams: dict[uuid.UUID, tuple[Post, Member | None]]

    def under(self, prefix: str) -> list[Area]:
        """The enumeration areas under a code."""
        return [area for code, area in self.areas.items() if code.startswith(prefix)]

    def recruited(self, prefix: str) -> list[Member]:
        """The recruits of the census areas under a code."""
        return [one for one in self.members.values() if one.worker.place_code.startswith(prefix)]


def read(viewer: Viewer, census: Census, today: dt.date, *, within: str = "") -> Picture:
    """The picture of a census on a day inside the viewer's areas, of those under a code where one is given. Eight queries."""
    prefix = within or census.scope
    grids = restrict(Grid.objects.filter(prefix_q("code", prefix), tier=Grid.Tier.SMALL, valid_to=None), viewer, "code")
    areas = {code: Area(code, name) for code, name in grids.order_by("code").values_list("code", "name")}
    picture = Picture(areas, {}, {}, {})
    _frame(picture, viewer, census, prefix)
    _members(picture, viewer, census, prefix, today)
    _posts(picture, viewer, prefix, today)
    return picture


def _frame(picture: Picture, viewer: Viewer, census: Census, prefix: str) -> None:
    rows = restrict(Building.objects.filter(prefix_q("place_code", prefix), census=census), viewer)
    found = rows.order_by().values_list("place_code").annotate(
        Count("pk"), Sum("expected"), Avg("longitude"), Avg("latitude")
    )  # fmt: skip
    for place, count, expected, longitude, latitude in found:
        area = picture.areas.get(place)
        if area is None:
            before = picture.undivided.get(place[:AREA], (0, 0))
            picture.undivided[place[:AREA]] = (before[0] + count, before[1] + expected)
        else:
            area.buildings, area.expected, area.longitude, area.latitude = count, expected, longitude, latitude


def _members(picture: Picture, viewer: Viewer, census: Census, prefix: str, today: dt.date) -> None:
    """Recruits of census areas that hold the viewer's: whoever supervises some areas of one sees who works there."""
    rows = Recruit.objects.filter(prefix_q("worker__place_code", prefix[:AREA]), census=census).select_related("worker")
    own = tuple(scope[:AREA] for scope in viewer.scopes)
    seen = [row for row in rows.order_by("worker__number") if row.worker.place_code.startswith(own)]
    workers = [row.worker_id for row in seen]
    valid = Badge.objects.filter(worker__in=workers, subject=SUBJECT, start__lte=today, end__gt=today)
    tested = set(valid.values_list("worker_id", flat=True))
    there = CoursePresence.objects.filter(worker__in=workers, course__subject=SUBJECT)
    trained = set(there.values_list("worker_id", flat=True))
    phones = set(
        AppUser.objects.filter(
            worker__in=[row.worker.user_id for row in seen if row.worker.user_id], draining_at=None, ended_at=None
        ).values_list("worker_id", flat=True)
    )
    for row in seen:
        picture.members[row.worker_id] = Member(
            row, conditions.signed(row, today), row.worker_id in trained, row.worker_id in tested,
            row.worker.user_id in phones,
        )  # fmt: skip


def _posts(picture: Picture, viewer: Viewer, prefix: str, today: dt.date) -> None:
    own = tuple(scope[:AREA] for scope in viewer.scopes)
    posts = {
        row.pk: row
        for row in Post.objects.filter(prefix_q("place_code", prefix[:AREA]), on_day(today), role__in=POSTED).order_by(
            "place_code", "opened_on", "name"
        )
        if row.place_code.startswith(own)
    }
    held = Holding.objects.filter(
        prefix_q("post__place_code", prefix[:AREA]), on_day(today, "start", "end"), post__role__in=POSTED
    ).select_related("worker")
    holder = {row.post_id: row for row in held}
    for row in posts.values():
        holding = holder.get(row.pk)
        member = picture.members.get(holding.worker_id) if holding else None
        if row.role == Post.Role.COORDINATOR:
            picture.teams[row.pk] = (row, member)
            if member is not None:
                member.teams.append(row)
        elif row.place_code in picture.areas:
            area = picture.areas[row.place_code]
            area.post, area.holding, area.member = row, holding, member
            area.team = posts.get(row.above_id) if row.above_id else None
            if member is not None:
                member.areas.append(area)


def teams_of(areas: Iterable[Area]) -> dict[uuid.UUID | None, list[Area]]:
    """Areas by the post of their team; None: in no team."""
    found: dict[uuid.UUID | None, list[Area]] = defaultdict(list)
    for area in areas:
        found[area.team.pk if area.team else None].append(area)
    return found
