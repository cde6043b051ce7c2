"""Find dwellings by a typed address, inside the viewer's areas."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from domicile.apps.access.scopes import restrict
from domicile.apps.common.fields import next_key
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Dwelling, FormerAddress
from domicile.core.addresses import AddressError, parse

PAGE = 20
#: Former addresses read for one question; a street that was renamed has thousands.
MOST_FORMER = 1000
FIELDS = ("id", "address", "use", "place_code")


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
    """One dwelling in a list; `former` is the other or former address by which it was found."""

    id: uuid.UUID
    address: str
    use: str
    place_code: str
    former: str = ""


def read_address(text: str) -> AddressParts | None:
    """The key parts of a typed address; None where nothing in it names a place."""
    try:
        key = parse(text).address.key()
    except AddressError:
        return None
    return AddressParts(*key.split("|", 4))


def find_dwellings(viewer: Viewer, text: str, *, offset: int = 0, limit: int = PAGE + 1) -> list[DwellingLine]:
    """Dwellings at the address, in the order of streets and numbers; then those that bore it once or are also called so.

    A street alone gives all its dwellings; a building, unit or room narrows them. Without a street only scopes of a
    community or less are searched, and no former addresses. One query, one more where the page is not full.
    """
    parts = read_address(text)
    if parts is None:
        return []
    rows = _at(viewer, parts)
    lines = [
        DwellingLine(*row) for row in rows.order_by("sort_key", "id").values_list(*FIELDS)[offset : offset + limit]
    ]
    if len(lines) < limit and parts.street:
        start = max(0, offset - rows.count()) if offset else 0
        lines += _once_at(viewer, parts, {line.id for line in lines}, start, limit - len(lines))
    return lines


def _at(viewer: Viewer, parts: AddressParts) -> "QuerySet[Dwelling]":
    rows = restrict(Dwelling.objects.all(), viewer)
    if parts.street:
        rows = rows.filter(_building_q(parts))
    elif all(len(scope) >= 12 for scope in viewer.scopes):
        rows = rows.filter(building__key__contains=f"|{parts.plate}|{parts.building}") if parts.building else rows
    else:
        return Dwelling.objects.none()
    if parts.unit and parts.room:
        rows = rows.filter(key=f"{parts.unit}|{parts.room}")
    elif parts.unit:
        rows = rows.filter(key__gte=f"{parts.unit}|", key__lt=next_key(f"{parts.unit}|"))
    elif parts.room:
        rows = rows.filter(Q(key=parts.room) | Q(key__endswith=f"|{parts.room}"))
    return rows


def _once_at(
    viewer: Viewer, parts: AddressParts, found: Collection[uuid.UUID], offset: int, limit: int
) -> list[DwellingLine]:
    """Dwellings with such a former or other address, each once, besides those found by their own."""
    prefix, rest = f"{parts.street}|", (parts.plate, parts.building, parts.unit, parts.room)
    for part in rest:
        if not part:
            break
        prefix += f"{part}|"
    low = prefix.removesuffix("|") if all(rest) else prefix
    held = FormerAddress.objects.filter(key__gte=low, key__lt=next_key(low))
    rows = restrict(held, viewer, "dwelling__place_code")
    fields = ("text", "key", *(f"dwelling__{name}" for name in FIELDS))
    lines: dict[uuid.UUID, DwellingLine] = {}
    for text, key, *values in rows.order_by("key", "id").values_list(*fields)[:MOST_FORMER]:
        there = AddressParts(*key.split("|", 4)) if key.count("|") >= 4 else None
        line = DwellingLine(values[0], values[1], values[2], values[3], former=text)
        if there is not None and _agrees(parts, there) and line.id not in found:
            lines.setdefault(line.id, line)
    return list(lines.values())[offset : offset + limit]


def _agrees(asked: AddressParts, there: AddressParts) -> bool:
    names = ("street", "plate", "building", "unit", "room")
    return all(not (wanted := getattr(asked, name)) or wanted == getattr(there, name) for name in names)


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
