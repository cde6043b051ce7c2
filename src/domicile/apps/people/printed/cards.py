"""The cards as data for their pages. Each begins with the viewer's areas and records the look before it is given."""

import datetime as dt
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from domicile.apps import printing
from domicile.apps.access.log import record_look
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.printed import numbers, registry
from domicile.apps.people.selectors.home_cards import (
    HouseholdLine,
    MemberLine,
    build_dwelling_card,
    build_household_card,
)
from domicile.apps.people.selectors.lines import PersonLine, masked_numbers
from domicile.apps.people.selectors.opening import opener
from domicile.apps.people.selectors.person_card import MembershipLine, PersonCard, StayLine, build_person_card
from domicile.apps.people.selectors.reach import reach_dwelling, reach_household, reach_person

FOLDER = Path(__file__).resolve().parent
DWELLING, HOUSEHOLD, PERSON = (FOLDER / f"{name}.typ" for name in ("dwelling", "household", "person"))
TITLES = {
    "dwelling": gettext_lazy("Card of a dwelling"),
    "household": gettext_lazy("Card of a household"),
    "person": gettext_lazy("Record of a person"),
}
Pair = tuple[str, str] | tuple[str, str, int]


def dwelling_data(viewer: Viewer, dwelling_id: uuid.UUID, *, today: dt.date, full: bool, paper: str) -> dict[str, Any]:
    """The dwelling card (房屋卡). Raises NotAllowed, and OutOfReach outside the areas."""
    _require(viewer, "view_dwelling", full)
    numbers_of = numbers.full_numbers if full else masked_numbers
    dwelling = reach_dwelling(viewer, dwelling_id)
    card, __ = build_dwelling_card(viewer, dwelling, today=today, numbers_of=numbers_of)
    lines = [*(card.living or []), *(card.registered or [])]
    shown = [member.person.id for line in lines for member in line.members] + [person.id for person in card.lodgers]
    printing.check_rows(len(shown))
    added = registry.facts_of(viewer, dwelling, full)
    named = [*shown, *(person for facts in added for person in facts.persons)]
    phones = numbers.phones(shown, full=full)
    look(viewer, "dwelling", named, full)
    return {
        "frame": _frame(viewer, "dwelling", card.trail, bool(named)),
        "paper": paper,
        "facts": _dwelling_facts(card),
        "added": [{"heading": facts.heading, "pairs": [list(pair) for pair in facts.pairs]} for facts in added],
        "households": [
            *(_household(line, phones, _("Lives here")) for line in card.living or []),
            *(_household(line, phones, _("Registered here")) for line in card.registered or []),
        ],
        "lodgers": [_person(person, phones) for person in card.lodgers],
        "people": card.living is not None,
        "words": _card_words(),
    }


def _dwelling_facts(card: Any) -> list[Pair]:
    dwelling = card.dwelling
    size = f"{dwelling.floor_area.normalize():f} m²" if dwelling.floor_area else ""
    former = "；".join(row.text for row in card.former_addresses)
    pairs: list[Pair] = [
        (_("Address"), dwelling.address, 2),
        (_("Use"), card.use),
        (_("Floor area"), size),
        (_("Rooms"), str(dwelling.rooms or "")),
        (_("In use from"), day(dwelling.in_use_from)),
    ]
    if dwelling.in_use_to:
        pairs.append((_("In use until"), f"{day(dwelling.in_use_to)} {_('demolished')}", 2))
    if former:
        pairs.append((_("Former addresses"), former, 2))
    return pairs


def household_data(
    viewer: Viewer, household_id: uuid.UUID, *, today: dt.date, full: bool, paper: str
) -> dict[str, Any]:
    """The household card (家庭卡). Raises NotAllowed, and OutOfReach outside the areas."""
    _require(viewer, "view_household", full)
    numbers_of = numbers.full_numbers if full else masked_numbers
    card, __ = build_household_card(viewer, reach_household(viewer, household_id), today=today, numbers_of=numbers_of)
    shown = [member.person.id for member in card.line.members]
    printing.check_rows(len(shown))
    phones = numbers.phones(shown, full=full)
    look(viewer, "household", shown, full)
    head = next((member.person.name for member in card.line.members if member.is_head), "")
    exists = " – ".join(filter(None, [day(card.line.formed_on), day(card.line.ended_on)]))
    pairs: list[Pair] = [
        (_("Address"), card.household.dwelling.address, 2),
        (_("Head"), head),
        (_("Members"), str(len(card.line.members))),
        (_("Kind"), f"{card.line.side_label} · {card.line.kind}"),
        (_("Formed and ended"), exists),
    ]
    return {
        "frame": _frame(viewer, "household", card.trail, True),
        "paper": paper,
        "facts": pairs,
        "members": _household(card.line, phones, "")["members"],
        "words": _card_words(),
    }


