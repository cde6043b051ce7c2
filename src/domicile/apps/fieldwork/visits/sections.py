"""What visits add to the card of a dwelling."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.visits import selectors, words
from domicile.apps.people.models import Person
from domicile.apps.people.registry import Action, Section
from domicile.apps.places.models import Building, Dwelling
from domicile.apps.tasks import registry as tasks

MOST = 5


def of_dwelling(viewer: Viewer, dwelling: Dwelling) -> Section | None:
    """The latest visits: one query, none more where nobody went. Nobody who lives there is named."""
    rows = selectors.of_dwelling(viewer, dwelling, MOST + 1)
    if not rows:
        return None
    context = {
        "lines": [(row, words.outcome(row.outcome), words.BADGES.get(row.outcome, "")) for row in rows[:MOST]],
        "more": len(rows) > MOST,
    }
    return Section("fieldwork/on_dwelling.html", context)


def of_person(viewer: Viewer, person: Person) -> Section | None:
    """At which visits somebody was confirmed to live where the register says; one query."""
    rows = selectors.confirming(viewer, person, MOST)
    return Section("fieldwork/on_person.html", {"rows": rows}) if rows else None


def changes_of_dwelling(viewer: Viewer, dwelling: Dwelling) -> Iterator[Action]:
    """The way to enter a visit."""
    if dwelling.in_use_to is None and (viewer.may(tasks.DO) or viewer.may(tasks.MANAGE)):
        yield Action(_("Enter a visit"), reverse("visits:add_visit", args=[dwelling.pk]))


def actions_of_building(viewer: Viewer, building: Building) -> Iterator[tuple[Any, str]]:
    """The way to enter a round."""
    if building.in_use_to is None and (viewer.may(tasks.DO) or viewer.may(tasks.MANAGE)):
        yield _("Enter a round"), reverse("visits:add_round", args=[building.pk])
