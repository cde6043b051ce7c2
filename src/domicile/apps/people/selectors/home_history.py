"""The history of a household in words, and the people of a dwelling as known on a day (PE-8)."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domicile.apps.access.log import record_look
from domicile.apps.access.scopes import restrict
from domicile.apps.audit import past
from domicile.apps.audit.models import Change
from domicile.apps.audit.past import Entry, Row
from domicile.apps.collect.known import KnownLine
from domicile.apps.collect.told import ToldChange, ToldField, told_by
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import home_history as homes
from domicile.apps.people.models import HEAD, Household, Visibility
from domicile.apps.people.selectors import words
from domicile.apps.people.selectors.naming import subject_names
from domicile.apps.people.selectors.reach import reach_household
from domicile.apps.places.models import Dwelling

LABELS: dict[str, dict[str, Any]] = {
    homes.HOUSEHOLD: {
        "dwelling_id": gettext_lazy("Address"),
        "kind": gettext_lazy("Kind of household"),
        "formed_on": gettext_lazy("Formed on"),
        "ended_on": gettext_lazy("Ended on"),
    },
    homes.MEMBER: {
        "relation": gettext_lazy("Relation to the head"),
        "joined_on": gettext_lazy("Joined on"),
        "left_on": gettext_lazy("Left on"),
    },
}


@dataclass(frozen=True, slots=True)
class HouseholdHistory:
    """All changes, the latest first; with a day asked also what was known then (None: not on file)."""

    household: Household
    changes: list[ToldChange]
    known: list[KnownLine] | None = None


def household_history(viewer: Viewer, household_id: uuid.UUID, *, day: dt.date | None = None) -> HouseholdHistory:
    """The history, after the look is recorded; `day`: the household as known at its end. A fixed number of queries.

    Raises NotAllowed without `view_history` and `view_household`, OutOfReach outside the viewer's areas.
    """
    viewer.require("view_history")
    viewer.require("view_household")
    household = reach_household(viewer, household_id)
    traces = homes.of_household(household)
    known = homes.household_at(traces, household, past.end_of(day)) if day is not None else None
    named = _Named(viewer, traces.persons(), known.names if known else {})
    teller = _Teller(viewer, household, traces, named)
    touched = [change for change in traces.changes if teller.entries(change)]
    card = HouseholdHistory(
        household=household,
        changes=told_by(viewer, touched, teller.of),
        known=teller.known(known) if known else None,
    )
    record_look(viewer, question="history", persons=sorted(named.told))
    return card


def residents_known_on(viewer: Viewer, dwelling: Dwelling, day: dt.date) -> tuple[list[KnownLine], set[uuid.UUID]]:
    """Who was known at the end of a day to live and be registered in a dwelling of the viewer's areas, and who is named.

    Nothing without `view_history` and `view_person`. A fixed number of queries.
    """
    if not (viewer.may("view_history") and viewer.may("view_person")):
        return [], set()
    traces = homes.of_dwelling(dwelling)
    known = homes.home_at(traces, dwelling, past.end_of(day))
    named = _Named(viewer, traces.persons(), known.names)
    lines = []
    for home in known.households:
        if home.get("ended_on"):
            continue
        members = [row for row in known.members if row["household_id"] == home["id"] and not row.get("left_on")]
        told = words.listed(_member(named, row) for row in _ordered(members))
        lines.append(KnownLine(words.side(home.get("side") or ""), told or _("no present member")))
    for stay in sorted(known.stays, key=lambda row: (row.get("start") or "", row["id"])):
        label = words.coded("spell_kind", stay.get("kind") or "")
        lines.append(KnownLine(label, words.span(named.then(stay["person_id"]), stay.get("start"), stay.get("end"))))
    return lines, named.told


@dataclass
class _Named:
    """What persons are called, as far as the viewer may see them today; who was named goes into the look."""

    viewer: Viewer
    persons: Collection[uuid.UUID]
    known: dict[str, str]
    told: set[uuid.UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.now = subject_names("person", self.viewer, self.persons)
        self.elsewhere = set(Visibility.objects.filter(person__in=self.persons).values_list("person_id", flat=True))

    def name(self, person: str) -> str:
        """As they are called today."""
        key = uuid.UUID(person)
        if key in self.now:
            self.told.add(key)
            return self.now[key].text
        return _("somebody outside your area") if key in self.elsewhere else _("somebody no longer on file")

    def then(self, person: str) -> str:
        """As they were called on the day asked for."""
        today = self.name(person)
        return words.name(self.known[person]) if uuid.UUID(person) in self.told and person in self.known else today


class _Teller:
    """Puts what the log says of one household into words."""

    def __init__(self, viewer: Viewer, household: Household, traces: homes.Traces, named: _Named) -> None:
        self.key, self.rows, self.named = household.pk.hex, traces.rows, named
        self.persons = {key: row["person_id"] for key, row in traces.rows[homes.MEMBER].items()}
        dwellings = {household.dwelling_id.hex}
        for change in traces.changes:
            for entry in past.entries(change):
                if entry.table == homes.MEMBER:
                    for person in filter(None, entry.fields.get("person_id", ())):
                        self.persons[entry.row] = person
                elif entry.table == homes.HOUSEHOLD and entry.row == self.key:
                    dwellings |= set(filter(None, entry.fields.get("dwelling_id", ())))
        near = restrict(Dwelling.objects.filter(pk__in=dwellings), viewer)
        self.addresses = {pk.hex: address for pk, address in near.values_list("pk", "address")}

    def entries(self, change: Change) -> list[Entry]:
        """What a change wrote about the household."""
        return [entry for entry in past.entries(change) if homes.touches(entry, self.key, self.rows)]

    def of(self, change: Change) -> list[ToldField]:
        """What a change did to the household."""
        return [told for entry in self.entries(change) for told in self.fields(entry)]

    def fields(self, entry: Entry) -> list[ToldField]:
        if entry.table == homes.MEMBER and entry.operation != "update":
            before, after = ({name: pair[side] for name, pair in entry.fields.items()} for side in (0, 1))
            old, new = (_member(self.named, row, now=True) if row.get("person_id") else "" for row in (before, after))
            return [ToldField(_("Member"), old, new)]
        about = self.named.name(self.persons[entry.row]) + " · " if entry.table == homes.MEMBER else ""
        labels = LABELS[entry.table]
        return [
            ToldField(f"{about}{labels[name]}", self.value(name, pair[0]), self.value(name, pair[1]))
            for name, pair in entry.fields.items()
            if name in labels
        ]

    def value(self, name: str, value: Any) -> str:
        if value in (None, ""):
            return ""
        if name == "dwelling_id":
            return self.addresses.get(value) or _("outside your area")
        if name == "kind":
            return words.coded("household_kind", value)
        return words.coded("relation", value) if name == "relation" else str(value)

    def known(self, known: homes.KnownHome) -> list[KnownLine]:
        """The household and its members as known then, one line each."""
        home, labels = known.households[0], LABELS[homes.HOUSEHOLD]
        lines = [KnownLine(labels[name], self.value(name, home.get(name))) for name in labels]
        for row in _ordered(known.members):
            told = words.span(_member(self.named, row), row.get("joined_on"), row.get("left_on"))
            lines.append(KnownLine(_("Former member") if row.get("left_on") else _("Member"), told))
        return [line for line in lines if line.value]


def _ordered(members: Iterable[Row]) -> list[Row]:
    """The head first; former members last."""
    return sorted(
        members,
        key=lambda row: (bool(row.get("left_on")), row.get("relation") != HEAD, row.get("relation") or "99", row["id"]),
    )


def _member(named: _Named, row: Row, *, now: bool = False) -> str:
    name = named.name(row["person_id"]) if now else named.then(row["person_id"])
    relation = words.coded("relation", row.get("relation") or "")
    return f"{name} ({relation})" if relation else name
