"""The history of a person in words: who changed what, when and on what evidence, and the person as known on a day."""

import base64
import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from domicile.apps.access.log import record_look
from domicile.apps.audit import past
from domicile.apps.audit.models import Change
from domicile.apps.collect.known import KnownLine
from domicile.apps.collect.told import ToldChange, ToldField, told_by
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import history
from domicile.apps.people.models import Household, Person
from domicile.apps.people.selectors import words
from domicile.apps.people.selectors.opening import Opener, opener
from domicile.apps.people.selectors.reach import reach_person
from domicile.apps.places.models import Dwelling
from domicile.core.codes.identity import mask
from domicile.core.codes.phones import mask_phone

FIELDS = {
    "people_person": {
        "name": pgettext_lazy("person", "Name"),
        "sex": _("Sex"),
        "birth_date": _("Birth date"),
        "birth_precision": _("How sure the birth date is"),
        "education": _("Education"),
        "marital": _("Marital status"),
        "nationality": _("Nationality"),
        "registration": _("Registration"),
        "registered_text": _("Registered at"),
        "registered_code": _("Area of registration"),
        "died_on": _("Died on"),
    },
    "people_formername": {"name": _("Former name"), "until": _("Former name until")},
    "people_document": {"kind": _("Document"), "number": _("Number"), "finding": _("Does not agree")},
    "people_phone": {"number": _("Phone"), "belongs_to": _("Phone belongs to")},
    "people_spell": {
        "dwelling_id": _("Stay at"),
        "kind": _("Kind of stay"),
        "start": _("Stay from"),
        "end": _("Stay until"),
        "reason": _("Reason of the stay"),
        "verified_on": _("Stay checked on"),
    },
    "people_member": {
        "household_id": _("Household at"),
        "side": _("Household"),
        "relation": _("Relation to the head"),
        "joined_on": _("Joined on"),
        "left_on": _("Left on"),
    },
}
CODED = {
    "sex": "sex",
    "education": "education",
    "marital": "marital",
    "relation": "relation",
    "reason": "inflow_reason",
}
PRECISION = {
    "day": _("to the day"),
    "month": _("to the month"),
    "year": _("to the year"),
    "unknown": _("not known"),
}


@dataclass(frozen=True, slots=True)
class HistoryCard:
    """All changes, the latest first; with a day asked also what was known then (None: not on file)."""

    person: Person
    name: str
    changes: list[ToldChange]
    known: list[KnownLine] | None = None


def history_card(viewer: Viewer, person_id: uuid.UUID, *, day: dt.date | None = None) -> HistoryCard:
    """The history, after the look is recorded. `day`: the person as known at its end.

    Raises NotAllowed without `view_history`, OutOfReach outside the viewer's areas.
    """
    viewer.require("view_history")
    person = reach_person(viewer, person_id)
    rows = history.rows_today(person.ids)
    changes = history.changes_of(person.ids, rows)
    known = None
    if day is not None:
        known = history.as_known_on(person.ids, past.end_of(day))
    teller = _Teller(viewer, opener(*person.ids), [one.hex for one in person.ids], rows, changes, known)
    card = HistoryCard(
        person=person,
        name=words.name(person.name),
        changes=told_by(viewer, changes, teller.of),
        known=teller.known(known) if known is not None else None,
    )
    record_look(viewer, question="history", persons=[person.pk])
    return card


class _Teller:
    """Puts columns of the log into words, with addresses read once for all of them."""

    def __init__(
        self,
        viewer: Viewer,
        sealed: Opener,
        persons: list[str],
        rows: past.Rows,
        changes: Iterable[Change],
        known: history.Known | None,
    ) -> None:
        self.sealed, self.persons, self.rows = sealed, persons, rows
        dwellings: set[str] = set()
        households: set[str] = set()
        found = [entry for change in changes for entry in past.entries(change)]
        for entry in found:
            dwellings |= {value for value in entry.fields.get("dwelling_id", ()) if value}
            households |= {value for value in entry.fields.get("household_id", ()) if value}
        for spell in known.spells if known else []:
            dwellings.add(spell["dwelling_id"])
        for member in known.memberships if known else []:
            households.add(member["household_id"])
        at = Household.objects.filter(pk__in=households).values_list("pk", "dwelling_id")
        self.household_at = {pk.hex: dwelling.hex for pk, dwelling in at}
        wanted = dwellings | set(self.household_at.values())
        homes = Dwelling.objects.filter(pk__in=wanted).values_list("pk", "address", "place_code")
        outside = str(_("outside your area"))
        self.addresses = {pk.hex: text if viewer.covers(code) else outside for pk, text, code in homes}

    def of(self, change: Change) -> list[ToldField]:
        """What a change did to the person."""
        own = (entry for entry in past.entries(change) if history.belongs(entry, self.persons, self.rows))
        return [field for entry in own for field in self.fields(entry)]

    def fields(self, entry: past.Entry) -> list[ToldField]:
        labels = FIELDS.get(entry.table, {})
        return [
            ToldField(
                str(labels[name]),
                self.value(entry.table, entry.row, name, pair[0]),
                self.value(entry.table, entry.row, name, pair[1]),
            )
            for name, pair in entry.fields.items()
            if name in labels
        ]

    def value(self, table: str, row: str, name: str, value: Any) -> str:
        """A stored value in words; numbers and phones masked."""
        if value in (None, ""):
            return ""
        if isinstance(value, str) and value.startswith("b64:"):
            opened = self.sealed.sealed(table, name, uuid.UUID(row), base64.b64decode(value[4:]))
            return mask_phone(opened) if table == "people_phone" else mask(opened)
        if name == "dwelling_id":
            return self.addresses.get(value, "")
        if name == "household_id":
            return self.addresses.get(self.household_at.get(value, ""), "")
        if name == "side":
            return words.side(value)
        if name == "registration":
            return words.registration(value) if value != "area" else ""
        if name == "kind":
            return words.coded("document_kind" if table == "people_document" else "spell_kind", value)
        if name == "finding":
            return ", ".join(words.finding(code) for code in value.replace(",", " ").split())
        if name == "birth_precision":
            return str(PRECISION.get(value, value))
        return words.coded(CODED[name], value) if name in CODED else str(value)

    def known(self, known: history.Known) -> list[KnownLine]:
        """What was known, field by field; stays and households one line each."""
        person = FIELDS["people_person"]
        shown = ("name", "sex", "birth_date", "education", "marital", "registered_text", "died_on")
        lines = [
            KnownLine(str(person[name]), self.value("people_person", "", name, known.person.get(name)))
            for name in shown
        ]
        for row in known.former_names:
            lines.append(KnownLine(str(_("Former name")), row["name"]))
        for row in known.documents:
            number = self.value("people_document", row["id"], "number", row.get("number"))
            lines.append(KnownLine(words.coded("document_kind", row["kind"]), number))
        for row in known.phones:
            lines.append(KnownLine(str(_("Phone")), self.value("people_phone", row["id"], "number", row.get("number"))))
        for row in known.spells:
            place = self.value("people_spell", row["id"], "dwelling_id", row["dwelling_id"])
            lines.append(
                KnownLine(words.coded("spell_kind", row["kind"]), words.span(place, row.get("start"), row.get("end")))
            )
        for row in known.memberships:
            place = self.value("people_member", row["id"], "household_id", row["household_id"])
            text = f"{place} · {words.coded('relation', row.get('relation') or '')}"
            lines.append(KnownLine(words.side(row["side"]), words.span(text, row.get("joined_on"), row.get("left_on"))))
        return [line for line in lines if line.value]
