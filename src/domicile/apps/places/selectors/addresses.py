"""Find dwellings by a typed address, inside the viewer's areas."""

import uuid
from dataclasses import dataclass

from django.db.models import Q

from domicile.apps.access.scopes import restrict
from domicile.apps.common.fields import next_key
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Dwelling
from domicile.core.addresses import AddressError, parse

PAGE = 20


@dataclass(frozen=True, slots=True)
class AddressParts:
    """An address in the form in which buildings and dwellings are keyed; '' for a part that was not typed."""

    street: str
    plate: str
    building: str
    unit: str
    room: str


@dataclass(frozen=True, slots=True)
class DwellingLine:
    """One dwelling in a list."""

    id: uuid.UUID
    address: str
    use: str
    place_code: str


def read_address(text: str) -> AddressParts | None:
    """The key parts of a typed address; None where nothing in it names a place."""
    try:
        key = parse(text).address.key()
    except AddressError:
        return None
    return AddressParts(*key.split("|", 4))


def find_dwellings(viewer: Viewer, text: str, *, offset: int = 0, limit: int = PAGE + 1) -> list[DwellingLine]:
    """Dwellings at the address, in the order of their keys. One query; none where the text names no place.

    A street alone gives all its dwellings; a building, unit or room narrows them. Without a street only scopes of a
    community or less are searched.
    """
    parts = read_address(text)
    if parts is None:
        return []
    rows = restrict(Dwelling.objects.all(), viewer)
    if parts.street:
        rows = rows.filter(_building_q(parts))
    elif all(len(scope) >= 12 for scope in viewer.scopes):
        rows = rows.filter(building__key__contains=f"|{parts.plate}|{parts.building}") if parts.building else rows
    else:
        return []
    if parts.unit and parts.room:
        rows = rows.filter(key=f"{parts.unit}|{parts.room}")
    elif parts.unit:
        rows = rows.filter(key__gte=f"{parts.unit}|", key__lt=next_key(f"{parts.unit}|"))
    elif parts.room:
        rows = rows.filter(Q(key=parts.room) | Q(key__endswith=f"|{parts.room}"))
    order = ("building__street", "building__key", "key", "id")
    found = rows.order_by(*order).values_list("id", "address", "use", "place_code")[offset : offset + limit]
    return [DwellingLine(*row) for row in found]


def _building_q(parts: AddressParts) -> Q:
    """Buildings of the street, and of the plate and building where they were typed."""
    prefix = f"{parts.street}|"
    if parts.plate:
        prefix += f"{parts.plate}|" + (parts.building or "")
    condition = Q(building__street=parts.street)
    if parts.plate and parts.building:
        return condition & Q(building__key=prefix)
    if parts.plate:
        return condition & Q(building__key__gte=prefix, building__key__lt=next_key(prefix))
    if parts.building:
        return condition & Q(building__key__endswith=f"|{parts.building}")
    return condition
