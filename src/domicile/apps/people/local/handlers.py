"""How entered local fields read as a proposal."""

import uuid

from django.utils.translation import gettext_lazy as _

from domicile.apps.collect.registry import Handler, Line, register
from domicile.apps.localfields import values
from domicile.apps.localfields.models import LocalField
from domicile.apps.people.local.action import ACTION, LocalValues, set_values


def describe(arguments: LocalValues) -> list[Line]:
    """Each field before and after; a field that has ended since says so and nothing else."""
    given = {uuid.UUID(key): text for key, text in arguments.values.items()}
    rows = list(LocalField.objects.filter(pk__in=given).prefetch_related("choices").order_by("scope", "label_zh"))
    before, after = values.values_of(arguments.subject_id, rows), values.unlocked(arguments.subject_id, given)
    return [
        Line(row.label, values.told(row, before.get(row.pk, "")), values.told(row, after.get(row.pk, "")))
        if row.state == LocalField.State.APPROVED
        else Line(row.label, "", str(_("ended, values erased")))
        for row in rows
    ]


def register_handler(pages: dict[str, str]) -> None:
    """Called once at start-up. What is told at the door is decided from the grid upward."""
    register(
        Handler(ACTION, _("Enter local fields"), LocalValues, set_values, describe, lambda: "grid", pages),
    )
