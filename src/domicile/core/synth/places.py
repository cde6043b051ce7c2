"""Streets, buildings and dwellings, and which household lives in which dwelling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from domicile.core.synth.geography import Geography, points_within
from domicile.core.synth.lexicon import Bools, Ints, choose, load, pick, stream

# Codes of the list dwelling_use.
DWELLING_USES = {
    "owner_occupied": "01",
    "let": "02",
    "vacant": "03",
    "commercial": "04",
    "collective": "05",
    "work_shed": "06",
}
VACANT_SHARE = 0.08
COMMERCIAL_SHARE = 0.03
COLLECTIVES_IN_SPECIALS = 0.85
BUILDINGS_A_PLATE = 8
HOUSES_A_GROUP = 40
# An urban building by units (单元), floors and rooms a floor; the first has stairs only, the last are towers.
SHAPES = np.array([[3, 6, 2], [4, 6, 2], [2, 11, 4], [1, 18, 6], [2, 18, 4]])
SHAPE_SHARES = np.array([0.35, 0.2, 0.2, 0.1, 0.15])


@dataclass(frozen=True)
class Places:
    """Streets, buildings and dwellings; `dwelling` holds each household's dwelling (row number in `dwellings`)."""

    streets: pl.DataFrame
    buildings: pl.DataFrame
    dwellings: pl.DataFrame
    dwelling: Ints
    grid: Ints


def build(geography: Geography, collective: Bools, seed: int) -> Places:
    """Dwellings for households (True where collective) and a share of vacant and commercial ones besides."""
    rng = stream(seed, "places")
    households = len(collective)
    extra = int(households * (VACANT_SHARE + COMMERCIAL_SHARE)) + 1
    grid = _choose_grids(geography, np.r_[collective, np.zeros(extra, dtype=np.bool_)], rng)
    order = np.lexsort((rng.random(len(grid)), grid))
    sorted_grid = grid[order]
    position = np.empty(len(grid), dtype=np.int64)
    position[order] = np.arange(len(grid))
    streets = _streets(geography, rng)
    parts = _parts(geography, sorted_grid, rng)
    household = np.where(order < households, order, -1)
    use = _uses(household, collective, geography, sorted_grid, rng)
    dwellings, buildings = _frames(geography, streets, parts, sorted_grid, use, rng)
    return Places(streets, buildings, dwellings, position[:households], sorted_grid)


def _choose_grids(geography: Geography, collective: Bools, rng: np.random.Generator) -> Ints:
    is_special = geography.special >= 0
    ordinary, special = np.flatnonzero(~is_special), np.flatnonzero(is_special)
    grid = ordinary[choose(rng, rng.gamma(14.0, 1.0, len(ordinary)), len(collective))]
    if len(special):
        inside = collective & (rng.random(len(collective)) < COLLECTIVES_IN_SPECIALS)
        grid[inside] = special[rng.integers(0, len(special), int(inside.sum()))]
    return grid


def _streets(geography: Geography, rng: np.random.Generator) -> pl.DataFrame:
    """One street a grid, its name unique in the community; villages have none."""
    table = load("places.yaml")
    names = table["streets"].split()
    kinds = list(table["street_kinds"])
    kind = choose(rng, np.array(list(table["street_kinds"].values())), len(geography.community))
    first = np.searchsorted(geography.community, geography.community)
    serial = np.arange(len(geography.community)) - first
    start = rng.integers(0, len(names), int(geography.community.max()) + 1)[geography.community]
    combined = [
        f"{names[(a + b) % len(names)]}{'' if b < len(names) else '东西南北'[b // len(names) % 4]}{kinds[c]}"
        for a, b, c in zip(start, serial, kind, strict=True)
    ]
    return (
        geography.grids.select("community", "grid")
        .with_columns(pl.Series("street", np.arange(len(combined))), pl.Series("name", combined))
        .filter(pl.Series(~geography.village))
    )


