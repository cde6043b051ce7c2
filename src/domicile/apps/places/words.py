"""Places in the words of the reader's language."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.apps.places.models import OrderedPlate
from domicile.core.codes.lists import code_list

USES = {
    "owner_occupied": _("owner-occupied"),
    "let": _("let"),
    "vacant": _("vacant"),
    "commercial": _("commercial"),
    "collective": _("collective"),
    "work_shed": _("work shed"),
    "other": _("other use"),
    "unknown": _("use not known"),
}
PLATE_KINDS = {
    OrderedPlate.Kind.STREET: _("street sign"),
    OrderedPlate.Kind.PLATE: _("number plate"),
    OrderedPlate.Kind.BUILDING: _("building plate"),
    OrderedPlate.Kind.UNIT: _("entrance plate"),
    OrderedPlate.Kind.ROOM: _("door plate"),
}
PLATE_REASONS = {
    OrderedPlate.Reason.NEW: _("never had one"),
    OrderedPlate.Reason.MISSING: _("lost"),
    OrderedPlate.Reason.DAMAGED: _("damaged"),
    OrderedPlate.Reason.CHANGED: _("name or number changed"),
}
LABELS: dict[str, Any] = {
    "street": _("Street or compound"),
    "plate": _("Number plate"),
    "name": _("Building"),
    "unit": _("Entrance"),
    "room": _("Room"),
    "address": _("Address"),
    "use": _("Use"),
    "floor_area": _("Floor area"),
    "rooms": _("Rooms"),
    "in_use_from": _("In use from"),
    "in_use_to": _("In use until"),
    "text": _("Other or former address"),
    "until": _("Former address until"),
}


def use(key: str) -> str:
    """A dwelling's use."""
    return str(USES.get(key, key))


def element(kind: str) -> str:
    """What a street is by the list of address elements."""
    return code_list("address_element").name(kind, get_language() or "zh") if kind else ""


def plate_state(line: OrderedPlate) -> str:
    """How far a plate has come."""
    if line.mounted_on:
        return str(_("mounted {day}").format(day=line.mounted_on))
    return str(_("arrived {day}").format(day=line.delivered_on) if line.delivered_on else _("ordered"))


def told(table: str, column: str, value: Any) -> tuple[Any, str] | None:
    """A column of a change in words; None for what is not told."""
    tables = {"places_building", "places_dwelling", "places_street", "places_formeraddress"}
    label = LABELS.get(column)
    if table not in tables or label is None:
        return None
    if value is None:
        return label, ""
    if column == "use":
        return label, use(str(value))
    if table == "places_street":
        return LABELS["street"], str(value)
    return label, str(value)
