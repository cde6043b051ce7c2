"""Progress and comparison of a campaign, as sets: the number of statements grows with neither dwellings nor people.

What is compared is who usually lived behind a door at the moment: on file when the frame was frozen, and found at the door.
Found at the door is who a visit confirmed, whether it came by phone, page or paper; on file since then and not before, or
proposed and waiting, is who was found and not on file.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from domicile.apps.access.scopes import restrict, scope_q
from domicile.apps.collect.models import Proposal
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.campaigns import selectors
from domicile.apps.fieldwork.campaigns.models import Campaign, Door, Figure, OnFile
from domicile.apps.fieldwork.visits.models import Confirmation, Visit
from domicile.apps.people.models import Household, Spell
from domicile.apps.tasks.models import Task
from domicile.apps.vault.sealing import Erased, open_many

#: The form that asks for everybody who lives behind a door; whom it does not confirm was not found. A visit told
#: otherwise counts where it confirms somebody.
ASKING = "dwelling_visit"
BOTH, GONE, UNSTATED, PENDING, NEW = "both", "gone", "unstated", "pending", "new"
MATCHES = (BOTH, GONE, UNSTATED, PENDING)
#: Changes by which somebody is added, as long as they wait for review; upper apps add theirs.
ADDING = ["people.add_household", "people.add_member", "people.add_newborn"]
#: How many people belong to subjects that lie behind no door themselves, by kind of subject; upper apps add theirs. The
#: arguments of a change of such a subject name the dwelling.
SIZES: dict[str, Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, int]]] = {}
LIVED_IN = (Task.Outcome.DONE, Task.Outcome.SETTLED)


@dataclass(slots=True)
class Line:
    """Doors of a grid, a worker or all together by status."""

    key: Any
    name: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    labelled: list[tuple[Any, int]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All doors."""
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        """Those with an outcome."""
        return sum(self.counts[one] for one in selectors.STATUSES if one not in selectors.WITHOUT)

    @property
    def share(self) -> int:
        """Doors with an outcome in whole percent, 100 only when all have one."""
        return self.settled * 100 // self.total if self.total else 0

    @property
    def cells(self) -> list[int]:
        """The counts in the order of the statuses."""
        return [self.counts[one] for one in selectors.STATUSES]


@dataclass(slots=True)
class Progress:
    """How far a campaign is: by grid, by the account that has the tasks, and together."""

    grids: dict[str, Line] = field(default_factory=dict)
    workers: dict[uuid.UUID | None, Line] = field(default_factory=dict)
    total: Line = field(default_factory=lambda: Line(""))


def progress(viewer: Viewer, campaign: Campaign) -> Progress:
    """How far the campaign is inside the viewer's areas. One query."""
    rows = selectors.doors(viewer, campaign).order_by()
    found = Progress()
    for place, worker, status, count in rows.values_list("place_code", "task__worker", "status").annotate(Count("pk")):
        for lines, key in ((found.grids, place), (found.workers, worker)):
            lines.setdefault(key, Line(key)).counts[status] += count  # type: ignore[attr-defined]
        found.total.counts[status] += count
    found.grids = dict(sorted(found.grids.items()))
    return found


def last_day(campaign: Campaign) -> dt.date:
    """The last day whose visits count: that of the end, or of the sign-off where it came earlier."""
    return campaign.closed_on or dt.date.max


def compared(viewer: Viewer, campaign: Campaign) -> "QuerySet[Any]":
    """Everybody on file with `match`: found (both), not found (gone), nobody asked who lives there (unstated), or pending."""
    somebody = Confirmation.objects.filter(visit=OuterRef("pk"))
    visits = Visit.objects.filter(
        Q(form=ASKING) | Exists(somebody), dwelling=OuterRef("door__dwelling"), outcome=Visit.Outcome.MET,
        visited_on__gte=campaign.starts_on, visited_on__lte=last_day(campaign),
    )  # fmt: skip
    latest = visits.order_by("-visited_on", "-id").values("pk")[:1]
    rows = restrict(OnFile.objects.filter(door__campaign=campaign), viewer, "door__place_code")
    rows = rows.annotate(status=selectors.status("door__"), visit=Subquery(latest))
    confirmed = Confirmation.objects.filter(visit=OuterRef("visit"), person=OuterRef("person"))
    return rows.annotate(
        match=Case(
            When(~Q(status__in=selectors.KNOWN), then=Value(PENDING)),
            When(door__found__in=Door.Found.values, then=Value(GONE)),
            When(visit=None, then=Value(UNSTATED)),
            When(Exists(confirmed), then=Value(BOTH)),
            default=Value(GONE),
            output_field=CharField(),
        )
    )


