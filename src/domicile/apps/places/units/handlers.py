"""What of units can be proposed, and how a proposal reads."""

import uuid
from collections.abc import Collection
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.scopes import restrict
from domicile.apps.collect.registry import Handler, Line, Named, Part, register, register_namer
from domicile.apps.collect.review.parts import parts_among
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Dwelling, Unit
from domicile.apps.places.units import actions, words
from domicile.core.policy.corrections import correction_level

#: What of a proposal can be corrected before it is accepted.
PARTS = {
    "name": Part(words.LABELS["name"], required=True),
    "kind": Part(words.LABELS["kind"], "choice", words.KINDS, required=True),
    "credit_code": Part(words.LABELS["credit_code"]),
    "responsible": Part(words.LABELS["responsible"]),
    "phone": Part(_("Phone"), sealed=True, longest=40),
    "employees": Part(words.LABELS["employees"], "number"),
    "lodged": Part(words.LABELS["lodged"], "number"),
    "since": Part(words.LABELS["in_use_from"], "date"),
    "remark": Part(words.LABELS["remark"], longest=200),
    "closed_on": Part(words.LABELS["in_use_to"], "date", required=True),
}


def level() -> str:
    """The level that may enter and correct units today."""
    return correction_level("unit", timezone.localdate())


def describe_new(arguments: actions.AddUnit) -> list[Line]:
    address = arguments.address
    if arguments.dwelling_id is not None:
        address = Dwelling.objects.get(pk=arguments.dwelling_id).address
    values = [
        (words.LABELS["name"], arguments.name),
        (words.LABELS["kind"], words.kind(arguments.kind)),
        (words.LABELS["address"], address),
        (words.LABELS["credit_code"], arguments.credit_code),
        (words.LABELS["responsible"], arguments.responsible),
        (words.LABELS["employees"], arguments.employees),
        (words.LABELS["lodged"], arguments.lodged),
    ]
    return [Line(label, "", str(value)) for label, value in values if value not in (None, "")]


def describe_correction(arguments: actions.CorrectUnit) -> list[Line]:
    unit = Unit.objects.get(pk=arguments.unit_id)
    pairs = [
        ("name", unit.name, arguments.name),
        ("kind", words.kind(unit.kind), words.kind(arguments.kind)),
        ("credit_code", unit.credit_code, arguments.credit_code),
        ("responsible", unit.responsible, arguments.responsible),
        ("employees", unit.employees, arguments.employees),
        ("lodged", unit.lodged, arguments.lodged),
        ("in_use_from", unit.in_use_from, arguments.since),
        ("remark", unit.remark, arguments.remark),
    ]
    lines = [Line(words.LABELS[key], _text(old), _text(new)) for key, old, new in pairs if _text(old) != _text(new)]
    if arguments.phone or arguments.no_phone:
        lines.append(Line(_("Phone"), "", str(_("none") if arguments.no_phone else _("a new number"))))
    return [Line(_("The unit"), unit.name, unit.name), *lines]


def describe_closing(arguments: actions.CloseUnit) -> list[Line]:
    unit = Unit.objects.get(pk=arguments.unit_id)
    return [Line(_("The unit"), unit.name, unit.name), Line(words.LABELS["in_use_to"], "", _text(arguments.closed_on))]


def names(viewer: Viewer, units: Collection[uuid.UUID]) -> dict[uuid.UUID, Named]:
    """What units inside the viewer's areas are called. One query."""
    rows = restrict(Unit.objects.filter(pk__in=units), viewer)
    return {key: Named(name) for key, name in rows.values_list("pk", "name")}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def register_all() -> None:
    """Called once at start-up."""
    register_namer("unit", names)
    pages = {"unit": "units:unit"}
    for name, title, arguments, apply, describe in (
        (actions.ADD, _("Add a unit"), actions.AddUnit, actions.add_unit, describe_new),
        (actions.CORRECT, _("Correct a unit"), actions.CorrectUnit, actions.correct_unit, describe_correction),
        (actions.CLOSE, _("Close a unit"), actions.CloseUnit, actions.close_unit, describe_closing),
    ):
        register(
            Handler(
                name, title, arguments, apply, describe, level, pages, group="units",  # type: ignore[arg-type]
                parts=partial(parts_among, PARTS),
            )
        )  # fmt: skip
