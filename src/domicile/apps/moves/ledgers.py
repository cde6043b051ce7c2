"""Who leaves my area and who arrives (流出登记表, 流入登记表): two tabs over the same moves (PE-6)."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.placefilter import PlaceFilterSet
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import words
from domicile.apps.moves.deadlines import words as turns
from domicile.apps.moves.deadlines.waiting import clock, duties
from domicile.apps.moves.models import MoveEnd, MovePerson, Side
from domicile.apps.moves.selectors.naming import area_names
from domicile.apps.moves.tabs import tabs
from domicile.apps.people.forms.base import DayInput
from domicile.apps.people.ledgers.persons import Stored
from domicile.apps.people.selectors import words as people_words
from domicile.apps.people.selectors.ledger_lines import ledger_lines
from domicile.apps.screens.ledger import Ledger, Table
from domicile.apps.screens.list import Column
from domicile.core.moves import open_states

ALL = "all"


def states_to_choose() -> list[tuple[str, Any]]:
    """Every state, and all of them."""
    return [(ALL, _("under way and ended")), *words.state_choices()]


def ends_in(viewer: Viewer, side: str) -> "QuerySet[MoveEnd]":
    """Ends of one side inside the viewer's areas, the latest first, with the move and both its ends."""
    rows = MoveEnd.objects.filter(side=side).select_related("move").prefetch_related("move__ends")
    return restrict(rows, viewer, "code").order_by("-move__made_at", "-id")


def leaving(viewer: Viewer) -> "QuerySet[MoveEnd]":
    """Moves away from the viewer's areas."""
    return ends_in(viewer, Side.ORIGIN)


def arriving(viewer: Viewer) -> "QuerySet[MoveEnd]":
    """Moves to the viewer's areas."""
    return ends_in(viewer, Side.DESTINATION)


class MoveTable(Table):
    """One line a move; number and phone are those of the first mover, opened only where their columns are shown."""

    columns: ClassVar[Sequence[Column]] = (
        Column(_("Who"), lambda row: row.who, lambda row: reverse("moves:move", args=[row.move_id]), css="whole", key="who",
               official="姓名"),
        Column(_("Document number"), lambda row: row.line.number, css="numbers", key="number", official="证件号码",
               shown=False),
        Column(_("Registered at"), lambda row: row.line.registered, key="registered", official="户籍地址", shown=False),
        Column(_("Place left"), lambda row: row.left, key="from", official="流出地"),
        Column(_("Where to"), lambda row: row.going, key="to", official="流入地"),
        Column(_("Reason of the move"), lambda row: row.why, key="reason", official="流动原因"),
        Column(_("Day of leaving"), lambda row: row.left_on, css="short", key="left_on", official="流出时间"),
        Column(_("Day of arrival"), lambda row: row.came_on, css="short", key="came_on", official="流入时间"),
        Column(_("Phone"), lambda row: row.line.phone, css="numbers", key="phone", official="联系电话", shown=False),
        Column(_("Going along"), lambda row: row.along, key="along", official="同行人", shown=False),
        Column(_("Expected back"), lambda row: row.move.expected_return, order="move__expected_return", css="short",
               key="back", official="预计返回", shown=False),
        Column(_("Whose turn it is"), lambda row: row.turn, key="turn"),
        Column(_("What is to be done"), lambda row: row.to_do, key="to_do", shown=False),
        Column(_("To act until"), lambda row: row.until, css="short", key="until"),
        Column(_("State"), lambda row: row.state, order="move__state", key="state"),
    )  # fmt: skip

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """Four queries, two more where the turns are shown, and three more where numbers or phones are."""
        named: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = {row.move_id: [] for row in rows}
        people = MovePerson.objects.filter(move_id__in=named).order_by("pk")
        stored: dict[uuid.UUID, Any] = {}
        for key, move, person, name in people.annotate(key=Stored("person_id")).values_list(
            "key", "move_id", "person_id", "person__name"
        ):
            named[move].append((person, people_words.name(name)))
            stored[person] = key
        firsts = {move: found[0][0] for move, found in named.items() if found}
        lines = ledger_lines(
            viewer, {stored[person]: person for person in firsts.values()}, today=timezone.localdate(),
            numbers=self.wants("number"), phones=self.wants("phone"),
            full=self.in_file and viewer.may("view_number_full"),
        )  # fmt: skip
        ends = {row.move_id: {end.side: end for end in row.move.ends.all()} for row in rows}
        areas = area_names(viewer, [end for pair in ends.values() for end in pair.values()])
        waited = duties(list(named), clock(timezone.localdate())) if self.wants("turn", "to_do", "until") else {}
        self.named = [person for found in named.values() for person, _name in found]
        for row in rows:
            origin, destination = ends[row.move_id][Side.ORIGIN], ends[row.move_id][Side.DESTINATION]
            names = [name for _person, name in named[row.move_id]]
            row.who, row.along = people_words.listed(names), people_words.listed(names[1:])
            row.line = lines[stored[firsts[row.move_id]]]
            row.left = words.end_name(origin, areas)
            row.going = words.end_name(destination, areas, other=origin)
            row.left_on, row.came_on = origin.day, destination.day
            row.why = people_words.coded("inflow_reason", row.move.reason)
            row.state = words.state(row.move.state)
            row.turn, row.to_do, row.until = turns.in_columns(waited.get(row.move_id))
        return rows

    def persons(self, rows: list[Any]) -> Collection[uuid.UUID]:
        return self.named


