"""Reads of clean-ups, inside the viewer's areas: rounds, how far they are, one case with what speaks for it."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.areas.selectors import in_one, names_of, trails
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.duplicates.models import Run
from domicile.apps.fieldwork.campaigns import reckoning
from domicile.apps.fieldwork.campaigns import selectors as doors
from domicile.apps.fieldwork.campaigns.frames import grids_of
from domicile.apps.people.models import Household, Member, Spell
from domicile.apps.people.selectors.lines import PersonLine, person_lines
from domicile.apps.quality.cleanup import facts, policies
from domicile.apps.quality.cleanup.lists import List, lists
from domicile.apps.quality.cleanup.models import CleanupCase, CleanupRound, CleanupSignOff
from domicile.apps.quality.models import RuleRun
from domicile.apps.sources import selectors as lists_outside
from domicile.apps.sources import sides
from domicile.apps.sources.models import ListRow, Load

State = CleanupCase.State
COMMUNITY = 12
LENGTHS = (2, 4, 6, 9, 12)
#: States of cases that are worked off, and of those that are not.
SETTLED, LEFT = (State.DONE, State.GONE), (State.OPEN, State.WAITING)


def never_asked(of: CleanupRound) -> list[str]:
    """Lists that are made of what was never made: keys of words.NEVER_ASKED. Three queries.

    One of them that is empty is so because nobody looked, and not because nobody belongs on it.
    """
    asked = {
        "number": RuleRun.objects.filter(state=RuleRun.State.DONE),
        "double": Run.objects.filter(state=Run.State.DONE),
        "omitted": Load.objects.filter(
            prefix_q("scope", of.scope) | Q(scope__in=[of.scope[:size] for size in LENGTHS]), state=Load.State.READY
        ),
    }
    return [key for key, rows in asked.items() if not rows.exists()]


def rounds(viewer: Viewer) -> "QuerySet[CleanupRound]":
    """Rounds over the viewer's areas, a part of them, or what holds them; open ones first, the latest first."""
    touched = Q(pk__in=[])
    for scope in viewer.scopes:
        touched |= Q(scope__startswith=scope) | Q(scope__in=[scope[:size] for size in LENGTHS if size < len(scope)])
    return CleanupRound.objects.filter(touched).order_by("-state", "-begun_on", "-id")


def round_in_reach(viewer: Viewer, pk: uuid.UUID) -> CleanupRound:
    """One round. Raises OutOfReach."""
    found = rounds(viewer).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def cases(viewer: Viewer, of: CleanupRound) -> "QuerySet[CleanupCase]":
    """Cases of a round inside the viewer's areas."""
    return restrict(CleanupCase.objects.filter(round=of), viewer)


@dataclass
class Line:
    """How far an area or a list is: how many cases by state, and, of an area, by list."""

    key: str
    name: str = ""
    number: int = 0
    states: Counter[str] = field(default_factory=Counter)
    by_list: dict[str, Counter[str]] = field(default_factory=dict)
    signed: CleanupSignOff | None = None

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def settled(self) -> int:
        return sum(self.states[state] for state in SETTLED)

    @property
    def waiting(self) -> int:
        return self.states[State.WAITING]

    @property
    def open(self) -> int:
        return self.states[State.OPEN]

    @property
    def share(self) -> int:
        """Settled cases in whole percent, 100 only when all are; 100 where there is none."""
        return self.settled * 100 // self.total if self.total else 100

    @property
    def cells(self) -> list[tuple[int, int]]:
        """Settled and all, list by list."""
        return [_settled(self.by_list.get(key, Counter())) for key in lists()]


@dataclass
class Progress:
    """How far a round is inside the viewer's areas: by list, by community, by grid (of a round over small areas), together."""

    lists: dict[str, Line]
    areas: list[Line]
    grids: dict[str, reckoning.Line]
    total: Line


def _settled(states: Mapping[str, int]) -> tuple[int, int]:
    return sum(states.get(state, 0) for state in SETTLED), sum(states.values())


def progress(viewer: Viewer, of: CleanupRound) -> Progress:
    """How far a round is. Three queries, however many cases and areas."""
    counted = cases(viewer, of).order_by().values_list("place_code", "listed", "state").annotate(count=Count("pk"))
    by_list = {key: Line(key, number=one.number) for key, one in lists().items()}
    areas: dict[str, Line] = {}
    grids: dict[str, reckoning.Line] = {}
    total = Line("")
    for place, listed, state, count in counted:
        area = areas.setdefault(place[:COMMUNITY], Line(place[:COMMUNITY]))
        for line in (by_list[listed], area, total):
            line.states[state] += count
        area.by_list.setdefault(listed, Counter())[state] += count
        total.by_list.setdefault(listed, Counter())[state] += count
        grid = grids.setdefault(place, reckoning.Line(place))
        grid.counts[doors.DONE if state in SETTLED else doors.OPEN] += count
    names = names_of({*areas, *grids})
    signed = {one.area: one for one in CleanupSignOff.objects.filter(round=of)}
    for code, line in areas.items():
        line.name, line.signed = names.get(code, code), signed.get(code)
    for code, one in grids.items():
        one.name = names.get(code) or names.get(code[:COMMUNITY], code)
    return Progress(by_list, [areas[code] for code in sorted(areas)], dict(sorted(grids.items())), total)


