"""Rows that a viewer's scope lets an action touch. Out of scope and absent raise alike."""

import uuid
from collections.abc import Collection, Sequence

from django.db.models import Q

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Household, Member, Person, Spell, Visibility
from domicile.apps.places.models import Dwelling


def person_in_scope(viewer: Viewer, person_id: uuid.UUID, *, lock: bool = False) -> Person:
    """The person, when visible inside the viewer's scopes. Raises OutOfReach else."""
    inside = Q()
    for low, high in viewer.ranges():
        inside |= Q(code__gte=low, code__lt=high)
    seen = bool(viewer.scopes) and Visibility.objects.filter(inside, person_id=person_id).exists()
    rows = Person.objects.select_for_update() if lock else Person.objects.all()
    person = rows.filter(pk=person_id).first() if seen else None
    if person is None:
        raise OutOfReach([person_id])
    return person


def dwelling_in_scope(viewer: Viewer, dwelling_id: uuid.UUID) -> Dwelling:
    """The dwelling, when it lies inside the viewer's scopes. Raises OutOfReach else."""
    dwelling = Dwelling.objects.filter(pk=dwelling_id).first()
    if dwelling is None or not viewer.covers(dwelling.place_code):
        raise OutOfReach()
    return dwelling


def household_in_scope(viewer: Viewer, household_id: uuid.UUID, *, lock: bool = False) -> Household:
    """The household, when its dwelling lies inside the viewer's scopes. Raises OutOfReach else."""
    rows = Household.objects.select_for_update(of=("self",)) if lock else Household.objects.all()
    household = rows.select_related("dwelling").filter(pk=household_id).first()
    if household is None or not viewer.covers(household.dwelling.place_code):
        raise OutOfReach()
    return household


def spell_in_scope(viewer: Viewer, spell_id: uuid.UUID, *, lock: bool = False) -> Spell:
    """The spell, when its dwelling lies inside the viewer's scopes. Raises OutOfReach else."""
    rows = Spell.objects.select_for_update(of=("self",)) if lock else Spell.objects.all()
    spell = rows.select_related("dwelling", "person").filter(pk=spell_id).first()
    if spell is None or not viewer.covers(spell.dwelling.place_code):
        raise OutOfReach([] if spell is None else [spell.person_id])
    return spell


def home_code(viewer: Viewer, person_id: uuid.UUID) -> str:
    """The place code that decides about a person's record: the residence, else the registration, in scope.

    Where somebody only lived once decides while nobody else does; '' where an office outside the areas decides.
    """
    return home_codes(viewer, [person_id])[person_id]


def home_codes(viewer: Viewer, persons: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The same of many persons. One query."""
    return {person: home_among(viewer, rows) for person, rows in codes_of(persons).items()}


def codes_of(persons: Collection[uuid.UUID]) -> dict[uuid.UUID, list[tuple[str, str]]]:
    """Where each of these persons is seen, and why, for nobody in particular. One query."""
    known: dict[uuid.UUID, list[tuple[str, str]]] = {person: [] for person in persons}
    for person, code, why in Visibility.objects.filter(person_id__in=known).values_list("person_id", "code", "why"):
        known[person].append((code, why))
    return known


def home_among(viewer: Viewer, rows: Sequence[tuple[str, str]]) -> str:
    """`home_code` of somebody who is seen in these places, for these reasons."""
    order = {"lives": 0, "registered": 1, "moving": 2, "left": 3}
    tied = [row for row in rows if row[1] != "left"] or rows
    codes = [code for code, _why in sorted(tied, key=lambda row: order[row[1]]) if viewer.covers(code)]
    return codes[0] if codes else ""


def household_of_stay(spell: Spell) -> list[Member]:
    """Present members, with their persons, of the living household that the spell belongs to."""
    own = Member.objects.filter(
        person_id=spell.person_id,
        side=Household.Side.LIVING,
        left_on__isnull=True,
        household__dwelling_id=spell.dwelling_id,
    )
    members = Member.objects.select_related("person").filter(left_on__isnull=True)
    return list(members.filter(household__in=own.values("household_id")))


def on_file(kind: str, subject_id: uuid.UUID) -> bool:
    """Whether there is such a person, household or dwelling at all."""
    models = {"person": Person, "household": Household, "dwelling": Dwelling}
    return kind in models and models[kind]._default_manager.filter(pk=subject_id).exists()
