"""Codes for the streets, plates, buildings and dwellings that an import adds: a few look-ups a file, none a row.

They are given out, not said by the sheet: streets and plates stay when the import is undone, so that no code names two.
"""

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper

from domicile.apps.exchange import tables
from domicile.apps.exchange.ids import new_ids
from domicile.apps.places.numbering import hold
from domicile.core.addresses.codes import LETTERS, Kind, issued, serial_of
from domicile.core.addresses.kinds import street_kind

STREET, PLATE = ["community_code", "street"], ["lies_on_id", "plate"]


def coded(connection: BaseDatabaseWrapper, buildings: pl.DataFrame) -> pl.DataFrame:
    """New buildings (community_code, street, plate …) with lies_on_id, number_plate_id and code."""
    if buildings.is_empty():
        missing = (pl.lit(None, dtype=pl.String).alias(name) for name in ("lies_on_id", "number_plate_id", "code"))
        return buildings.with_columns(missing)
    hold(connection)
    work = _on_streets(connection, buildings)
    work = _at_plates(connection, work)
    return work.with_columns(_codes(connection, "building", "places_building", work["community_code"]).alias("code"))


def _on_streets(connection: BaseDatabaseWrapper, buildings: pl.DataFrame) -> pl.DataFrame:
    known = tables.rows_of(
        connection,
        "SELECT DISTINCT community_code, street, lies_on_id FROM places_building"
        " WHERE lies_on_id IS NOT NULL AND community_code IN ({})",
        buildings["community_code"].unique().to_list(),
        {"community_code": pl.String, "street": pl.String, "lies_on_id": pl.String},
    ).unique(STREET, keep="first")
    work = buildings.join(known, on=STREET, how="left", maintain_order="left")
    new = work.filter(pl.col("lies_on_id").is_null() & (pl.col("street") != "")).unique(
        STREET, keep="first", maintain_order=True
    )
    new = new.select(*STREET, new_ids(new.height).alias("_new"))
    kinds = {name: street_kind(name) for name in new["street"].unique().to_list()}
    rows = new.select(
        pl.col("_new").alias("id"),
        pl.col("street").alias("name"),
        pl.col("street").replace_strict(kinds, return_dtype=pl.String).alias("kind"),
        _codes(connection, "street", "places_street", new["community_code"]).alias("code"),
    )
    tables.insert(connection, "places_street", rows)
    work = work.join(new, on=STREET, how="left", maintain_order="left")
    return work.with_columns(pl.coalesce("lies_on_id", "_new").alias("lies_on_id")).drop("_new")


def _at_plates(connection: BaseDatabaseWrapper, work: pl.DataFrame) -> pl.DataFrame:
    known = tables.rows_of(
        connection,
        "SELECT id, street_id, text FROM places_plate WHERE street_id IN ({})",
        work["lies_on_id"].drop_nulls().unique().to_list(),
        {"number_plate_id": pl.String, "lies_on_id": pl.String, "plate": pl.String},
    )
    work = work.join(known, on=PLATE, how="left", maintain_order="left")
    numbered = pl.col("lies_on_id").is_not_null() & (pl.col("plate") != "")
    new = work.filter(numbered & pl.col("number_plate_id").is_null()).unique(PLATE, keep="first", maintain_order=True)
    new = new.select(*PLATE, "community_code", new_ids(new.height).alias("_new"))
    rows = new.select(
        pl.col("_new").alias("id"),
        pl.col("lies_on_id").alias("street_id"),
        pl.col("plate").alias("text"),
        _codes(connection, "plate", "places_plate", new["community_code"]).alias("code"),
    )
    tables.insert(connection, "places_plate", rows)
    work = work.join(new.drop("community_code"), on=PLATE, how="left", maintain_order="left")
    return work.with_columns(pl.coalesce("number_plate_id", "_new").alias("number_plate_id")).drop("_new")


def _codes(connection: BaseDatabaseWrapper, kind: Kind, table: str, communities: pl.Series) -> pl.Series:
    """The next codes of a kind, one for each community code, counted by county."""
    counties = communities.str.slice(0, 6).alias("county")
    last, letter = {}, LETTERS[kind]
    for county in counties.unique().to_list():
        with connection.cursor() as cursor:
            low, high = f"{county}{letter}", f"{county}{chr(ord(letter) + 1)}"
            cursor.execute(f'SELECT max(code) FROM "{table}" WHERE code >= %s AND code < %s', [low, high])  # noqa: S608
            last[county] = serial_of(cursor.fetchone()[0] or "")
    found: list[str] = []
    for county in counties.to_list():
        last[county] += 1
        found.append(issued(kind, county, last[county]))
    return pl.Series("code", found, dtype=pl.String)


def numbered(connection: BaseDatabaseWrapper, dwellings: pl.DataFrame, old: pl.Series) -> pl.DataFrame:
    """New dwellings (building_id, unit) with unit_number and number. `old`: ids of buildings that stood before."""
    of_old = (
        dwellings.select("building_id")
        .unique()
        .join(old.drop_nulls().unique().to_frame("building_id"), on="building_id")
    )
    held = tables.rows_of(
        connection,
        "SELECT building_id, unit, unit_number, number FROM places_dwelling WHERE building_id IN ({})",
        of_old["building_id"].to_list(),
        {"building_id": pl.String, "unit": pl.String, "_entrance": pl.Int64, "_number": pl.Int64},
    )
    last = held.group_by("building_id").agg(pl.col("_number").max(), pl.col("_entrance").max().alias("_entrances"))
    entrances = held.filter(pl.col("unit") != "").group_by("building_id", "unit").agg(pl.col("_entrance").max())
    work = dwellings.join(last, on="building_id", how="left", maintain_order="left")
    work = work.join(entrances, on=["building_id", "unit"], how="left", maintain_order="left")
    building, unit = pl.col("building_id"), pl.col("unit")
    fresh = pl.when((unit != "") & pl.col("_entrance").is_null()).then(unit)
    return work.with_columns(
        (pl.col("_number").fill_null(0) + building.cum_count().over("building_id")).alias("number"),
        pl.when(unit == "")
        .then(0)
        .otherwise(
            pl.coalesce(
                "_entrance", pl.col("_entrances").fill_null(0) + fresh.str.zfill(4).rank("dense").over("building_id")
            )
        )
        .cast(pl.Int64)
        .alias("unit_number"),
    ).drop("_number", "_entrance", "_entrances")
