"""What of proposed changes to people and households can be corrected before they are accepted, and what is near a subject."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from domicile.apps.collect.registry import Part
from domicile.apps.collect.review.parts import parts_among
from domicile.apps.people import actions
from domicile.apps.people.describing import PARENT_KINDS
from domicile.apps.people.items import ITEMS, NEW_REGISTRATIONS
from domicile.apps.people.models import Member, Spell

KNOWN: dict[str, Part] = {
    "name": Part(_("Person's name")),
    "sex": Part(_("Sex"), "choice", "sex", required=True),
    "birth_date": Part(_("Birth date"), "date"),
    "relation": Part(_("Relationship to the head"), "choice", "relation"),
    "since": Part(_("Living here since"), "date"),
    "end": Part(_("First day no longer living here"), "date", required=True),
    "died_on": Part(_("Died on"), "date", required=True),
    "document_kind": Part(_("Document"), "choice", "document_kind"),
    "document_number": Part(_("Document number"), sealed=True, longest=40),
    "phone": Part(_("Phone"), sealed=True, longest=40),
    "registered": Part(_("Household registration"), "choice", tuple(NEW_REGISTRATIONS.items()), required=True),
    "registered_code": Part(_("Code of the area, when known"), longest=15),
    "registered_text": Part(_("Registered address, when elsewhere"), longest=160),
    "reason_code": Part(_("Reason for coming"), "choice", "inflow_reason"),
}
#: What an action of these kinds says in other words than its field.
OF_KIND: dict[type[Any], dict[str, Part]] = {
    actions.CorrectName: {"name": Part(_("Person's name"), required=True)},
    actions.GiveName: {"name": Part(_("Person's name"), required=True)},
    actions.AddNewborn: {"birth_date": Part(_("Birth date"), "date", required=True)},
    actions.AddHousehold: {"kind": Part(_("Kind of household"), "choice", "household_kind", required=True)},
    actions.Regroup: {"since": Part(_("Living here since"), "date", required=True)},
    actions.SetParent: {"kind": Part(_("How related"), "choice", tuple(PARENT_KINDS.items()), required=True)},
}


def parts_of(arguments: Any) -> dict[str, Part]:
    """The values of a proposal of this app that can be corrected; ids and choices of people cannot."""
    if isinstance(arguments, actions.Correct):
        return {} if arguments.remove else _of_item(arguments)
    found = parts_among(KNOWN | OF_KIND.get(type(arguments), {}), arguments)
    if isinstance(arguments, actions.AddMember) and arguments.person_id is not None:
        return {path: part for path, part in found.items() if path in {"relation", "since", "reason_code"}}
    return found


def _of_item(arguments: actions.Correct) -> dict[str, Part]:
    return {
        f"values.{one.name}": Part(
            one.label, one.kind, one.codes, required=one.required, sealed=one.sealed and one.kind != "long",
            longest=one.longest,
        )
        for one in ITEMS[arguments.item].inputs
    }  # fmt: skip


def near_persons(persons: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Collection[uuid.UUID]]:
    """The household that each belongs to, and where each lives. Two queries."""
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    members = Member.objects.filter(person_id__in=persons, left_on=None)
    for person, household in members.values_list("person_id", "household_id"):
        found[person].add(household)
    for person, dwelling in Spell.objects.filter(person_id__in=persons, end=None).values_list(
        "person_id", "dwelling_id"
    ):
        found[person].add(dwelling)
    return found


def near_households(households: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Collection[uuid.UUID]]:
    """The members of each household, and its dwelling. One query."""
    return _together(Member.objects.filter(household_id__in=households, left_on=None), "household_id")


def near_dwellings(dwellings: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Collection[uuid.UUID]]:
    """The households of each dwelling and their members. One query."""
    return _together(
        Member.objects.filter(household__dwelling_id__in=dwellings, left_on=None), "household__dwelling_id"
    )


def _together(members: Any, key: str) -> dict[uuid.UUID, set[uuid.UUID]]:
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for of, *near in members.values_list(key, "person_id", "household_id", "household__dwelling_id"):
        found[of].update(one for one in near if one != of)
    return found
