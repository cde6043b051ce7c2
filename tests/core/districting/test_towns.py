"""The graph of a place: neighbours by streets or by land, lines that are not crossed, everybody joined."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.core.districting import Unusable, evaluate, partition, town
from domicile.core.districting.graph import joined

#: Degrees of about ten metres.
STEP = 0.0001


def rows(across: int, up: int, gap: float = 2 * STEP) -> np.ndarray:
    """Buildings in straight rows, the first row first."""
    return np.array([(113.0 + x * gap, 23.0 + y * gap) for y in range(up) for x in range(across)])


def pairs_of(found) -> set[tuple[int, int]]:
    return set(map(tuple, found.edges.tolist()))


def parts(found) -> int:
    return len(set(joined(len(found.points), found.edges[~found.barred]).tolist()))


def test_without_streets_neighbours_are_those_whose_lands_touch() -> None:
    found = town(rows(3, 2))
    assert {(0, 1), (1, 2), (0, 3), (1, 4), (2, 5), (3, 4), (4, 5)} <= pairs_of(found)
    assert (0, 5) not in pairs_of(found)
    assert found.borders[found.edges.tolist().index([1, 4])] == pytest.approx(
        20.5, abs=0.5
    )  # 2 steps of longitude at 23° N


def test_the_lands_cover_the_outline_once() -> None:
    border = shapely.box(112.999, 22.999, 113.002, 23.001)
    found = town(rows(4, 3), outline=border)
    assert found.surfaces.sum() == pytest.approx(found.plane.ground(border).area, rel=1e-6)
    whole = found.land(np.arange(12))
    assert whole.symmetric_difference(border).area < border.area * 1e-4


def test_along_a_street_those_are_neighbours_who_follow_each_other() -> None:
    """Two streets side by side with yards between them: over the yards nobody is a neighbour, at the crossing they are."""
    places = np.concatenate([rows(4, 1), rows(4, 1) + np.array([0, 5 * STEP])])
    lower = [(112.9995, 22.9999), (113.001, 22.9999)]
    upper = [(112.9995, 23.0006), (113.001, 23.0006)]
    cross = [(113.001, 22.9999), (113.001, 23.0006)]
    found = town(places, streets=[lower, upper, cross])
    assert {(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (6, 7), (3, 7)} == pairs_of(found)
    assert (parts(found), found.joined) == (1, 0)


def test_what_streets_leave_apart_is_joined_by_the_shortest_way() -> None:
    places = np.concatenate([rows(3, 1), rows(3, 1) + np.array([0, 5 * STEP])])
    found = town(places, pairs=[(0, 1), (1, 2), (3, 4), (4, 5)])
    assert (parts(found), found.joined) == (1, 1)


def test_a_line_is_not_crossed_neither_by_pairs_nor_by_what_joins() -> None:
    river = [(112.9, 23.00005 + STEP / 2), (113.1, 23.00005 + STEP / 2)]
    for named in ((), [(0, 3), (0, 1), (1, 2), (3, 4), (4, 5)]):
        found = town(rows(3, 2), pairs=named, lines=[river])
        assert parts(found) == 2
        assert found.barred[[pair in ([0, 3], [1, 4], [2, 5]) for pair in found.edges.tolist()]].all()


def test_an_atom_without_a_place_stands_beside_its_neighbour() -> None:
    places = rows(3, 1)
    places[2] = np.nan
    found = town(places)
    assert found.placed.tolist() == [True, True, False]
    assert np.hypot(*(found.points[2] - found.points[1])) == pytest.approx(1.0)
    assert parts(found) == 1
    named = town(places, pairs=[(0, 2)])
    assert np.hypot(*(named.points[2] - named.points[0])) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("points", "says"), [([], "longitude"), ([(np.nan, np.nan)], "no atom is known"), ([1.0, 2.0], "longitude")]
)
def test_what_is_no_place_is_told(points, says) -> None:
    with pytest.raises(Unusable, match=says):
        town(points)


@settings(max_examples=40)
@given(
    st.lists(st.one_of(st.tuples(st.integers(0, 12), st.integers(0, 12)), st.none()), min_size=1, max_size=40).filter(
        lambda spots: any(spot is not None for spot in spots)
    )
)
def test_everybody_is_joined_and_every_land_belongs_to_one(spots) -> None:
    """Many at one place, in one row, without a place: the graph is whole, and no land is lost."""
    places = np.array([(113 + x * STEP, 23 + y * STEP) if spot is not None else (np.nan, np.nan)
                       for spot in spots for x, y in [spot or (0, 0)]])  # fmt: skip
    found = town(places)
    assert parts(found) == 1
    assert (found.surfaces > 0).all()
    assert found.surfaces.sum() == pytest.approx(shapely.union_all(found.cells).area, rel=1e-6)


def test_a_plan_of_a_town_is_whole_on_its_land() -> None:
    places = rows(10, 10)
    found = town(places, lines=[[(112.9, 23.00091), (113.1, 23.00091)]])
    people = np.full(100, 30)
    plan = partition(
        people, found.edges, size=300, objective="compact", borders=found.borders, surfaces=found.surfaces,
        perimeters=found.perimeters, barred=found.barred, seed=1,
    )  # fmt: skip
    assert plan.certificate.sound
    lands = [found.land(np.flatnonzero(plan.labels == label)) for label in plan.certificate.names]
    assert all(land.geom_type == "Polygon" for land in lands)
    again = evaluate(plan.labels, people, found.edges, size=300, barred=found.barred)
    assert again.sound
