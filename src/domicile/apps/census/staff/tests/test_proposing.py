"""Proposals of who asks where: everybody has about as much, near where they come from; teams of three to five."""

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from domicile.apps.census.staff.proposing import Person, Place, assign, teams

POINT = st.tuples(st.integers(0, 3000), st.integers(0, 3000))
PLACES = st.lists(st.tuples(POINT, st.integers(0, 600)), min_size=1, max_size=24)
PEOPLE = st.lists(st.tuples(POINT, st.integers(0, 3)), min_size=1, max_size=8)


def places_of(rows: list[tuple[tuple[int, int], int]]) -> list[Place[int]]:
    return [Place(number, x, y, load) for number, ((x, y), load) in enumerate(rows)]


@given(PLACES, PEOPLE)
def test_every_area_has_one_person_and_numbers_are_even(
    rows: list[tuple[tuple[int, int], int]], who: list[tuple[tuple[int, int], int]]
) -> None:
    places = places_of(rows)
    people = [Person(number, x, y, held, held * 300) for number, ((x, y), held) in enumerate(who)]
    found = assign(places, people)
    assert sorted(found) == list(range(len(places)))
    count = {one.key: one.held for one in people}
    for person in found.values():
        count[person] += 1
    given_one = [count[key] for key in set(found.values())]
    assert max(given_one) <= min(count.values()) + 1
    assert assign(places, people) == found


@given(PLACES)
def test_with_nothing_held_and_loads_alike_everybody_gets_the_next_one(rows: list[tuple[tuple[int, int], int]]) -> None:
    places = [Place(one.key, one.x * 10, one.y * 10, 300) for one in places_of(rows)]
    distinct = {(one.x, one.y): one for one in places}
    people = [Person(one.key, one.x + 1, one.y) for one in distinct.values()]
    found = assign(list(distinct.values()), people)
    assert all(area == who for area, who in found.items())


def test_nobody_nothing() -> None:
    assert assign([Place(1, 0, 0, 300)], []) == {}
    assert assign([], [Person(1, 0, 0)]) == {}


def test_whom_fewer_people_are_expected_for_gets_the_second_area() -> None:
    places = [Place("a", 0, 0, 600), Place("b", 0, 0, 100), Place("c", 0, 0, 100)]
    found = assign(places, [Person(1, 0, 0), Person(2, 0, 0)])
    assert found["b"] == found["c"] != found["a"]


def test_a_whole_community_is_no_worse_than_many_draws() -> None:
    chance = random.Random(7)
    places = [Place(n, chance.uniform(0, 2000), chance.uniform(0, 2000), chance.uniform(250, 350)) for n in range(20)]
    people = [Person(n, chance.uniform(0, 2000), chance.uniform(0, 2000)) for n in range(20)]

    def walked(found: dict[int, int]) -> float:
        return sum(math.hypot(places[a].x - people[p].x, places[a].y - people[p].y) for a, p in found.items())

    proposed = walked(assign(places, people))
    draws = [walked(dict(enumerate(chance.sample(range(20), 20)))) for _try in range(500)]
    assert proposed < 0.6 * min(draws)


@given(st.integers(3, 60), st.randoms(use_true_random=False))
def test_teams_hold_every_area_once_in_sizes_of_three_to_five(count: int, chance: random.Random) -> None:
    rows = [((chance.randrange(3000), chance.randrange(3000)), 300) for _area in range(count)]
    found = teams(places_of(rows), 5)
    assert sorted(one.key for team in found for one in team) == list(range(count))
    assert all(3 <= len(team) <= 5 for team in found)
