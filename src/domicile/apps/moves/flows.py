"""Who lives here and is registered elsewhere, and the other way round, in the layouts of the inflow and outflow sheets (PE-6).

The rows are people, whether a move of theirs is on file or not; what a move says of the way stands beside them.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFilter

from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import words
from domicile.apps.moves.models import Move, MoveEnd, MovePerson, Side
from domicile.apps.moves.selectors.naming import area_names
from domicile.apps.people.forms.base import DayInput, choices
from domicile.apps.people.ledgers.general import PersonFilter, living_registered_elsewhere, registered_away
from domicile.apps.people.ledgers.persons import PersonTable, person_url
from domicile.apps.people.models import Spell
from domicile.apps.people.selectors import words as people_words
from domicile.apps.people.selectors.ledger_lines import LedgerLine
from domicile.apps.screens.ledger import Ledger
from domicile.apps.screens.list import Column
from domicile.apps.screens.policies import ORIGIN

#: Moves that brought somebody here, and those that took somebody away.
CAME, LEFT = ("asked", "arrived", "confirmed"), ("declared", "told", "away", "arrived", "confirmed")


@dataclass(frozen=True, slots=True)
class Way:
    """What the latest move of somebody says, as far as it says anything."""

    left: str = ""
    to: str = ""
    reason: str = ""
    day: dt.date | None = None
    back: dt.date | None = None
    along: tuple[tuple[uuid.UUID, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A line of a sheet: the person, and the way."""

    line: LedgerLine
    way: Way
    left: str
    to: str
    reason: str
    day: dt.date | None
    pk: Any
    person_id: uuid.UUID

    @property
    def along(self) -> str:
        return people_words.listed(name for _person, name in self.way.along)


def ways(viewer: Viewer, persons: Collection[uuid.UUID], side: str) -> dict[uuid.UUID, Way]:
    """The latest move to (or away from) the viewer's areas of each of these persons. Five queries."""
    ends = restrict(MoveEnd.objects.filter(side=side), viewer, "code").values("move_id")
    states = CAME if side == Side.DESTINATION else LEFT
    rows = MovePerson.objects.filter(person_id__in=persons, move_id__in=ends, move__state__in=states)
    latest: dict[uuid.UUID, Move] = {}
    for row in rows.select_related("move").prefetch_related("move__ends").order_by("move__made_at", "pk"):
        latest[row.person_id] = row.move
    movers: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = {move.pk: [] for move in latest.values()}
    named = MovePerson.objects.filter(move_id__in=movers).order_by("pk")
    for move_id, person, name in named.values_list("move_id", "person_id", "person__name"):
        movers[move_id].append((person, people_words.name(name)))
    areas = area_names(viewer, [end for move in latest.values() for end in move.ends.all()])
    return {person: _way(move, person, side, movers[move.pk], areas) for person, move in latest.items()}


def _way(
    move: Move, person: uuid.UUID, side: str, movers: list[tuple[uuid.UUID, str]], areas: Mapping[str, str]
) -> Way:
    ends = {end.side: end for end in move.ends.all()}
    origin, destination = ends[Side.ORIGIN], ends[Side.DESTINATION]
    arrived = destination.said_at is not None or not origin.to_where
    return Way(
        left=words.end_name(origin, areas, other=destination),
        to=words.end_name(destination, areas, other=origin) if arrived else words.to_where(origin, areas),
        reason=people_words.coded("inflow_reason", move.reason),
        day=ends[side].day,
        back=move.expected_return,
        along=tuple((key, name) for key, name in movers if key != person),
    )


def last_days(viewer: Viewer, persons: Collection[uuid.UUID]) -> dict[uuid.UUID, dt.date]:
    """When each of these persons last stopped living in the viewer's areas. One query."""
    rows = Spell.objects.filter(person_id__in=persons, kind=Spell.Kind.USUAL, end__isnull=False)
    ended = restrict(rows, viewer, "dwelling__place_code").order_by("end").values_list("person_id", "end")
    return {person: end for person, end in ended if end is not None}


def _column(
    key: str, label: Any, value: Any, official: str, *, css: str = "", shown: bool = True, url: Any = None
) -> Column:
    return Column(label, value, url, css=css, key=key, official=official, shown=shown)


class FlowTable(PersonTable):
    """What both sheets share; `side` is the end of a move at which the viewer stands."""

    side: ClassVar[str] = ""

    @classmethod
    def offered(cls, viewer: Viewer, within: str = "") -> dict[str, Column]:
        """The columns of the sheet; it has no room for local fields."""
        return cls.by_key()

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """The lines of people and what their moves say: as many queries for one row as for a page."""
        lines = super().prepared(viewer, rows)
        persons = [line.person_id for line in lines]
        known = ways(viewer, persons, self.side)
        return [self.flow(line, known.get(line.person_id, Way()), left) for line, left in self.with_days(viewer, lines)]

    def with_days(self, viewer: Viewer, lines: list[LedgerLine]) -> list[tuple[LedgerLine, dt.date | None]]:
        """Each line with the last day on which somebody is known to have left."""
        return [(line, None) for line in lines]

    def flow(self, line: LedgerLine, way: Way, left_on: dt.date | None) -> Flow:
        """One line of the sheet."""
        raise NotImplementedError

    def persons(self, rows: list[Any]) -> Collection[uuid.UUID]:
        """Those of the rows, and those who are named as going along."""
        along = [key for row in rows for key, _name in row.way.along] if self.wants("along") else []
        return list(dict.fromkeys([*(row.person_id for row in rows), *along]))


