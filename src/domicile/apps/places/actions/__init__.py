"""What staff can do to places. Most are applied at once or proposed (collect.actions.submit)."""

from domicile.apps.places.actions.buildings import (
    AddBuilding,
    CorrectBuilding,
    DemolishBuilding,
    RestoreBuilding,
    add_building,
    correct_building,
    demolish_building,
    restore_building,
)
from domicile.apps.places.actions.dwellings import (
    AddAlias,
    AddDwelling,
    CorrectDwelling,
    DemolishDwelling,
    RestoreDwelling,
    SetParticulars,
    add_alias,
    add_dwelling,
    correct_dwelling,
    demolish_dwelling,
    restore_dwelling,
    set_particulars,
)
from domicile.apps.places.actions.plates import Order, cancel_order, mark_plates, order_plates
from domicile.apps.places.actions.streets import RenameStreet, give_out_codes, rename_street

__all__ = [
    "AddAlias",
    "AddBuilding",
    "AddDwelling",
    "CorrectBuilding",
    "CorrectDwelling",
    "DemolishBuilding",
    "DemolishDwelling",
    "Order",
    "RenameStreet",
    "RestoreBuilding",
    "RestoreDwelling",
    "SetParticulars",
    "add_alias",
    "add_building",
    "add_dwelling",
    "cancel_order",
    "correct_building",
    "correct_dwelling",
    "demolish_building",
    "demolish_dwelling",
    "give_out_codes",
    "mark_plates",
    "order_plates",
    "rename_street",
    "restore_building",
    "restore_dwelling",
    "set_particulars",
]
