"""Areas and grids: codes, names and polygons.

Communities are squares of a lattice; each is cut into horizontal bands and each band into cells by slanted lines, so
that the grids of a community cover it seamlessly and without overlap.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import polars as pl

from domicile.core.synth.lexicon import Bools, Floats, Ints, load, place_words, stream

HOUSEHOLDS_A_GRID = 313
GRIDS_A_COMMUNITY = 3
COMMUNITIES_A_TOWNSHIP = 12
COUNTY_FROM = "2010-01-01"
IN_USE_FROM = "2016-01-01"
SPECIALS = ("school", "factory", "market", "hospital")


@dataclass(frozen=True)
class Geography:
    """Areas and grids as frames, and what later stages need of them as arrays (one entry a grid)."""

    areas: pl.DataFrame
    grids: pl.DataFrame
    community: Ints
    village: Bools
    special: Ints
    corners: Floats
    communities: pl.DataFrame


def lay_out(households: int, seed: int) -> Geography:
    """Townships, communities and grids for so many households."""
    rng = stream(seed, "geography")
    ordinary = max(1, round(households / HOUSEHOLDS_A_GRID))
    specials = round(ordinary * 0.06) or (ordinary >= 4)
    total = ordinary + int(specials)
    count = max(1, round(total / GRIDS_A_COMMUNITY))
    townships = max(min(count, 4), -(-count // COMMUNITIES_A_TOWNSHIP))
    areas, communities = _areas(count, townships, rng)
    community = np.sort(np.r_[np.arange(count), rng.integers(0, count, total - count)])
    village = communities["village"].to_numpy()[community]
    # Special grids stand in towns, and never take a community's only grid.
    first = np.r_[True, community[1:] != community[:-1]]
    chosen = rng.permutation(np.flatnonzero(~village & ~first))[: int(specials)]
    special = np.full(total, -1, dtype=np.int64)
    special[chosen] = np.arange(len(chosen)) % len(SPECIALS)
    corners = _corners(community, count, rng)
    grids = _grids(communities, community, special, corners)
    return Geography(areas, grids, community, village, special, corners, communities)


def _areas(count: int, townships: int, rng: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All areas, and the communities alone with their full names."""
    table = load("places.yaml")
    words = place_words(townships + count)
    streets = max(1, round(townships * 0.55))
    county = table["county"]
    rows: list[tuple[str, int, str, str | None]] = [
        (table["province"]["code"] + "0" * 10, 1, table["province"]["name"], None),
        (table["prefecture"]["code"] + "0" * 8, 2, table["prefecture"]["name"], None),
        (county["code"] + "0" * 6, 3, county["name"], None),
    ]
    communities = []
    township_of = np.arange(count) * townships // count
    for number in range(townships):
        is_street = number < streets
        code = f"{county['code']}{number + 1 if is_street else 100 + number - streets:03d}"
        name = words[number] + ("街道" if is_street else "镇")
        rows.append((code + "000", 4, name, None))
        for position, index in enumerate(np.flatnonzero(township_of == number)):
            village = not is_street and position > 0
            serial = 200 + position - 1 if village else position + 1
            kind = (
                ("220" if position > 1 else "122")
                if village
                else ("112" if position % 4 == 3 else "111")
                if is_street
                else "121"
            )
            own = words[townships + int(index)] + ("村" if village else "社区")
            rows.append((f"{code}{serial:03d}", 5, own, kind))
            communities.append((f"{code}{serial:03d}", own, name, village))
    areas = pl.DataFrame(rows, schema=["code", "level", "name", "urban_rural"], orient="row").with_columns(
        pl.when(pl.col("level") < 5)
        .then(pl.lit(COUNTY_FROM))
        .otherwise(pl.lit(IN_USE_FROM))
        .str.to_date()
        .alias("valid_from"),
        pl.lit(None, dtype=pl.Date).alias("valid_to"),
        pl.lit(None, dtype=pl.String).alias("change"),
        pl.lit(None, dtype=pl.String).alias("successor"),
    )
    found = pl.DataFrame(communities, schema=["code", "name", "township", "village"], orient="row")
    return _with_history(areas, found), found


