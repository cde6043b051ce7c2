"""Suppression: what is left out protects, by linear programs that know nothing of how it was chosen.

After Fischetti and Salazar (2000), not compared with the print: investments by activity and region, where leaving out Activity II
in region C with three others lets an outsider reckon it only as 5 … 30, and those three are the cheapest. Rules and protection
levels as defined by Hundepool et al. (2012), 4.2.1 and 4.2.2.
"""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from domicile.core.disclosure import Suppression, Totals, audit, dominance_level, p_percent_level, suppress

INVESTMENTS = np.array([[20, 50, 10], [8, 19, 22], [17, 32, 12]])  # Activities I … III by regions A … C
AREAS = [[(0, 1, 2), (3, 4)], []]  # two counties of five townships


def only(cell: tuple[int, ...], shape: tuple[int, ...] = (3, 3)) -> np.ndarray:
    flags = np.zeros(shape, dtype=bool)
    flags[cell] = True
    return flags


@pytest.mark.parametrize("method", ["exact", "greedy"])
def test_the_table_of_investments(method: str) -> None:
    found = suppress(INVESTMENTS, primary=only((1, 2)), method=method)
    left_out = {tuple(cell) for cell in np.argwhere(found.suppressed)}
    assert left_out == {(1, 0), (1, 2), (2, 0), (2, 2)}
    assert (found.lower[1, 2], found.upper[1, 2]) == (pytest.approx(5), pytest.approx(30))
    assert found.optimal == (method == "exact")
    assert found.values[3, 3] == 190


def test_leaving_out_the_one_cell_alone_tells_it() -> None:
    totals = Totals.of((3, 3))
    whole = totals.added(INVESTMENTS)
    lower, upper = audit(whole, np.pad(only((1, 2)), ((0, 1), (0, 1))), totals)
    assert (lower[1, 2], upper[1, 2]) == (pytest.approx(22), pytest.approx(22))
    assert np.delete(lower.ravel(), 6).tolist() == np.delete(whole.ravel(), 6).tolist()


def test_a_contradiction_in_what_is_published_is_said() -> None:
    totals = Totals.of((2, 2))
    whole = totals.added([[1, 2], [3, 4]])
    whole[2, 2] = 11
    for flags in (np.zeros((3, 3), dtype=bool), only((0, 0))):
        with pytest.raises(ValueError, match="contradict"):
            audit(whole, flags, totals)


@pytest.mark.parametrize(
    ("contributions", "p", "level"),
    [
        ([100, 50, 5], 10, 5.0),  # the second reckons the largest at 105 at most, which is within 10 percent
        ([100, 50, 10], 10, 0.0),
        ([40], 10, 4.0),
        ([], 10, 0.0),
    ],
)
def test_the_p_percent_rule(contributions: list[float], p: float, level: float) -> None:
    assert p_percent_level(contributions, p) == pytest.approx(level)


@pytest.mark.parametrize(
    ("contributions", "n", "k", "level"),
    [([80, 10, 10], 1, 75, 80 / 0.75 - 100), ([70, 15, 15], 1, 75, 0.0), ([45, 45, 5, 5], 2, 85, 90 / 0.85 - 100)],
)
def test_the_dominance_rule(contributions: list[float], n: int, k: float, level: float) -> None:
    assert dominance_level(contributions, n, k) == pytest.approx(level)


def test_rules_look_at_subtotals_and_totals_too() -> None:
    given = {(0, 0): [90.0, 3.0], (0, 1): [2.0], (1, 0): [40.0, 30.0, 20.0], (1, 1): [35.0, 25.0, 15.0]}
    found = suppress(contributions=given, p_percent=15, protection=0, at_least=0)
    assert found.primary[0, 0]  # 0.15 of 90 is more than the nothing beside the two largest
    assert found.primary[0, 2]  # of the row: 0.15 of 90 is more than 2
    assert not found.primary[2, 2]
    assert found.most[0, 0] == pytest.approx(93 + 13.5)
    assert found.unprotected() == []


