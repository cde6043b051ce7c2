"""Grids cover their communities without gap and overlap, and buildings stand inside them."""

from __future__ import annotations

import json

import polars as pl
import shapely
from shapely.geometry import shape

from domicile.core.codes.areas import parse_area_code, parse_place_code
from domicile.core.synth import County
from domicile.core.synth.places import DWELLING_USES


def _polygons(county: County) -> dict[str, shapely.Geometry]:
    return {grid: shape(json.loads(text)) for grid, text in county.grids.select("grid", "polygon").rows()}


def test_grids_are_seamless_and_do_not_overlap(county: County) -> None:
    polygons = list(_polygons(county).values())
    whole = shapely.union_all(polygons)
    assert all(polygon.is_valid for polygon in polygons)
    assert abs(whole.area - sum(polygon.area for polygon in polygons)) < 1e-12
    for _, group in county.grids.group_by("community"):
        community = shapely.union_all([shape(json.loads(text)) for text in group["polygon"]])
        assert community.geom_type == "Polygon"
        assert not community.interiors
        west, south, east, north = community.bounds
        assert abs(community.area - (east - west) * (north - south)) < 1e-12


def test_buildings_stand_inside_their_grid(county: County) -> None:
    polygons = _polygons(county)
    for grid, longitude, latitude in county.buildings.select("grid", "longitude", "latitude").rows():
        assert polygons[grid].contains(shapely.Point(longitude, latitude))


def test_codes_have_the_official_shape(county: County) -> None:
    for code in county.areas["code"]:
        parse_area_code(code)
    for grid, community in county.grids.select("grid", "community").rows():
        assert parse_place_code(grid)[0].code == community
    current = county.areas.filter(pl.col("valid_to").is_null())
    communities = current.filter(pl.col("level") == 5)
    assert set(county.grids["community"]) == set(communities["code"])
    assert communities["name"].is_unique().all()
    assert communities["urban_rural"].null_count() == 0
    assert {"街道", "镇"} <= {name[-2:] if name.endswith("街道") else name[-1] for name in current["name"]}


def test_a_past_community_names_its_successor(county: County) -> None:
    past = county.areas.filter(pl.col("valid_to").is_not_null())
    assert past["change"].to_list() == ["merge"]
    assert past["successor"].is_in(county.areas["code"].implode()).all()


def test_special_grids_hold_collective_households(county: County) -> None:
    special = county.grids.filter(pl.col("kind").is_not_null())["grid"]
    assert len(special) > 0
    uses = county.dwellings.filter(pl.col("grid").is_in(special.implode()))["use"].unique()
    assert DWELLING_USES["collective"] in uses
