"""Reads of units, inside the viewer's areas."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from domicile.apps.access.log import record_look
from domicile.apps.access.scopes import restrict
from domicile.apps.areas.selectors import trails
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.selectors import waiting_about
from domicile.apps.collect.told import ToldChange, changes_of, told
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Building, Dwelling, Unit
from domicile.apps.places.selectors.addresses import read_address
from domicile.apps.places.units import words
from domicile.apps.places.units.actions import ACTIONS, unit_in_scope
from domicile.apps.vault.sealing import binding, data_keys, decrypt
from domicile.core.codes.phones import mask_phone


@dataclass(frozen=True, slots=True)
class UnitCard:
    """All that the card shows; the phone is masked unless the viewer asked to see it."""

    unit: Unit
    kind: str
    small_place: bool
    trail: list[str]
    phone: str
    phone_shown: bool
    changes: list[ToldChange] | None
    waiting: list[Proposal]


def units(viewer: Viewer) -> "QuerySet[Unit]":
    """Units inside the viewer's areas, open and closed, by place and name."""
    return restrict(Unit.objects.all(), viewer).order_by("place_code", "name", "id")


def units_at(viewer: Viewer, dwelling: Dwelling) -> list[Unit]:
    """Open units in a dwelling. One query."""
    return list(units(viewer).filter(dwelling=dwelling, in_use_to=None))


def unit_card(viewer: Viewer, unit_id: uuid.UUID, *, show_number: bool = False) -> UnitCard:
    """The card, after the look is recorded: as `unit`, or `number` when the phone is shown in full.

    Raises NotAllowed without `view_dwelling` (for the phone `view_number_full`), OutOfReach outside the areas.
    """
    viewer.require("view_dwelling")
    if show_number:
        viewer.require("view_number_full")
    unit = unit_in_scope(viewer, unit_id)
    told_to = viewer.may("view_history") or viewer.may("propose_change")
    history = told(viewer, changes_of([unit.pk], ACTIONS), words.told) if told_to else None
    card = UnitCard(
        unit=unit,
        kind=words.kind(unit.kind),
        small_place=words.is_small_place(unit.kind),
        trail=trails([unit.place_code]).get(unit.place_code, []),
        phone=phones([unit], full=show_number).get(unit.pk, ""),
        phone_shown=show_number,
        changes=history,
        waiting=waiting_about(viewer, [unit.pk]),
    )
    record_look(viewer, question="number" if show_number else "unit")
    return card


def phones(rows: Sequence[Unit], *, full: bool = False) -> dict[uuid.UUID, str]:
    """The phones of many units by id, masked unless `full`; '' where there is none. One query."""
    held = [row for row in rows if row.phone]
    keys = data_keys(row.pk for row in held)
    found = {}
    for row in held:
        if row.pk in keys:  # erased else
            bound = binding(row._meta.db_table, "phone", row.pk)
            number = decrypt(keys[row.pk], bytes(row.phone), bound).decode()
            found[row.pk] = number if full else mask_phone(number)
    return found


def place_of(viewer: Viewer, text: str) -> tuple[Dwelling | None, Building | None]:
    """The one dwelling in use at a typed address inside the viewer's areas, else the one building. Two queries."""
    parts = read_address(text)
    if parts is None or not parts.street:
        return None, None
    key = f"{parts.street}|{parts.plate}|{parts.building}"
    houses = list(restrict(Building.objects.filter(key=key, in_use_to=None), viewer)[:2])
    if len(houses) != 1:
        return None, None
    door = f"{parts.unit}|{parts.room}" if parts.unit else parts.room
    rooms = list(houses[0].dwellings.filter(Q(key=door), in_use_to=None)[:2]) if door else []
    return (rooms[0], None) if len(rooms) == 1 else (None, houses[0])
