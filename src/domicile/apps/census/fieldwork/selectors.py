"""How far the enumeration is, by area and by day; who is to be called at again. Counts name nobody."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate

from domicile.apps.access.scopes import restrict
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.fieldwork.models import Call, Reinterview
from domicile.apps.census.listing.models import Household
from domicile.apps.census.plan.models import Census
from domicile.apps.common.viewer import Viewer

ONE_OF = ("short", "long")
#: Outcomes after which somebody comes again.
OPEN = ("not_home", "later", "refused")


@dataclass(slots=True)
class Progress:
    """An enumeration area: listed households and people expected there, answered by road, and what is open."""

    code: str = ""
    listed: int = 0
    expected: int = 0
    answered: int = 0
    collect: int = 0
    web: int = 0
    paper: int = 0
    people: int = 0
    proxy: int = 0
    not_home: int = 0
    later: int = 0
    refused: int = 0
    questions: int = 0

    @property
    def open(self) -> int:
        """How many listed households have no answer that counts."""
        return max(0, self.listed - self.answered)

    @property
    def percent(self) -> int:
        """How many of a hundred listed households answered."""
        return min(100, self.answered * 100 // self.listed) if self.listed else 0

    def add(self, other: "Progress") -> None:
        for name in self.__slots__[1:]:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def latest_calls() -> "QuerySet[Call]":
    """The latest call at the household of an outer query."""
    return Call.objects.filter(household=OuterRef("pk")).order_by("-at", "-pk")


def unanswered(viewer: Viewer, census: Census) -> "QuerySet[Any]":
    """Households on the list without an answer that counts, with `latest`: the outcome of the latest call there."""
    answered = Answer.objects.filter(household=OuterRef("pk"), state=Answer.State.COUNTS, form__in=ONE_OF)
    rows = restrict(Household.objects.filter(census=census, ended_on=None), viewer)
    return rows.filter(~Exists(answered)).annotate(latest=Subquery(latest_calls().values("outcome")[:1]))


def progress(viewer: Viewer, census: Census) -> list[Progress]:
    """Each enumeration area inside the viewer's areas, by code. Four queries."""
    found: dict[str, Progress] = defaultdict(Progress)
    homes = (
        restrict(Household.objects.filter(census=census, ended_on=None), viewer).order_by().values_list("place_code")
    )
    for code, count, people in homes.annotate(Count("pk"), Sum("expected")):
        found[code].listed, found[code].expected = count, people
    forms = restrict(Answer.objects.filter(census=census, form__in=ONE_OF), viewer).order_by().values_list("place_code")
    counts = Q(state=Answer.State.COUNTS)
    for code, *told in forms.annotate(
        counted=Count("pk", filter=counts), by_collect=Count("pk", filter=counts & Q(road="collect")),
        by_web=Count("pk", filter=counts & Q(road="web")), by_paper=Count("pk", filter=counts & Q(road="paper")),
        on_forms=Sum("people", filter=counts), by_proxy=Count("pk", filter=counts & Q(proxy=True)),
        asked=Count("pk", filter=Q(state=Answer.State.KEPT, settled_at=None)),
    ):  # fmt: skip
        one = found[code]
        one.answered, one.collect, one.web, one.paper, people, one.proxy, one.questions = told
        one.people = people or 0
    for code, latest, count in (
        unanswered(viewer, census)
        .filter(latest__in=OPEN)
        .order_by()
        .values_list("place_code", "latest")
        .annotate(Count("pk"))
    ):
        setattr(found[code], latest, count)
    for code, one in found.items():
        one.code = code
    return [found[code] for code in sorted(found)]


def daily(viewer: Viewer, census: Census, most: int = 31) -> list[dict[str, object]]:
    """The report of each day, the latest first: forms that came in and count, by road, people on them, and calls. Two queries."""
    forms = restrict(Answer.objects.filter(census=census, form__in=ONE_OF, state=Answer.State.COUNTS), viewer).annotate(
        day=TruncDate("received_at")
    )
    rows: dict[dt.date, dict[str, object]] = {}
    for day, count, collect, web, paper, people in (
        forms.order_by().values_list("day").annotate(
            counted=Count("pk"), by_collect=Count("pk", filter=Q(road="collect")), by_web=Count("pk", filter=Q(road="web")),
            by_paper=Count("pk", filter=Q(road="paper")), on_forms=Sum("people"),
        )
    ):  # fmt: skip
        rows[day] = {
            "day": day,
            "forms": count,
            "collect": collect,
            "web": web,
            "paper": paper,
            "people": people,
            "calls": 0,
        }
    calls = restrict(Call.objects.filter(household__census=census), viewer, "household__place_code")
    for day, count in calls.annotate(day=TruncDate("at")).order_by().values_list("day").annotate(Count("pk")):
        empty = {"day": day, "forms": 0, "collect": 0, "web": 0, "paper": 0, "people": 0}
        rows.setdefault(day, empty)["calls"] = count
    return [rows[day] for day in sorted(rows, reverse=True)[:most]]


def call_backs(viewer: Viewer, census: Census) -> "QuerySet[Any]":
    """Households without an answer where somebody was and is to come again: the day agreed on first, then the longest wait."""
    latest = latest_calls()
    return (
        unanswered(viewer, census)
        .filter(latest__in=OPEN)
        .annotate(
            again_on=Subquery(latest.values("again_on")[:1]), part=Subquery(latest.values("part_of_day")[:1]),
            last_at=Subquery(latest.values("at")[:1]), tries=Count("calls"),
        )
        .select_related("dwelling__building")
        .order_by("again_on", "last_at", "pk")
    )  # fmt: skip


def doubled(viewer: Viewer, census: Census) -> "QuerySet[Answer]":
    """Answers kept beside another about which nobody decided yet, by place."""
    rows = Answer.objects.filter(census=census, state=Answer.State.KEPT, settled_at=None)
    return (
        restrict(rows, viewer)
        .select_related("household__dwelling__building")
        .order_by("place_code", "received_at", "pk")
    )


def calls_of(household: Household) -> list[Call]:
    """The calls at a household, the latest first."""
    return list(household.calls.order_by("-at", "-pk"))


def reinterviews(viewer: Viewer, census: Census) -> "QuerySet[Reinterview]":
    """Interviews to be held again and those that were, the open ones first."""
    rows = restrict(Reinterview.objects.filter(household__census=census), viewer)
    return rows.select_related("household__dwelling__building").order_by("done_on", "place_code", "pk")


def outcome_of_reinterviews(viewer: Viewer, census: Census) -> dict[str, int]:
    """How many were drawn and done, and how many of the items asked again differed. One query."""
    told = restrict(Reinterview.objects.filter(household__census=census), viewer).aggregate(
        drawn=Count("pk"), done=Count("pk", filter=Q(done_on__isnull=False)), items=Sum("items"), differing=Sum("differing"),
        last=Max("done_on"),
    )  # fmt: skip
    return {name: told[name] or 0 for name in ("drawn", "done", "items", "differing")}