def _columns(day: Any, official: str) -> tuple[Column, ...]:
    return (
        _column("name", _("Who"), lambda row: row.line.name, "姓名", css="short", url=person_url),
        _column("number", _("Document number"), lambda row: row.line.number, "证件号码", css="tabular", shown=False),
        _column("registered", _("Registered at"), lambda row: row.line.registered, "户籍地址"),
        _column("from", _("Place left"), lambda row: row.left, "流出地"),
        _column("to", _("Where to"), lambda row: row.to, "流入地"),
        _column("reason", _("Reason of the move"), lambda row: row.reason, "流动原因"),
        _column("day", day, lambda row: row.day, official, css="short"),
        _column("phone", _("Phone"), lambda row: row.line.phone, "联系电话", css="tabular", shown=False),
        _column("along", _("Going along"), lambda row: row.along, "同行人", shown=False),
        _column("back", _("Expected back"), lambda row: row.way.back, "预计返回", css="short", shown=False),
        _column("note", _("Note, by hand"), lambda row: "", "备注", shown=False),
    )


_OFFICIAL = ("name", "number", "registered", "from", "to", "reason", "day", "phone", "along", "back", "note")


class InflowTable(FlowTable):
    columns, official, side = _columns(_("Day of arrival"), "流入时间"), _OFFICIAL, Side.DESTINATION

    def flow(self, line: LedgerLine, way: Way, left_on: dt.date | None) -> Flow:
        """Where they came from is what a move says, else where they are registered."""
        return Flow(
            line, way, way.left or line.registered, line.address, line.reason or way.reason, line.since or way.day,
            line.pk, line.person_id,
        )  # fmt: skip


class OutflowTable(FlowTable):
    columns, official, side = _columns(_("Day of leaving"), "流出时间"), _OFFICIAL, Side.ORIGIN

    def with_days(self, viewer: Viewer, lines: list[LedgerLine]) -> list[tuple[LedgerLine, dt.date | None]]:
        known = last_days(viewer, [line.person_id for line in lines])
        return [(line, known.get(line.person_id)) for line in lines]

    def flow(self, line: LedgerLine, way: Way, left_on: dt.date | None) -> Flow:
        """Where they left is where they are registered, unless a move says better; where they live, a move alone tells."""
        return Flow(
            line, way, way.left or line.registered, way.to, way.reason, way.day or left_on, line.pk, line.person_id
        )


class InflowFilter(PersonFilter):
    """Also by why and since when they are here."""

    savable = {**PersonFilter.savable, "reason": "", "since": ""}
    reason = ChoiceFilter(
        method="by_reason",
        label=_("Reason of the move"),
        choices=lambda: choices("inflow_reason")[1:],
        empty_label=_("all"),
    )
    since = DateFilter(method="by_since", label=_("Here since, not before"), widget=DayInput)

    def by_reason(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(Exists(_stays().filter(reason=value)))

    def by_since(self, rows: "QuerySet[Any]", name: str, value: dt.date) -> "QuerySet[Any]":
        return rows.filter(Exists(_stays().filter(start__gte=value)))


def _stays() -> "QuerySet[Spell]":
    """Present stays of the person of a row at its place."""
    rows = Spell.objects.filter(person_id=OuterRef("person_id"), end__isnull=True, kind=Spell.Kind.USUAL)
    return rows.annotate(at=F("dwelling__place_code")).filter(at=OuterRef("code"))


class Inflow(Ledger):
    """流入人口."""

    heading, name = _("Inflow"), "inflow"
    about = _("Who lives here and is registered elsewhere, in the layout of the inflow sheet.")
    permissions, shows_people, subjects = ("view_ledger",), True, (ORIGIN,)
    table, filterset, source = InflowTable, InflowFilter, staticmethod(living_registered_elsewhere)
    empty_title = _("Nobody who is registered elsewhere")
    empty_help = _("Nobody matches the filter. Arrivals are registered on the card of a dwelling.")


class Outflow(Ledger):
    """流出人口."""

    heading, name = _("Outflow"), "outflow"
    about = _("Who is registered here and lives elsewhere, in the layout of the outflow sheet.")
    permissions, shows_people, subjects = ("view_ledger",), True, (ORIGIN,)
    table, filterset, source = OutflowTable, PersonFilter, staticmethod(registered_away)
    empty_title = _("Nobody who is registered here is away")
    empty_help = _("Nobody matches the filter. A move is declared on the card of a person.")
