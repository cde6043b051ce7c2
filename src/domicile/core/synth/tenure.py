"""Rentals and units (firms, shops, schools) of the synthetic county."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from domicile.core.synth.lexicon import Ints, load, pick, stream
from domicile.core.synth.places import DWELLING_USES

CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015


def credit_codes(serial: Ints) -> list[str]:
    """Unified social credit codes of sole traders registered in the fictional county (GB 32100-2015, GB 11714)."""
    codes = []
    for number in serial.tolist():
        body = f"M{number:07d}"
        total = sum(
            int(character, 36) * weight for character, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
        )
        body = "92770101" + body + "0123456789X0"[(11 - total % 11) % 11]
        value = sum(CREDIT_CHARACTERS.index(c) * pow(3, place, 31) for place, c in enumerate(body))
        codes.append(body + CREDIT_CHARACTERS[(31 - value % 31) % 31])
    return codes


def rentals(
    people: pl.DataFrame, households: pl.DataFrame, dwellings: pl.DataFrame, seed: int, today: date
) -> pl.DataFrame:
    """One contract for each dwelling that is let and lived in; landlord and tenant are person ids."""
    rng = stream(seed, "rentals")
    let = dwellings.filter(pl.col("use").is_in([DWELLING_USES["let"], DWELLING_USES["work_shed"]])).select(
        "dwelling", "address"
    )
    found = let.join(
        households.select("dwelling", pl.col("head").alias("tenant")), on="dwelling", maintain_order="left"
    )
    owners = people.filter((pl.col("relation") == "02") & (pl.col("residence") == "registered_here"))["person_id"]
    owners = owners if len(owners) else people["person_id"].head(1)
    start = rng.integers(1, 900, len(found))
    length = rng.choice(np.array([182, 365, 730]), len(found))
    # Renewed until no contract ended more than sixty days ago.
    length = length * np.maximum(1, -(-(start - 60) // length))
    visit = rng.integers(1, 200, len(found))
    today_number = np.datetime64(today)
    return found.with_columns(
        owners.gather(rng.integers(0, len(owners), len(found))).alias("landlord"),
        pl.Series("contract_from", (today_number - start).astype("datetime64[D]")),
        pl.Series("contract_to", (today_number - start + length).astype("datetime64[D]")),
        pl.Series("safety_signed", rng.random(len(found)) < 0.83),
        pl.Series("last_visit", (today_number - visit).astype("datetime64[D]")),
    )


def units(people: pl.DataFrame, dwellings: pl.DataFrame, seed: int) -> pl.DataFrame:
    """A small place for each commercial dwelling: name, credit code, kind, address, contact, employees."""
    rng = stream(seed, "units")
    table = load("places.yaml")
    shops = dwellings.filter(pl.col("use") == DWELLING_USES["commercial"]).select("dwelling", "grid", "address")
    kinds, words = list(table["unit_kinds"]), table["unit_words"].split()
    kind = rng.integers(0, len(kinds), len(shops))
    word = rng.integers(0, len(words), len(shops))
    adults = people.filter(pl.col("phone").is_not_null() & pl.col("name").is_not_null())
    adults = adults if len(adults) else people.head(1)
    contact = adults[rng.integers(0, len(adults), len(shops))]
    return shops.with_columns(
        pl.int_range(pl.len()).alias("unit_id"),
        (pick(words, word) + pick([table["unit_kinds"][name] for name in kinds], kind)).alias("name"),
        pl.Series("credit_code", credit_codes(np.arange(len(shops))), dtype=pl.String),
        pick(kinds, kind).alias("kind"),
        contact["name"].alias("contact"),
        contact["phone"].alias("phone"),
        pl.Series("employees", 1 + rng.poisson(2.5, len(shops))),
        pl.Series("lodged", rng.binomial(3, 0.12, len(shops))),
    )
