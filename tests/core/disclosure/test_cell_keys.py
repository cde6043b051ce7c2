"""Cell keys: the same people have the same noise in every table, and on every engine."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.core.disclosure import BITS, apply_cell_key, cell_key_sql, cell_keys, make_ptable, record_keys

SEED = bytes(range(32))
TABLE = make_ptable(D=2, V=0.9)
BLOCKED = make_ptable(D=5, V=3, js=2)


def test_a_record_key_is_the_head_of_a_keyed_hash_that_anybody_with_the_seed_can_reckon() -> None:
    found = record_keys(SEED, ["person 1", "张三"])
    # openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f, of "domicile record key 1", a zero byte and the id.
    assert [f"{key:08x}" for key in found] == ["0a1b9ec5", "2116e1d1"]
    assert found.dtype == np.int64
    assert record_keys(SEED, []).shape == (0,)


def test_a_short_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="has 4 bytes; make one of 32 at random"):
        record_keys(b"1234", ["a"])


def test_keys_lie_evenly() -> None:
    keys = record_keys(SEED, (str(n) for n in range(20_000)))
    found = np.bincount(keys >> (BITS - 4), minlength=16)
    assert ((found - 1250) ** 2 / 1250).sum() < 37.7  # chi square of 15 degrees, one in a thousand


@pytest.mark.parametrize(
    ("count", "key", "found"),
    [  # the intervals that the ptable vignette prints for D=2, V=0.9
        (0, 0.99, 0), (1, 0.0, 0), (1, 0.3624, 0), (1, 0.3626, 1), (1, 0.7249, 1), (1, 0.7251, 2), (1, 0.9124, 2), (1, 0.9126, 3),
        (2, 0.0515, 0), (2, 0.0516, 1), (2, 0.5, 2), (2, 0.9485, 4), (12326, 0.0515, 12324), (12326, 0.96, 12328),
        (12326, 7.5, 12326),  # only what is behind the point counts
    ],
)  # fmt: skip
def test_the_noise_of_a_published_table(count: int, key: float, found: int) -> None:
    assert apply_cell_key([count], [key], TABLE).tolist() == [found]
    assert apply_cell_key([count], [int(key * 2**BITS)], TABLE).tolist() == [found]


def test_who_is_in_a_cell_decides_its_noise_whatever_the_table_and_the_order() -> None:
    people = [f"p{n}" for n in range(500)]
    keys = record_keys(SEED, people)
    area, sex = np.arange(500) % 7, np.arange(500) % 2
    by_area = cell_keys(keys, area, 7)
    by_both = cell_keys(keys, area * 2 + sex, 14).reshape(7, 2)
    # A table by area and sex has the same keys in its margin, and so the same noise.
    assert ((by_both.sum(axis=1) - by_area) % 2**BITS == 0).all()
    counts = np.bincount(area)
    np.testing.assert_array_equal(
        apply_cell_key(counts, by_area, TABLE), apply_cell_key(counts, by_both.sum(axis=1), TABLE)
    )
    order = np.random.default_rng(1).permutation(500)
    np.testing.assert_array_equal(cell_keys(keys[order], area[order], 7), by_area)


def test_over_many_cells_the_noise_has_the_moments_that_its_table_says() -> None:
    count, cells = 9, 40_000
    keys = record_keys(SEED, (str(n) for n in range(cells)))
    noise = apply_cell_key(np.full(cells, count), keys, BLOCKED) - count
    assert abs(noise.mean()) < 4 * np.sqrt(3 / cells)
    assert noise.var() == pytest.approx(3, rel=0.05)
    assert np.abs(noise).max() <= 5


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2**62)), min_size=1, max_size=40))
def test_noise_stays_within_its_bounds_and_zero_stays_zero(cells: list[tuple[int, int]]) -> None:
    counts, keys = (np.array(one) for one in zip(*cells, strict=True))
    found = apply_cell_key(counts, keys, BLOCKED)
    assert (np.abs(found - counts) <= 5).all()
    assert ((found == 0) | (found > 2)).all()
    assert (found[counts == 0] == 0).all()


@pytest.mark.parametrize(
    ("counts", "keys", "said"),
    [
        ([1, 2], [0.1], "each cell needs one key"),
        ([1, -2], [0.1, 0.2], r"Cell \(1,\) holds -2"),
        ([1.5], [0.1], r"Cell \(0,\) holds 1.5"),
        ([1], [float("nan")], r"Cell \(0,\) has no key"),
        ([1], ["a"], "whole numbers or fractions"),
    ],
)
def test_cells_without_a_proper_count_or_key_are_named(counts: list[float], keys: list[object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        apply_cell_key(counts, keys, TABLE)  # type: ignore[arg-type]


@pytest.mark.parametrize("table", [TABLE, BLOCKED])
def test_a_database_comes_to_the_same_bit_for_bit(table: object) -> None:
    """DuckDB and SQLite, at every end of an interval and one beside it; counts and keys summed by the database."""
    import sqlite3

    import duckdb

    ends = np.unique(table.thresholds)  # type: ignore[attr-defined]
    keys = np.unique(np.clip(np.concatenate([ends - 1, ends, ends + 1]), 0, 2**BITS - 1))
    counts = np.repeat(np.arange(12), len(keys))
    keys = np.tile(keys, 12) + 2**BITS * (counts % 3)
    expected = apply_cell_key(counts, keys, table).tolist()  # type: ignore[arg-type]
    asked = f"SELECT {cell_key_sql(table, 'n', 'k')} FROM cells ORDER BY place"  # type: ignore[arg-type]
    cells = pa.table({"place": np.arange(len(counts)), "n": counts, "k": keys})
    with duckdb.connect() as duck:
        duck.register("given", cells)
        duck.execute(
            "CREATE TABLE cells AS SELECT place, sum(n) AS n, sum(k) AS k FROM given GROUP BY place"
        )  # sums are HUGEINT
        assert [row[0] for row in duck.execute(asked).fetchall()] == expected
    lite = sqlite3.connect(":memory:")
    lite.execute("CREATE TABLE cells (place, n, k)")
    lite.executemany(
        "INSERT INTO cells VALUES (?, ?, ?)", zip(range(len(counts)), counts.tolist(), keys.tolist(), strict=True)
    )
    assert [row[0] for row in lite.execute(asked)] == expected
    lite.close()


def test_an_expression_in_the_place_of_a_column_is_refused() -> None:
    with pytest.raises(ValueError, match="no name of a column"):
        cell_key_sql(TABLE, "count(*)", "k")
