"""Merging and unmerging as kinds of change that can be proposed, and how they read."""

import uuid

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from domicile.apps.collect.registry import Handler, Line, register
from domicile.apps.duplicates import actions
from domicile.apps.people.history import MERGE, UNMERGE
from domicile.apps.people.identity import stands_for
from domicile.apps.people.models import Person
from domicile.apps.people.selectors import words

PAGES = {"person": "people:person"}


def level() -> str:
    """Inside one community its office decides; across communities a proposal lies where the office above decides."""
    return "community"


def describe_merge(arguments: actions.Merge) -> list[Line]:
    """Both records in a line each, and what becomes of them."""
    stands, other = _told(arguments.stands_id), _told(arguments.other_id)
    return [
        Line(pgettext_lazy("of two records", "Stays"), stands, stands),
        Line(_("Merged into it"), other, stands),
    ]


def describe_unmerge(arguments: actions.Unmerge) -> list[Line]:
    """The record that stands again, and the one that stood for it."""
    person, root = _told(arguments.person_id), _told(stands_for(arguments.person_id))
    return [Line(_("Stands by itself again"), root, person)]


def _told(person_id: uuid.UUID) -> str:
    person = Person.objects.filter(pk=person_id).first()
    return f"{words.name(person.name)} · {words.birth(person)}" if person else ""


def register_all() -> None:
    """Called once at start-up."""
    register(
        Handler(
            MERGE, _("Merge two records of one person"), actions.Merge, actions.merge, describe_merge, level, PAGES,
            lambda it: [it.stands_id, it.other_id], group="person",
        )
    )  # fmt: skip
    register(
        Handler(
            UNMERGE, _("Unmerge two records"), actions.Unmerge, actions.unmerge, describe_unmerge, level, PAGES,
            lambda it: [it.person_id], group="person",
        )
    )  # fmt: skip
