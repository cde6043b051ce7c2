"""Who answers for each door by the chain, and which account gets its task. Read once for an area, then asked door by door."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from domicile.apps.access.models import Grant
from domicile.apps.access.roles import matrix
from domicile.apps.staffing.chain import holdings_under, on_day, posts_under
from domicile.apps.staffing.models import Post, PostHouse, Worker
from domicile.apps.tasks.registry import DO

COMMUNITY = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers for a door (None: nobody), and the account that gets its task (None: whoever works the grid)."""

    worker: Worker | None
    account: uuid.UUID | None


class Answering:
    """The building heads and informants of an area on a day, with the areas that their accounts work."""

    def __init__(
        self,
        heads: dict[tuple[uuid.UUID, str], list[Worker]],
        informants: dict[str, list[Worker]],
        reach: dict[uuid.UUID, list[str]],
    ) -> None:
        self._heads, self._informants, self._reach = heads, informants, reach

    def of(self, place_code: str, building: uuid.UUID, entrance: str) -> Answer:
        """The building head of the entrance, of the building, then the informant of the grid."""
        near = [
            *self._heads.get((building, entrance), ()),
            *(self._heads.get((building, ""), ()) if entrance else ()),
            *self._informants.get(place_code, ()),
        ]
        account = next((one.user_id for one in near if one.user_id and self._works(one.user_id, place_code)), None)
        return Answer(near[0] if near else None, account)

    def _works(self, account: uuid.UUID, place_code: str) -> bool:
        return any(place_code.startswith(scope) for scope in self._reach.get(account, ()))


def answering(scope: str, today: dt.date) -> Answering:
    """Who answers in an area. Four queries."""
    within = scope[:COMMUNITY]
    posts = {post.pk: post for post in posts_under(within, today)}
    holders: dict[uuid.UUID, list[Worker]] = defaultdict(list)
    for holding in holdings_under(within, today).select_related("worker"):
        if holding.post_id in posts and holding.worker.at_work(today):
            holders[holding.post_id].append(holding.worker)
    heads: dict[tuple[uuid.UUID, str], list[Worker]] = defaultdict(list)
    kept = [pk for pk, post in posts.items() if post.role == Post.Role.HEAD]
    for row in PostHouse.objects.filter(post__in=kept).order_by("pk"):
        heads[row.building_id, row.entrance] += holders[row.post_id]
    informants: dict[str, list[Worker]] = defaultdict(list)
    for pk, post in posts.items():
        if post.role == Post.Role.INFORMANT:
            informants[post.place_code] += holders[pk]
    accounts = {worker.user_id for rows in holders.values() for worker in rows if worker.user_id}
    return Answering(heads, informants, _reach(accounts, today))


def _reach(accounts: set[uuid.UUID], today: dt.date) -> dict[uuid.UUID, list[str]]:
    """The areas in which each account does tasks."""
    rules = matrix(today)
    roles = [
        role for role in rules.roles
        if any(DO in rules.permissions(role, purpose) for purpose in rules.purposes(role))
    ]  # fmt: skip
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    held = Grant.objects.filter(
        on_day(today, "valid_from", "valid_to"),
        Q(user__is_active=True),
        user__in=accounts,
        role__in=roles,
        state=Grant.State.HOLDS,
    )
    for user, scope in held.values_list("user_id", "scope"):
        found[user].append(scope)
    return found
