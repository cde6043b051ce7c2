"""The chain of a community as it stands on a day: posts, who holds them, what they answer for. It names no resident."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing import policies, registry
from domicile.apps.staffing.models import Holding, Post, PostHouse
from domicile.apps.staffing.registry import Ground, House
from domicile.apps.staffing.words import ROLES, entrance_words

Role = Post.Role
ORDER = {Role.LEAD: 0, Role.CLERK: 1, Role.COORDINATOR: 2, Role.INFORMANT: 3, Role.HEAD: 4}


@dataclass(frozen=True, slots=True)
class Part:
    """A building, or one entrance of it, that a post answers for, with its share of the households there."""

    building_id: uuid.UUID
    entrance: str
    address: str
    households: float

    @property
    def text(self) -> str:
        """The address with the entrance."""
        return f"{self.address} {entrance_words(self.entrance)}".strip()


@dataclass(frozen=True, slots=True)
class Beneath:
    """Posts below one, how many of them nobody holds, and the households that building heads among them answer for."""

    posts: int
    vacant: int
    households: int


@dataclass(slots=True, eq=False)
class Seat:
    """A post with its holders of the day, its buildings and the posts below it."""

    post: Post
    holdings: list[Holding] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    below: "list[Seat]" = field(default_factory=list)
    above: "Seat | None" = None
    grid: str = ""

    @property
    def vacant(self) -> bool:
        """Whether nobody holds it."""
        return not self.holdings

    @property
    def role(self) -> str | Promise:
        """The role in words."""
        return ROLES[self.post.role]

    @property
    def households(self) -> int:
        """Households that a building head answers for: shared entrances are divided."""
        return round(sum(part.households for part in self.parts))

    @property
    def holders(self) -> str:
        """Who holds it, by name."""
        return "、".join(holding.worker.name for holding in self.holdings)

    @property
    def beneath(self) -> "Beneath":
        """What stands below it, as its closed line tells."""
        seats = [seat for seat in self.walk() if seat is not self]
        return Beneath(
            len(seats),
            sum(seat.vacant for seat in seats),
            round(sum(part.households for seat in seats if seat.post.role == Role.HEAD for part in seat.parts)),
        )

    def walk(self) -> "Iterator[Seat]":
        """This seat and all below it."""
        yield self
        for seat in self.below:
            yield from seat.walk()


@dataclass(slots=True, eq=False)
class Chain:
    """The chain of one community."""

    code: str
    name: str
    today: dt.date
    seats: dict[uuid.UUID, Seat]
    grids: list[Ground]
    houses: dict[uuid.UUID, House]
    households: dict[tuple[uuid.UUID, str], int]
    #: Entrances with households that no building head answers for.
    uncovered: list[tuple[House, list[str]]] = field(default_factory=list)

    @property
    def roots(self) -> list[Seat]:
        """The posts that answer to none here, the lead first."""
        return [seat for seat in self.seats.values() if seat.above is None]

    def of(self, role: str) -> list[Seat]:
        """The seats of a role."""
        return [seat for seat in self.seats.values() if seat.post.role == role]


def on_day(day: dt.date, start: str = "opened_on", end: str = "closed_on") -> Q:
    """Rows that hold on a day, of half-open intervals."""
    return Q(**{f"{start}__lte": day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": day}))


def posts_under(scope: str, today: dt.date) -> "QuerySet[Post]":
    """Posts there on the day under a code prefix."""
    return Post.objects.filter(prefix_q("place_code", scope), on_day(today))


def holdings_under(scope: str, today: dt.date) -> "QuerySet[Holding]":
    """Who holds the posts under a code prefix on the day, those who came first before the others."""
    return Holding.objects.filter(prefix_q("post__place_code", scope), on_day(today, "start", "end")).order_by(
        "start", "pk"
    )


def accounts_of(place_code: str, today: dt.date) -> list[uuid.UUID]:
    """The accounts of those who hold the posts of a place: of its grid before those of its community. One query."""
    places = {place_code: 0, place_code[:12].ljust(15, "0"): 1}
    rows = Holding.objects.filter(on_day(today, "start", "end"), on_day(today, "post__opened_on", "post__closed_on"))
    rows = rows.filter(on_day(today, "worker__since", "worker__until"), post__place_code__in=places)
    held = rows.filter(worker__user_id__isnull=False).values_list("post__place_code", "worker__user_id")
    return [account for _place, account in sorted(held, key=lambda pair: (places[pair[0]], pair[1])) if account]


def chain_of(viewer: Viewer, community: str, today: dt.date) -> Chain:
    """The chain of a community inside the viewer's areas. Raises NotAllowed. A fixed number of queries."""
    policies.check_view(viewer, community)
    return read_chain(community, today)


def read_chain(community: str, today: dt.date) -> Chain:
    """As `chain_of`, for those who have checked."""
    posts = sorted(posts_under(community, today), key=lambda row: (ORDER[Role(row.role)], natural(row.name)))
    seats = {post.pk: Seat(post) for post in posts}
    for holding in holdings_under(community, today).select_related("worker"):
        if holding.post_id in seats:
            seats[holding.post_id].holdings.append(holding)
    for seat in seats.values():
        above = seats.get(seat.post.above_id) if seat.post.above_id else None
        if above is not None:
            seat.above = above
            above.below.append(seat)
    grids = registry.grids(community)
    names = registry.names([community])
    named = {grid.code: grid.name for grid in grids}
    for seat in seats.values():
        seat.grid = named.get(seat.post.place_code, "")
    chain = Chain(
        code=community,
        name=names[community],
        today=today,
        seats=seats,
        grids=grids,
        houses={house.id: house for house in registry.houses(community)},
        households=registry.households(community),
    )
    _cover(chain, list(PostHouse.objects.filter(post__in=seats).order_by("pk")) if seats else [])
    return chain


def _cover(chain: Chain, rows: Sequence[PostHouse]) -> None:
    """Give each seat its buildings, with the share of households, and note what is left."""
    doors: dict[uuid.UUID, dict[str, int]] = defaultdict(dict)
    for (building, entrance), count in chain.households.items():
        doors[building][entrance] = count
    answering: dict[tuple[uuid.UUID, str], int] = defaultdict(int)
    for row in rows:
        for entrance in _entrances(row, doors):
            answering[row.building_id, entrance] += 1
    for row in rows:
        house = chain.houses.get(row.building_id)
        if house is None:  # demolished since
            continue
        share = sum(
            doors[row.building_id].get(entrance, 0) / answering[row.building_id, entrance]
            for entrance in _entrances(row, doors)
        )
        chain.seats[row.post_id].parts.append(Part(row.building_id, row.entrance, house.address, share))
    for house in chain.houses.values():
        left = [entrance for entrance in sorted(doors[house.id]) if not answering[house.id, entrance]]
        if left:
            chain.uncovered.append((house, [] if len(left) == len(doors[house.id]) else left))


def _entrances(row: PostHouse, doors: dict[uuid.UUID, dict[str, int]]) -> list[str]:
    return [row.entrance] if row.entrance else list(doors[row.building_id])


def natural(text: str) -> list[Any]:
    """A key by which 第2组 stands before 第10组."""
    parts: list[Any] = []
    digits = ""
    for character in text + " ":
        if character.isascii() and character.isdigit():
            digits += character
            continue
        if digits:
            parts.append((0, int(digits), ""))
            digits = ""
        parts.append((1, 0, character))
    return parts
