"""What of places can be proposed, and how a proposal reads."""

from functools import partial

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.collect.registry import Handler, Line, Part, register
from domicile.apps.collect.review.parts import parts_among
from domicile.apps.places import actions
from domicile.apps.places.models import Building, Dwelling, Street
from domicile.apps.places.words import LABELS, USES, use
from domicile.apps.places.writing import building_address, dwelling_place
from domicile.core.policy.corrections import correction_level

ADD_BUILDING, CORRECT_BUILDING = "places.add_building", "places.correct_building"
DEMOLISH_BUILDING, RESTORE_BUILDING = "places.demolish_building", "places.restore_building"
ADD_DWELLING, CORRECT_DWELLING = "places.add_dwelling", "places.correct_dwelling"
DEMOLISH_DWELLING, RESTORE_DWELLING = "places.demolish_dwelling", "places.restore_dwelling"
SET_PARTICULARS, ADD_ALIAS, RENAME_STREET = "places.set_particulars", "places.add_alias", "places.rename_street"
KINDS = (
    ADD_BUILDING, CORRECT_BUILDING, DEMOLISH_BUILDING, RESTORE_BUILDING, ADD_DWELLING, CORRECT_DWELLING,
    DEMOLISH_DWELLING, RESTORE_DWELLING, SET_PARTICULARS, ADD_ALIAS, RENAME_STREET,
)  # fmt: skip
DEMOLISHED = _("Demolished from")
#: What of a proposal can be corrected before it is accepted.
PARTS = {
    "street": Part(LABELS["street"], required=True), "plate": Part(LABELS["plate"]), "building": Part(LABELS["name"]),
    "unit": Part(LABELS["unit"]), "room": Part(LABELS["room"]), "name": Part(LABELS["street"], required=True),
    "use": Part(LABELS["use"], "choice", tuple(USES.items()), required=True), "floor_area": Part(LABELS["floor_area"]),
    "rooms": Part(LABELS["rooms"], "number"), "on": Part(DEMOLISHED, "date", required=True),
    "text": Part(LABELS["text"], required=True, longest=160), "until": Part(LABELS["until"], "date"),
}  # fmt: skip


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def describe_new_building(arguments: actions.AddBuilding) -> list[Line]:
    return [Line(LABELS["address"], "", _joined(arguments.street, arguments.plate, arguments.building))]


def describe_building(arguments: actions.CorrectBuilding) -> list[Line]:
    building = Building.objects.get(pk=arguments.building_id)
    pairs = (
        ("street", building.street, arguments.street),
        ("plate", building.plate, arguments.plate),
        ("name", building.name, arguments.building),
    )
    return [Line(LABELS[name], before, after) for name, before, after in pairs]


def describe_building_end(arguments: actions.DemolishBuilding) -> list[Line]:
    building = Building.objects.get(pk=arguments.building_id)
    return [Line(building_address(building), "", _("{label} {day}").format(label=DEMOLISHED, day=arguments.on))]


def describe_building_back(arguments: actions.RestoreBuilding) -> list[Line]:
    building = Building.objects.get(pk=arguments.building_id)
    return [Line(DEMOLISHED, str(building.in_use_to or ""), "")]


def describe_new_dwelling(arguments: actions.AddDwelling) -> list[Line]:
    building = Building.objects.get(pk=arguments.building_id)
    return [
        Line(LABELS["address"], "", _joined(building_address(building), arguments.unit, arguments.room)),
        Line(LABELS["use"], "", use(arguments.use)),
    ]


def describe_dwelling(arguments: actions.CorrectDwelling) -> list[Line]:
    dwelling = Dwelling.objects.select_related("building").get(pk=arguments.dwelling_id)
    before = building_address(dwelling.building) + dwelling_place(dwelling)
    after = (arguments.street, arguments.plate, arguments.building, arguments.unit, arguments.room)
    return [Line(LABELS["address"], before, _joined(*after))]


