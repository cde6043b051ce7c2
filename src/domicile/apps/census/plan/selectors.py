"""Reads of the plan: which censuses there are, what phase they are in, rulings, supplies. Nothing of it names anybody."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise

from domicile.apps.access.scopes import restrict, scope_q
from domicile.apps.accounts.models import User
from domicile.apps.administration.words import action_name
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.selectors import names_of
from domicile.apps.audit.models import Change
from domicile.apps.census.plan import policies, schedule
from domicile.apps.census.plan.actions.undo import UNDOABLE
from domicile.apps.census.plan.models import Census, Phase, Ruling, Supply
from domicile.apps.census.plan.words import PHASES
from domicile.apps.census.undoing import UNDO
from domicile.apps.common.viewer import NotAllowed, Viewer

AREA, TOWNSHIP = 12, 9
MOST_CHANGES = 20
#: How many digits of a code name an area of each level.
DIGITS = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}


def censuses(viewer: Viewer) -> list[Census]:
    """The censuses that concern the viewer, the latest reference moment first. One query."""
    viewer.require(policies.READ)
    return [row for row in Census.objects.order_by("-reference_at", "code") if policies.concerns(viewer, row.scope)]


def census(viewer: Viewer, code: str) -> Census:
    """The census of a code. Raises NotAllowed where it does not concern the viewer, also where there is none."""
    viewer.require(policies.READ)
    row = Census.objects.filter(code=code).first()
    if row is None or not policies.concerns(viewer, row.scope):
        raise NotAllowed("census")
    return row


def is_planned(code: str) -> bool:
    """Whether there is a census of a code, also one that does not concern the viewer."""
    return Census.objects.filter(code=code).exists()


def current(viewer: Viewer, today: dt.date) -> Census | None:
    """The census that is at work on a day for the viewer: a full one before a pilot, else the next to come, else the last."""
    rows = censuses(viewer)
    spans: dict[object, list[Phase]] = defaultdict(list)
    for phase in Phase.objects.filter(census__in=rows):
        spans[phase.census_id].append(phase)

    def nearness(row: Census) -> tuple[int, bool, int]:
        own = spans[row.pk]
        begin, end = (min(one.begins_on for one in own), max(one.ends_on for one in own)) if own else (today, today)
        state = 0 if begin <= today < end else 1 if today < begin else 2
        return state, row.pilot, abs((timezone.localdate(row.reference_at) - today).days)

    return min(rows, key=nearness, default=None)


@dataclass(frozen=True, slots=True)
class Line:
    """A phase in words; `last_day` is the last day of it. `state`: over, now or coming. `days`: to its end, or to its begin."""

    phase: Phase
    label: str | Promise
    last_day: dt.date
    state: str
    days: int


def lines(row: Census, today: dt.date) -> list[Line]:
    """The phases in the order of the work. One query."""
    held = {phase.kind: phase for phase in row.phases.all()}
    return [_line(held[kind], label, today) for kind, label in PHASES.items() if kind in held]


def _line(phase: Phase, label: str | Promise, today: dt.date) -> Line:
    last = phase.ends_on - schedule.DAY
    if today >= phase.ends_on:
        return Line(phase, label, last, "over", 0)
    if today >= phase.begins_on:
        return Line(phase, label, last, "now", (last - today).days)
    return Line(phase, label, last, "coming", (phase.begins_on - today).days)


def rulings(row: Census, asked: str = "") -> "QuerySet[Ruling]":
    """The rulings in which every word asked for stands, the latest number first. `#7` or `7` asks for a number."""
    found = row.rulings.order_by("-number")
    if asked.lstrip("#").isdigit():
        return found.filter(number=int(asked.lstrip("#")[:9]))
    for word in asked.split():
        found = found.filter(Q(asked__icontains=word) | Q(answered__icontains=word))
    return found


def ruling(viewer: Viewer, row: Census, number: int) -> Ruling:
    """The ruling of a number. Raises NotAllowed where there is none."""
    found = row.rulings.filter(number=number).first()
    if found is None:
        raise NotAllowed("ruling")
    return found


@dataclass(frozen=True, slots=True)
class Stock:
    """What of a thing is there in a census area: handed out less given back; `needed` for its enumeration areas."""

    what: str
    out: int
    back: int
    needed: int

    @property
    def there(self) -> int:
        """What is there."""
        return self.out - self.back

    @property
    def lacking(self) -> int:
        """How many are lacking."""
        return max(0, self.needed - self.there)


def areas_of(viewer: Viewer, row: Census) -> dict[str, str]:
    """Names of the census areas (12 digits) of a census that the viewer works in, by code. One query."""
    rows = Area.objects.filter(level=Area.Level.VILLAGE, valid_to=None, code__startswith=row.scope)
    narrow = scope_q(viewer, "code")
    inside = dict(rows.filter(narrow).order_by("code").values_list("code", "name")) if narrow is not None else {}
    own = {scope[:AREA] for scope in viewer.scopes if len(scope) > AREA and scope.startswith(row.scope)}
    return inside | (names_of(own - set(inside)) if own - set(inside) else {})


def grids_under(viewer: Viewer, row: Census) -> dict[str, str]:
    """Names of the enumeration areas of a census inside the viewer's areas, by code. One query."""
    rows = Grid.objects.filter(tier=Grid.Tier.SMALL, valid_to=None, code__startswith=row.scope)
    return dict(restrict(rows, viewer, "code").order_by("code").values_list("code", "name"))


