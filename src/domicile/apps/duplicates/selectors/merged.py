"""A person and the record that they are asked for by, which another may stand for."""

import uuid

from domicile.apps.access.log import record_look
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person
from domicile.apps.people.selectors.reach import reach_person


def merged(viewer: Viewer, person_id: uuid.UUID) -> tuple[Person, Person | None]:
    """The person who stands for this id, and the record of the id where that is another one; looked at on record.

    Two queries. Raises OutOfReach.
    """
    root = reach_person(viewer, person_id)
    other = Person.objects.filter(pk=person_id).first() if root.pk != person_id else None
    record_look(viewer, question="change_form", persons=[root.pk, *([other.pk] if other else [])])
    return root, other
