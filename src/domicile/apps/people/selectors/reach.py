"""Whether a card lies inside the viewer's areas. What lies outside and what is not there are told alike."""

import uuid

from django.db.models import Exists, OuterRef

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict, scope_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Household, Person, Visibility
from domicile.apps.places.models import Dwelling


def reach_person(viewer: Viewer, person_id: uuid.UUID) -> Person:
    """The person, when visible inside the viewer's areas. One query. Raises OutOfReach."""
    inside = scope_q(viewer, "code")
    if inside is not None:
        seen = Visibility.objects.filter(inside, person_id=OuterRef("pk"))
        person = Person.objects.filter(Exists(seen), pk=person_id).first()
        if person is not None:
            return person
    raise OutOfReach([person_id])


def reach_household(viewer: Viewer, household_id: uuid.UUID) -> Household:
    """The household with its dwelling, when that lies inside the viewer's areas. One query. Raises OutOfReach."""
    rows = Household.objects.select_related("dwelling__building")
    household = restrict(rows, viewer, "dwelling__place_code").filter(pk=household_id).first()
    if household is None:
        raise OutOfReach
    return household


def reach_dwelling(viewer: Viewer, dwelling_id: uuid.UUID) -> Dwelling:
    """The dwelling with its building, when it lies inside the viewer's areas. One query. Raises OutOfReach."""
    dwelling = restrict(Dwelling.objects.select_related("building"), viewer).filter(pk=dwelling_id).first()
    if dwelling is None:
        raise OutOfReach
    return dwelling
