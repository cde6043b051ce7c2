"""How addresses of buildings and dwellings are typed, written and keyed."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.selectors import trails
from domicile.apps.common.refusals import Refused
from domicile.apps.places.models import Building, Dwelling
from domicile.core.addresses import Address, AddressError, parse

COMMUNITY_STEPS = 3  # county, township, community
LONGEST = {"street": 64, "plate": 32, "building": 64, "unit": 32, "room": 32}


@dataclass(frozen=True)
class Written:
    """A typed address in standard form: its parts, and the keys of building and dwelling."""

    address: Address
    street: str
    plate: str
    building: str
    unit: str
    room: str
    building_key: str
    dwelling_key: str


def typed(*, street: str, plate: str = "", building: str = "", unit: str = "", room: str = "") -> Written:
    """What was typed into the fields of an address. Raises Refused at the field that cannot be read."""
    given = {"street": street, "plate": plate, "building": building, "unit": unit, "room": room}
    given = {name: "".join(text.split()) for name, text in given.items()}
    for name, text in given.items():
        if len(text) > LONGEST[name] or "|" in text:
            raise Refused(_("This is too long, or has a character that no address has."), name)
    text = "".join(
        (
            given["street"],
            _with(given["plate"], "号", ("号", "号院")),
            _with(given["building"], "座" if given["building"].isalpha() else "幢", ("幢", "栋", "座", "楼")),
            _with(given["unit"], "单元", ("单元", "门", "梯")),
            _with(given["room"], "室", ("室", "房", "户")),
        )
    )
    if not text:
        raise Refused(_("Enter at least a street, a compound or a building."), "street")
    try:
        address = parse(text).address
    except AddressError:
        raise Refused(
            _(
                "This cannot be read as an address. Write the street or compound as on the street sign: 人民路, 锦绣花园."
            ),
            "street",
        ) from None
    found = address.key().split("|", 4)
    read = dict(zip(("street", "plate", "building", "unit", "room"), found, strict=True))
    for name, held in given.items():
        # A compound beside a street stands where the number would: 人民路锦绣花园.
        if bool(held) != bool(read[name]) and not (name == "plate" and not held):
            raise Refused(_("This part of the address cannot be read. Give the number alone, such as 3 or 501."), name)
    if address.detail is not None:
        raise Refused(_("“{text}” cannot be read as a part of the address.").format(text=address.detail), "street")
    return Written(
        address=address,
        street=address.street or read["street"],
        plate=address.plate or "",
        building=address.building or "",
        unit=address.unit or "",
        room=address.room or "",
        building_key=address.building_key(),
        dwelling_key="|".join(found[3:]),
    )


def _with(text: str, word: str, endings: tuple[str, ...]) -> str:
    return text if not text or text.endswith(endings) else text + word


def typed_parts(building: Building) -> dict[str, str]:
    """The parts of a building's address as the fields of `typed` take them."""
    return {
        "street": building.street + _compound(building),
        "plate": plain(building.plate, "号院", "号"),
        "building": plain(building.name, "幢", "栋", "座", "楼"),
    }


def _compound(building: Building) -> str:
    """The compound beside a street, which stands in the key where the number would; '' where there is a number."""
    return building.key.split("|", 2)[1] if not building.plate and building.key.count("|") >= 2 else ""


def inside(building: Building, unit: str, room: str, like: str) -> Written:
    """The address of a dwelling of a building; `like` is the address of another one there, '' for none."""
    place = typed(street="人民路", plate="1", building="1", unit=unit, room=room)
    try:
        lower = parse(like).address
    except AddressError:
        lower = Address()
    if lower.building_key() != building.key:
        parts = typed_parts(building)
        lower = Address(
            street=parts["street"] or None, plate=parts["plate"] or None, building=parts["building"] or None
        )
    lower = replace(lower, unit=place.address.unit, room=place.address.room, floor=None, detail=None)
    return replace(place, address=lower, building_key=building.key)


def plain(text: str, *words: str) -> str:
    """A part without its word, as the fields show it: 12号 is 12."""
    for word in words:
        text = text.removesuffix(word)
    return text


def building_address(building: Building) -> str:
    """Street, plate and building in words, without the areas: 人民路12号3幢, 人民路锦绣花园3幢."""
    name = building.name
    return (
        building.street
        + _compound(building)
        + _with(building.plate, "号", ("号", "号院"))
        + _with(name, "座" if name.isascii() and name.isalpha() else "幢", ("幢", "栋", "座", "楼"))
    ) or building.key.replace("|", " ").strip()


def dwelling_place(dwelling: Dwelling) -> str:
    """Entrance and room in words, inside the building: 2单元501室."""
    unit = _with(dwelling.unit, "单元", ("单元", "门", "梯"))
    room = _with(dwelling.room, "室", ("室", "房", "户"))
    return unit + room or dwelling.key.replace("|", " ").strip()


def full_address(lower: Address, like: str, place_code: str) -> str:
    """The address with areas before it: those of the address `like`, else those of the place code."""
    if like:
        try:
            upper = parse(like).address
        except AddressError:
            pass
        else:
            areas = {
                name: getattr(upper, name) for name in ("province", "prefecture", "county", "township", "community")
            }
            keep = upper.village if lower.village is None and lower.street is not None else lower.village
            return replace(lower, village=keep, **areas).text()
    above = trails([place_code], from_level=3).get(place_code, [])[:COMMUNITY_STEPS]
    return "".join(above) + lower.text(areas=False)