def come(viewer: Viewer, campaign: Campaign) -> "QuerySet[Spell]":
    """Who lives behind a door that was done, since the moment or before it, and was not on file when the frame was frozen."""
    inside = scope_q(viewer, "dwelling__place_code")
    if inside is None:
        return Spell.objects.none()
    known = OnFile.objects.filter(
        door__campaign=campaign, door__dwelling=OuterRef("dwelling"), person=OuterRef("person")
    )
    return Spell.objects.filter(
        inside,
        Q(start=None) | Q(start__lte=campaign.reference_on),
        ~Exists(known),
        dwelling__campaign_doors__campaign=campaign,
        dwelling__campaign_doors__task__outcome__in=LIVED_IN,
        end=None,
        kind=Spell.Kind.USUAL,
    ).order_by("dwelling__place_code", "dwelling__sort_key", "pk")


@dataclass(frozen=True, slots=True)
class Coming:
    """A proposal that waits and adds people behind a door: how many lived there at the moment already."""

    proposal: Proposal
    dwelling_id: uuid.UUID
    address: str
    place_code: str
    people: int


def coming(viewer: Viewer, campaign: Campaign) -> list[Coming]:
    """Proposals that wait and add people behind doors that were done. Four queries, and two for each kind in SIZES."""
    rows = restrict(
        Proposal.objects.filter(state=Proposal.State.WAITING, action__in=ADDING, proposed_at__date__gte=campaign.starts_on),
        viewer,
    )  # fmt: skip
    waiting = list(rows.order_by("place_code", "proposed_at", "pk"))
    told, sizes = _of_groups(waiting)
    homes = _homes(waiting, told)
    done = restrict(Door.objects.filter(campaign=campaign, task__outcome__in=LIVED_IN), viewer)
    doors = {
        dwelling: (address, place)
        for dwelling, address, place in done.filter(dwelling__in=set(homes.values())).values_list(
            "dwelling_id", "dwelling__address", "place_code"
        )
    }
    about = [(row, homes[row.pk]) for row in waiting if homes.get(row.pk) in doors]
    told |= _arguments([row for row, _home in about if row.pk not in told])
    found = []
    for row, home in about:
        people = _people(told.get(row.pk, {}), campaign.reference_on, sizes.get(row.subject_id, 1))
        if people:
            found.append(Coming(row, home, *doors[home], people))
    return found


def _of_groups(waiting: list[Proposal]) -> tuple[dict[uuid.UUID, dict[str, Any]], dict[uuid.UUID, int]]:
    """What proposals about subjects behind no door would do, by proposal; and how many people belong to each subject."""
    told: dict[uuid.UUID, dict[str, Any]] = {}
    sizes: dict[uuid.UUID, int] = {}
    for kind, count in SIZES.items():
        rows = [row for row in waiting if row.subject_kind == kind]
        if rows:
            told |= _arguments(rows)
            sizes |= count({row.subject_id for row in rows})
    return told, sizes


def _homes(waiting: list[Proposal], told: Mapping[uuid.UUID, Mapping[str, Any]]) -> dict[uuid.UUID, uuid.UUID]:
    """The dwelling of each proposal: what it is about, where that household lives, or as it says. One query."""
    subjects = [row.subject_id for row in waiting if row.subject_kind not in SIZES]
    homes = dict(Household.objects.filter(pk__in=subjects).values_list("pk", "dwelling_id"))
    found = {row.pk: homes.get(row.subject_id, row.subject_id) for row in waiting if row.subject_kind not in SIZES}
    return found | {key: uuid.UUID(one["dwelling_id"]) for key, one in told.items() if one.get("dwelling_id")}


