"""What vital events add to the cards of a household and a person: the events, and the ways to register one."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Household, Person
from domicile.apps.people.registry import Action, Section
from domicile.apps.vitals.selectors import cards

MOST = 6


def of_person(viewer: Viewer, person: Person) -> Section | None:
    """The latest events; one query."""
    rows = cards.of_person(viewer, person, MOST)
    return Section("vitals/on_person.html", {"rows": rows}) if rows else None


def changes_of_person(viewer: Viewer, person: Person) -> Iterator[Action]:
    """The ways to register an event of somebody who lives."""
    if person.died_on is None:
        for label, url in (
            (_("Register a death"), "vitals:death"),
            (_("Register a marriage"), "vitals:marriage"),
            (_("Register a divorce"), "vitals:divorce"),
            (_("Register an adoption"), "vitals:adoption"),
        ):
            yield Action(label, reverse(url, args=[person.pk]))


def changes_of_household(viewer: Viewer, household: Household) -> Iterator[Action]:
    """The way to register a birth."""
    if household.side == Household.Side.LIVING and household.ended_on is None:
        yield Action(_("Register a birth"), reverse("vitals:birth", args=[household.pk]))
