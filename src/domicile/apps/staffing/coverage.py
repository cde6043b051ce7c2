"""What is lacking in a chain, and who has too much or too little: each finding leads to its cure."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from domicile.apps.staffing import words
from domicile.apps.staffing.chain import Chain, Seat
from domicile.apps.staffing.models import Post
from domicile.apps.staffing.words import ABOVE, ROLES
from domicile.core.policy.parameters import parameter

Role = Post.Role
#: Kinds of findings in the order in which they are told, with what each means.
KINDS: dict[str, str | Promise] = {
    "left": gettext_lazy("Left, but still holding a post"),
    "gone": gettext_lazy("Posts of a grid that is no longer there"),
    "lead": gettext_lazy("Community without a lead"),
    "grid": gettext_lazy("Grids without an informant"),
    "vacant": gettext_lazy("Posts that nobody holds"),
    "loose": gettext_lazy("Posts that answer to nobody"),
    "house": gettext_lazy("Buildings without a building head"),
    "many": gettext_lazy("Building heads with too many households"),
    "few": gettext_lazy("Building heads with too few households"),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One finding: what it is about, the figures or the reason, and the way to its cure."""

    kind: str
    what: str
    detail: str
    cure: str
    url: str


def gaps(chain: Chain) -> list[Gap]:
    """All findings, in the order of KINDS."""
    found = [*_left(chain), *_lead(chain), *_grids(chain), *_posts(chain), *_houses(chain), *_loads(chain)]
    order = list(KINDS)
    return sorted(found, key=lambda gap: order.index(gap.kind))


def bounds(today: dt.date) -> tuple[int, int]:
    """The fewest and the most households that a building head answers for."""
    least = parameter("staffing.households_of_a_head_least", today)
    return least, parameter("staffing.households_of_a_head_most", today)


def title(seat: Seat) -> str:
    """A post in words: what it is and where."""
    return f"{ROLES[seat.post.role]} {seat.post.name}".strip()


def _post(seat: Seat) -> str:
    return reverse("staffing:post", args=[seat.post.pk])


def _adding(chain: Chain, role: Post.Role, asked: Sequence[tuple[str, Any]] = ()) -> str:
    address = reverse("staffing:add_post", args=[chain.code, role.value])
    return f"{address}?{urlencode(asked)}" if asked else address


def _left(chain: Chain) -> Iterator[Gap]:
    for seat in chain.seats.values():
        for holding in seat.holdings:
            if not holding.worker.at_work(chain.today):
                yield Gap(
                    "left", f"{holding.worker.name} {holding.worker.number}", title(seat),
                    _("End the post and hand over"), reverse("staffing:end_holding", args=[holding.pk]),
                )  # fmt: skip


def _lead(chain: Chain) -> Iterator[Gap]:
    if not chain.of(Role.LEAD):
        yield Gap(
            "lead", chain.name, _("The chain begins with the lead."), _("Add the post"), _adding(chain, Role.LEAD)
        )


def _grids(chain: Chain) -> Iterator[Gap]:
    """A grid is covered when somebody holds an informant's post of it; a vacant post is the way to the cure."""
    posts: dict[str, list[Seat]] = {}
    for seat in chain.of(Role.INFORMANT):
        posts.setdefault(seat.post.place_code, []).append(seat)
    for grid in chain.grids:
        own = posts.get(grid.code, [])
        if any(not seat.vacant for seat in own):
            continue
        if own:
            url, cure, detail = _giving(own[0]), _("Give the post"), _("The post is there, but nobody holds it.")
        else:
            url = _adding(chain, Role.INFORMANT, [("place", grid.code)])
            cure, detail = _("Add the post"), _("There is no post of an informant.")
        yield Gap("grid", f"{grid.name} {grid.code}", detail, cure, url)


def _giving(seat: Seat) -> str:
    return reverse("staffing:give_post", args=[seat.post.pk])


def _posts(chain: Chain) -> Iterator[Gap]:
    there = {grid.code for grid in chain.grids}
    for seat in chain.seats.values():
        if not seat.post.place_code.endswith("000") and seat.post.place_code not in there:
            yield Gap("gone", title(seat), seat.post.place_code, _("Close the post"), _post(seat))
        if seat.vacant and seat.post.role != Role.INFORMANT:  # an informant's is told with its grid
            yield Gap("vacant", title(seat), seat.grid or chain.name, _("Give the post"), _giving(seat))
        if seat.above is None and seat.post.role in ABOVE:
            detail = _("It should answer to: {role}").format(role=ROLES[ABOVE[seat.post.role]])
            yield Gap(
                "loose",
                title(seat),
                detail,
                _("Say whom it answers to"),
                reverse("staffing:edit_post", args=[seat.post.pk]),
            )


def _houses(chain: Chain) -> Iterator[Gap]:
    named = {grid.code: grid.name for grid in chain.grids}
    for house, entrances in chain.uncovered:
        doors = [entrance for (building, entrance) in chain.households if building == house.id]
        count = sum(chain.households[house.id, entrance] for entrance in (entrances or doors))
        detail = " · ".join(
            part for part in (
                named.get(house.place_code, ""), "、".join(words.entrance_words(door) or _("(no entrance)") for door in entrances),
                ngettext("{count} household", "{count} households", count).format(count=count),
            ) if part
        )  # fmt: skip
        asked = [("place", house.place_code), *(("house", f"{house.id}|{door}") for door in entrances or [""])]
        yield Gap("house", house.address, detail, _("Add the post"), _adding(chain, Role.HEAD, asked))


def _loads(chain: Chain) -> Iterator[Gap]:
    least, most = bounds(chain.today)
    for seat in chain.of(Role.HEAD):
        count = seat.households
        if least <= count <= most:
            continue
        kind = "many" if count > most else "few"
        text = ngettext("{count} household", "{count} households", count).format(count=count)
        detail = f"{text} · " + _("{least} to {most} are meant").format(least=least, most=most)
        who = f"{title(seat)} {seat.holders}".strip()
        yield Gap(kind, who, detail, _("Change the buildings"), reverse("staffing:edit_post", args=[seat.post.pk]))
