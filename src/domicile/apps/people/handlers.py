"""What of this app can be proposed, and how a proposal reads."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.collect.registry import Handler, Line, register
from domicile.apps.people.actions import AddMember, CorrectName, EndStay, add_member, correct_name, end_stay
from domicile.apps.people.models import Household, Person, Spell
from domicile.core.codes.lists import code_list
from domicile.core.policy.corrections import correction_level


def name_level() -> str:
    """The level that may correct a name today (PE-1)."""
    return correction_level("name", timezone.localdate())


def describe_name(arguments: CorrectName) -> list[Line]:
    person = Person.objects.get(pk=arguments.person_id)
    return [Line(_("Name"), person.name, arguments.name)]


def describe_end(arguments: EndStay) -> list[Line]:
    spell = Spell.objects.select_related("dwelling", "person").get(pk=arguments.spell_id)
    lines = [
        Line(_("Person"), spell.person.name, spell.person.name),
        Line(_("Lives at"), spell.dwelling.address, _("until {day}").format(day=arguments.end)),
    ]
    if arguments.new_head_id is not None:
        head = Person.objects.get(pk=arguments.new_head_id)
        lines.append(Line(_("Head of the household"), spell.person.name, head.name))
    return lines


def describe_member(arguments: AddMember) -> list[Line]:
    household = Household.objects.select_related("dwelling").get(pk=arguments.household_id)
    name = arguments.name
    if arguments.person_id is not None:
        name = Person.objects.get(pk=arguments.person_id).name
    relation: Any = code_list("relation").name(arguments.relation, "zh")
    return [
        Line(_("Household at"), "", household.dwelling.address),
        Line(_("Person"), "", name or str(_("no name yet"))),
        Line(_("Relationship to the head"), "", relation),
    ]


def register_all() -> None:
    """Called once at start-up."""
    pages = {"person": "people:person", "household": "people:household"}
    register(
        Handler("people.correct_name", _("Correct a name"), CorrectName, correct_name, describe_name, name_level, pages)
    )
    register(
        Handler(
            "people.end_stay", _("End a stay"), EndStay, end_stay, describe_end, lambda: "grid", pages,
            lambda arguments: [arguments.new_head_id] if arguments.new_head_id else [],
        )
    )  # fmt: skip
    register(
        Handler(
            "people.add_member", _("Add a person"), AddMember, add_member, describe_member, lambda: "grid", pages,
            lambda arguments: [arguments.person_id] if arguments.person_id else [],
        )
    )  # fmt: skip
