"""What places bring to the responsibility chain: buildings with their entrances, and units that sign duty letters."""

import uuid
from collections import defaultdict
from collections.abc import Sequence

from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Building, Dwelling
from domicile.apps.places.units.selectors import unit_card
from domicile.apps.places.writing import building_address
from domicile.apps.staffing.registry import House, Party


def houses(scope: str) -> Sequence[House]:
    """The buildings in use under a code prefix, by address. Two queries."""
    doors: dict[uuid.UUID, list[str]] = defaultdict(list)
    inside = Dwelling.objects.filter(prefix_q("place_code", scope), in_use_to=None)
    for building, unit in inside.order_by("building_id", "unit").values_list("building_id", "unit").distinct():
        doors[building].append(unit)
    rows = Building.objects.filter(prefix_q("place_code", scope), in_use_to=None).order_by("sort_key")
    return [House(row.pk, row.place_code, building_address(row), tuple(doors[row.pk])) for row in rows]


def unit_party(viewer: Viewer, pk: uuid.UUID) -> Party:
    """A unit that signs a duty letter. The look is recorded as that of its card."""
    unit = unit_card(viewer, pk).unit
    return Party(unit.name, unit.address, unit.place_code)
