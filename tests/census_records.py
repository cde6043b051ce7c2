"""Synthetic records of a census as the tables read them: persons.parquet and households.parquet, from a seed.

Nobody in them is real; shares are roughly those of a county, so that tables have large cells and small ones.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SEED_OF_KEYS = b"a secret of thirty-two bytes ...."
ROWS_A_GROUP = 1 << 17


def write(folder: Path, people: int, *, seed: int = 1, per_community: int = 2000, keys: bool = False) -> None:
    """Write about so many people. `keys`: by HMAC of the household and the place in it, else numbers of the same
    kind from the seed."""
    draw = np.random.default_rng(seed)
    count = max(2, round(people / 2.6))
    sizes = np.minimum(1 + draw.poisson(1.6, count), 12)
    communities = max(2, people // per_community)
    area = np.sort(draw.integers(0, communities, count)) if communities > 2 else np.sort(draw.integers(0, 2, count))
    # Twelve communities a township, twenty townships a county.
    code = 770101000000 + (area // 240) * 10**6 + (area // 12 % 20 + 1) * 1000 + area % 12 + 1
    areas = code * 1000 + draw.integers(1, 8, count)
    order = np.lexsort([np.arange(count), areas])
    areas, sizes = areas[order], sizes[order]
    long = (np.arange(count) + int(draw.integers(10))) % 10 == 0
    household = np.char.add("h", np.char.zfill(np.arange(count).astype(str), 8))
    folder.mkdir(parents=True, exist_ok=True)
    _households(folder, draw, household, areas, sizes, long, keys)
    _persons(folder, draw, household, areas, sizes, long, keys)


def _keys(draw: np.random.Generator, ids: list[str], hashed: bool) -> np.ndarray:
    if not hashed:
        return draw.integers(0, 2**32, len(ids))
    from domicile.core.disclosure import record_keys

    return record_keys(SEED_OF_KEYS, ids)


def _text(values: np.ndarray) -> pa.Array:
    return pa.array(values.astype(str)).dictionary_encode().cast(pa.string())


def _some(draw: np.random.Generator, count: int, shares: dict[int, float]) -> np.ndarray:
    p = np.array(list(shares.values()))
    return draw.choice(np.array(list(shares)), count, p=p / p.sum()).astype(np.int16)


def _where(values: np.ndarray, asked: np.ndarray) -> pa.Array:
    return pa.array(values, mask=~asked)


def _households(
    folder: Path,
    draw: np.random.Generator,
    household: np.ndarray,
    areas: np.ndarray,
    sizes: np.ndarray,
    long: np.ndarray,
    keys: bool,
) -> None:
    n = len(household)
    dwelling = _some(draw, n, {1: 93, 2: 3, 3: 2, 4: 1.8, 5: 0.2})
    home = dwelling == 1
    tenure = _some(draw, n, {1: 3, 2: 18, 3: 25, 4: 10, 5: 8, 6: 3, 7: 31, 8: 1, 9: 1})
    columns = {
        "area": _text(areas),
        "household": pa.array(household),
        "record_key": _keys(draw, household.tolist(), keys),
        "form": _text(np.where(long, "long", "short")),
        "weight": pa.array(np.full(n, 10.0), mask=~long),
        "household_size": sizes.astype(np.int16),
        "kind": _some(draw, n, {1: 96, 2: 4}),
        "dwelling": dwelling,
        "floor_area": _where((20 + draw.gamma(3, 30, n)).astype(np.int16), home),
        "rooms": _where((1 + draw.poisson(2, n)).astype(np.int16), home),
        **{
            name: draw.binomial(1, 0.015, n).astype(np.int16)
            for name in ("births_male", "births_female", "deaths_male", "deaths_female")
        },
        "tenure": _where(tenure, home & long),
        "built": _where(_some(draw, n, {1: 1, 2: 1, 3: 2, 4: 5, 5: 15, 6: 22, 7: 28, 8: 15, 9: 11}), home & long),
        "storeys": _where(_some(draw, n, {1: 30, 2: 45, 3: 24, 4: 1}), home & long),
        "water": _where(_some(draw, n, {1: 97, 2: 3}), home & long),
        "kitchen": _where(_some(draw, n, {1: 94, 2: 2, 3: 4}), home & long),
        "toilet": _where(_some(draw, n, {1: 70, 2: 5, 3: 10, 4: 12, 5: 3}), home & long),
        "fuel": _where(_some(draw, n, {1: 65, 2: 20, 3: 4, 4: 10, 5: 1}), home & long),
        "cars": _where(draw.poisson(0.4, n).astype(np.int16), long),
        "rent": _where((draw.gamma(2, 500, n)).astype(np.int16), home & long & (tenure <= 2)),
    }
    pq.write_table(pa.table(columns), folder / "households.parquet", row_group_size=ROWS_A_GROUP)


def _persons(
    folder: Path,
    draw: np.random.Generator,
    household: np.ndarray,
    areas: np.ndarray,
    sizes: np.ndarray,
    long: np.ndarray,
    keys: bool,
) -> None:
    home = np.repeat(np.arange(len(household)), sizes)
    n, number = len(home), np.arange(len(home)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    age = np.minimum((draw.beta(1.15, 1.5, n) * 100).astype(np.int16), 104)
    registered = _some(draw, n, {1: 66, 2: 5, 3: 9, 4: 19.5, 5: 0.5})
    present = np.where(registered == 1, _some(draw, n, {1: 80, 2: 2, 3: 3, 4: 5, 5: 9, 6: 0.3, 7: 0.7}), 1).astype(
        np.int16
    )
    moved = (registered != 1) | (present != 1)
    away = np.where(moved, _some(draw, n, {2: 10, 3: 10, 4: 15, 5: 15, 6: 10, 7: 10, 8: 15, 9: 15}), 1).astype(np.int16)
    grown, drawn = age >= 15, long[home]
    worked = _some(draw, n, {1: 60, 2: 40})
    works = drawn & grown & (worked == 1)
    ids = np.char.add(np.char.add(household[home], "-"), number.astype(str)).tolist() if keys else [""] * n
    columns = {
        "area": _text(areas).take(pa.array(home)),
        "household": pa.array(household).take(pa.array(home)),
        "person": number.astype(np.int16),
        "record_key": _keys(draw, ids, keys),
        "form": _text(np.where(long, "long", "short")).take(pa.array(home)),
        "weight": pa.array(np.full(n, 10.0), mask=~drawn),
        "household_size": sizes[home].astype(np.int16),
        "relation": np.where(
            number == 0, 0, _some(draw, n, {1: 30, 2: 40, 3: 8, 4: 3, 5: 1, 6: 5, 7: 9, 8: 2, 9: 2})
        ).astype(np.int16),
        "sex": _some(draw, n, {1: 51, 2: 49}),
        "age": age,
        "ethnic": _some(draw, n, {1: 9100, **{code: 900 / code for code in range(2, 57)}}),
        "present": present,
        "registered": registered,
        "away": _where(away, registered != 5),
        "away_reason": _where(_some(draw, n, dict.fromkeys(range(10), 1)), moved & (registered != 5)),
        "education": _where(
            np.minimum(
                _some(draw, n, {1: 5, 2: 4, 3: 25, 4: 35, 5: 15, 6: 8, 7: 7, 8: 0.9, 9: 0.1}),
                np.where(age < 6, 2, np.where(age < 16, 4, 9)),
            ).astype(np.int16),
            age >= 3,
        ),
        "literate": _where(_some(draw, n, {1: 97, 2: 3}), grown),
        "marital": _where(_some(draw, n, {1: 20, 2: 68, 3: 3, 4: 3, 5: 6}), drawn & grown),
        "worked": _where(worked, drawn & grown),
        "occupation": pa.array(_some(draw, n, {1: 2, 2: 12, 3: 8, 4: 38, 5: 20, 6: 19, 8: 1}).astype(str), mask=~works),
        "industry": pa.array(
            np.array(list("ABCDEFGHIJKLMNOPQRST"))[_some(draw, n, dict.fromkeys(range(20), 1))], mask=~works
        ),
        "not_working_reason": _where(
            _some(draw, n, {1: 15, 2: 25, 3: 40, 4: 8, 5: 7, 6: 5}), drawn & grown & (worked == 2)
        ),
        "livelihood": _where(_some(draw, n, {1: 60, 2: 18, 3: 0.5, 4: 2, 5: 2, 6: 16, 7: 1.5}), drawn & grown),
        "health": _where(_some(draw, n, {1: 55, 2: 32, 3: 10, 4: 3}), drawn & (age >= 60)),
        "lived_5_years_ago": _where(_some(draw, n, {1: 85, 2: 9, 3: 5.8, 4: 0.2}), drawn & (age >= 5)),
        "birth_place": _where(_some(draw, n, {1: 75, 2: 15, 3: 9.7, 4: 0.3}), drawn),
    }
    pq.write_table(pa.table(columns), folder / "persons.parquet", row_group_size=ROWS_A_GROUP)
