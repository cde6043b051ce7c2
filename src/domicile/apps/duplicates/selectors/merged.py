"""A person and the record that they are asked for by, which another may stand for."""

import uuid

from domicile.apps.access.log import record_look
from domicile.apps.common.viewer import Viewer
from domicile.apps.duplicates.models import Pair
from domicile.apps.people.models import Person, SamePerson
from domicile.apps.people.selectors.reach import reach_person


def merged(viewer: Viewer, person_id: uuid.UUID) -> tuple[Person, Person | None]:
    """The person who stands for this id, and the record of the id where that is another one; looked at on record.

    Two queries. Raises OutOfReach.
    """
    root = reach_person(viewer, person_id)
    other = Person.objects.filter(pk=person_id).first() if root.pk != person_id else None
    record_look(viewer, question="change_form", persons=[root.pk, *([other.pk] if other else [])])
    return root, other


def joined(viewer: Viewer, pair_id: uuid.UUID) -> Person | None:
    """Whom both records of a pair are now; None where they are two still, or there is no such pair.

    Four queries at most. Raises OutOfReach.
    """
    sides = Pair.objects.filter(pk=pair_id).values_list("left", "right").first()
    if sides is None:
        return None
    links = dict(SamePerson.objects.filter(person_id__in=sides).values_list("person_id", "stands_id"))
    left, right = (links.get(side, side) for side in sides)
    return reach_person(viewer, left) if left == right else None
