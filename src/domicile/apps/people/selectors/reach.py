"""Whether a card lies inside the viewer's areas. What lies outside and what is not there are told alike."""

import uuid
from typing import Any

from django.db import connections

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.identity.reading import stands_for
from domicile.apps.people.models import Household, Person
from domicile.apps.people.selectors.finding import visible_sql
from domicile.apps.places.models import Dwelling


def reach_person(viewer: Viewer, person_id: uuid.UUID) -> Person:
    """The person, when visible inside the viewer's areas: whoever stands for them. One query. Raises OutOfReach."""
    if viewer.ranges():
        visible, scope_values = visible_sql(viewer, "p.id")
        key = Person._meta.pk.get_db_prep_value(person_id, connections[Person.objects.db])
        # Text, for this stands in the way of every card: building the statement took three times as long as running it.
        others = "EXISTS (SELECT 1 FROM people_sameperson s WHERE s.stands_id = p.id) AS has_others"
        sql = f"SELECT p.*, {others} FROM people_person p WHERE p.id = %s AND {visible}"  # noqa: S608
        found: Any = Person.objects.raw(sql, [key, *scope_values])
        for person in found:
            if not person.has_others:
                person.ids = [person.pk]  # nothing is left to ask
            return person  # type: ignore[no-any-return]
        stands = stands_for(person_id)
        if stands != person_id:
            return reach_person(viewer, stands)
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
