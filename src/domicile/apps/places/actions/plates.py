"""Order plates, and keep how far each has come: delivered, mounted."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.places import numbering
from domicile.apps.places.actions.addresses import note_update
from domicile.apps.places.models import Building, OrderedPlate, PlateOrder
from domicile.apps.places.plates import wanted_plates
from domicile.apps.places.scope import order_in_scope
from domicile.core.codes.areas import NO_GRID

COMMUNITY = 12
MOST_LINES = 3000


@dataclass(frozen=True)
class Order:
    """Which plates: of which community, of which kinds; why."""

    community: str
    kinds: tuple[str, ...]
    reason: str = OrderedPlate.Reason.NEW.value
    again: bool = False
    note: str = ""


@transaction.atomic
def order_plates(*, actor: Viewer, arguments: Order, today: dt.date) -> PlateOrder:
    """Make an order; codes are given out to what has none. Raises Refused when no plate is lacking, NotAllowed.

    What was ordered before is left out unless `again` (plates that are lost or damaged).
    """
    _check_may(actor, arguments.community)
    buildings = Building.objects.filter(community_code=arguments.community, in_use_to=None)
    kinds = [kind for kind in OrderedPlate.Kind.values if kind in arguments.kinds]
    if not kinds:
        raise Refused(_("Choose at least one kind of plate."), "kinds")
    if arguments.reason not in OrderedPlate.Reason.values:
        raise Refused(_("Choose the reason from the list."), "reason")
    order = PlateOrder(
        place_code=arguments.community + NO_GRID, ordered_on=today, note=without_numbers(arguments.note.strip())[:200]
    )
    with recording(
        actor=actor, action="places.order_plates", subject_kind="plate_order", subject_id=order.pk,
        place_code=order.place_code,
    ) as change:  # fmt: skip
        numbering.give_out(buildings)
        lines = wanted_plates(order, buildings, kinds, reason=arguments.reason, again=arguments.again)
        if not lines:
            raise Refused(_("No such plate is lacking: all are ordered already, or have no number."), "kinds")
        if len(lines) > MOST_LINES:
            raise Refused(
                _("These are {count} plates, and an order has at most {most}. Choose fewer kinds.").format(
                    count=len(lines), most=MOST_LINES
                ),
                "kinds",
            )
        change.create(order)
        change.create_many(lines)
    return order


@transaction.atomic
def mark_plates(
    *, actor: Viewer, order_id: uuid.UUID, lines: Collection[uuid.UUID], delivered_on: dt.date | None = None,
    mounted_on: dt.date | None = None, today: dt.date,
) -> int:  # fmt: skip
    """Note that plates were delivered or mounted on a day; returns how many. A mounted one was delivered by then."""
    order = order_in_scope(actor, order_id, lock=True)
    _check_may(actor, order.place_code[:COMMUNITY])
    day = mounted_on or delivered_on
    if day is None or day > today or day < order.ordered_on:
        raise Refused(_("Choose a day between the order and today."), "on")
    rows = list(order.lines.filter(pk__in=lines)) if lines else []
    if not rows:
        raise Refused(_("Choose the plates."), "lines")
    with recording(
        actor=actor, action="places.mark_plates", subject_kind="plate_order", subject_id=order.pk,
        place_code=order.place_code,
    ) as change:  # fmt: skip
        changed = []
        for row in rows:
            given = {"delivered_on": row.delivered_on or day}
            if mounted_on is not None:
                given["mounted_on"] = mounted_on
                given["delivered_on"] = min(row.delivered_on or day, day)
            if note_update(row, given, change):
                changed.append(row)
        if changed:
            OrderedPlate.objects.bulk_update(changed, ["delivered_on", "mounted_on"], batch_size=500)
    return len(changed)


@transaction.atomic
def cancel_order(*, actor: Viewer, order_id: uuid.UUID) -> None:
    """Take an order back of which nothing was delivered yet."""
    order = order_in_scope(actor, order_id, lock=True)
    _check_may(actor, order.place_code[:COMMUNITY])
    lines = list(order.lines.all())
    if any(line.delivered_on for line in lines):
        raise Refused(_("Plates of this order were delivered already: it cannot be taken back."))
    with recording(
        actor=actor, action="places.cancel_order", subject_kind="plate_order", subject_id=order.pk,
        place_code=order.place_code,
    ) as change:  # fmt: skip
        change.values.append([OrderedPlate._meta.db_table, "", "cancel", {"rows": [len(lines), 0]}])
        order.lines.all().delete()
        change.delete(order)


def _check_may(actor: Viewer, community: str) -> None:
    if not actor.may("apply_change") or len(community) != COMMUNITY or not actor.covers(community):
        raise NotAllowed("order_plates")
