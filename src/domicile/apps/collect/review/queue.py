"""The queue of proposals: narrowed by what somebody asks for, read page by page from a place on, never counted."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from django.db import connections
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils import timezone

from domicile.apps.access.scopes import scope_q
from domicile.apps.collect import registry
from domicile.apps.collect.models import Decision, Proposal
from domicile.apps.collect.openrosa.models import Result
from domicile.apps.collect.policies import LEVEL_DIGITS
from domicile.apps.collect.review import standing_in
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer

PAGE = 50
#: Scopes of so many digits or fewer (a township) hold so much that the queue is read in its order, not by place.
WIDE = 9
GROUP = "group:"
DAYS = ("1", "3", "7", "30")
STATES = tuple(state.value for state in Proposal.State)


@dataclass(frozen=True)
class Asked:
    """What a reader asks the queue for; '' for everything. `kind`: a kind of change, or group:NAME for several."""

    state: str = Proposal.State.WAITING.value
    whose: str = ""
    kind: str = ""
    grid: str = ""
    worker: str = ""
    age: str = ""
    form: str = ""
    level: str = ""

    @property
    def query(self) -> str:
        """The same as an address says it."""
        held = {field.name: getattr(self, field.name) for field in fields(self)}
        return urlencode({name: value for name, value in held.items() if value or name == "whose"})

    @property
    def narrowed(self) -> bool:
        """Whether more than the state and whose they are was asked for."""
        return any((self.kind, self.grid, self.worker, self.age, self.form, self.level))


def asked(viewer: Viewer, given: Mapping[str, Any]) -> Asked:
    """What an address asks for; where it does not say whose, a reviewer is shown what waits for a reviewer."""
    names = {field.name for field in fields(Asked)}
    values = {name: str(given.get(name, "")).strip()[:64] for name in names if name in given}
    state = values.get("state") or Proposal.State.WAITING.value
    values["state"] = state
    if "whose" not in values and state == Proposal.State.WAITING and viewer.may("review_change"):
        values["whose"] = "decide"
    return Asked(**values)


@dataclass(frozen=True)
class Page:
    """One page, and the places from which the pages before and after it are read ('' where there is none)."""

    rows: list[Proposal]
    before: str = ""
    after: str = ""


def proposals(viewer: Viewer, what: Asked) -> "QuerySet[Proposal]":
    """What was asked for, inside the viewer's areas; not ordered."""
    rows = _inside(Proposal.objects.all(), viewer)
    if what.state in STATES:
        rows = rows.filter(state=what.state)
    if what.whose == "decide":
        rows = to_decide(rows, viewer)
    elif what.whose == "mine":
        rows = rows.none() if viewer.user_id is None else rows.filter(_mine(rows, viewer, what.state))
    if what.kind.startswith(GROUP):
        rows = rows.filter(action__in=registry.kinds_of(what.kind.removeprefix(GROUP)))
    elif what.kind:
        rows = rows.filter(action=what.kind)
    if what.grid:
        rows = rows.filter(prefix_q("place_code", what.grid)) if what.grid.isdecimal() else rows.none()
    if what.worker:
        rows = rows.filter(proposed_by_name__startswith=what.worker)
    if what.age in DAYS:
        rows = rows.filter(proposed_at__lt=timezone.now() - dt.timedelta(days=int(what.age)))
    if what.level in LEVEL_DIGITS:
        rows = rows.filter(level=what.level)
    return _by_form(rows, what.form) if what.form else rows


def _mine(rows: "QuerySet[Proposal]", viewer: Viewer, state: str) -> Q:
    """The own ones, and of what was returned also that of somebody who has left."""
    own = Q(proposed_by=viewer.user_id)
    if state != Proposal.State.RETURNED:
        return own
    return own | standing_in.left_behind(viewer, rows, timezone.localdate())


def _inside(rows: "QuerySet[Proposal]", viewer: Viewer) -> "QuerySet[Proposal]":
    condition = scope_q(viewer)
    if condition is None:
        return rows.none()
    wide = any(len(scope) <= WIDE for scope in viewer.scopes)
    if wide and connections[rows.db].vendor == "sqlite":
        # Without figures about the rows this engine would read and sort the whole area for one page.
        place, condition = Coalesce(F("place_code"), Value("")), Q()
        for begin, end in viewer.ranges():
            condition |= Q(GreaterThanOrEqual(place, begin)) & Q(LessThan(place, end))
    return rows.filter(condition)