def _with_history(areas: pl.DataFrame, communities: pl.DataFrame) -> pl.DataFrame:
    """One community of the past, merged into the first one, so that history has something to show."""
    first = str(communities["code"][0])
    past = areas.filter(pl.col("code") == first).with_columns(
        pl.lit(first[:9] + "199").alias("code"),
        pl.lit("老街社区").alias("name"),
        pl.lit(COUNTY_FROM).str.to_date().alias("valid_from"),
        pl.lit(IN_USE_FROM).str.to_date().alias("valid_to"),
        pl.lit("merge").alias("change"),
        pl.lit(first).alias("successor"),
    )
    return pl.concat([areas, past]).sort("code")


def _corners(community: Ints, count: int, rng: np.random.Generator) -> Floats:
    """Corners of each grid, shape (grids, 4, 2): south-west, south-east, north-east, north-west; degrees."""
    origin = load("places.yaml")["origin"]
    side = float(origin["community_side"])
    width = int(np.ceil(np.sqrt(count)))
    corners = np.zeros((len(community), 4, 2))
    starts = np.searchsorted(community, np.arange(count + 1))
    for index in range(count):
        cells = int(starts[index + 1] - starts[index])
        row, column = divmod(index, width)
        column = column if row % 2 == 0 else width - 1 - column  # boustrophedon: a township's communities touch
        west = origin["longitude"] + column * side
        south = origin["latitude"] + row * side
        corners[starts[index] : starts[index + 1]] = _cells(cells, west, south, side, rng)
    return np.round(corners, 6)


def _cells(count: int, west: float, south: float, side: float, rng: np.random.Generator) -> Floats:
    bands = max(1, int(np.sqrt(count)))
    sizes = [count // bands + (band < count % bands) for band in range(bands)]
    heights = south + side * np.r_[0, np.cumsum(sizes)] / count
    cells = []
    for band, size in enumerate(sizes):
        edges = np.linspace(0, 1, size + 1)
        shift = np.zeros((2, size + 1))
        shift[:, 1:-1] = rng.uniform(-0.18, 0.18, (2, size - 1)) / size
        low, high = west + side * (edges + shift[0]), west + side * (edges + shift[1])
        bottom, top = heights[band], heights[band + 1]
        for cell in range(size):
            cells.append([[low[cell], bottom], [low[cell + 1], bottom], [high[cell + 1], top], [high[cell], top]])
    return np.array(cells)


def _grids(communities: pl.DataFrame, community: Ints, special: Ints, corners: Floats) -> pl.DataFrame:
    table = load("places.yaml")["specials"]
    code = communities["code"].gather(community).to_list()
    name = communities["name"].gather(community).to_list()
    serial = np.arange(len(community)) - np.searchsorted(community, community) + 1
    names, kinds, polygons = [], [], []
    for index, kind in enumerate(special):
        words = table[SPECIALS[kind]]["words"] if kind >= 0 else []
        own = f"{words[index % len(words)]}专属网格" if words else f"第{serial[index]}网格"
        names.append(name[index] + own)
        kinds.append(SPECIALS[kind] if kind >= 0 else None)
        ring = [[float(x), float(y)] for x, y in corners[index]]
        polygons.append(json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}))
    return pl.DataFrame(
        {
            "grid": [f"{area}{number:03d}" for area, number in zip(code, serial, strict=True)],
            "community": code,
            "name": names,
            "kind": pl.Series(kinds, dtype=pl.String),
            "polygon": polygons,
        }
    ).with_columns(pl.lit(IN_USE_FROM).str.to_date().alias("valid_from"))


def points_within(corners: Floats, grid: Ints, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """A random point inside each of the given grids: longitudes and latitudes."""
    across, up = rng.uniform(0.06, 0.94, len(grid)), rng.uniform(0.06, 0.94, len(grid))
    box = corners[grid]
    bottom = box[:, 0] + (box[:, 1] - box[:, 0]) * across[:, None]
    top = box[:, 3] + (box[:, 2] - box[:, 3]) * across[:, None]
    point = bottom + (top - bottom) * up[:, None]
    return np.round(point[:, 0], 6), np.round(point[:, 1], 6)
