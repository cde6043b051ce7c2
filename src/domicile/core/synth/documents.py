"""Identity documents: resident numbers that cannot be real, permits and passports, and those who have none yet."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from domicile.core.synth.households import Members
from domicile.core.synth.lexicon import Ints, choose, load, pick, stream
from domicile.core.synth.numbers import CHECK_CHARACTERS, check_index, ranks, resident_numbers, serials

HMT_SHARE = 0.0075  # of adults who have neither parents nor children in the household
FOREIGN_SHARE = 0.0045
NEWBORN_DAYS = 45
# code of region, registered area, words, permit letter, residence-permit county part
REGIONS = (
    ("HKG", "810000000000", "香港特别行政区", "H", 810000),
    ("MAC", "820000000000", "澳门特别行政区", "M", 820000),
    ("TWN", "710000000000", "台湾地区", "", 830000),
)


def issue(people: pl.DataFrame, members: Members, seed: int, today: date) -> pl.DataFrame:
    """Add document_type and document_number; people from abroad also get name, nationality and registration."""
    rng = stream(seed, "documents")
    birth = people["birth_date"].dt.strftime("%Y%m%d").cast(pl.Int64).to_numpy()
    county = _birth_counties(people, rng)
    number = resident_numbers(county, birth, serials(county, birth, members.sex))
    kind = pl.repeat("resident_id", len(people), dtype=pl.String, eager=True)
    people = people.with_columns(kind.alias("document_type"), number.alias("document_number"))
    people = _without_document(people, members, rng)
    adult = np.flatnonzero(
        (members.father < 0) & (members.mother < 0) & np.isin(members.status, (0, 1)) & (members.age > 8000)
    )
    adult = adult[~np.isin(adult, np.r_[members.father, members.mother])]
    draw = rng.random(len(adult))
    people = _from_regions(people, adult[draw < HMT_SHARE], birth, rng)
    people = _foreigners(people, adult[(draw >= HMT_SHARE) & (draw < HMT_SHARE + FOREIGN_SHARE)], birth, rng)
    abroad = (pl.col("nationality") != "CHN") & pl.col("inflow_date").is_null()
    return people.with_columns(pl.when(abroad).then("since").otherwise("inflow_date").alias("inflow_date"))


def _birth_counties(people: pl.DataFrame, rng: np.random.Generator) -> Ints:
    """County parts: nearly always that of the registration, sometimes that of a neighbour where one was born."""
    own = people["origin"].cast(pl.Int64).to_numpy().copy()
    moved = rng.random(len(own)) < 0.07
    codes = np.array([int(code) for code, _, _ in load("places.yaml")["counties"]], dtype=np.int64)
    own[moved] = codes[rng.integers(0, len(codes), int(moved.sum()))]
    return own


def _without_document(people: pl.DataFrame, members: Members, rng: np.random.Generator) -> pl.DataFrame:
    """Newborns have no number and some no name; a few small children and very old people have none yet."""
    draw = rng.random(len(people))
    years = members.age / 365.2425
    none = (members.age < NEWBORN_DAYS) | ((years < 6) & (draw < 0.04)) | ((years > 85) & (draw < 0.004))
    nameless = (members.age < NEWBORN_DAYS) & (draw < 0.4) & (members.status == 4)
    missing, unnamed = pl.lit(pl.Series(none)), pl.lit(pl.Series(nameless))
    return people.with_columns(
        pl.when(missing).then(pl.lit("none")).otherwise("document_type").alias("document_type"),
        pl.when(~missing).then("document_number").alias("document_number"),
        pl.when(~unnamed).then("name").alias("name"),
    )


def replace(frame: pl.DataFrame, rows: Ints, **columns: pl.Series) -> pl.DataFrame:
    """The frame with the given cells of the given rows replaced."""
    if not len(rows):
        return frame
    return frame.with_columns(frame[name].scatter(rows, values).alias(name) for name, values in columns.items())


def _from_regions(people: pl.DataFrame, rows: Ints, birth: Ints, rng: np.random.Generator) -> pl.DataFrame:
    """Residents of Hong Kong, Macao and Taiwan with travel permits or residence permits.

    Permit numbers begin with zeros and residence numbers take serials 900…999, which the order of issue never reached.
    """
    if not len(rows):
        return people
    region = choose(rng, np.array([0.5, 0.15, 0.35]), len(rows))
    resident = rng.random(len(rows)) < 0.5
    sex = people["sex"].cast(pl.Int64).gather(rows).to_numpy()
    part = np.array([item[4] for item in REGIONS], dtype=np.int64)[region]
    rank = ranks((part * 100_000_000 + birth[rows]) * 2 + sex)
    residence = resident_numbers(part, birth[rows], 900 + (2 * rank + sex % 2) % 100)
    permit = pick([item[3] for item in REGIONS], region) + pl.Series(np.arange(len(rows))).cast(pl.String).str.zfill(8)
    chosen = pl.Series(resident)
    travel = pick(["hk_macao_permit", "hk_macao_permit", "taiwan_permit"], region)
    return replace(
        people,
        rows,
        nationality=pick([item[0] for item in REGIONS], region),
        residence=pick(["registered_elsewhere"], np.zeros_like(region)),
        registered_area=pick([item[1] for item in REGIONS], region),
        registered_address=pick([item[2] for item in REGIONS], region),
        document_type=travel.zip_with(~chosen, pick(["hmt_residence"], np.zeros_like(region))),
        document_number=permit.zip_with(~chosen, residence),
    )


def _foreigners(people: pl.DataFrame, rows: Ints, birth: Ints, rng: np.random.Generator) -> pl.DataFrame:
    if not len(rows):
        return people
    countries = load("names.yaml")["foreign"]
    country = rng.integers(0, len(countries), len(rows))
    sex = people["sex"].cast(pl.Int64).gather(rows).to_numpy()
    names = [
        countries[index]["male" if male == 1 else "female"][which]
        for index, male, which in zip(country, sex, rng.integers(0, 2, len(rows)), strict=True)
    ]
    numeric = np.array([int(item["numeric"]) for item in countries], dtype=np.int64)[country]
    # 9, the fictional province 77, the country: a permanent resident's number that no office can have given.
    part = 977_000 + numeric
    rank = ranks((part * 100_000_000 + birth[rows]) * 2 + sex)
    body = (part * 100_000_000 + birth[rows]) * 1000 + 2 * rank + np.where(sex == 1, 1, 2)
    permanent = pl.Series(body).cast(pl.String) + pick(CHECK_CHARACTERS, check_index(body))
    passport = "X" + pl.Series(np.arange(len(rows)) + 1).cast(pl.String).str.zfill(8)
    chosen = pl.Series(rng.random(len(rows)) < 0.3)
    zero = np.zeros_like(country)
    return replace(
        people,
        rows,
        name=pl.Series(names),
        nationality=pick([item["nationality"] for item in countries], country),
        residence=pick(["registered_elsewhere"], zero),
        registered_area=pl.repeat(None, len(rows), dtype=pl.String, eager=True),
        registered_address=pick([item["country"] for item in countries], country),
        document_type=pick(["passport"], zero).zip_with(~chosen, pick(["foreign_pr"], zero)),
        document_number=pl.select(pl.lit(passport)).to_series().zip_with(~chosen, permanent),
    )