def to_decide(rows: "QuerySet[Proposal]", viewer: Viewer) -> "QuerySet[Proposal]":
    """Those that wait for somebody like the viewer (policies.may_decide as a query)."""
    if viewer.user_id is None or not viewer.may("review_change"):
        return rows.none()
    sizes = {len(scope) for scope in viewer.scopes if scope}
    reached = {size: [level for level, digits in LEVEL_DIGITS.items() if size <= digits] for size in sizes}
    if len(sizes) == 1:
        rows = rows.filter(level__in=next(iter(reached.values())))
    else:
        condition = Q(pk__in=[])
        for scope in viewer.scopes:
            condition |= Q(prefix_q("place_code", scope), level__in=reached.get(len(scope), []))
        rows = rows.filter(condition)
    # Somebody who let it pass a level since it was last sent, and did not take that back, does not pass the next; a first
    # version was passed by nobody.
    ends = Q(verdict=Decision.Verdict.SENT_AGAIN) | Q(verdict=Decision.Verdict.TAKEN_BACK, by=viewer.user_id)
    words = Decision.objects.filter(ends)
    again = words.filter(proposal=OuterRef("proposal"), version__gt=OuterRef("version"))
    mine = Decision.objects.filter(
        ~Exists(again), proposal=OuterRef("pk"), by=viewer.user_id, verdict=Decision.Verdict.PASSED
    )
    fresh = Q(version=1) | ~Exists(mine)
    return rows.filter(fresh, state=Proposal.State.WAITING).exclude(proposed_by=viewer.user_id)


def _by_form(rows: "QuerySet[Proposal]", form: str) -> "QuerySet[Proposal]":
    """Those that came by a form of phones; by none of them for `none`."""
    if form == "none":
        return rows.filter(~Exists(Result.objects.filter(proposal=OuterRef("pk"))))
    return rows.filter(Exists(Result.objects.filter(proposal=OuterRef("pk"), submission__form_id=form)))


def page(viewer: Viewer, what: Asked, *, after: str = "", before: str = "") -> Page:
    """The page that begins after a place, or ends before one. One query."""
    place = _place(after or before)
    backward = bool(before) and place is not None
    rows = list(_from(proposals(viewer, what), what, place, backward=backward)[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backward:
        rows.reverse()
    earlier, later = (more, True) if backward else (place is not None, more)
    return Page(
        rows,
        before=place_of(rows[0]) if rows and earlier else "",
        after=place_of(rows[-1]) if rows and later else "",
    )


def neighbour(viewer: Viewer, what: Asked, row: Proposal, *, backward: bool = False) -> Proposal | None:
    """The proposal that stands after (before) this one in what was asked for. One query."""
    return _from(proposals(viewer, what), what, (row.proposed_at, row.pk), backward=backward).first()


def first(viewer: Viewer, what: Asked) -> Proposal | None:
    """The proposal that stands first in what was asked for."""
    return _from(proposals(viewer, what), what, None, backward=False).first()


def place_of(row: Proposal) -> str:
    """Where a proposal stands in the order, as an address says it."""
    return f"{row.proposed_at.astimezone(dt.UTC).isoformat()}~{row.pk.hex}"


def _place(text: str) -> tuple[dt.datetime, uuid.UUID] | None:
    """The place that an address names; None for none, or for what is no place."""
    at, _, key = text.partition("~")
    try:
        found = dt.datetime.fromisoformat(at.replace(" ", "+")), uuid.UUID(key)
    except ValueError:
        return None
    return found if found[0].tzinfo is not None else None


def _from(
    rows: "QuerySet[Proposal]", what: Asked, place: tuple[dt.datetime, uuid.UUID] | None, *, backward: bool
) -> "QuerySet[Proposal]":
    """In order from a place on: what waits the oldest first, all else the newest first."""
    upward = (what.state == Proposal.State.WAITING) != backward
    if place is not None:
        at, key = place
        if upward:
            rows = rows.filter(Q(proposed_at__gt=at) | Q(id__gt=key), proposed_at__gte=at)
        else:
            rows = rows.filter(Q(proposed_at__lt=at) | Q(id__lt=key), proposed_at__lte=at)
    return rows.order_by("proposed_at", "id") if upward else rows.order_by("-proposed_at", "-id")
