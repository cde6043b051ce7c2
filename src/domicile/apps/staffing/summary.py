"""The staff summary form: posts, filled, vacant, grids without an informant, households a head, by community and role.

It counts posts and who can be turned to; nothing in it says how anybody worked (P-5).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.downloads import File, Printed, area_names
from domicile.apps.staffing import registry, selectors
from domicile.apps.staffing.chain import on_day
from domicile.apps.staffing.models import Holding, Post
from domicile.apps.staffing.words import ROLES

HEADS: tuple[str | Promise, ...] = (
    gettext_lazy("Community"), gettext_lazy("Area code"), gettext_lazy("Role"), gettext_lazy("Posts"), gettext_lazy("Filled"),
    gettext_lazy("Vacant"), gettext_lazy("Grids without an informant"), gettext_lazy("Households"),
    gettext_lazy("Households a building head"),
)  # fmt: skip
COMMUNITY = 12
KINDS = ("xlsx", "pdf", "csv")
SIGNERS = (gettext_lazy("Filled in by"), gettext_lazy("Checked by"), gettext_lazy("Date"))


def rows(viewer: Viewer, today: dt.date) -> list[tuple[Any, ...]]:
    """One row a community and role, and one a role for all together. A fixed number of queries a scope."""
    lines = selectors.lines(viewer, today)
    households = _households(viewer)
    bare = _bare_grids(viewer, today)
    found = [
        _row(line.name, line.code, role, line.posts.get(role, 0), line.held.get(role, 0), bare, households)
        for line in lines
        for role in ROLES
    ]
    if len(lines) > 1:
        for role in ROLES:
            posts, held = (sum(getattr(line, name).get(role, 0) for line in lines) for name in ("posts", "held"))
            found.append(_row(_("Together"), "", role, posts, held, bare, households))
    return found


def _row(
    name: str, code: str, role: str, posts: int, held: int, bare: dict[str, int], households: dict[str, int]
) -> tuple[Any, ...]:
    """`code` '' stands for all communities."""
    lacking, count = ("", ""), ""  # type: tuple[Any, Any], Any
    if role == Post.Role.INFORMANT:
        lacking = (bare.get(code, 0) if code else sum(bare.values()), "")
    elif role == Post.Role.HEAD:
        count = households.get(code, 0) if code else sum(households.values())
        lacking = ("", round(count / held, 1) if held else "")
    return (name, code, str(ROLES[role]), posts, held, posts - held, lacking[0], count, lacking[1])


def _households(viewer: Viewer) -> dict[str, int]:
    """Living households by community."""
    found: dict[str, int] = {}
    for scope in viewer.scopes:
        places = {house.id: house.place_code[:COMMUNITY] for house in registry.houses(scope)}
        for (building, _entrance), count in registry.households(scope).items():
            if building in places:
                found[places[building]] = found.get(places[building], 0) + count
    return found


def _bare_grids(viewer: Viewer, today: dt.date) -> dict[str, int]:
    """Grids without an informant, by community."""
    held = Holding.objects.filter(on_day(today, "start", "end"), on_day(today, "post__opened_on", "post__closed_on"))
    rows = restrict(held.filter(post__role=Post.Role.INFORMANT), viewer, "post__place_code")
    covered = set(rows.values_list("post__place_code", flat=True))
    found: dict[str, int] = {}
    for scope in viewer.scopes:
        for grid in registry.grids(scope):
            if grid.code not in covered:
                found[grid.code[:COMMUNITY]] = found.get(grid.code[:COMMUNITY], 0) + 1
    return found


def file(viewer: Viewer, today: dt.date) -> File:
    """The form as a file: spreadsheet, page or CSV."""
    listed = rows(viewer, today)
    return File(
        name=f"staff-summary-{today.isoformat()}",
        title=_("Staff summary form"),
        mark=f"{viewer.name} · {timezone.localtime():%Y-%m-%d %H:%M}",
        header=[str(head) for head in HEADS],
        rows=_each(listed),
        printed=Printed(viewer, lambda: len(listed), area=area_names(viewer), signatures=SIGNERS, people=False),
    )


def _each(listed: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    yield from listed
