"""The local fields of one person or dwelling with what is entered in them."""

import uuid
from dataclasses import dataclass

from django.utils import timezone

from domicile.apps.common.viewer import Viewer
from domicile.apps.localfields import values
from domicile.apps.localfields.columns import columns
from domicile.apps.localfields.models import LocalField
from domicile.apps.localfields.selectors import any_in_force, fields_at
from domicile.apps.people.identity.reading import ids_of
from domicile.apps.people.local.action import place_of
from domicile.apps.screens.list import Column

READS = {"person": "view_person", "dwelling": "view_dwelling"}


@dataclass(frozen=True)
class Entered:
    """A field and what is entered, in words; '' where nothing is."""

    field: LocalField
    told: str


def local_columns(viewer: Viewer, kind: str, within: str) -> dict[str, Column]:
    """The columns that a ledger of persons or dwellings offers besides its own; none to whoever may not read a card."""
    return columns(viewer, kind, timezone.localdate(), within) if viewer.may(READS[kind]) else {}


def entered(viewer: Viewer, kind: str, subject_id: uuid.UUID) -> list[Entered]:
    """What a card shows. One query where no field is in force, eight or so else."""
    today = timezone.localdate()
    if not viewer.may(READS[kind]) or not viewer.scopes or not any_in_force(viewer, kind, today):
        return []
    fields = fields_at(place_of(viewer, kind, subject_id), kind, today)
    held: dict[uuid.UUID, str] = {}
    for one in reversed(ids_of(subject_id) if kind == LocalField.Subject.PERSON else [subject_id]):
        held |= values.values_of(one, fields)  # what the record that stands holds goes before
    return [Entered(one, values.told(one, held.get(one.pk, ""))) for one in fields]
