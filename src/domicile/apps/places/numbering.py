"""Codes given out to streets, plates, buildings and dwellings (core.addresses.codes), set by set.

A code is given out once and kept. Streets and plates are found by the buildings that lie on them: the same name in two
communities is two streets until somebody says that it is one.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet

from domicile.apps.places.models import Building, Dwelling, Plate, Street
from domicile.core.addresses.codes import LETTERS, Kind, issued, serial_of
from domicile.core.addresses.kinds import street_kind

COUNTY = 6
AT_ONCE = 500
_LOCK = 0x706C6163  # one giver at a time; SQLite has one writer anyway


def hold(connection: BaseDatabaseWrapper) -> None:
    """Wait for others who give out codes; holds until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def number_building(building: Building) -> None:
    """Set street, plate and code of a building that is about to be stored. Inside the transaction that stores it."""
    _give([building])


def number_dwelling(dwelling: Dwelling) -> None:
    """Set the numbers of a dwelling that is about to be stored in its building. Inside the same transaction."""
    hold(connections[Dwelling.objects.db])
    held = Dwelling.objects.filter(building_id=dwelling.building_id).exclude(pk=dwelling.pk)
    rows = list(held.values_list("unit", "unit_number", "number"))
    dwelling.number = 1 + max((number or 0 for _, _, number in rows), default=0)
    if not dwelling.unit:
        dwelling.unit_number = 0
        return
    same = [entrance for unit, entrance, _ in rows if unit == dwelling.unit and entrance]
    dwelling.unit_number = same[0] if same else 1 + max((entrance or 0 for _, entrance, _ in rows), default=0)


def give_out(buildings: "QuerySet[Building]") -> int:
    """Give codes to those of `buildings` and of their dwellings that have none; returns to how many buildings.

    Inside a transaction. A query for every AT_ONCE rows that are numbered.
    """
    bare = list(buildings.filter(code=""))
    _give(bare)
    for start in range(0, len(bare), AT_ONCE):
        Building.objects.bulk_update(bare[start : start + AT_ONCE], ["lies_on", "number_plate", "code"])
    _number_dwellings(buildings)
    return len(bare)


def _give(buildings: Collection[Building]) -> None:
    if not buildings:
        return
    hold(connections[Building.objects.db])
    _lay_on_streets(buildings)
    hang_plates(buildings)
    codes = _Codes(Building, "building")
    for building in buildings:
        if not building.code:
            building.code = codes.next(building.community_code)


def _lay_on_streets(buildings: Iterable[Building]) -> None:
    named = [building for building in buildings if building.street]
    communities = {building.community_code for building in named}
    held = Building.objects.filter(community_code__in=communities, street__in={row.street for row in named})
    found: dict[Any, Any] = {
        (community, name): street
        for community, name, street in held.exclude(lies_on=None).values_list("community_code", "street", "lies_on_id")
    }
    codes, made = _Codes(Street, "street"), []
    for building in named:
        key = (building.community_code, building.street)
        if key not in found:
            street = Street(name=building.street, kind=street_kind(building.street))
            street.code = codes.next(building.community_code)
            made.append(street)
            found[key] = street.pk
        building.lies_on_id = found[key]
    Street.objects.bulk_create(made)


def hang_plates(buildings: Iterable[Building]) -> None:
    """Set the number plates of buildings that lie on a street; plates that are new are stored."""
    numbered = [building for building in buildings if building.plate and building.lies_on_id]
    streets = {building.lies_on_id for building in numbered if building.lies_on_id is not None}
    held = Plate.objects.filter(street_id__in=streets).values_list("street_id", "text", "pk")
    found: dict[Any, Any] = {(street, text): plate for street, text, plate in held}
    codes, made = _Codes(Plate, "plate"), []
    for building in numbered:
        street: Any = building.lies_on_id
        key = (street, building.plate)
        if key not in found:
            plate = Plate(street_id=street, text=building.plate)
            plate.code = codes.next(building.community_code)
            made.append(plate)
            found[key] = plate.pk
        building.number_plate_id = found[key]
    Plate.objects.bulk_create(made)


class _Codes:
    """The next codes of a kind, county by county; one query for each county."""

    def __init__(self, model: type[Model], kind: Kind) -> None:
        self.rows: QuerySet[Any] = model._default_manager.all()
        self.kind = kind
        self.last: dict[str, int] = {}

    def next(self, community: str) -> str:
        county = community[:COUNTY]
        if county not in self.last:
            low, high = f"{county}{LETTERS[self.kind]}", f"{county}{chr(ord(LETTERS[self.kind]) + 1)}"
            given = self.rows.filter(code__gte=low, code__lt=high).order_by("-code").values_list("code", flat=True)
            self.last[county] = serial_of(given.first() or "")
        self.last[county] += 1
        return issued(self.kind, county, self.last[county])


def _number_dwellings(buildings: "QuerySet[Building]") -> None:
    """Number what is not numbered: entrances by their name, dwellings by their key."""
    bare = Dwelling.objects.filter(building__in=buildings.values("pk"), number=None).values("building_id")
    held = Dwelling.objects.filter(building_id__in=bare).only("building_id", "unit", "unit_number", "number")
    rows = list(held.order_by("building_id", "key", "id"))
    last: dict[Any, int] = {}
    entrances: dict[Any, dict[str, int]] = {}
    for row in rows:
        last[row.building_id] = max(last.get(row.building_id, 0), row.number or 0)
        if row.unit and row.unit_number:
            entrances.setdefault(row.building_id, {})[row.unit] = row.unit_number
    changed = []
    for row in rows:
        if row.number is None:
            last[row.building_id] += 1
            row.number = last[row.building_id]
            row.unit_number = _entrance(entrances.setdefault(row.building_id, {}), row.unit)
            changed.append(row)
    Dwelling.objects.bulk_update(changed, ["unit_number", "number"], batch_size=AT_ONCE)


def _entrance(known: dict[str, int], unit: str) -> int:
    if not unit:
        return 0
    if unit not in known:
        known[unit] = 1 + max(known.values(), default=0)
    return known[unit]
