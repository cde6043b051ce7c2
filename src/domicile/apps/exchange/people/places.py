"""Dwellings of a file once all rows are read: one grid a building, the scope kept, what stands in the register found."""

import polars as pl

from domicile.apps.exchange import issues
from domicile.apps.exchange.people.locating import place_code
from domicile.apps.exchange.tables import rows_of

ON_FILE = {"building_id": pl.String, "dwelling_id": pl.String, "file_code": pl.String}


def settled(places: pl.DataFrame, scopes: tuple[str, ...]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Places with `place_code` (15 digits), and findings: a building in two grids, in no grid, outside the scopes."""
    building = ["community_code", "building_key"]
    grids = (
        places.filter(pl.col("grid_code").is_not_null())
        .group_by([*building, "grid_code"])
        .len()
        .sort([*building, "len", "grid_code"], descending=[False, False, True, False])
    )
    usual = grids.group_by(building, maintain_order=True).agg(
        pl.col("grid_code").first().alias("usual"), pl.len().alias("grids")
    )
    work = places.join(usual, on=building, how="left", maintain_order="left")
    own = pl.col("grid_code")
    split = (pl.col("grids") > 1) & own.is_not_null() & (own != pl.col("usual"))
    work = work.with_columns(pl.col("usual").alias("grid_code"), own.alias("_own")).with_columns(
        place_code().alias("place_code")
    )
    outside = work.join(inside(work, scopes), on="place", how="anti", maintain_order="left")
    findings = pl.concat(
        [
            issues.where(work, split, "building_in_two_grids", "grid", pl.col("_own"), pl.col("usual")),
            issues.where(work, pl.col("usual").is_null(), "grid_none", "grid", pl.col("address")),
            issues.where(
                work,
                pl.col("usual").is_not_null() & pl.col("_own").is_null(),
                "grid_from_building",
                "grid",
                pl.col("address"),
                pl.col("usual"),
            ),
            issues.where(
                outside, issues.EVERY, "outside_scope", "address", pl.col("address"), pl.lit("、".join(scopes))
            ),
        ]
    )
    return work.drop("usual", "grids", "_own").sort("place"), findings


def inside(places: pl.DataFrame, scopes: tuple[str, ...]) -> pl.DataFrame:
    """The places whose place code lies in one of the scopes."""
    if not scopes:
        return places.clear()
    return places.filter(pl.any_horizontal(pl.col("place_code").str.starts_with(scope) for scope in scopes))


def on_file(places: pl.DataFrame, connection) -> pl.DataFrame:  # type: ignore[no-untyped-def]
    """Places with `building_id`, `dwelling_id` (32 hex characters, null when new) and the code that they have on file.

    `stood` says whether the dwelling was on file before this batch: only such a one may have residents.
    """
    communities = places["community_code"].unique().drop_nulls().to_list()
    buildings = rows_of(
        connection, "SELECT id, community_code, key, place_code FROM places_building WHERE community_code IN ({})", communities,
        {"building_id": pl.String, "community_code": pl.String, "building_key": pl.String, "file_code": pl.String},
    )  # fmt: skip
    if buildings.is_empty():
        none = [pl.lit(None, dtype=kind).alias(name) for name, kind in ON_FILE.items()]
        return places.with_columns(*none, pl.lit(value=False).alias("stood"))
    work = places.join(buildings, on=["community_code", "building_key"], how="left", maintain_order="left")
    wanted = work["building_id"].unique().drop_nulls().to_list()
    dwellings = rows_of(
        connection, "SELECT id, building_id, key FROM places_dwelling WHERE building_id IN ({})", wanted,
        {"dwelling_id": pl.String, "building_id": pl.String, "dwelling_key": pl.String},
    )  # fmt: skip
    work = work.join(dwellings, on=["building_id", "dwelling_key"], how="left", maintain_order="left")
    return work.with_columns(
        pl.coalesce("file_code", "place_code").alias("place_code"), pl.col("dwelling_id").is_not_null().alias("stood")
    )
