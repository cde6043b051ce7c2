"""Whom or what a change is about, told from the first argument of its action."""

import dataclasses
import uuid
from collections.abc import Callable
from typing import Any

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.collect.actions import Subject
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.scope import home_code, household_in_scope, person_in_scope, spell_in_scope
from domicile.apps.people.selectors.reach import reach_dwelling
from domicile.apps.places.models import Building


def _person(viewer: Viewer, person_id: uuid.UUID) -> Subject:
    person_in_scope(viewer, person_id)
    code = home_code(viewer, person_id)
    if not code:
        raise OutOfReach([person_id])
    return Subject("person", person_id, code)


def _spell(viewer: Viewer, spell_id: uuid.UUID) -> Subject:
    spell = spell_in_scope(viewer, spell_id)
    return Subject("person", spell.person_id, spell.dwelling.place_code)


def _household(viewer: Viewer, household_id: uuid.UUID) -> Subject:
    return Subject("household", household_id, household_in_scope(viewer, household_id).dwelling.place_code)


def _dwelling(viewer: Viewer, dwelling_id: uuid.UUID) -> Subject:
    return Subject("dwelling", dwelling_id, reach_dwelling(viewer, dwelling_id).place_code)


def _building(viewer: Viewer, building_id: uuid.UUID) -> Subject:
    found = restrict(Building.objects.all(), viewer).filter(pk=building_id).first()
    if found is None:
        raise OutOfReach()
    return Subject("building", building_id, found.place_code)


SUBJECTS: dict[str, Callable[[Viewer, uuid.UUID], Subject]] = {
    "person_id": _person,
    "child_id": _person,
    "spell_id": _spell,
    "household_id": _household,
    "dwelling_id": _dwelling,
    "building_id": _building,
}


def is_known(arguments: type[Any]) -> bool:
    """Whether the subject of these arguments is found here: their first field names it."""
    return _first(arguments) in SUBJECTS


def subject_of(viewer: Viewer, arguments: Any) -> Subject:
    """The subject, inside the viewer's areas. Raises OutOfReach."""
    name = _first(type(arguments))
    return SUBJECTS[name](viewer, getattr(arguments, name))


def _first(arguments: type[Any]) -> str:
    return dataclasses.fields(arguments)[0].name
