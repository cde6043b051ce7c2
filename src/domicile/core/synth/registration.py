"""Where people are registered, and since when and why they live here."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from domicile.core.synth.households import Members, household_kinds
from domicile.core.synth.lexicon import Floats, Ints, choose, load, pick, stream
from domicile.core.synth.places import Places

HERE, IN_COUNTY, OUTSIDE = 0, 1, 2
RESIDENCE = ["registered_here", "registered_in_county", "registered_elsewhere"]
# Shares of the three for households in villages, in towns, and in collective households.
SHARES = np.array([[0.90, 0.03, 0.07], [0.63, 0.11, 0.26], [0.06, 0.06, 0.88]])
MARRIED_IN = 0.06  # spouses in registered households who kept their own registration
RETURNED = 0.03  # people registered here who came back from elsewhere
REASONS_ADULT = (
    ["01", "03", "09", "08", "04", "05", "07", "02", "99"],
    [0.6, 0.14, 0.05, 0.05, 0.04, 0.05, 0.02, 0.03, 0.02],
)


def register(members: Members, places: Places, village: np.ndarray, seed: int, today: date) -> pl.DataFrame:
    """Columns residence, registered_area (12 digits), registered_address, inflow_date and inflow_reason.

    `registered_address` is empty for people registered in the dwelling where they live. Two columns serve later stages
    only: `origin` (county of registration) and `since` (when everybody came to the dwelling, told or not).
    """
    rng = stream(seed, "registration")
    kind = _kinds(members, places, village, rng)
    origin = _origins(members, rng)
    code, address = _addresses(kind, origin, members, places, rng)
    since, told, reason = _inflow(members, kind, rng, today)
    return pl.DataFrame(
        {
            "residence": pick(RESIDENCE, kind),
            "origin": pick(_origin_codes(), np.where(kind == OUTSIDE, origin, 0)),
            "registered_area": code,
            "registered_address": address,
            "since": since,
            "inflow_date": told,
            "inflow_reason": reason,
        }
    )


def _origin_codes() -> list[str]:
    """County codes: this county first, then those people come from."""
    table = load("places.yaml")
    return [table["county"]["code"], *(code for code, _, _ in table["counties"])]


def _kinds(members: Members, places: Places, village: np.ndarray, rng: np.random.Generator) -> Ints:
    collective = np.array([item.collective for item in household_kinds()])[members.kind]
    setting = np.where(collective, 2, np.where(village[places.grid[places.dwelling]], 0, 1))
    edges = np.cumsum(SHARES, axis=1)[setting]
    household = (rng.random((len(setting), 1)) > edges[:, :2]).sum(axis=1)
    kind = household[members.household]
    married_in = np.isin(members.relation, (11, 12, 38)) & (kind == HERE) & (rng.random(len(kind)) < MARRIED_IN)
    lodger = (members.relation == 99) & (kind == HERE)
    return np.where(married_in | lodger, OUTSIDE, kind).astype(np.int64)


def _origins(members: Members, rng: np.random.Generator) -> Ints:
    """Index into _origin_codes of the county of origin, one a household; members of collectives each their own."""
    weights = np.array([float(weight) for _, _, weight in load("places.yaml")["counties"]])
    shared = choose(rng, weights, len(members.kind))[members.household]
    own = choose(rng, weights, len(members.sex))
    apart = (members.relation == 99) | (np.isin(members.relation, (11, 12, 38)) & (rng.random(len(own)) < 0.15))
    return 1 + np.where(apart, own, shared)


def _addresses(
    kind: Ints, origin: Ints, members: Members, places: Places, rng: np.random.Generator
) -> tuple[pl.Series, pl.Series]:
    table = load("places.yaml")
    towns, villages = table["towns"].split(), table["villages"].split()
    homes = len(members.kind)
    counties = pick([table["county"]["name"], *(name for _, name, _ in table["counties"])], origin)
    lane = [rng.integers(0, size, homes)[members.household] for size in (len(towns), len(villages), 15, 40)]
    outside = pl.select(
        pl.concat_str(
            pl.lit(counties),
            pl.lit(pick(towns, lane[0])),
            pl.lit("镇"),
            pl.lit(pick(villages, lane[1])),
            pl.lit("村"),
            pl.lit(pl.Series(lane[2] + 1)).cast(pl.String),
            pl.lit("组"),
            pl.lit(pl.Series(lane[3] + 1)).cast(pl.String),
            pl.lit("号"),
        )
    ).to_series()
    # People registered elsewhere in the county: the whole household in some other dwelling of it.
    other = rng.integers(0, len(places.dwellings), homes)[members.household]
    chosen = pl.lit(pl.Series(kind))
    codes = pick([code + "000000" for code in _origin_codes()], origin)
    result = pl.select(
        pl.when(chosen == HERE)
        .then(pl.lit(places.dwellings["community"].gather(places.dwelling[members.household])))
        .when(chosen == IN_COUNTY)
        .then(pl.lit(places.dwellings["community"].gather(other)))
        .otherwise(pl.lit(codes))
        .alias("code"),
        pl.when(chosen == OUTSIDE)
        .then(pl.lit(outside))
        .when(chosen == IN_COUNTY)
        .then(pl.lit(places.dwellings["address"].gather(other)))
        .alias("address"),
    )
    return result["code"], result["address"]


def _inflow(members: Members, kind: Ints, rng: np.random.Generator, today: date) -> tuple[pl.Series, ...]:
    """Since when all live here; since when and why for those registered elsewhere or returned; never before birth."""
    homes = len(members.kind)
    stay = rng.exponential(1100.0, homes)[members.household]
    lone = members.relation == 99
    stay = np.where(lone, rng.exponential(700.0, len(kind)), stay)
    days = np.minimum(stay.astype(np.int64) + 1, members.age)
    returned = (kind == HERE) & (rng.random(len(kind)) < RETURNED) & (members.age > 18 * 366)
    arrived = (kind == OUTSIDE) | (kind == IN_COUNTY) | returned
    day = pl.Series("", (np.datetime64(today) - days).astype("datetime64[D]"))
    words, shares = REASONS_ADULT
    codes = ["06", *words, "05"]
    reason = 1 + choose(rng, _as_floats(shares), len(kind))
    married_in = np.isin(members.relation, (11, 12, 38)) & (rng.random(len(kind)) < 0.3)
    reason = np.where(members.status == 4, 0, np.where(married_in, len(codes) - 1, reason))
    told = arrived & ~returned & (kind == OUTSIDE) & (rng.random(len(kind)) < 0.97)
    frame = pl.select(
        pl.when(pl.lit(pl.Series(arrived))).then(pl.lit(day)).alias("since"),
        pl.when(pl.lit(pl.Series(told))).then(pl.lit(pick(codes, reason))).alias("reason"),
    )
    return day, frame["since"], frame["reason"]


def _as_floats(values: list[float]) -> Floats:
    return np.array(values, dtype=np.float64)
