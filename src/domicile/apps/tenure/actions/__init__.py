"""What staff can do to rentals, owners and managers. Each is applied at once or proposed (collect.actions.submit)."""

from domicile.apps.tenure.actions.holdings import (
    HOLDING_ACTIONS,
    ChangeHolder,
    EndHolding,
    change_holder,
    end_holding,
    holding_in_scope,
)
from domicile.apps.tenure.actions.rentals import (
    AFTERWARDS,
    RENTAL_ACTIONS,
    AddRental,
    ChangeTenants,
    CorrectRental,
    EndRental,
    ExtendContract,
    RecordVisit,
    add_rental,
    change_tenants,
    correct_rental,
    end_rental,
    extend_contract,
    record_visit,
    rental_in_scope,
)

ACTIONS = (*RENTAL_ACTIONS, *HOLDING_ACTIONS)

__all__ = [
    "ACTIONS",
    "AFTERWARDS",
    "HOLDING_ACTIONS",
    "RENTAL_ACTIONS",
    "AddRental",
    "ChangeHolder",
    "ChangeTenants",
    "CorrectRental",
    "EndHolding",
    "EndRental",
    "ExtendContract",
    "RecordVisit",
    "add_rental",
    "change_holder",
    "change_tenants",
    "correct_rental",
    "end_holding",
    "end_rental",
    "extend_contract",
    "holding_in_scope",
    "record_visit",
    "rental_in_scope",
]
