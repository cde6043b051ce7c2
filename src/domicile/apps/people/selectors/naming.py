"""What a list of proposals calls the person, household or dwelling that each is about."""

import uuid
from collections.abc import Collection

from django.db.models import Q

from domicile.apps.access.scopes import restrict, scope_q
from domicile.apps.collect.registry import Named
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import HEAD, Household, Member, Person, SamePerson, Visibility
from domicile.apps.people.selectors import words
from domicile.apps.places.models import Dwelling


def subject_names(kind: str, viewer: Viewer, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Named]:
    """Names by id, of those that the viewer may see; the persons named go into the look. One or two queries."""
    if kind == "person":
        return _persons(viewer, ids)
    if kind == "household":
        return _households(viewer, ids)
    rows = restrict(Dwelling.objects.filter(pk__in=ids), viewer)
    return {pk: Named(address) for pk, address in rows.values_list("pk", "address")}


def _persons(viewer: Viewer, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Named]:
    inside = scope_q(viewer, "code")
    if inside is None or not viewer.may("view_person"):
        return {}
    seen = Visibility.objects.filter(inside).filter(
        Q(person_id__in=ids) | Q(person_id__in=SamePerson.objects.filter(person_id__in=ids).values("stands_id"))
    )
    rows = Person.objects.filter(pk__in=seen.values("person_id")).values_list("pk", "name", "same__person_id")
    found: dict[uuid.UUID, Named] = {}
    for pk, name, other in rows:
        found |= {one: Named(words.name(name), (pk,)) for one in (pk, other) if one in ids}
    return found


def _households(viewer: Viewer, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Named]:
    rows = restrict(Household.objects.filter(pk__in=ids), viewer, "dwelling__place_code")
    homes = dict(rows.values_list("pk", "dwelling__address"))
    if not viewer.may("view_household"):
        return {pk: Named(address) for pk, address in homes.items()}
    heads = Member.objects.filter(household_id__in=homes, left_on__isnull=True, relation=HEAD)
    named = {
        pk: Named(f"{words.name(name)} · {homes[pk]}", (person,))
        for pk, person, name in heads.values_list("household_id", "person_id", "person__name")
    }
    return {pk: named.get(pk, Named(address)) for pk, address in homes.items()}