def _parts(geography: Geography, grid: Ints, rng: np.random.Generator) -> dict[str, Ints]:
    """Plate, building, unit, room and village group of each dwelling (0 = has none), by its place in its grid."""
    grids = len(geography.community)
    index = np.arange(len(grid)) - np.searchsorted(grid, grid)
    size = np.bincount(grid, minlength=grids)
    shape = SHAPES[choose(rng, SHAPE_SHARES, grids)]
    shape[geography.special >= 0] = [1, 5, 12]
    units, floors, rooms = (shape[grid, column] for column in range(3))
    # The first tenth of an urban grid's dwellings are houses of their own, at odd plates.
    houses = np.where(geography.special >= 0, 0, (size * 0.1).astype(np.int64))[grid]
    is_house = index < houses
    within = np.maximum(index - houses, 0)
    building, inside = np.divmod(within, units * floors * rooms)
    unit, inside = np.divmod(inside, floors * rooms)
    floor, room = np.divmod(inside, rooms)
    special = geography.special[grid] >= 0
    parts = {
        "plate": np.where(is_house, 2 * index + 1, 2 * (1 + building // BUILDINGS_A_PLATE)),
        "building": np.where(is_house, 0, building % BUILDINGS_A_PLATE + 1),
        "unit": np.where(is_house | special, 0, unit + 1),
        "room": np.where(is_house, 0, (floor + 1) * 100 + room + 1),
        "group": np.zeros(len(grid), dtype=np.int64),
    }
    village = geography.village[grid]
    groups = -(-size // HOUSES_A_GROUP) * geography.village
    before = np.cumsum(groups) - groups
    group_base = (before - before[np.searchsorted(geography.community, geography.community)])[grid]
    for name in ("building", "unit", "room"):
        parts[name][village] = 0
    parts["plate"][village] = (index % HOUSES_A_GROUP + 1)[village]
    parts["group"][village] = (group_base + index // HOUSES_A_GROUP + 1)[village]
    return parts


def _uses(household: Ints, collective: Bools, geography: Geography, grid: Ints, rng: np.random.Generator) -> pl.Series:
    draw = rng.random(len(household))
    let_share = np.where(geography.village, 0.06, 0.27)[grid]
    lived_in = np.where(draw < let_share, 1, 0)
    empty = np.where(draw < VACANT_SHARE / (VACANT_SHARE + COMMERCIAL_SHARE), 2, 3)
    use = np.where(household < 0, empty, lived_in)
    shared = np.zeros(len(household), dtype=np.bool_)
    shared[household >= 0] = collective[household[household >= 0]]
    use = np.where(shared, np.where(draw < 0.06, 5, 4), use)
    return pick(list(DWELLING_USES.values()), use)


def _text(number: Ints, ending: str) -> pl.Expr:
    series = pl.Series("", number)
    return pl.when(pl.lit(series > 0)).then(pl.lit(series.cast(pl.String) + ending)).otherwise(pl.lit(""))


def _frames(
    geography: Geography,
    streets: pl.DataFrame,
    parts: dict[str, Ints],
    grid: Ints,
    use: pl.Series,
    rng: np.random.Generator,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    community = geography.community[grid]
    street = np.full(len(geography.community), -1, dtype=np.int64)
    street[streets["street"].to_numpy()] = streets["street"].to_numpy()
    names = np.full(len(geography.community), "", dtype=object)
    names[streets["street"].to_numpy()] = streets["name"].to_list()
    table = load("places.yaml")["county"]
    prefixes = (table["name"] + geography.communities["township"] + geography.communities["name"]).to_list()
    key = ((grid * 1000 + parts["group"]) * 10_000 + parts["plate"]) * 100 + parts["building"]
    changed = np.r_[True, key[1:] != key[:-1]]
    building = np.cumsum(changed) - 1
    dwellings = pl.DataFrame({"dwelling": np.arange(len(grid)), "building_id": building}).with_columns(
        geography.grids["grid"].gather(grid).alias("grid"),
        geography.communities["code"].gather(community).alias("community"),
        pl.Series("street", street[grid]).replace(-1, None),
        *(pl.Series(name, parts[name]).replace(0, None) for name in ("group", "plate", "building", "unit", "room")),
        use.alias("use"),
        pl.Series("rooms", rng.integers(1, 6, len(grid))),
        pl.Series("floor_area", np.round(rng.gamma(9.0, 10.0, len(grid)) + 12, 1)),
        (pick(prefixes, community) + pick(names.tolist(), grid)).alias("address"),
    )
    tail = [("group", "组"), ("plate", "号"), ("building", "幢"), ("unit", "单元"), ("room", "室")]
    dwellings = dwellings.with_columns(
        pl.concat_str("address", *(_text(parts[name], ending) for name, ending in tail)).alias("address")
    )
    first = np.flatnonzero(changed)
    longitude, latitude = points_within(geography.corners, grid[first], rng)
    buildings = dwellings.select("building_id", "grid", "community", "street", "group", "plate", "building")[
        first
    ].with_columns(
        pl.Series("longitude", longitude),
        pl.Series("latitude", latitude),
        pl.Series("dwellings", np.bincount(building)),
    )
    return dwellings, buildings