def sheet_grids(viewer: Viewer, progress: Progress, area: str) -> list[reckoning.Line]:
    """The grids of a community (or the one grid) inside the viewer's areas, and what lies in none: with or without cases."""
    if len(area) < COMMUNITY:
        return []
    held = {row.code: reckoning.Line(row.code, row.name) for row in restrict(grids_of(area), viewer, "code")}
    held |= {code: line for code, line in progress.grids.items() if code.startswith(area)}
    return [held[code] for code in sorted(held)]


def area_name(scope: str) -> str:
    """What an area is called, a grid with its community; the code where it is not on file. One query."""
    code = scope if len(scope) == 15 else scope.ljust(COMMUNITY, "0")
    return in_one(trails({code}, from_level=5 if len(scope) >= COMMUNITY else 3).get(code, [])[-2:]) or scope


@dataclass(frozen=True)
class Case:
    """A case with what speaks for it: whom it is about (inside the viewer's areas), what an outside list says, where to ask."""

    case: CleanupCase
    listed: List
    person: PersonLine | None
    other: PersonLine | None
    said: Mapping[str, str]
    row: ListRow | None
    where: str
    dwelling: uuid.UUID | None
    facts: facts.Facts


def case_in_reach(viewer: Viewer, pk: uuid.UUID, *, lock: bool = False) -> CleanupCase:
    """One case inside the viewer's areas. Raises OutOfReach."""
    rows = CleanupCase.objects.select_related("round", "task")
    case = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=pk).first()
    if case is None or not viewer.covers(case.place_code):
        raise OutOfReach([case.person_id] if case is not None and case.person_id else [])
    return case


def case(viewer: Viewer, pk: uuid.UUID, today: dt.date) -> Case:
    """One case; the look is on record. A fixed number of queries. Raises OutOfReach."""
    found = case_in_reach(viewer, pk)
    wanted = [one for one in (found.person_id, found.other) if one]
    seen = lists_outside.visible(viewer, wanted)
    people = person_lines(viewer, seen, today=today)
    row = ListRow.objects.select_related("load").filter(pk=found.subject).first() if found.person_id is None else None
    record_look(viewer, question="cleanup_case", persons=seen)
    return Case(
        found, lists()[found.listed], people.get(found.person_id) if found.person_id else None,
        people.get(found.other) if found.other else None, sides.said([row])[row.pk] if row else {}, row,
        in_one(trails({found.place_code}, from_level=4).get(found.place_code, [])), dwelling_of(found, row),
        facts.facts_of(found),
    )  # fmt: skip


def dwelling_of(case: CleanupCase, row: ListRow | None = None) -> uuid.UUID | None:
    """The dwelling where somebody can be asked: of the residence, else of the registration, else as the list says."""
    if case.person_id is None:
        found = row or ListRow.objects.select_related("load").filter(pk=case.subject).first()
        return sides.dwelling_of(found) if found else None
    homes = Spell.objects.filter(person_id=case.person_id, end=None, kind=Spell.Kind.USUAL)
    registered = Member.objects.filter(
        person_id=case.person_id, side=Household.Side.REGISTERED, left_on=None, household__dwelling__in_use_to=None
    )
    first: uuid.UUID | None = homes.values_list("dwelling_id", flat=True).first()
    return first or registered.values_list("household__dwelling_id", flat=True).first()


def following(viewer: Viewer, of: CleanupCase) -> CleanupCase | None:
    """The next case of the same list that nobody has said anything of."""
    rows = cases(viewer, of.round).filter(listed=of.listed, state=State.OPEN).exclude(pk=of.pk)
    rows = rows.order_by("place_code", "pk")
    after = rows.filter(Q(place_code__gt=of.place_code) | Q(place_code=of.place_code, pk__gt=of.pk)).first()
    return after or rows.first()


def at_dwelling(viewer: Viewer, dwelling: uuid.UUID) -> "QuerySet[CleanupCase]":
    """What is left of open rounds about who lives at a dwelling, or whose task is there."""
    living = Spell.objects.filter(dwelling=dwelling, end=None).values("person")
    registered = Member.objects.filter(
        household__dwelling=dwelling, side=Household.Side.REGISTERED, left_on=None
    ).values("person")
    rows = CleanupCase.objects.filter(state__in=LEFT, round__state=CleanupRound.State.OPEN)
    about = Q(person__in=living) | Q(person__in=registered) | Q(task__subject_id=dwelling)
    return restrict(rows.filter(about), viewer).select_related("round", "person").order_by("listed", "pk")


def told_in(of: CleanupRound, area: str) -> set[uuid.UUID | None]:
    """The accounts that said how cases of an area came out. One query."""
    rows = CleanupCase.objects.filter(round=of, place_code__startswith=area, said_by__isnull=False)
    return set(rows.values_list("said_by", flat=True).distinct())


def communities(of: CleanupRound, viewer: Viewer) -> list[str]:
    """The communities of a round inside the viewer's areas that have cases. One query."""
    rows = cases(viewer, of).order_by().annotate(area=Substr("place_code", 1, COMMUNITY))
    return sorted(set(rows.values_list("area", flat=True)))


def may_work(viewer: Viewer, found: CleanupCase) -> bool:
    """Whether the viewer may say how this case came out now."""
    return policies.may_work(viewer, found) and found.round.state == CleanupRound.State.OPEN