def _arguments(rows: list[Proposal]) -> dict[uuid.UUID, dict[str, Any]]:
    """What proposals would do, of those whose key is still there."""
    try:
        return {pk: orjson.loads(text) for pk, text in open_many(rows, "arguments").items()}
    except Erased:
        return {}


def _people(arguments: Mapping[str, Any], moment: dt.date, size: int = 1) -> int:
    """How many people a proposal adds who lived there at the moment; a newborn of later days is none of them.

    Those whom it names, new or on file; `size` where it names nobody.
    """
    since = arguments.get("since") or arguments.get("day") or arguments.get("birth_date")
    if isinstance(since, str) and since > moment.isoformat():
        return 0
    return len(arguments.get("people") or arguments.get("person_ids") or ()) or size


@dataclass(slots=True)
class Compared:
    """One grid of the comparison, or all together: on file, found on file and at the door, only on file, only at the door."""

    key: str
    name: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    labelled: list[tuple[Any, int]] = field(default_factory=list)

    @property
    def on_file(self) -> int:
        """People on file when the frame was frozen."""
        return sum(self.counts[one] for one in MATCHES)

    @property
    def found(self) -> int:
        """People found at the doors, on file or not."""
        return self.counts[BOTH] + self.counts[NEW]

    @property
    def cells(self) -> list[int]:
        """The figures in the order of the table."""
        return [self.on_file, self.found, *(self.counts[one] for one in (BOTH, GONE, NEW, UNSTATED, PENDING))]


def comparison(viewer: Viewer, campaign: Campaign) -> dict[str, Compared]:
    """The comparison by grid as it stands. Six queries."""
    grids: dict[str, Compared] = {}

    def count(place: str, match: str, number: int) -> None:
        grids.setdefault(place, Compared(place)).counts[match] += number

    rows = compared(viewer, campaign).order_by().values_list("door__place_code", "match").annotate(Count("pk"))
    for place, match, number in rows:
        count(place, match, number)
    for place, number in (
        come(viewer, campaign).order_by().values_list("dwelling__place_code").annotate(Count("person", distinct=True))
    ):
        count(place, NEW, number)
    for row in coming(viewer, campaign):
        count(row.place_code, NEW, row.people)
    return dict(sorted(grids.items()))


def together(parts: Iterable[Compared]) -> Compared:
    """Several grids as one."""
    whole = Compared("")
    for part in parts:
        whole.counts.update(part.counts)
    return whole


def figures(viewer: Viewer, campaign: Campaign) -> Iterator[tuple[str, str, int]]:
    """All figures as they are kept at the sign-off: (grid, measure, count)."""
    for place, line in progress(viewer, campaign).grids.items():
        yield from ((place, f"door_{one}", count) for one, count in line.counts.items() if count)
    for place, part in comparison(viewer, campaign).items():
        yield from ((place, one, count) for one, count in part.counts.items() if count)


def signed(viewer: Viewer, campaign: Campaign) -> tuple[dict[str, Line], dict[str, Compared]]:
    """The figures of a campaign that was signed off, as they stood then: doors and people by grid. One query."""
    lines: dict[str, Line] = {}
    parts: dict[str, Compared] = {}
    rows = restrict(Figure.objects.filter(campaign=campaign), viewer)
    for place, measure, count in rows.order_by("place_code").values_list("place_code", "measure", "count"):
        if measure.startswith("door_"):
            lines.setdefault(place, Line(place)).counts[measure.removeprefix("door_")] = count
        elif not measure.startswith("plan_"):
            parts.setdefault(place, Compared(place)).counts[measure] = count
    return lines, parts


def signed_intentions(viewer: Viewer, campaign: Campaign) -> list[tuple[str, str, int]]:
    """How many said which plan and what was told after, as it stood at the sign-off: (plan, kept, count). One query."""
    rows = restrict(Figure.objects.filter(campaign=campaign, measure__startswith="plan_"), viewer, "place_code")
    found = []
    for measure, count in rows.order_by("measure").values_list("measure", "count"):
        _plan, plan, kept = measure.split("_", 2)
        found.append((plan, kept, count))
    return found
