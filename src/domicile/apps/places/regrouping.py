"""Buildings that go from one grid to another, with their dwellings and the units in them."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.models import Grid
from domicile.apps.areas.registry import Moved, Standing
from domicile.apps.audit.recording import Recorder, plain
from domicile.apps.common.refusals import Refused
from domicile.apps.places.models import Building, Dwelling, Unit
from domicile.apps.places.writing import building_address


def standing(codes: Collection[str]) -> list[Standing]:
    """The buildings in use under some place codes, by address. One query."""
    rows = Building.objects.filter(place_code__in=codes, in_use_to=None).order_by("place_code", "sort_key")
    held = rows.only("place_code", "street", "plate", "name", "key", "longitude", "latitude")
    return [
        Standing(row.pk, row.place_code, building_address(row), row.longitude, row.latitude, row.count)
        for row in held.annotate(count=Count("dwellings", filter=Q(dwellings__in_use_to=None)))
    ]


def follow(moved: Sequence[Moved], change: Recorder) -> None:
    """Set-based for each pair of codes. Each building is on record, so that it can be undone; dwellings follow theirs.

    Raises Refused where a building stands under another code by now.
    """
    groups: dict[tuple[str, str], list[uuid.UUID]] = defaultdict(list)
    for row in moved:
        groups[row.old, row.new].append(row.id)
    grids = Grid.objects.filter(code__in={new for _old, new in groups}, valid_to=None)
    grid_of = dict(grids.values_list("code", "pk"))
    for (old, new), ids in groups.items():
        before = dict(Building.objects.filter(pk__in=ids, place_code=old).values_list("pk", "grid_id"))
        if len(before) < len(ids):
            raise Refused(_("A building went to another grid meanwhile. Look again at what follows."))
        grid = grid_of.get(new)
        Building.objects.filter(pk__in=ids).update(place_code=new, grid_id=grid)
        Dwelling.objects.filter(building__in=ids).update(place_code=new)
        Unit.objects.filter(Q(building__in=ids) | Q(dwelling__building__in=ids), place_code=old).update(place_code=new)
        for key in ids:
            fields = {"place_code": [old, new], "grid_id": [plain(before[key]), plain(grid)]}
            change.values.append([Building._meta.db_table, plain(key), "update", fields])