def person_data(viewer: Viewer, person_id: uuid.UUID, *, today: dt.date, full: bool, paper: str) -> dict[str, Any]:
    """A person's own record (个人信息表). Raises NotAllowed, and OutOfReach outside the areas."""
    _require(viewer, "view_person", full)
    person = reach_person(viewer, person_id)
    card = build_person_card(viewer, person, opener(*person.ids), today=today, show_numbers=full)
    look(viewer, "person", [person_id], full)
    return {
        "frame": _frame(viewer, "person", [], True),
        "paper": paper,
        "facts": _person_facts(card),
        "stays": [_stay(stay) for stay in card.stays],
        "stay_heads": [_("From"), _("Until"), _("Kind"), _("Address"), _("Reason"), _("Checked on")],
        "households": [_membership(line) for line in card.households],
        "household_heads": [_("From"), _("Until"), _("Kind"), _("Address"), _("Relation to the head")],
        "remarks": card.remarks,
        "words": {"stays": _("Stays"), "households": pgettext("of a person", "Households"), "remarks": _("Remarks")},
    }


def _person_facts(card: PersonCard) -> list[Pair]:
    aged = "" if card.age is None or card.person.died_on else " · " + _("aged %(age)s") % {"age": card.age}
    documents = "；".join(f"{row.kind} {row.number}" for row in card.documents) or _("none yet")
    phones = "；".join(f"{row.number}（{row.belongs_to}）" if row.belongs_to else row.number for row in card.phones)
    pairs: list[Pair] = [
        (_("Name of the person"), card.name),
        (_("Former names"), "、".join(row.name for row in card.former_names)),
        (_("Sex"), card.sex),
        (_("Birth date"), f"{card.born}{aged}"),
        (_("Identity document"), documents, 2),
        (_("Phone"), phones, 2),
        (_("Education"), card.education),
        (_("Marital status"), card.marital),
        (_("Registered at"), card.registered, 2),
        (_("Situation"), card.situation.label, 2),
    ]
    if card.person.died_on:
        pairs.append((_("Died on"), day(card.person.died_on), 2))
    return pairs


def _stay(stay: StayLine) -> list[str]:
    until = day(stay.end) if stay.end else _("today")
    return [day(stay.start), until, stay.kind_label, stay.address or stay.area, stay.reason, day(stay.verified_on)]


def _membership(line: MembershipLine) -> list[str]:
    until = day(line.left_on) if line.left_on else _("today")
    return [day(line.joined_on), until, line.side, line.address or line.area, line.relation]


def _household(line: HouseholdLine, phones: dict[uuid.UUID, list[str]], label: str) -> dict[str, Any]:
    members = [[member.relation, *_person(member.person, phones), _at_home(member)] for member in line.members]
    return {"label": f"{label} · {line.kind}", "members": members}


def _person(person: PersonLine, phones: dict[uuid.UUID, list[str]]) -> list[str]:
    born = day(person.born)
    return [person.name, person.sex, born, person.number, " ".join(phones.get(person.id, [])), person.situation.label]


def _at_home(member: MemberLine) -> str:
    if member.lives_here and member.registered_here:
        return _("lives and is registered")
    return _("lives") if member.lives_here else _("is registered") if member.registered_here else ""


def _card_words() -> dict[str, Any]:
    person = [_("Name of the person"), _("Sex"), _("Birth date"), _("Number"), _("Phone"), _("Situation")]
    return {
        "members": [_("Relation to the head"), *person, _("At this address")],
        "lodgers": person,
        "outside": _("Living here outside a household"),
        "nobody": _("Nobody is on file as living here."),
        "no_member": _("Nobody belongs to this household any more."),
        "no_people": _("Your purpose shows the dwelling, not its people."),
    }


def _frame(viewer: Viewer, kind: str, trail: Sequence[str], people: bool) -> dict[str, Any]:
    return printing.frame(viewer, title=TITLES[kind], area=" ".join(trail), watermark=people)


def _require(viewer: Viewer, permission: str, full: bool) -> None:
    viewer.require(permission)
    if full:
        viewer.require("view_number_full")


def look(viewer: Viewer, kind: str, persons: Sequence[uuid.UUID], full: bool) -> None:
    """Note whom the page names, and whether with numbers in full."""
    record_look(viewer, question=f"print_{kind}_numbers" if full else f"print_{kind}", persons=persons)


def day(value: dt.date | None) -> str:
    """A day as it is printed; '' where it is not known."""
    return value.isoformat() if value else ""
