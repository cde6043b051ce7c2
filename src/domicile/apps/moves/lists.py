"""Lists of moves between the two ends: who has to act and until when, on what they differ, who comes home for the holidays."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.placefilter import PlaceFilterSet
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import words
from domicile.apps.moves.deadlines import words as turns
from domicile.apps.moves.deadlines.waiting import clock, waiting
from domicile.apps.moves.ledgers import MoveLedger, MoveTable, ends_in
from domicile.apps.moves.models import MoveChange, MoveEnd, MovePerson, Side
from domicile.apps.moves.policies import Ends
from domicile.apps.moves.reports.differing import MATTERS, differing
from domicile.apps.moves.selectors.cards import differs
from domicile.apps.moves.selectors.naming import area_names
from domicile.apps.people.forms.base import DayInput
from domicile.apps.screens.list import Column
from domicile.core.policy.parameters import parameter

ALL, LATE = "all", "late"
NOWHERE = "-"
#: Moves by which somebody is away from here: declared, or gone and not back.
AWAY = ("declared", "told", "away", "asked", "arrived", "confirmed")


def keys(table: type[MoveTable], *chosen: str) -> list[Column]:
    """Columns of another table by their keys, shown at first."""
    known = table.by_key()
    return [replace(known[key], shown=True) for key in chosen]


def mine(viewer: Viewer) -> Any:
    """The moves with an end inside the viewer's areas."""
    return restrict(MoveEnd.objects.all(), viewer, "code").values("move_id")