def describe_particulars(arguments: actions.SetParticulars) -> list[Line]:
    dwelling = Dwelling.objects.get(pk=arguments.dwelling_id)
    area = "" if dwelling.floor_area is None else str(dwelling.floor_area)
    rooms = "" if dwelling.rooms is None else str(dwelling.rooms)
    pairs = (
        ("use", use(dwelling.use), use(arguments.use)),
        ("floor_area", area, arguments.floor_area),
        ("rooms", rooms, "" if arguments.rooms is None else str(arguments.rooms)),
    )
    changed = [Line(LABELS[name], before, after) for name, before, after in pairs if before != after]
    return [Line(LABELS["address"], dwelling.address, dwelling.address), *changed]


def describe_dwelling_end(arguments: actions.DemolishDwelling) -> list[Line]:
    dwelling = Dwelling.objects.get(pk=arguments.dwelling_id)
    return [Line(LABELS["address"], dwelling.address, dwelling.address), Line(DEMOLISHED, "", str(arguments.on))]


def describe_dwelling_back(arguments: actions.RestoreDwelling) -> list[Line]:
    dwelling = Dwelling.objects.get(pk=arguments.dwelling_id)
    return [Line(LABELS["address"], dwelling.address, dwelling.address), Line(DEMOLISHED, str(dwelling.in_use_to), "")]


def describe_alias(arguments: actions.AddAlias) -> list[Line]:
    dwelling = Dwelling.objects.get(pk=arguments.dwelling_id)
    return [
        Line(LABELS["address"], dwelling.address, dwelling.address),
        Line(LABELS["text"], "", _joined(arguments.text, str(arguments.until or ""))),
    ]


def describe_street(arguments: actions.RenameStreet) -> list[Line]:
    return [Line(LABELS["street"], Street.objects.get(pk=arguments.street_id).name, arguments.name)]


def dwelling_level() -> str:
    """The level that may correct a dwelling's address today."""
    return correction_level("dwelling", timezone.localdate())


def use_level() -> str:
    """The level that may say how a dwelling is used."""
    return correction_level("dwelling_use", timezone.localdate())


def building_level() -> str:
    """The level that may add and correct buildings."""
    return correction_level("building", timezone.localdate())


def street_level() -> str:
    """The level that may rename a street."""
    return correction_level("street", timezone.localdate())


def register_all() -> None:
    """Called once at start-up."""
    pages = {
        "area": "areas:area", "building": "places:building", "dwelling": "people:dwelling", "street": "places:street",
    }  # fmt: skip
    a, building, dwelling = actions, building_level, dwelling_level
    for name, label, kind, apply, describe, level in (
        (ADD_BUILDING, _("Add a building"), a.AddBuilding, a.add_building, describe_new_building, building),
        (CORRECT_BUILDING, _("Correct the address of a building"), a.CorrectBuilding, a.correct_building,
         describe_building, building),
        (DEMOLISH_BUILDING, _("Mark a building demolished"), a.DemolishBuilding, a.demolish_building,
         describe_building_end, building),
        (RESTORE_BUILDING, _("Building not demolished after all"), a.RestoreBuilding, a.restore_building,
         describe_building_back, building),
        (ADD_DWELLING, _("Add a dwelling"), a.AddDwelling, a.add_dwelling, describe_new_dwelling, use_level),
        (CORRECT_DWELLING, _("Correct the address of a dwelling"), a.CorrectDwelling, a.correct_dwelling,
         describe_dwelling, dwelling),
        (SET_PARTICULARS, _("Change use, area or rooms of a dwelling"), a.SetParticulars, a.set_particulars,
         describe_particulars, use_level),
        (DEMOLISH_DWELLING, _("Mark a dwelling demolished"), a.DemolishDwelling, a.demolish_dwelling,
         describe_dwelling_end, dwelling),
        (RESTORE_DWELLING, _("Dwelling not demolished after all"), a.RestoreDwelling, a.restore_dwelling,
         describe_dwelling_back, dwelling),
        (ADD_ALIAS, _("Add another or former address of a dwelling"), a.AddAlias, a.add_alias, describe_alias, use_level),
        (RENAME_STREET, _("Rename a street"), a.RenameStreet, a.rename_street, describe_street, street_level),
    ):  # fmt: skip
        register(
            Handler(
                name, label, kind, apply, describe, level, pages, group="places",  # type: ignore[arg-type]
                parts=partial(parts_among, PARTS),
            )
        )  # fmt: skip
