"""The synthetic county as the tables of a snapshot, with faults of every kind that the rules look for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

DAY = dt.timedelta(days=1)


def write_tables(folder: Path, size: int, seed: int, today: dt.date) -> int:
    """Write people, documents, phones, parents, members, households, spells and dwellings as Parquet; how many people."""
    from domicile.core.synth.county import make_county

    frames = make_county(size, seed, today).frames()
    draw = np.random.default_rng(seed)
    people = _people(frames, draw, today)
    tables = {
        "people": people.drop("father_id", "mother_id", "since"),
        "documents": _documents(people, draw),
        "phones": people.filter(pl.col("phone").is_not_null()).select(
            ("1" + pl.col("person_id").str.slice(1)).alias("phone_id"), "person_id", number="phone"
        ),
        "parents": _parents(people),
        "members": _members(people, draw),
        "spells": _spells(people, draw),
        "households": _households(frames, draw),
        "dwellings": frames["dwellings"].select(
            _key("dwelling").alias("dwelling_id"), place_code="grid", in_use_from=pl.lit(dt.date(1990, 1, 1)),
            in_use_to=_some(len(frames["dwellings"]), 0.002, draw, dt.date(2020, 1, 1)),
        ),
    }  # fmt: skip
    for name, table in tables.items():
        table.write_parquet(folder / f"{name}.parquet", compression="zstd")
    return len(people)


def _key(column: str) -> pl.Expr:
    """An id as 32 characters."""
    return pl.when(pl.col(column).is_not_null()).then(pl.col(column).cast(pl.String).str.zfill(32))


def _hit(count: int, share: float, draw: Any) -> pl.Series:
    return pl.Series(draw.random(count) < share)


def _some(count: int, share: float, draw: Any, value: Any) -> pl.Series:
    """`value` in some rows, missing in the others."""
    hit = _hit(count, share, draw)
    return pl.select(pl.when(hit).then(pl.lit(value))).to_series()


def _people(frames: dict[str, pl.DataFrame], draw: Any, today: dt.date) -> pl.DataFrame:
    people = frames["people"].join(frames["dwellings"].select("dwelling", "grid", "address"), on="dwelling", how="left")
    count = len(people)

    def spoilt(column: str, share: float, value: Any) -> pl.Expr:
        return pl.when(_hit(count, share, draw)).then(value).otherwise(pl.col(column)).alias(column)

    dead = _hit(count, 0.01, draw)
    return people.select(
        _key("person_id").alias("person_id"),
        pl.when(~_hit(count, 0.004, draw)).then(_key("household_id")).alias("household_id"),
        pl.when(~_hit(count, 0.004, draw)).then(_key("dwelling")).alias("dwelling_id"),
        pl.col("grid").alias("place_code"),
        pl.when(_hit(count, 0.001, draw)).then(pl.col("name") + "3").when(_hit(count, 0.001, draw)).then(pl.lit("王?"))
        .when(_hit(count, 0.001, draw)).then(pl.lit("不详")).when(~_hit(count, 0.001, draw)).then(pl.col("name")).alias("name"),
        pl.when(_hit(count, 0.01, draw)).then(pl.col("name")).alias("former_name"),
        spoilt("sex", 0.002, pl.lit(None)),
        pl.when(_hit(count, 0.0005, draw)).then(pl.lit(today + 30 * DAY)).when(_hit(count, 0.0005, draw))
        .then(pl.col("birth_date").dt.offset_by("-100y")).when(~_hit(count, 0.003, draw)).then(pl.col("birth_date"))
        .alias("birth_date"),
        pl.when(_hit(count, 0.003, draw)).then(pl.lit("year")).otherwise(pl.lit("day")).alias("birth_precision"),
        pl.col("document_number").alias("number"), pl.col("document_type").alias("number_kind"),
        spoilt("education", 0.002, pl.lit("21")), spoilt("marital", 0.005, pl.lit("21")),
        pl.when(_hit(count, 0.01, draw)).then(pl.lit("unknown")).otherwise(pl.lit("area")).alias("registration"),
        pl.when(~_hit(count, 0.01, draw)).then(pl.col("registered_area")).alias("registered_at"),
        pl.when(~_hit(count, 0.02, draw)).then(pl.col("registered_address")).alias("registered_text"),
        pl.col("relation"),
        pl.when(_hit(count, 0.7, draw)).then(_key("household_id")).alias("registered_household_id"),
        pl.when(dead & _hit(count, 0.02, draw)).then(pl.lit(today + 20 * DAY)).when(dead).then(pl.lit(today - 400 * DAY))
        .alias("dead_on"),
        pl.col("phone"), _key("father_id").alias("father_id"), _key("mother_id").alias("mother_id"),
        pl.col("inflow_date").fill_null(dt.date(2015, 1, 1)).alias("since"),
    )  # fmt: skip


def _documents(people: pl.DataFrame, draw: Any) -> pl.DataFrame:
    held = people.filter(pl.col("number").is_not_null()).select("person_id", number="number", kind="number_kind")
    count = len(held)
    swapped = pl.col("number").str.slice(0, 16) + pl.lit("0") + pl.col("number").str.slice(17)
    held = held.with_columns(
        pl.when(_hit(count, 0.004, draw)).then(swapped).when(_hit(count, 0.001, draw)).then(pl.col("number").str.slice(0, 15))
        .when(_hit(count, 0.001, draw)).then(pl.col("number").shift(1)).otherwise(pl.col("number")).alias("number")
    )  # fmt: skip
    second = held.filter(_hit(count, 0.001, draw)).with_columns(number=pl.col("number").str.reverse())
    both = pl.concat([held, second])
    return both.with_columns(document_id=pl.Series(range(len(both))).cast(pl.String).str.zfill(32))


def _parents(people: pl.DataFrame) -> pl.DataFrame:
    parts = [
        people.filter(pl.col(column).is_not_null()).select(child_id="person_id", parent_id=column)
        for column in ("father_id", "mother_id")
    ]
    both = pl.concat(parts)
    return both.with_columns(tie_id=pl.Series(range(len(both))).cast(pl.String).str.zfill(32), kind=pl.lit("birth"))


def _members(people: pl.DataFrame, draw: Any) -> pl.DataFrame:
    held = people.filter(pl.col("household_id").is_not_null())
    count = len(held)
    relation = (
        pl.when(_hit(count, 0.003, draw)).then(pl.lit("12")).when(_hit(count, 0.001, draw)).then(pl.lit("05"))
        .when(~_hit(count, 0.002, draw)).then(pl.col("relation"))
    )  # fmt: skip
    return held.select(
        ("2" + pl.col("person_id").str.slice(1)).alias("member_id"), "person_id", "household_id", side=pl.lit("living"),
        relation=relation, joined_on="since",
    )  # fmt: skip


def _spells(people: pl.DataFrame, draw: Any) -> pl.DataFrame:
    held = people.filter(pl.col("dwelling_id").is_not_null())
    count = len(held)
    return held.select(
        ("3" + pl.col("person_id").str.slice(1)).alias("spell_id"), "person_id", "dwelling_id", "place_code",
        kind=pl.when(_hit(count, 0.05, draw)).then(pl.lit("temporary")).otherwise(pl.lit("usual")),
        since=pl.when(_hit(count, 0.001, draw)).then(pl.lit(dt.date(2030, 1, 1))).otherwise(pl.col("since")),
        until=_some(count, 0.05, draw, dt.date(2026, 1, 1)),
    )  # fmt: skip


def _households(frames: dict[str, pl.DataFrame], draw: Any) -> pl.DataFrame:
    held = frames["households"].join(frames["dwellings"].select("dwelling", "grid"), on="dwelling", how="left")
    return held.select(
        _key("household_id").alias("household_id"), _key("dwelling").alias("dwelling_id"), place_code="grid",
        side=pl.lit("living"),
        kind=pl.when(pl.col("collective")).then(pl.lit("collective")).otherwise(pl.lit("family")),
        ended_on=_some(len(held), 0.002, draw, dt.date(2026, 1, 1)),
    )  # fmt: skip
