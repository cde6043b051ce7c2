"""What clean-ups add to the card of a person: the way onto a list, for whom the register cannot know of."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person
from domicile.apps.people.registry import Action
from domicile.apps.quality.cleanup import policies


def changes_of_person(viewer: Viewer, person: Person) -> Iterator[Action]:
    """No query."""
    if viewer.may(policies.WORK):
        yield Action(_("Put on a list of the clean-up"), reverse("cleanup:add", args=[person.pk]))