def test_a_threshold_counts_contributors_and_leaves_empty_cells_alone() -> None:
    found = suppress([[0, 12, 40], [7, 30, 50]], counts=[[0, 2, 9], [1, 8, 11]], threshold=3, zeros=True)
    assert np.argwhere(found.primary).tolist() == [[0, 1], [1, 0], [2, 0]]  # the total of one is that one


def test_what_cannot_be_protected_is_named_with_the_cure() -> None:
    margins = np.pad(np.zeros((2, 2), dtype=bool), ((0, 1), (0, 1)), constant_values=True)
    for method in ("exact", "greedy"):
        with pytest.raises(ValueError, match=r"Cell \(0, 1\) of the table with totals cannot be protected.*zeros=True"):
            suppress([[0, 5], [4, 3]], primary=only((0, 1), (2, 2)), keep=margins, method=method)
    with pytest.raises(ValueError, match="give contributions"):
        suppress(INVESTMENTS, p_percent=10)
    with pytest.raises(ValueError, match=r"Cell \(0, 1\) holds -1"):
        suppress([[1, -1]])
    with pytest.raises(ValueError, match="Axis 0: a subtotal names positions"):
        suppress(INVESTMENTS, groups=[[(0, 3)], []])


def test_a_table_with_subtotals_of_areas_is_protected_through_all_levels() -> None:
    table = np.array([[9, 1, 30], [12, 14, 41], [8, 22, 17], [2, 19, 25], [33, 16, 28]])
    found = suppress(table, threshold=3, groups=AREAS)
    assert found.values.shape == (8, 4)
    assert np.argwhere(found.primary).tolist() == [[0, 1], [3, 0]]
    assert found.totals.added(table)[5].tolist() == [29, 37, 88, 154]  # the first county
    assert_protected(found)


def assert_protected(found: Suppression) -> None:
    """By what is published alone: every primary cell can be as low and as high as it must."""
    lower, upper = audit(np.nan_to_num(found.values, nan=-1), found.suppressed, found.totals)
    at = found.primary
    assert (lower[at] <= found.least[at] + 1e-4).all()
    assert (upper[at] >= found.most[at] - 1e-4).all()


@settings(max_examples=5, deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 60), min_size=3, max_size=3), min_size=5, max_size=5),
    st.sampled_from(["exact", "greedy"]), st.sampled_from([AREAS, None]),
)  # fmt: skip
def test_every_table_is_protected_or_refused(
    table: list[list[int]], method: str, groups: list[list[tuple[int, ...]]]
) -> None:
    try:
        found = suppress(table, threshold=6, groups=groups, method=method)
    except ValueError:
        reject()
    assert_protected(found)
    shown = ~found.suppressed
    np.testing.assert_array_equal(found.values[shown], found.totals.added(table)[shown])


@pytest.mark.parametrize("seed", [3, 4])
def test_the_exact_choice_is_the_cheapest_of_all(seed: int) -> None:
    """Against trying every set of further cells, the cheapest first."""
    table = np.random.default_rng(seed).integers(1, 30, (2, 2))
    found = suppress(table, primary=only((0, 1), (2, 2)), method="exact")
    whole = found.totals.added(table)
    others = [cell for cell in np.ndindex(3, 3) if cell != (0, 1)]
    sets = [some for n in range(len(others) + 1) for some in combinations(others, n)]
    paid = whole[found.secondary].sum()
    for some in sorted(sets, key=lambda some: sum(whole[cell] for cell in some)):
        if sum(whole[cell] for cell in some) >= paid:
            return
        hidden = only((0, 1), (3, 3))
        for cell in some:
            hidden[cell] = True
        lower, upper = audit(whole, hidden, found.totals)
        assert lower[0, 1] > found.least[0, 1] + 1e-6 or upper[0, 1] < found.most[0, 1] - 1e-6, some
