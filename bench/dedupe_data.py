"""Lists whose truth is known, for the benchmarks of linkage and for training the model that is shipped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from domicile.core.synth.county import County, make_county
from domicile.core.synth.faults import FAULTS
from domicile.core.synth.lexicon import load, pick, standing_in
from domicile.core.synth.numbers import CHECK_CHARACTERS, check_index

TODAY = dt.date(2026, 11, 1)
#: People whom one synthetic county holds at most here: one that is larger runs out of numbers on days of many births.
AT_ONCE = 1_200_000
#: First digits of provinces of which the codes ending in 7, 8 and 9 are in no use; the synthetic county has those of 7.
PROVINCES = "756824"
#: Corrupted copies for each true person.
COPIES = 0.05
#: Seeds on which the model was trained and all choices were made; no benchmark uses them.
TUNING = (5, 6, 7, 8)

#: What may befall a copy: (fault, column, share of the copies). Of a column's faults a copy bears one at most.
CORRUPTIONS: tuple[tuple[str, str, float], ...] = (
    ("missing_number", "number", 0.20), ("wrong_digit", "number", 0.10), ("swapped_digits", "number", 0.05),
    ("fifteen_digits", "number", 0.03),
    ("homophone", "name", 0.12), ("lookalike", "name", 0.02), ("swapped_characters", "name", 0.01),
    ("year_off_by_one", "birth_date", 0.05), ("decade_slip", "birth_date", 0.01), ("day_off_by_one", "birth_date", 0.01),
    ("day_month_swapped", "birth_date", 0.01),
    ("missing", "phone", 0.20), ("wrong_phone_digit", "phone", 0.03), ("new_phone", "phone", 0.10),
)  # fmt: skip
#: Of the copies, those that stand at another dwelling: as lodgers of its household or as a household of their own.
MOVED_IN, MOVED_ALONE = 0.20, 0.20
#: Of those at the same dwelling, those that stand as a household of their own.
APART = 0.5


def corrupted_copies(people: int, seed: int) -> tuple[pl.DataFrame, pl.Series]:
    """The true people of a county and corrupted copies of one in twenty, mixed: table `people`, and who each row is.

    More than AT_ONCE people stand in several counties.
    """
    codes = ["", *(str(code) for code, _name, _share in load("places.yaml")["counties"][1:])]
    parts = -(-people // AT_ONCE)
    if parts > len(PROVINCES):
        raise ValueError(f"At most {AT_ONCE * len(PROVINCES):,} people can be made here, not {people:,}.")
    both = []
    for part in range(parts):
        with standing_in(codes[part % len(codes)]):
            own = people // parts + (part < people % parts)
            both.append(_with_copies(own, seed + 100_000 * part, f"{part}-" if parts > 1 else "", PROVINCES[part]))
    mixed = pl.concat(both).sample(fraction=1.0, shuffle=True, seed=seed)
    mixed = mixed.with_columns(person_id=pl.int_range(pl.len()).cast(pl.String).str.zfill(9))
    return mixed.drop("who"), mixed["who"]


def _with_copies(people: int, seed: int, mark: str, province: str) -> pl.DataFrame:
    """One county: its people and their copies, with `who`; `mark` stands before the ids of its households, dwellings and people."""
    county = make_county(people, seed, TODAY)
    true = _in_province(_true_people(county), province)
    rng = np.random.default_rng([seed, 20261123])
    named = true.filter(pl.col("name").is_not_null())["who"].to_numpy()
    copies = _moved(true[np.sort(rng.choice(named, round(people * COPIES), replace=False))], true, rng)
    for column in ("number", "name", "birth_date", "phone"):
        copies = _spoilt(copies, column, rng)
    both = pl.concat([true, copies])
    return both.with_columns(
        (pl.lit(mark) + pl.col("household_id")).alias("household_id"),
        (pl.lit(mark) + pl.col("dwelling_id")).alias("dwelling_id"),
        (pl.lit(mark) + pl.col("who").cast(pl.String)).alias("who"),
    )


def _in_province(true: pl.DataFrame, digit: str) -> pl.DataFrame:
    """The people with numbers of provinces that begin with another digit: counties made apart would share numbers."""
    if digit == PROVINCES[0]:
        return true
    resident = pl.col("number_kind") == "resident_id"
    body = true.select(
        pl.when(resident).then(pl.lit(digit) + pl.col("number").str.slice(1, 16)).otherwise(pl.lit("0")).cast(pl.Int64)
    ).to_series()
    check = pick(CHECK_CHARACTERS, check_index(body.to_numpy()))
    return true.with_columns(number=pl.when(resident).then(body.cast(pl.String) + check).otherwise("number"))


def county_records(people: int, seed: int) -> tuple[pl.DataFrame, pl.Series]:
    """The records of a county with the errors of the frozen model: table `people`, and who each row is."""
    county = make_county(people, seed, TODAY)
    area = county.dwellings.select("dwelling", area="community")
    registered = county.people.select("person_id", registered="registered_area")
    rows = county.records.join(area, on="dwelling", maintain_order="left").join(
        registered, on="person_id", maintain_order="left"
    )
    here = pl.col("registered_address") == "本户"
    return _table(rows, "record_id", "block", pl.when(here).then("area").otherwise("registered")), rows["person_id"]


def _true_people(county: County) -> pl.DataFrame:
    places = county.dwellings.select("dwelling", "address", area="community")
    rows = county.people.join(places, on="dwelling", maintain_order="left")
    return _table(rows, "person_id", "household_id", pl.col("registered_area")).with_columns(who=rows["person_id"])


def _table(rows: pl.DataFrame, key: str, household: str, registered: pl.Expr) -> pl.DataFrame:
    return rows.select(
        person_id=pl.col(key).cast(pl.String),
        household_id=pl.col(household).cast(pl.String),
        dwelling_id=pl.col("dwelling").cast(pl.String),
        area="area", name="name", former_name=pl.lit(None, dtype=pl.String), sex="sex", birth_date="birth_date",
        number="document_number", number_kind="document_type", phone="phone", address="address", relation="relation",
        registered_at=registered, dead_on=pl.lit(None, dtype=pl.Date),
    )  # fmt: skip


def _moved(copies: pl.DataFrame, true: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    draw, host = rng.random(len(copies)), rng.integers(0, len(true), len(copies))
    apart = rng.random(len(copies)) < APART
    away, alone = (
        pl.Series(draw < MOVED_IN + MOVED_ALONE),
        pl.Series((draw >= MOVED_IN) & ((draw < MOVED_IN + MOVED_ALONE) | apart)),
    )
    elsewhere = true[host]
    copies = copies.with_columns(
        pl.when(away).then(elsewhere[name]).otherwise(name).alias(name)
        for name in ("household_id", "dwelling_id", "area", "address")
    )
    own = pl.lit("C") + pl.int_range(pl.len()).cast(pl.String)
    return copies.with_columns(household_id=pl.when(alone).then(own).otherwise("household_id"))


def _spoilt(copies: pl.DataFrame, column: str, rng: np.random.Generator) -> pl.DataFrame:
    faults = [(fault, share) for fault, of, share in CORRUPTIONS if of == column]
    edges = np.cumsum([share for _fault, share in faults])
    which = np.searchsorted(edges, rng.random(len(copies)), side="right")
    resident = copies["number_kind"] == "resident_id"
    written: list[Any] = []
    for value, at, numbered in zip(copies[column].cast(pl.String), which.tolist(), resident, strict=True):
        if value is None or at == len(faults) or (column == "number" and not numbered):
            written.append(value)
            continue
        fault = _FAULTS[faults[at][0]](value, rng)
        written.append(value if fault is None else fault or None)
    spoilt = pl.Series(column, written, dtype=pl.String)
    return copies.with_columns(spoilt.str.to_date() if column == "birth_date" else spoilt)


def _new_phone(phone: str, rng: np.random.Generator) -> str:
    return f"154{int(rng.integers(0, 99_900_000)):08}"


_FAULTS: dict[str, Callable[[str, np.random.Generator], str | None]] = {
    **FAULTS,
    "missing": FAULTS["missing_number"],
    "new_phone": _new_phone,
}


def judged(clusters: pl.DataFrame, ids: pl.Series, who: pl.Series) -> dict[str, float]:
    """Pairwise precision, recall and F1 of clusters (person_id, cluster), and false pairs per 100,000 records."""
    truth = pl.DataFrame({"person_id": ids, "who": who})
    joined = clusters.select("person_id", "cluster").join(truth, on="person_id")

    def pairs(frame: pl.DataFrame, *by: str) -> int:
        size = frame.group_by(by).len()["len"].cast(pl.Int64)
        return int((size * (size - 1) // 2).sum())

    right, found, true = pairs(joined, "cluster", "who"), pairs(joined, "cluster"), pairs(truth, "who")
    precision, recall = right / max(found, 1), right / max(true, 1)
    return {
        "true": true, "found": found, "precision": round(precision, 6), "recall": round(recall, 6),
        "f1": round(2 * right / max(found + true, 1), 6), "false_per_100000": round((found - right) / len(ids) * 100_000, 2),
    }  # fmt: skip
