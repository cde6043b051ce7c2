"""Every building stands in a grid (PL-2)."""

from collections.abc import Iterator

from domicile.apps.common.fields import prefix_q
from domicile.apps.common.findings import Finding
from domicile.apps.places.models import Building


def run(scope: str = "") -> Iterator[Finding]:
    """Buildings in no grid inside the scope (a code prefix; '' for all), by place code."""
    rows = Building.objects.filter(prefix_q("place_code", scope), place_code__endswith="000", in_use_to__isnull=True)
    for building in rows.order_by("place_code", "key").iterator(chunk_size=2000):
        written = f"{building.street}{building.plate}{building.name}" or building.key
        drawn = building.longitude is not None and building.latitude is not None
        yield Finding(
            "building_in_no_grid",
            "warning",
            building.place_code,
            f"楼栋{written}（社区{building.community_code}）不在任何网格中：请把它列入一个网格。",
            f"Building {written} (community {building.community_code}) is in no grid: list it with one.",
            building.pk.hex,
            {"type": "Point", "coordinates": [building.longitude, building.latitude]} if drawn else None,
        )
