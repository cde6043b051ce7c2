"""Which plates are lacking, and what stands on each."""

from collections.abc import Sequence

from django.db.models import QuerySet

from domicile.apps.places.models import Building, Dwelling, OrderedPlate, PlateOrder
from domicile.apps.places.writing import building_address, dwelling_place
from domicile.core.addresses.codes import room_code, unit_code

KIND = OrderedPlate.Kind

#: The lines of an order as they are listed: by kind, then as the addresses stand in the street.
IN_ORDER = ("kind", "building__sort_key", "dwelling__sort_key", "text", "code")


def plates_of(buildings: "QuerySet[Building]", kinds: Sequence[str]) -> list[OrderedPlate]:
    """All plates of some buildings that have a code, as lines of no order."""
    return wanted_plates(PlateOrder(), buildings, kinds, reason=OrderedPlate.Reason.NEW, again=True)


def wanted_plates(
    order: PlateOrder, buildings: "QuerySet[Building]", kinds: Sequence[str], *, reason: str, again: bool
) -> list[OrderedPlate]:
    """The lines of an order, not stored, by address. A fixed number of queries."""
    rows = list(buildings.select_related("lies_on", "number_plate").order_by("sort_key"))
    lines: dict[str, OrderedPlate] = {}

    def add(kind: str, building: Building, text: str, code: str, dwelling: Dwelling | None = None) -> None:
        if code and code not in lines:
            lines[code] = OrderedPlate(
                order=order, kind=kind, reason=reason, building=building, dwelling=dwelling, text=text[:160], code=code
            )

    inside = _dwellings(buildings) if {KIND.UNIT, KIND.ROOM} & set(kinds) else {}
    for building in rows:
        if KIND.STREET in kinds and building.lies_on is not None:
            add(KIND.STREET, building, building.lies_on.name, building.lies_on.code)
        if KIND.PLATE in kinds and building.number_plate is not None:
            number = Building(street=building.street, plate=building.plate, key="")
            add(KIND.PLATE, building, building_address(number), building.number_plate.code)
        if KIND.BUILDING in kinds and building.name:
            add(KIND.BUILDING, building, building_address(building), building.code)
        for dwelling in inside.get(building.pk, ()):
            if KIND.UNIT in kinds and dwelling.unit and dwelling.unit_number:
                text = building_address(building) + dwelling_place(Dwelling(unit=dwelling.unit, key=""))
                add(KIND.UNIT, building, text, unit_code(building.code, dwelling.unit_number))
            if KIND.ROOM in kinds and dwelling.number is not None and (dwelling.unit or dwelling.room):
                text = building_address(building) + dwelling_place(dwelling)
                code = room_code(building.code, dwelling.unit_number or 0, dwelling.number)
                add(KIND.ROOM, building, text, code, dwelling)
    if not again:
        for code in OrderedPlate.objects.filter(order__place_code=order.place_code).values_list("code", flat=True):
            lines.pop(code, None)
    return list(lines.values())


def _dwellings(buildings: "QuerySet[Building]") -> dict[object, list[Dwelling]]:
    rows = Dwelling.objects.filter(building__in=buildings.values("pk"), in_use_to=None).order_by(
        "building_id", "sort_key"
    )
    found: dict[object, list[Dwelling]] = {}
    for row in rows:
        found.setdefault(row.building_id, []).append(row)
    return found
