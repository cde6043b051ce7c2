"""Every building stands in a grid and on a map, and every street is written one way (PL-2, PL-4)."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count, Q

from domicile.apps.common.fields import prefix_q
from domicile.apps.common.findings import Finding
from domicile.apps.places.models import Building
from domicile.apps.places.writing import building_address
from domicile.core.linkage.names import sound


def run(scope: str = "") -> Iterator[Finding]:
    """Findings inside the scope (a code prefix; '' for all): buildings in no grid, streets, then figures by community."""
    yield from in_no_grid(scope)
    yield from streets(scope)
    yield from incomplete(scope)


def in_no_grid(scope: str = "") -> Iterator[Finding]:
    """Buildings in no grid, by place code."""
    rows = Building.objects.filter(prefix_q("place_code", scope), place_code__endswith="000", in_use_to__isnull=True)
    for building in rows.order_by("place_code", "sort_key").iterator(chunk_size=2000):
        written = building_address(building)
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


def streets(scope: str = "") -> Iterator[Finding]:
    """Streets of one community whose names sound alike: one street under two spellings, or two records of one name."""
    rows = Building.objects.filter(prefix_q("place_code", scope), in_use_to=None).exclude(street="").order_by()
    named = rows.values_list("community_code", "street", "lies_on_id").annotate(Count("pk"))
    heard: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    records: dict[tuple[str, str], set[object]] = defaultdict(set)
    for community, name, record, count in named:
        heard[community, heard_as(name)][name] += count
        records[community, name] |= {record} - {None}
    for (community, _sound), names in sorted(heard.items()):
        if len(names) > 1:
            told = "、".join(f"{name}（{count}栋）" for name, count in sorted(names.items(), key=lambda pair: -pair[1]))
            listed = ", ".join(f"{name} ({count})" for name, count in sorted(names.items(), key=lambda pair: -pair[1]))
            yield Finding(
                "street_spelled_twice",
                "warning",
                community,
                f"社区{community}的街路巷名称读音相同：{told}。若是同一条，请把写错的更名为正确的，两条即合并。",
                f"Streets of community {community} sound alike: {listed}. If they are one, rename the wrong one.",
            )
    for (community, name), held in sorted(records.items()):
        if len(held) > 1:
            yield Finding(
                "street_twice",
                "warning",
                community,
                f"社区{community}的{name}有{len(held)}条记录：请把其中一条更名后再改回，两条即合并。",
                f"{name} in community {community} has {len(held)} records: rename one and back, and they become one.",
            )


def heard_as(name: str) -> str:
    """How a name sounds where finals and initials that many speak alike are one: min and ming, zhi and zi."""
    heard = sound(name)
    for spoken, alike in (("ng", "n"), ("zh", "z"), ("ch", "c"), ("sh", "s")):
        heard = heard.replace(spoken, alike)
    return heard


def incomplete(scope: str = "") -> Iterator[Finding]:
    """How many buildings of each community are on no map, and how many have no code."""
    rows = Building.objects.filter(prefix_q("place_code", scope), in_use_to=None).order_by("community_code")
    counted = rows.values_list("community_code").annotate(
        Count("pk"),
        unplaced=Count("pk", filter=Q(longitude=None) | Q(latitude=None)),
        bare=Count("pk", filter=Q(code="")),
    )
    for community, count, unplaced, bare in counted:
        if unplaced:
            yield Finding(
                "buildings_without_coordinates",
                "warning",
                community,
                f"社区{community}的{count}栋楼中有{unplaced}栋没有坐标：请在地图上标出，或随表导入坐标。",
                f"{unplaced} of {count} buildings of community {community} have no coordinates: place them on the map, "
                "or import them with the sheet.",
            )
        if bare:
            yield Finding(
                "buildings_without_code",
                "warning",
                community,
                f"社区{community}有{bare}栋楼没有编码：请在“房屋地址”中补编编码。",
                f"{bare} buildings of community {community} have no code: give codes out in the list of addresses.",
            )
