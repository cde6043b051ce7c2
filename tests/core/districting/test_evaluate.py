"""The certificate of a plan, against figures that can be counted by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.core.districting import evaluate
from tests.core.districting.graphs import Town, board, pieces, towns

HALVES = [0, 0, 1, 1] * 4


def test_two_halves_of_a_board() -> None:
    town = board(4, 4)
    found = evaluate(HALVES, town.weights, town.edges, bound=True, **town.extra)
    assert found.sound
    assert (found.mean, found.lightest, found.heaviest, found.imbalance) == (8, 8, 8, 0)
    assert found.cut_edges == 4
    assert found.cut_length == 4
    assert found.polsby_popper == pytest.approx([4 * math.pi * 8 / 12**2] * 2)
    assert found.fewest_cut_edges == 3  # of 4: 8 / 2 * 2 (1 - cos(pi / 4)) is 2.34
    assert found.least_imbalance == 0


def test_what_is_out_of_bounds_and_what_is_broken_is_named() -> None:
    town = board(2, 4)
    found = evaluate([7, 3, 3, 7, 3, 3, 3, 3], town.weights, town.edges)
    assert found.out_of_bounds == (3, 7)
    assert found.broken == (7,)
    assert not found.sound


def test_an_area_on_both_sides_of_a_line_is_broken() -> None:
    town = board(1, 4)
    assert evaluate([0, 0, 1, 1], town.weights, town.edges).broken == ()
    assert evaluate([0, 0, 1, 1], town.weights, town.edges, barred=np.array([True, False, False])).broken == (0,)
    assert evaluate([0, 0, 1, 1], town.weights, town.edges, regions=["a", "b", "b", "b"]).broken == (0,)


def test_changes_count_who_is_not_in_the_area_that_goes_on() -> None:
    # Labels say nothing: 9 goes on as 0 and 5 as 1. One building of weight 3 changed; the new one (-1) did not.
    found = evaluate(
        [0, 0, 0, 1, 1], [1, 1, 3, 4, 4], [(n, n + 1) for n in range(4)], given=[9, 9, 5, 5, -1], tolerance=0.5
    )
    assert (found.changed_atoms, found.changed_weight) == (1, 3)


def test_the_same_plan_under_other_labels_changes_nothing() -> None:
    town = board(4, 4)
    found = evaluate(HALVES, town.weights, town.edges, given=[5 - label for label in HALVES])
    assert (found.changed_atoms, found.changed_weight) == (0, 0)


def test_no_plan_is_more_even_than_its_heaviest_building_allows() -> None:
    found = evaluate([0, 1, 1, 1], [13, 2, 2, 3], [(0, 1), (1, 2), (2, 3)], tolerance=0.5)
    assert found.least_imbalance == pytest.approx(0.3)
    assert found.imbalance == pytest.approx(0.3)


@settings(deadline=None, max_examples=30)
@given(town=towns(3), areas=st.integers(2, 3))
def test_no_plan_within_the_bounds_is_below_the_lower_bound(town: Town, areas: int) -> None:
    fewest = None
    for labels in itertools.product(range(areas), repeat=len(town.weights)):
        firsts = list(dict.fromkeys(labels))
        if firsts != list(range(areas)) or set(pieces(labels, town.edges).values()) != {1}:
            continue  # each plan once, its areas in the order of their first atoms
        plan = evaluate(labels, town.weights, town.edges, tolerance=0.4)
        if plan.sound:
            if fewest is None:
                fewest = evaluate(labels, town.weights, town.edges, tolerance=0.4, bound=True).fewest_cut_edges
            assert fewest <= plan.cut_edges
            assert plan.least_imbalance <= plan.imbalance + 1e-9
