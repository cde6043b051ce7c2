"""What moves add to the card of a person: the moves, and the way to declare one."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.selectors import cards
from domicile.apps.people.models import Person
from domicile.apps.people.registry import Action, Section
from domicile.apps.places.models import Dwelling

MOST = 5


def of_person(viewer: Viewer, person: Person) -> Section | None:
    """The latest moves; one query."""
    rows = cards.of_person(viewer, person, MOST)
    return Section("moves/on_person.html", {"rows": rows}) if rows else None


def changes_of_person(viewer: Viewer, person: Person) -> Iterator[Action]:
    """The way to declare that somebody moves away. Whether they live here is asked when it is gone: cards are measured."""
    if person.died_on is None:
        yield Action(_("Moves away"), reverse("moves:declare", args=[person.pk]))
        yield Action(_("Code to declare a move oneself"), reverse("moves:give_person_code", args=[person.pk]))


def changes_of_dwelling(viewer: Viewer, dwelling: Dwelling) -> Iterator[Action]:
    """The way to register an arrival."""
    if dwelling.in_use_to is None and viewer.may("view_person"):
        yield Action(_("Somebody arrives"), reverse("moves:arrival", args=[dwelling.pk]))