class LeavingTable(MoveTable):
    official = ("who", "number", "registered", "from", "to", "reason", "left_on", "phone", "along", "back")


class ArrivingTable(MoveTable):
    official = ("who", "number", "registered", "from", "to", "reason", "came_on", "phone", "along", "back")


class MoveFilter(PlaceFilterSet):
    """By place, state, day on which it was put on file, and name. Without a state: those under way."""

    place_field = "code"
    savable = {**PlaceFilterSet.savable, "state": "", "since": ""}
    state = ChoiceFilter(method="by_state", label=_("State"), choices=states_to_choose, empty_label=_("under way"))
    since = DateFilter("move__made_at", lookup_expr="date__gte", label=_("On file since"), widget=DayInput)
    name = CharFilter(method="by_name", label=_("Name, or its sound"), max_length=64)

    class Meta:
        model = MoveEnd
        fields = ("place", "state", "since", "name")

    def filter_queryset(self, queryset: "QuerySet[MoveEnd]") -> "QuerySet[MoveEnd]":
        found: QuerySet[MoveEnd] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(move__state__in=open_states())

    def by_state(self, rows: "QuerySet[MoveEnd]", name: str, value: str) -> "QuerySet[MoveEnd]":
        return rows if value == ALL else rows.filter(move__state=value)

    def by_name(self, rows: "QuerySet[MoveEnd]", name: str, value: str) -> "QuerySet[MoveEnd]":
        typed = "".join(value.split())
        field = "person__sound" if typed.isascii() else "person__name"
        found = MovePerson.objects.filter(prefix_q(field, typed.lower() if typed.isascii() else typed))
        return rows.filter(move_id__in=found.values("move_id"))


class MoveLedger(Ledger):
    """What both tabs share."""

    permissions, shows_people = ("view_ledger",), True
    filterset = MoveFilter
    template_name = "moves/ledger.html"
    at: ClassVar[str] = ""
    empty_help = _(
        "Nothing matches the filter. A move is declared on the card of a person, or comes from another area."
    )

    def page(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The page, with the tabs."""
        request.move_tabs = tabs(self.at, request.viewer)  # type: ignore[attr-defined]
        return super().page(request, *args, **kwargs)


class Leaving(MoveLedger):
    heading, name, at = _("Those who leave"), "leaving", "leaving"
    about = _("Who moves away from here, where to, and whether the destination has confirmed it.")
    table, source = LeavingTable, staticmethod(leaving)
    empty_title = _("Nobody is leaving")


class Arriving(MoveLedger):
    heading, name, at = _("Those who arrive"), "arriving", "arriving"
    about = _("Who is announced or has arrived here, and whether the place left has confirmed it.")
    table, source = ArrivingTable, staticmethod(arriving)
    empty_title = _("Nobody is expected")
