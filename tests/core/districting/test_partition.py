"""Plans that a census can walk: whole, in one piece each, within the bounds where that can be, over no line."""

from __future__ import annotations

import itertools
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.core.districting import Impossible, Unusable, evaluate, partition, searching
from domicile.core.synth.street_graph import street_graph
from tests.core.districting.graphs import Town, board, pieces, towns

QUICK = 0.03


@settings(deadline=None, max_examples=60)
@given(town=towns(), areas=st.integers(1, 8), objective=st.sampled_from(["cuts", "compact"]), seed=st.integers(0, 3))
def test_every_atom_is_in_one_area_and_every_area_is_one_piece(
    town: Town, areas: int, objective: str, seed: int
) -> None:
    try:
        plan = partition(town.weights, town.edges, areas, objective=objective, seed=seed, effort=QUICK, **town.extra)
    except Impossible:
        return
    assert sorted(set(plan.labels.tolist())) == list(range(areas))
    assert set(pieces(plan.labels, town.edges).values()) == {1}
    assert not plan.certificate.broken


@settings(deadline=None, max_examples=40)
@given(town=towns(3), areas=st.integers(2, 4), tolerance=st.sampled_from([0.05, 0.2, 0.5]))
def test_the_bounds_are_kept_wherever_any_plan_keeps_them(town: Town, areas: int, tolerance: float) -> None:
    try:
        plan = partition(town.weights, town.edges, areas, tolerance=tolerance, effort=QUICK)
    except Impossible:
        return
    certificate = plan.certificate
    if certificate.out_of_bounds:
        low, high = certificate.low, certificate.high
        assert certificate.reasons
        if not certificate.exempt:
            assert not _any_plan(town, areas, low, high)


def _any_plan(town: Town, areas: int, low: float, high: float) -> bool:
    """Whether one of all labellings keeps the bounds in one piece each, tried one by one."""
    for labels in itertools.product(range(areas), repeat=len(town.weights)):
        loads = np.bincount(labels, town.weights, areas)
        if loads.min() >= low and loads.max() <= high:
            found = pieces(labels, town.edges)
            if len(found) == areas and set(found.values()) == {1}:
                return True
    return False


@settings(deadline=None, max_examples=40)
@given(town=towns(5), data=st.data())
def test_no_area_crosses_a_line(town: Town, data: st.DataObject) -> None:
    count = len(town.weights)
    regions = data.draw(st.lists(st.sampled_from(["Lanshan", "Ninghe"]), min_size=count, max_size=count))
    barred = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(town.edges), max_size=len(town.edges))), dtype=bool
    )
    plan = partition(town.weights, town.edges, size=12, regions=regions, barred=barred, effort=QUICK)
    for area in set(plan.labels.tolist()):
        assert len({regions[atom] for atom in np.flatnonzero(plan.labels == area)}) == 1
    open_edges = [edge for edge, closed in zip(town.edges, barred, strict=True) if not closed]
    assert set(pieces(plan.labels, open_edges).values()) == {1}


def test_a_town_is_divided_within_five_in_a_hundred() -> None:
    town = street_graph(800, seed=4)
    land = {"borders": town.borders, "surfaces": town.surfaces, "perimeters": town.perimeters}
    few = partition(town.people, town.edges, 20, seed=1, **land).certificate
    round_ = partition(town.people, town.edges, 20, objective="compact", seed=1, **land).certificate
    assert few.sound
    assert round_.sound
    assert few.cut_edges < round_.cut_edges
    assert few.mean_polsby_popper < round_.mean_polsby_popper
    assert 0.95 * few.mean <= few.lightest <= few.heaviest <= 1.05 * few.mean


def test_an_oversized_building_is_an_area_of_its_own_and_exempt() -> None:
    plan = partition([1] * 6 + [50] + [1] * 6, [(n, n + 1) for n in range(12)], 5, tolerance=0.1)
    alone = int(plan.labels[6])
    assert (plan.labels == alone).sum() == 1
    assert plan.certificate.exempt == (alone,)
    assert plan.certificate.sound
    assert plan.certificate.mean == 3


def test_stairwells_of_a_large_building_may_belong_to_different_areas() -> None:
    # A slab of six stairwells, each as large as the houses before it together.
    slab = [(n, n + 1) for n in range(5)]
    plan = partition([10] * 6 + [1] * 10, [*slab, (5, 6), *((n, n + 1) for n in range(6, 15))], 7, tolerance=0.05)
    assert plan.certificate.sound
    assert len(set(plan.labels[:6].tolist())) == 6


def test_a_part_that_nothing_connects_is_an_area_and_says_why_it_is_small() -> None:
    town = board(4, 4)
    plan = partition([*town.weights, 0, 1], town.edges, 6)
    assert plan.certificate.sound
    assert set(plan.certificate.exempt) == {int(plan.labels[16]), int(plan.labels[17])}
    assert plan.certificate.mean == 4


