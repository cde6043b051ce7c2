"""The bars of a pyramid: nobody is lost, and what is not there is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core import demography

#: Sweden 1993, women by five years (Preston, Heuveline, Guillot, Demography, 2001, box 6.1); here on both sides.
WOMEN = [
    293395,
    248369,
    240012,
    261346,
    285209,
    314388,
    281290,
    286923,
    304108,
    324946,
    247613,
    211351,
    215140,
    221764,
    223506,
]
WOMEN += [183654, 141990, 112424]


def test_groups_stay_as_they_are() -> None:
    found = demography.pyramid(WOMEN, WOMEN, range(0, 90, 5))
    assert found.labels[:2] == ["0-4", "5-9"]
    assert found.labels[-1] == "85+"
    assert found.females.tolist() == WOMEN
    assert found.male_percent.sum() + found.female_percent.sum() == pytest.approx(100)
    assert demography.pyramid(WOMEN, WOMEN, range(0, 90, 5), width=10, top=80).labels[-2:] == ["70-79", "80+"]


@given(st.lists(st.integers(0, 1000), min_size=12, max_size=110), st.sampled_from([1, 5, 10]))
def test_nobody_is_lost(people: list[int], width: int) -> None:
    if not sum(people):
        return
    found = demography.pyramid(people, people[::-1], range(len(people)), width=width, top=80)
    assert (found.males.sum(), found.females.sum()) == (sum(people), sum(people))
    assert found.males[0] == sum(people[:width])


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="no group begins"):
        demography.pyramid([1, 1, 1], [1, 1, 1], [0, 10, 20])
    with pytest.raises(ValueError, match="multiple"):
        demography.pyramid([1, 1], [1, 1], [0, 5], top=83)
    with pytest.raises(ValueError, match="nobody is counted"):
        demography.pyramid([0, 0], [0, 0], [0, 5])
