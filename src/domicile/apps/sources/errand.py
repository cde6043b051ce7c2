"""From a row to the form that registers or corrects it: which forms there are, and what they begin with."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import errands
from domicile.apps.people.models import Document, Person
from domicile.apps.people.scope import home_codes
from domicile.apps.sources import policies, sides
from domicile.apps.sources.actions.deciding import done
from domicile.apps.sources.models import ListRow, Load
from domicile.apps.sources.registry import source

NAME = "list"  # registered at start-up (apps.py)
LABELS = {
    "name": gettext_lazy("Correct the name"),
    "sex": gettext_lazy("Correct the sex"),
    "birth_date": gettext_lazy("Correct the birth date"),
    "number": gettext_lazy("Correct the number"),
}


@dataclass(frozen=True)
class Way:
    """A form that settles a row."""

    label: Any
    url: str


def ways(viewer: Viewer, row: ListRow) -> list[Way]:
    """The forms of the register by which a row can be settled, with what the list says already in them."""
    about = source(row.load.source).about
    others = {uuid.UUID(one["person"]): one["why"] for one in row.candidates if one.get("person")}
    reached = {key for key, code in home_codes(viewer, [*others, *filter(None, [row.person])]).items() if code}
    found: list[tuple[Any, str]] = []
    if row.pile == ListRow.Pile.THERE:
        for who, why in others.items():
            home = sides.household_of(who) if why == "mother" and who in reached else None
            if home is not None and about in {"births", "children"}:
                found.append((_("Register the birth in the mother's household"), reverse("vitals:birth", args=[home])))
            if why == "spouse" and who in reached:
                found.append((_("Register the marriage"), reverse("vitals:marriage", args=[who])))
        if about == "deaths" and row.person in reached:
            found.append((_("Register the death"), reverse("vitals:death", args=[row.person])))
        dwelling = sides.dwelling_of(row)
        if dwelling is not None and about in {"children", "registered"}:
            found.append((_("Register a household in the dwelling"), reverse("people:add_household", args=[dwelling])))
    elif row.sure and row.person in reached and about != "marriages":
        found += [(LABELS[field], _correction(row.person, field)) for field in row.differs.split() if field in LABELS]
    return [Way(label, errands.address(url, NAME, row.pk)) for label, url in found[:6]]


def _correction(person: Any, field: str) -> str:
    if field == "name":
        named = Person.objects.filter(pk=person).exclude(name="").exists()
        return reverse("people:correct_name" if named else "people:give_name", args=[person])
    if field == "number":
        row = Document.objects.filter(person_id=person).order_by("pk").values_list("pk", flat=True).first()
        return reverse("people:correct_row", args=[person, "document_number", row]) if row else reverse(
            "people:correct", args=[person, "document_number"]
        )  # fmt: skip
    return reverse("people:correct", args=[person, field])


def start(viewer: Viewer, key: uuid.UUID) -> Mapping[str, Any]:
    """What the list says, by the names of the forms' fields. The look is on record. Raises OutOfReach."""
    row = _reach(viewer, key)
    kind = source(row.load.source)
    facts = sides.said([row])[row.pk]
    record_look(viewer, question="list_row", persons=[row.person] if row.person else [])
    values: dict[str, Any] = {
        name: facts[name] for name in ("name", "sex", "birth_date", "number", "day") if name in facts
    }
    values["reason"] = _("Compared with: {source}").format(source=kind.name(get_language() or "zh"))
    if kind.about == "births":
        mother = next((one["person"] for one in row.candidates if one.get("why") == "mother"), "")
        values |= {"mother": str(uuid.UUID(mother)) if mother else "", "told_by": "hospital"}
        values["mother_name"] = "" if mother else facts.get("other_name", "")
    if kind.about == "deaths":
        values |= {"died_on": facts.get("day", ""), "told_by": "institution"}
    if kind.about == "marriages":
        values |= _spouse(row, facts)
    return {name: value for name, value in values.items() if value}


def _spouse(row: ListRow, facts: Mapping[str, str]) -> dict[str, str]:
    """The other one of a couple: the form stands on the card of the first who is on file."""
    people = [uuid.UUID(one["person"]) for one in row.candidates if one.get("why") == "spouse"]
    sex = Person.objects.filter(pk=people[0]).values_list("sex", flat=True).first() if people else ""
    prefix = "" if sex == "2" else "other_"
    both = len(people) > 1
    return {
        "spouse_number": facts.get(f"{prefix}number", "") if both else "",
        "spouse_name": "" if both else facts.get(f"{prefix}name", ""),
    }


def ended(viewer: Viewer, key: uuid.UUID, waiting: bool) -> str:
    """The row is done with, unless somebody was quicker; back to it."""
    row = _reach(viewer, key)
    if not row.outcome:
        done(actor=viewer, row_id=key, reason=_("Sent for review") if waiting else "")
    return reverse("sources:row", args=[key])


def _reach(viewer: Viewer, key: uuid.UUID) -> ListRow:
    row = ListRow.objects.select_related("load").filter(pk=key, load__state=Load.State.READY).first()
    if row is None:
        raise OutOfReach
    policies.check_may_work(viewer, row)
    return row