def test_bounds_that_a_part_cannot_keep_are_named() -> None:
    two_lines = [(n, n + 1) for n in range(9)] + [(n, n + 1) for n in range(10, 15)]
    plan = partition([1] * 16, two_lines, 3)
    assert plan.certificate.out_of_bounds
    assert any("connected to nothing else" in reason for reason in plan.certificate.reasons)


def test_a_small_part_without_any_plan_is_proven_so() -> None:
    plan = partition([3, 3, 3, 3, 3], [(n, n + 1) for n in range(4)], 2)
    assert len(plan.certificate.out_of_bounds) == 2
    assert any("all were tried" in reason for reason in plan.certificate.reasons)


def test_size_tells_how_many_areas_there_are() -> None:
    town = board(10, 12)
    assert partition(town.weights, town.edges, size=12, effort=QUICK).certificate.areas == 10


def test_the_same_seed_draws_the_same_plan() -> None:
    town = street_graph(400, seed=2)
    plans = [partition(town.people, town.edges, 10, seed=seed, effort=QUICK).labels for seed in (5, 5, 6)]
    assert (plans[0] == plans[1]).all()
    assert (plans[0] != plans[2]).any()


def test_two_processes_draw_the_plan_that_one_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    pools: list[int] = []

    class Counted(ProcessPoolExecutor):
        def __init__(self, workers: int, **options: Any) -> None:
            pools.append(workers)
            super().__init__(workers, **options)

    monkeypatch.setattr(searching, "PIECE", 150)  # three pieces of a small town
    monkeypatch.setattr(searching, "ProcessPoolExecutor", Counted)
    town = street_graph(400, seed=2)
    plans = [partition(town.people, town.edges, 10, seed=5, effort=QUICK, workers=workers).labels for workers in (1, 2)]
    assert pools == [2]
    assert (plans[0] == plans[1]).all()


def test_few_leave_a_plan_that_is_worth_staying_in() -> None:
    town = street_graph(800, seed=3)
    today = partition(town.people, town.edges, 20, seed=1, effort=QUICK).labels
    grown = town.people + (np.arange(800) % 20 == 0)
    anew = partition(grown, town.edges, 20, given=today, seed=9, effort=QUICK)
    stable = partition(grown, town.edges, 20, given=today, stability=3.0, seed=9, effort=QUICK)
    assert stable.certificate.sound
    assert stable.certificate.changed_weight is not None
    assert anew.certificate.changed_weight is not None
    assert stable.certificate.changed_weight < anew.certificate.changed_weight / 4
    assert set(stable.labels.tolist()) == set(today.tolist())


def test_a_broken_plan_of_today_is_mended() -> None:
    town = board(6, 6)
    today = np.arange(36) % 4  # stripes: no label is in one piece
    today[7] = -1
    plan = partition(town.weights, town.edges, 4, tolerance=0.12, given=today, stability=0.5)
    assert plan.certificate.sound


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"weights": [1, -1]}, "weights: row 1"),
        ({"weights": [1, float("nan")]}, "weights: row 1"),
        ({"edges": [(0, 2)]}, "edges: row 0 has an atom that is not among 0 to 1"),
        ({"edges": [(0, 1), (1, 1)]}, "edges: row 1 has an atom that borders on itself"),
        ({"areas": None}, "areas and size"),
        ({"objective": "compact"}, "compact needs borders"),
        ({"regions": ["a"]}, "regions: one for each of 2"),
        ({"tolerance": 1.5}, "tolerance"),
    ],
)
def test_what_cannot_be_used_is_named(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(Unusable, match=words):
        partition(**{"weights": [1, 1], "edges": [(0, 1)], "areas": 1, **arguments})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("atoms", "edges", "areas", "words"),
    [
        (3, [(0, 1)], 4, "from 1 to 3 are possible"),
        (3, [(0, 1)], 1, "need 2 at least"),
        (3, [(0, 1)], 0, "from 1 to 3"),
    ],
)
def test_a_number_of_areas_that_cannot_be_says_which_can(
    atoms: int, edges: list[tuple[int, int]], areas: int, words: str
) -> None:
    with pytest.raises(Impossible, match=words):
        partition([1] * atoms, edges, areas)


def test_a_drawn_plan_and_its_evaluation_say_the_same() -> None:
    town = board(6, 6)
    plan = partition(town.weights, town.edges, 4, tolerance=0.12, objective="compact", **town.extra)
    again = evaluate(plan.labels, town.weights, town.edges, areas=4, tolerance=0.12, **town.extra)
    assert again.cut_edges == plan.certificate.cut_edges
    assert again.mean_polsby_popper == plan.certificate.mean_polsby_popper
