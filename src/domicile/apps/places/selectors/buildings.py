"""The house table of a building: its dwellings by entrance and floor, how each is used and how many live there."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.areas.selectors import trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.places import registry, words
from domicile.apps.places.models import Building, Dwelling, FormerAddress, OrderedPlate
from domicile.apps.places.writing import building_address, dwelling_place
from domicile.core.addresses.codes import room_code, unit_code, written
from domicile.core.addresses.kinds import floor_of

#: A building of more dwellings is shown by entrance only as far as this; the ledger of dwellings has the rest.
MOST_DWELLINGS = 2000


@dataclass(frozen=True, slots=True)
class Room:
    """One dwelling in the table."""

    id: uuid.UUID
    label: str
    use: str
    kind: str
    tied: registry.Tied
    demolished: bool
    code: str


@dataclass(frozen=True, slots=True)
class Floor:
    """The dwellings of a floor; `number` is None where the rooms do not tell it."""

    number: int | None
    rooms: list[Room]


@dataclass(frozen=True, slots=True)
class Entrance:
    """The floors of an entrance, the highest first."""

    name: str
    code: str
    floors: list[Floor]
    dwellings: int
    living: int


@dataclass(frozen=True, slots=True)
class HouseTable:
    """All that the page of a building shows."""

    building: Building
    address: str
    code: str
    plate_code: str
    trail: list[str]
    entrances: list[Entrance]
    uses: list[tuple[str, int]]
    dwellings: int
    living: int
    registered: int
    still_tied: int
    cut: bool
    mounted: list[OrderedPlate]


def house_table(viewer: Viewer, building_id: uuid.UUID) -> HouseTable:
    """The table, inside the viewer's areas. Six queries. Raises NotAllowed without `view_dwelling`, OutOfReach.

    It names nobody: figures are for everybody who may see the dwelling.
    """
    viewer.require("view_dwelling")
    rows = restrict(Building.objects.select_related("lies_on", "number_plate", "grid"), viewer)
    building = rows.filter(pk=building_id).first()
    if building is None:
        raise OutOfReach
    found = list(Dwelling.objects.filter(building=building).order_by("sort_key", "id")[: MOST_DWELLINGS + 1])
    dwellings = found[:MOST_DWELLINGS]
    tied = registry.tied([row.pk for row in dwellings])
    standing = [row for row in dwellings if row.in_use_to is None]
    uses: dict[str, int] = defaultdict(int)
    for row in standing:
        uses[row.use] += 1
    gone = [tied[row.pk] for row in dwellings if row.in_use_to is not None and row.pk in tied]
    return HouseTable(
        building=building,
        address=building_address(building),
        code=written(building.code),
        plate_code=written(building.number_plate.code) if building.number_plate else "",
        trail=trails([building.place_code]).get(building.place_code, []),
        entrances=_entrances(building, dwellings, tied),
        uses=[(words.use(use), count) for use, count in sorted(uses.items(), key=lambda pair: -pair[1])],
        dwellings=len(standing),
        living=sum(one.living for one in tied.values()),
        registered=sum(one.registered for one in tied.values()),
        still_tied=sum(max(one.living, one.registered) for one in gone),
        cut=len(found) > MOST_DWELLINGS,
        mounted=list(OrderedPlate.objects.filter(building=building).order_by("-order__ordered_on", "text")[:20]),
    )


def _entrances(building: Building, dwellings: list[Dwelling], tied: dict[uuid.UUID, registry.Tied]) -> list[Entrance]:
    by_unit: dict[str, list[Dwelling]] = defaultdict(list)
    for row in dwellings:
        by_unit[row.unit].append(row)
    return [_entrance(building, unit, by_unit[unit], tied) for unit in sorted(by_unit, key=_natural)]


def _entrance(building: Building, unit: str, rows: list[Dwelling], tied: dict[uuid.UUID, registry.Tied]) -> Entrance:
    floors: dict[int | None, list[Room]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: _natural(row.room)):
        floors[_floor(row)].append(_room(building, row, tied.get(row.pk, registry.Tied())))
    known = sorted((number for number in floors if number is not None), reverse=True)
    order: list[int | None] = [*known, *([None] if None in floors else [])]
    number = next((row.unit_number for row in rows if row.unit_number), None)
    return Entrance(
        name=dwelling_place(Dwelling(unit=unit, key="")) if unit else "",
        code=written(unit_code(building.code, number)) if building.code and unit and number else "",
        floors=[Floor(number, floors[number]) for number in order],
        dwellings=len(rows),
        living=sum(tied[row.pk].living for row in rows if row.pk in tied),
    )


def _floor(row: Dwelling) -> int | None:
    return floor_of(row.room) if row.room else floor_of(row.key.rpartition("|")[2])


def _room(building: Building, row: Dwelling, tied: registry.Tied) -> Room:
    numbered = building.code and row.number is not None
    code = written(room_code(building.code, row.unit_number or 0, row.number or 0)) if numbered else ""
    label = dwelling_place(Dwelling(room=row.room, key=row.key)) or building_address(building)
    return Room(row.pk, label, words.use(row.use), row.use, tied, row.in_use_to is not None, code)


def _natural(text: str) -> tuple[int, str]:
    digits = "".join(character for character in text if character.isdigit())
    return (int(digits) if digits else 0, text)


def codes_of(dwelling: Dwelling) -> dict[str, str]:
    """The written codes of a dwelling: its own, its building's, its plate's and its street's; '' where not given out."""
    building = Building.objects.select_related("lies_on", "number_plate").get(pk=dwelling.building_id)
    numbered = building.code and dwelling.number is not None
    return {
        "room": written(room_code(building.code, dwelling.unit_number or 0, dwelling.number or 0)) if numbered else "",
        "building": written(building.code),
        "plate": written(building.number_plate.code) if building.number_plate else "",
        "street": written(building.lies_on.code) if building.lies_on else "",
    }


def former_addresses(dwelling_ids: Any) -> Any:
    """Other and former addresses of dwellings, the latest first."""
    return FormerAddress.objects.filter(dwelling__in=dwelling_ids).order_by("dwelling_id", "-until", "id")


def stands(model: type[Building] | type[Dwelling], key: uuid.UUID) -> bool:
    """Whether a building or dwelling is on file: whoever asks has changed it."""
    return model._default_manager.filter(pk=key).exists()
