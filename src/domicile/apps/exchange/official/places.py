"""Areas, grids and units as their sheets."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import orjson
from django.db.models import Q

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Area, AreaChange, Grid, GridStaff
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.official.reading import LISTED, Opener, day, grid_of, slices, whole_addresses, word
from domicile.apps.places.models import Unit

Lines = Iterator[tuple[list[Any], list[list[Any]]]]  # persons shown, and rows in the layout's order


def areas(viewer: Viewer, place: str) -> Lines:
    """Areas of today and of the past, with those they lie in: a table that can be loaded from nothing."""
    above = Q(code__in=[place[:length].ljust(12, "0") for length in (2, 4, 6, 9)])
    rows = Area.objects.filter(prefix_q("code", place[:12]) | above).defer("boundary").order_by("code", "valid_from")
    for part in slices(rows):
        ties = defaultdict(list)
        for tie in AreaChange.objects.filter(from_code__in={row.code for row in part}).order_by("to_code"):
            ties[tie.from_code, tie.on].append(tie)
        lines = []
        for row in part:
            own = ties.get((row.code, row.valid_to), [])
            change = word("area_change", own[0].kind) if own else ""
            followers = LISTED.join(dict.fromkeys(tie.to_code for tie in own))
            dates = [day(row.valid_from), day(row.valid_to)]
            lines.append([row.code, row.urban_rural, row.name, *dates, change, followers])
        yield [], lines


def grids(viewer: Viewer, place: str) -> Lines:
    """Grids in force with staff, buildings and boundary."""
    rows = restrict(Grid.objects.filter(prefix_q("code", place), valid_to=None), viewer, "code").order_by("code")
    for part in slices(rows.prefetch_related("staff", "named_buildings")):
        staff = {row.pk: sorted((s for s in row.staff.all() if s.valid_to is None), key=_in_order) for row in part}
        opener = Opener(one.pk for members in staff.values() for one in members if one.phone)
        lines = []
        for row in part:
            workers = [one for one in staff[row.pk] if one.duty == GridStaff.Duty.WORKER]
            leaders = [one for one in staff[row.pk] if one.duty == GridStaff.Duty.LEADER]
            first = next(iter(workers or leaders), None)
            buildings = sorted(row.named_buildings.all(), key=_in_order)
            lines.append([
                row.code, row.name, row.code[:12], word("grid_kind", row.special_kind or "general"),
                next((one.name for one in leaders), ""), LISTED.join(one.name for one in workers),
                opener.value(first, "phone", first.pk) if first else "", LISTED.join(one.text for one in buildings),
                orjson.dumps(row.boundary).decode() if row.boundary else "", day(row.valid_from),
            ])  # fmt: skip
        yield [], lines


def _in_order(row: Any) -> Any:
    return row.pk


def units(viewer: Viewer, place: str) -> Lines:
    """Units that are open."""
    rows = Unit.objects.filter(prefix_q("place_code", place), in_use_to=None).order_by("place_code", "address", "pk")
    for part in slices(restrict(rows, viewer)):
        opener = Opener(row.pk for row in part if row.phone)
        addresses = whole_addresses([(row.address, row.place_code) for row in part])
        yield [], [
            [
                row.name, row.credit_code, word("unit_kind", row.kind), address, grid_of(row.place_code), row.responsible,
                opener.value(row, "phone", row.pk), number(row.employees), number(row.lodged), row.remark,
            ]
            for row, address in zip(part, addresses, strict=True)
        ]  # fmt: skip


def number(value: Any) -> str:
    return "" if value is None else str(value)
