"""Somebody subtracts the tables of a release: he learns no more than the published p-table tells everybody.

He knows all but the seed: who is counted in which table, and that two figures differ by some people. The same game as
in tests/core/disclosure/test_differencing.py, played over the tables that come out of a release.
"""

import math
from collections import defaultdict

import numpy as np
import pytest

from domicile.core.disclosure import BITS, make_ptable, record_keys
from domicile.core.tabulation import Cells, Rules, Told, declared_set, divide, protect

PTABLE = make_ptable(D=5, V=3, js=2)
RULES = Rules(PTABLE, 5, 10, 0.165, 0.333)
SEED = b"a secret seed of thirty-two byte"
COMMUNITIES = 4000
WOMEN = range(3, 13)


def release(keys: np.ndarray, women: np.ndarray, men: np.ndarray, code: str) -> Told:
    """P01 (by sex) or E07 (of the same sexes, where everybody has one education) over communities of some women and some men."""
    table = declared_set().tables[code]
    codes = 770101000000 + np.arange(COMMUNITIES) // 12 * 1000 + np.arange(COMMUNITIES) % 12 + 1
    shape = (COMMUNITIES, *(len(one.categories) + 1 for one in table.by))
    n, k = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(women + men)])
    sums = np.concatenate([[0], np.cumsum(keys)])
    places = ((1,), (0,)) if code == "P01" else ((2, 1), (2, 0))
    for place, begin, end in (
        (places[0], starts[:-1], starts[:-1] + women),
        (places[1], starts[:-1] + women, starts[1:]),
    ):
        n[(slice(None), *place)] = end - begin
        k[(slice(None), *place)] = (sums[end] - sums[begin]) % 2**BITS
    cells = Cells(codes, n, k)
    return protect(
        table, cells, divide(codes, np.full(COMMUNITIES, 1000), {"county": 1, "township": 100, "community": 50}), RULES
    )


@pytest.fixture(scope="module")
def games() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How many men each community has besides its women (1 or 2), and the figures told of all and of the women."""
    draw = np.random.default_rng(5)
    women, men = draw.integers(WOMEN.start, WOMEN.stop, COMMUNITIES), draw.integers(1, 3, COMMUNITIES)
    keys = record_keys(SEED, (f"person {at}" for at in range(int((women + men).sum()))))
    told = release(keys, women, men, "P01")
    smallest = [at for at, area in enumerate(told.areas) if area.digits == 12]
    figures = told.measures[0].values[smallest].astype(int)
    assert len(smallest) == COMMUNITIES
    return men, figures[:, -1], figures[:, 1]


def rate() -> tuple[float, dict[tuple[int, int], int]]:
    """How often the best guess is right that the p-table allows, and that guess for each pair of figures."""
    chances: dict[tuple[int, int], dict[int, float]] = defaultdict(lambda: {1: 0.0, 2: 0.0})
    rows: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for row in PTABLE.transitions():
        rows[row.i].append((row.v, row.p))
    for more in (1, 2):
        for n in WOMEN:
            for v, p in rows[min(n + more, PTABLE.last)]:
                for u, q in rows[min(n, PTABLE.last)]:
                    chances[n + more + v, n + u][more] += p * q / (2 * len(WOMEN))
    return sum(max(one.values()) for one in chances.values()), {
        seen: max(one, key=one.__getitem__) for seen, one in chances.items()
    }


def test_subtracting_the_women_from_all_tells_the_men_no_better_than_the_published_noise_allows(
    games: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    men, everybody, women = games
    bayes, guesses = rate()
    right = sum(guesses.get((int(a), int(w)), 1) == m for m, a, w in zip(men, everybody, women, strict=True))
    reach = 3.09 * math.sqrt(COMMUNITIES * bayes * (1 - bayes))
    assert abs(right - COMMUNITIES * bayes) <= reach
    assert bayes < 0.62
    # Without noise he would be right each time; by mere subtraction of what is told he is right much less often.
    assert np.mean(everybody - women == men) < 0.5


def test_many_tables_of_the_same_people_are_one_table_to_him() -> None:
    draw = np.random.default_rng(6)
    women, men = draw.integers(3, 13, COMMUNITIES), draw.integers(1, 3, COMMUNITIES)
    keys = record_keys(SEED, (f"person {at}" for at in range(int((women + men).sum()))))
    by_sex, by_education = (release(keys, women, men, code) for code in ("P01", "E07"))
    first, second = by_sex.measures[0].values, by_education.measures[0].values
    assert np.array_equal(first, second[:, -1, :])
    assert np.array_equal(first, second[:, 2, :])
