"""A short walk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.apps.tasks.walking import Place, natural, tour


def test_numbers_sort_as_people_count():
    doors = ["人民路|12|3|2|501", "人民路|9|1|1|101", "人民路|12|3|10|101", "人民路|12|3|2|1102"]

    assert sorted(doors, key=natural) == [doors[1], doors[0], doors[3], doors[2]]


def test_without_coordinates_the_walk_follows_streets_and_numbers():
    assert tour([Place("人民路|10"), Place("北塔巷|1"), Place("人民路|9")]) == [2, 0, 1]


def test_with_coordinates_the_next_stop_is_the_nearest():
    # 1号 and 3号 face 2号 across the street at the other end of it.
    places = [Place("人民路|1", 160.0, 25.0), Place("人民路|2", 160.03, 25.0), Place("人民路|3", 160.01, 25.0)]

    assert tour(places) == [0, 2, 1]


def test_a_stop_that_is_not_on_the_map_stands_after_its_neighbour():
    places = [
        Place("人民路|1", 160.0, 25.0), Place("人民路|2"), Place("人民路|3", 160.03, 25.0), Place("人民路|4", 160.01, 25.0),
    ]  # fmt: skip

    assert tour(places) == [0, 1, 3, 2]


degrees = st.one_of(st.none(), st.floats(-60, 60))


@given(st.lists(st.tuples(st.text("路巷号0123456789|", max_size=8), degrees, degrees), max_size=40))
def test_every_stop_is_walked_to_once(rows):
    places = [Place(*row) for row in rows]

    assert sorted(tour(places)) == list(range(len(places)))


@pytest.mark.parametrize("text", ["", "①号", "三十号", "٣号"])
def test_odd_numbers_break_nothing(text):
    assert natural(text) is not None
