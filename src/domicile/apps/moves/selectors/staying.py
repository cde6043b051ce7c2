"""Who stays behind when some of a household go."""

import uuid
from collections.abc import Sequence

from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import HEAD, Household, Member
from domicile.apps.people.selectors import words


def staying_behind(viewer: Viewer, person_ids: Sequence[uuid.UUID]) -> list[tuple[uuid.UUID, str]]:
    """(id, name) of those of whom one becomes the head, when the head goes and others stay. Two queries."""
    living = Member.objects.filter(side=Household.Side.LIVING, left_on__isnull=True)
    led = list(living.filter(person_id__in=person_ids, relation=HEAD).values_list("household_id", flat=True))
    rows = restrict(living.filter(household_id__in=led), viewer, "household__dwelling__place_code")
    others = rows.exclude(person_id__in=person_ids).order_by("pk").values_list("person_id", "person__name")
    return [(person, words.name(name)) for person, name in others]
