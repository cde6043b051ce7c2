"""The official collection form of a household (住户人口信息采集表): one row a member, the head first."""

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domicile.apps import printing
from domicile.apps.areas.models import GridStaff
from domicile.apps.areas.selectors import trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import HEAD, Household, Member, Person, Remark, Spell
from domicile.apps.people.printed import numbers
from domicile.apps.people.printed.cards import FOLDER, _require, day, look
from domicile.apps.people.selectors import words
from domicile.apps.people.selectors.lines import masked_numbers
from domicile.apps.people.selectors.reach import reach_household

FORM = FOLDER / "form.typ"
TITLE = gettext_lazy("Collection form of the people of a dwelling")
#: Empty rows to write on are added up to so many.
ROWS = 8


def form_data(viewer: Viewer, household_id: uuid.UUID, *, today: dt.date, full: bool, paper: str) -> dict[str, Any]:
    """The form, filled with what is on file. Raises NotAllowed, and OutOfReach outside the areas. Ten queries."""
    _require(viewer, "view_household", full)
    household = reach_household(viewer, household_id)
    found = Member.objects.filter(household=household, left_on__isnull=True).select_related("person")
    members = sorted(found, key=lambda row: (row.relation != HEAD, row.relation or "99", row.pk))
    persons = [member.person_id for member in members]
    printing.check_rows(len(persons))
    phones = numbers.phones(persons, full=full)
    rows = _rows(household, members, full, today)
    place = household.dwelling.place_code
    trail = trails([place], from_level=4).get(place, [])
    look(viewer, "form", persons, full)
    frame = printing.frame(viewer, title=TITLE, area=" ".join(trail))
    frame["words"]["page"] = _("Page {page} of {pages} of this household")
    return {
        "frame": frame,
        "facts": [
            (_("Address of the household"), household.dwelling.address, 2),
            (_("Grid"), f"{trail[-1]} {place}" if trail and not place.endswith("000") else ""),
            (_("Phone"), "；".join(text for person in persons for text in phones.get(person, []))),
        ],
        "heads": [_("No."), *(str(head) for head in HEADS)],
        "rows": [[str(place + 1), *row] for place, row in enumerate(rows)],
        "signatures": [_worker(place), _("Filled in by"), _("Signature of the head"), _("Date")],
    }


HEADS = (
    gettext_lazy("Name of the person"),
    gettext_lazy("Relation to the head"),
    gettext_lazy("Sex"),
    gettext_lazy("Birth date"),
    gettext_lazy("Education"),
    gettext_lazy("Marital status"),
    gettext_lazy("Registered address"),
    gettext_lazy("Identity number"),
    gettext_lazy("Moved in on"),
    gettext_lazy("Reason of coming"),
    gettext_lazy("Remark"),
)


def _rows(household: Household, members: list[Member], full: bool, today: dt.date) -> list[list[str]]:
    persons = [member.person_id for member in members]
    documents = (numbers.full_numbers if full else masked_numbers)(persons)
    notes = numbers.remarks(
        Remark.objects.filter(person__in=persons, expires_on__gt=today).order_by("written_on", "id")
    )
    spells = {
        spell.person_id: spell
        for spell in Spell.objects.filter(person__in=persons, dwelling=household.dwelling_id, end__isnull=True)
    }
    home = set(
        Member.objects.filter(
            person__in=persons,
            side=Household.Side.REGISTERED,
            household__dwelling=household.dwelling_id,
            left_on__isnull=True,
        ).values_list("person_id", flat=True)
    )
    places = trails({member.person.registered_code for member in members}, from_level=1)
    filled = []
    for member in members:
        person, spell = member.person, spells.get(member.person_id)
        here = person.pk in home
        filled.append(
            [
                words.name(person.name),
                words.coded("relation", member.relation),
                words.sex(person.sex),
                words.birth(person),
                words.coded("education", person.education),
                words.coded("marital", person.marital),
                _("this household") if here else registered(person, places),
                documents.get(person.pk, ""),
                "" if spell is None or here else day(spell.start),
                "" if spell is None or here else words.coded("inflow_reason", spell.reason),
                "；".join(notes.get(person.pk, [])),
            ]
        )
    return filled + [[""] * len(HEADS)] * (ROWS - len(filled))


def registered(person: Person, places: dict[str, list[str]]) -> str:
    """Where somebody is registered, as written or by the names of the areas."""
    if person.registration == Person.Registration.AREA:
        return person.registered_text or "".join(places.get(person.registered_code, [])) or person.registered_code
    return words.registration(person.registration)


def _worker(place_code: str) -> str:
    """The label of the grid worker's signature, with who that is."""
    staff = GridStaff.objects.filter(grid__code=place_code, duty=GridStaff.Duty.WORKER, valid_to__isnull=True)
    names = "、".join(staff.order_by("id").values_list("name", flat=True)[:3])
    return f"{_('Grid worker')}（{names}）" if names else _("Grid worker")