def supplies(viewer: Viewer, row: Census) -> "QuerySet[Supply]":
    """What was handed out and given back inside the viewer's areas, the latest first."""
    return restrict(row.supplies.all(), viewer).order_by("-moved_on", "-pk")


def stocks(viewer: Viewer, row: Census) -> dict[str, list[Stock]]:
    """What is there, by census area (12 digits) and then by thing. Three queries."""
    out = supplies(viewer, row).order_by().values_list("place_code", "what").annotate(
        given=Sum("count", filter=Q(count__gt=0)), back=Sum("count", filter=Q(count__lt=0))
    )  # fmt: skip
    held: dict[str, dict[str, tuple[int, int]]] = defaultdict(lambda: defaultdict(lambda: (0, 0)))
    for place, what, given, back in out:
        before = held[place[:AREA]][what]
        held[place[:AREA]][what] = (before[0] + (given or 0), before[1] - (back or 0))
    grids: dict[str, int] = defaultdict(int)
    for code in grids_under(viewer, row):
        grids[code[:AREA]] += 1
    needs = dict(row.needs.order_by("what").values_list("what", "per_area"))
    return {
        area: [
            Stock(what, *held[area][what], needs.get(what, 0) * grids[area])
            for what in sorted({*held[area], *(needs if grids[area] else ())})
        ]
        for area in sorted({*held, *grids})
    }


def places(viewer: Viewer, row: Census) -> list[tuple[str, str]]:
    """Census areas and their enumeration areas to choose from: code and name. Three queries at most."""
    areas, grids = areas_of(viewer, row), grids_under(viewer, row)
    found = []
    for code, name in areas.items():
        if viewer.covers(code):
            found.append((code, name))
        found += [(grid, f"　{called}") for grid, called in grids.items() if grid.startswith(code)]
    return found


def possible_areas(viewer: Viewer) -> list[tuple[str, str]]:
    """Areas that a census can be of: short code and name, the widest first. One query."""
    rows = restrict(Area.objects.filter(valid_to=None), viewer, "code").order_by("level", "code")
    found = rows.filter(level__gte=Area.Level.COUNTY).values_list("code", "name", "level")
    return [(code[: DIGITS[level]], f"{name} {code[: DIGITS[level]]}") for code, name, level in found]


@dataclass(frozen=True, slots=True)
class Done:
    """A change in the history: when, what, by whom, and whether it can be undone here."""

    change: Change
    what: str | Promise
    by: str
    undone: bool
    may_undo: bool


def history(viewer: Viewer, subjects: Iterable[object]) -> list[Done]:
    """The latest changes of these subjects, the latest first. Two queries."""
    found = Change.objects.filter(subject_id__in=list(subjects), action__in=[*UNDOABLE, UNDO])
    return told(viewer, found, UNDOABLE, policies.may_plan)


def told(viewer: Viewer, found: "QuerySet[Change]", undoable: Iterable[str], may: object) -> list[Done]:
    """Changes in words. `may(viewer, place code)` says whether this viewer can undo there."""
    rows = list(found.order_by("-pk")[:MOST_CHANGES])
    names = dict(User.objects.filter(pk__in={row.actor_id for row in rows}).values_list("pk", "real_name"))
    back = {row.reason.removeprefix("undo ") for row in rows if row.action == UNDO}
    known = set(undoable)
    return [
        Done(
            row, action_name(row.action), names.get(row.actor_id, "") if row.actor_id else "", str(row.pk) in back,
            row.action in known and str(row.pk) not in back and bool(may(viewer, row.place_code)),  # type: ignore[operator]
        )
        for row in rows
    ]  # fmt: skip