class BetweenFilter(PlaceFilterSet):
    """By the place of either end, and by a pair of areas: rows have a `move_id`."""

    left = CharFilter(method="by_left", label=_("Place left, by its code"), max_length=15)
    going = CharFilter(method="by_going", label=_("Where to, by its code"), max_length=15)

    def by_place(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(move_id__in=MoveEnd.objects.filter(prefix_q("code", value)).values("move_id"))

    def by_left(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return _at(rows, Side.ORIGIN, value)

    def by_going(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return _at(rows, Side.DESTINATION, value)


def _at(rows: "QuerySet[Any]", side: str, code: str) -> "QuerySet[Any]":
    """Moves one end of which lies in an area; NOWHERE: of which it is not known."""
    place = Q(code="") if code == NOWHERE else prefix_q("code", code)
    return rows.filter(move_id__in=MoveEnd.objects.filter(place, side=side).values("move_id"))


def waiting_for(viewer: Viewer) -> "QuerySet[MoveChange]":
    """The last steps of moves of the viewer's areas after which somebody is waited for, the longest first."""
    rows = waiting().filter(move_id__in=mine(viewer)).select_related("move").prefetch_related("move__ends")
    return rows.order_by("at", "id")


class WaitingTable(MoveTable):
    columns = tuple(
        keys(MoveTable, "who", "turn", "to_do", "until", "from", "to", "left_on", "came_on", "state", "phone")
    )


class WaitingFilter(BetweenFilter):
    """By whose turn it is, for what, and whether the time has run out."""

    savable = {**BetweenFilter.savable, "late": "", "acts": "", "matter": ""}
    late = ChoiceFilter(
        method="by_late", label=_("Time limit"), choices=[(LATE, _("overdue")), (ALL, _("all that waits"))],
        empty_label=None,
    )  # fmt: skip
    acts = ChoiceFilter(
        method="by_side", label=_("Whose turn it is"), choices=list(words.SIDES.items()), empty_label=_("either end")
    )
    matter = ChoiceFilter(
        method="by_matter", label=_("What is waited for"), choices=turns.MATTERS, empty_label=_("anything")
    )

    class Meta:
        model = MoveChange
        fields = ("place", "late", "acts", "matter", "left", "going")

    def filter_queryset(self, queryset: "QuerySet[MoveChange]") -> "QuerySet[MoveChange]":
        found: QuerySet[MoveChange] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("late") else self.by_late(found, "late", LATE)

    def by_late(self, rows: "QuerySet[MoveChange]", name: str, value: str) -> "QuerySet[MoveChange]":
        return rows if value == ALL else rows.filter(clock(timezone.localdate()).overdue())

    def by_side(self, rows: "QuerySet[MoveChange]", name: str, value: str) -> "QuerySet[MoveChange]":
        return rows.filter(Q(acts=value))

    def by_matter(self, rows: "QuerySet[MoveChange]", name: str, value: str) -> "QuerySet[MoveChange]":
        return rows.filter(Q(matter=value))


class Waiting(MoveLedger):
    heading, name, at = _("Moves that wait for somebody"), "moves_waiting", "waiting"
    about = _("Whose turn it is and until when, at either end. At first only what is overdue is listed.")
    table, filterset, source = WaitingTable, WaitingFilter, staticmethod(waiting_for)
    empty_title = _("Nothing is overdue")
    empty_help = _("Choose “all that waits” to see what is still in time.")

    def context(self, viewer: Viewer) -> dict[str, Any]:
        problem = clock(timezone.localdate()).problem
        found = super().context(viewer)
        if not problem:
            return found
        return {
            **found, "lead": f"{self.about} {problem}", "empty_title": _("What is overdue cannot be told"), "empty_help": problem,
        }  # fmt: skip


def differing_in(viewer: Viewer) -> "QuerySet[MoveEnd]":
    """Moves of the viewer's areas on which the ends differ, the latest first."""
    rows = differing(timezone.localdate()).filter(move_id__in=mine(viewer))
    return rows.select_related("move").prefetch_related("move__ends").order_by("-move__made_at", "-id")


class DifferingTable(MoveTable):
    """Also what each end says, where they differ."""

    columns = (
        *keys(MoveTable, "who"),
        Column(_("Differs on"), lambda row: row.on, key="on"),
        Column(_("The place left says"), lambda row: row.origin_says, key="origin_says"),
        Column(_("The destination says"), lambda row: row.destination_says, key="destination_says"),
        *keys(MoveTable, "turn", "until", "from", "to", "state"),
    )

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """Two queries more."""
        rows, today = super().prepared(viewer, rows), timezone.localdate()
        ends = {row.move_id: {end.side: end for end in row.move.ends.all()} for row in rows}
        areas = area_names(viewer, [end for pair in ends.values() for end in pair.values()])
        people: dict[uuid.UUID, list[MovePerson]] = {row.move_id: [] for row in rows}
        for mover in MovePerson.objects.filter(move_id__in=people).select_related("person").order_by("pk"):
            people[mover.move_id].append(mover)
        for row in rows:
            both = Ends(ends[row.move_id][Side.ORIGIN], ends[row.move_id][Side.DESTINATION])
            said = differs(both, people[row.move_id], areas, today)
            row.on = "、".join(matter for matter, _origin, _destination in said)
            row.origin_says = "；".join(origin for _matter, origin, _destination in said)
            row.destination_says = "；".join(destination for _matter, _origin, destination in said)
        return rows


class DifferingFilter(BetweenFilter):
    """By what they differ on."""

    savable = {**BetweenFilter.savable, "matter": ""}
    matter = ChoiceFilter(
        method="by_matter", label=_("Differs on"), choices=[(name, words.MATTERS[name]) for name in MATTERS],
        empty_label=_("anything"),
    )  # fmt: skip

    class Meta:
        model = MoveEnd
        fields = ("place", "matter", "left", "going")

    def by_matter(self, rows: "QuerySet[MoveEnd]", name: str, value: str) -> "QuerySet[MoveEnd]":
        return rows.filter(**{f"on_{value}": True})


class Differing(MoveLedger):
    heading, name, at = _("Moves on which the ends differ"), "moves_differing", "differing"
    about = _("What each end says. It ends when one side corrects and the other accepts, or the level above decides.")
    table, filterset, source = DifferingTable, DifferingFilter, staticmethod(differing_in)
    empty_title = _("Both ends say the same")
    empty_help = _("A move stands here as long as its two ends say different things.")


def returning(viewer: Viewer) -> "QuerySet[MoveEnd]":
    """Moves away from the viewer's areas with a day on which they are expected back, and no later move of theirs."""
    rows = ends_in(viewer, Side.ORIGIN).filter(move__expected_return__isnull=False, move__state__in=AWAY)
    living = MovePerson.objects.filter(move_id=OuterRef("move_id"), person__died_on__isnull=True)
    later = MovePerson.objects.filter(
        person__moves__move_id=OuterRef("move_id"), move__made_at__gt=OuterRef("move__made_at"),
        move__state__in=["arrived", "confirmed"],
    )  # fmt: skip
    return rows.filter(Exists(living), ~Exists(later)).order_by("move__expected_return", "id")


class ReturningTable(MoveTable):
    columns = tuple(keys(MoveTable, "who", "back", "along", "to", "from", "left_on", "state", "phone"))


def holiday(today: dt.date) -> Mapping[str, dt.date]:
    """The days of the Spring Festival that comes, or is on: `begin` and `end`, both counted in."""
    found: Mapping[str, dt.date] = parameter("moves.spring_festival", today)
    return found


class ReturningFilter(PlaceFilterSet):
    """By the days on which they are expected; without any those of the Spring Festival."""

    place_field = "code"
    savable = {**PlaceFilterSet.savable, "begin": "", "end": ""}
    begin = DateFilter("move__expected_return", lookup_expr="gte", label=_("Expected from"), widget=DayInput)
    end = DateFilter("move__expected_return", lookup_expr="lte", label=_("to"), widget=DayInput)

    class Meta:
        model = MoveEnd
        fields = ("place", "begin", "end")

    def filter_queryset(self, queryset: "QuerySet[MoveEnd]") -> "QuerySet[MoveEnd]":
        found: QuerySet[MoveEnd] = super().filter_queryset(queryset)
        chosen = self.form.cleaned_data
        if chosen.get("begin") or chosen.get("end"):
            return found
        days = holiday(timezone.localdate())
        return found.filter(move__expected_return__gte=days["begin"], move__expected_return__lte=days["end"])


class Returning(MoveLedger):
    heading, name, at = _("Expected back"), "moves_returning", "returning"
    about = _(
        "Who said that they would come back, for planning what is offered over the holidays. Nobody is asked why."
    )
    table, filterset, source = ReturningTable, ReturningFilter, staticmethod(returning)
    empty_title = _("Nobody is expected in these days")
    empty_help = _("Without days of your own the Spring Festival that comes is listed. The day is told when leaving.")

    def context(self, viewer: Viewer) -> dict[str, Any]:
        days = holiday(timezone.localdate())
        told = _now("Without days of your own: the Spring Festival, {begin} to {end}.").format(**days)
        return {**super().context(viewer), "lead": f"{self.about} {told}"}
