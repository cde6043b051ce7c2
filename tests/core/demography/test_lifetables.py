"""Abridged life tables against published ones, and what holds of every life table."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core import demography
from domicile.core.demography import LifeTable

AGES = [0, 1, *range(5, 90, 5)]
# fmt: off
#: Austria, males, 1992: S. H. Preston, P. Heuveline, M. Guillot, Demography, 2001, box 3.1 (data of the United Nations, 1994).
AUSTRIA_PEOPLE = [47925, 189127, 234793, 238790, 254996, 326831, 355086, 324222, 269963, 261971, 238011, 261612, 181385, 187962,
                  153832, 105169, 73694, 57512, 32248]
AUSTRIA_DEATHS = [419, 70, 36, 46, 249, 420, 403, 441, 508, 769, 1154, 1866, 2043, 3496, 4366, 4337, 5279, 6460, 6146]
AUSTRIA_LIVED = [0.068, 1.626, 2.5, 3.143, 2.724, 2.520, 2.481, 2.601, 2.701, 2.663, 2.698, 2.676, 2.645, 2.624, 2.619, 2.593,
                 2.518, 2.423, 5.247]
AUSTRIA_SURVIVORS = [100000, 99133, 98986, 98910, 98815, 98334, 97704, 97151, 96492, 95588, 94195, 91937, 88711, 83845, 76377,
                     66225, 53803, 37441, 21134]
AUSTRIA_YEARS = [99192, 396183, 494741, 494375, 492980, 490106, 487127, 484175, 480384, 474686, 465777, 452188, 432096, 401480,
                 357713, 301224, 228404, 145182, 110889]
#: United Nations, Model Life Tables for Developing Countries, 1982, page 34: the first Latin American table of males.
LATIN_RATES = [.23669, .04672, .00982, .00511, .00697, .01036, .01169, .01332, .01528, .01757, .02092, .02517, .03225, .04241,
               .06056, .08574, .11840, .16226, .23745]
LATIN_LIVED = [0.330, 1.352, 2.500, 2.500, 2.633, 2.586, 2.528, 2.528, 2.526, 2.529, 2.531, 2.538, 2.542, 2.543, 2.520, 2.461,
               2.386, 2.295, 4.211]
LATIN_EXPECTANCY = [35.000, 42.901, 47.190, 44.438, 40.523, 36.868, 33.691, 30.567, 27.500, 24.485, 21.504, 18.599, 15.758,
                    13.080, 10.584, 8.466, 6.729, 5.312, 4.211]
#: United Nations, MORTPAK, The United Nations Software Package for Mortality Measurement, 1988, page 82: females.
MORTPAK_RATES = [0.12846, 0.02477, 0.00603, 0.0034, 0.00417, 0.00513, 0.00581, 0.00645, 0.00725, 0.00813, 0.00913, 0.01199,
                 0.01647, 0.0256, 0.04047, 0.06624, 0.10638, 0.19611]
MORTPAK_EXPECTANCY = [49.997, 55.675, 57.245, 53.921, 49.803, 45.799, 41.922, 38.084, 34.249, 30.420, 26.578, 22.701, 18.945,
                      15.349, 12.095, 9.240, 6.903, 5.099]
# fmt: on


def test_austria_1992() -> None:
    """With the years lived by the dying that the book takes over, every column comes out as printed."""
    found = demography.lifetable_abridged(AUSTRIA_DEATHS, AUSTRIA_PEOPLE, AGES, lived_by_dying=AUSTRIA_LIVED)
    assert found.survivors == pytest.approx(AUSTRIA_SURVIVORS, abs=2)
    assert found.years_lived == pytest.approx(AUSTRIA_YEARS, abs=8)
    assert round(found.expectancy[0], 2) == 72.89
    assert round(found.lived_by_dying[-1], 3) == 5.247


def test_coale_and_demeny_in_austria_1992() -> None:
    found = demography.lifetable_abridged(AUSTRIA_DEATHS, AUSTRIA_PEOPLE, AGES, sex="male")
    assert found.lived_by_dying[:2] == pytest.approx(AUSTRIA_LIVED[:2], abs=5e-4)
    assert found.expectancy[0] == pytest.approx(72.89, abs=0.03)


def test_greville_as_the_united_nations_print_it() -> None:
    found = demography.lifetable_from_rates(LATIN_RATES, AGES, sex="male")
    assert np.round(found.lived_by_dying, 3) == pytest.approx(LATIN_LIVED)
    assert found.expectancy == pytest.approx(LATIN_EXPECTANCY, abs=0.004)


def test_mortpak() -> None:
    found = demography.lifetable_from_rates(MORTPAK_RATES, AGES[:-1], sex="female")
    assert found.expectancy == pytest.approx(MORTPAK_EXPECTANCY, abs=0.0015)


rates = st.lists(st.floats(1e-5, 0.15), min_size=2, max_size=19)


@st.composite
def tables(draw: st.DrawFn) -> LifeTable:
    found = draw(rates)
    method = draw(st.sampled_from(["greville", "midpoint", "constant"]))
    sex = draw(st.sampled_from(["male", "female", "both"]))
    return demography.lifetable_from_rates(
        found, AGES[: len(found)], sex=sex, method=method, radix=draw(st.sampled_from([1, 1e5]))
    )


@given(tables())
def test_what_holds_of_every_life_table(table: LifeTable) -> None:
    assert table.survivors[0] == table.radix
    assert math.fsum(table.deaths) == pytest.approx(table.radix)
    assert table.survivors[:-1] - table.deaths[:-1] == pytest.approx(table.survivors[1:])
    assert table.years_left[0] == pytest.approx(table.years_lived.sum())
    assert table.expectancy == pytest.approx(table.years_left / table.survivors)
    assert table.deaths / table.years_lived == pytest.approx(table.death_rate)
    assert ((table.death_chance >= 0) & (table.death_chance <= 1)).all()
    assert table.death_chance[-1] == 1
    assert ((table.lived_by_dying[:-1] > 0) & (table.lived_by_dying[:-1] < table.widths[:-1])).all()
    assert (table.expectancy > 0).all()


@given(st.floats(1e-6, 2), st.integers(2, 19))
def test_under_a_constant_rate_everybody_has_its_inverse_left(rate: float, groups: int) -> None:
    found = demography.lifetable_from_rates([rate] * groups, AGES[:groups], method="constant")
    assert found.expectancy == pytest.approx(np.full(groups, 1 / rate), rel=1e-6)
    assert found.survivors == pytest.approx(1e5 * np.exp(-rate * found.ages), rel=1e-6)


def test_where_nobody_dies_everybody_passes() -> None:
    found = demography.lifetable_from_rates([0, 0, 0, 0, 0.1], [0, 1, 5, 20, 40])
    assert found.survivors == pytest.approx([1e5] * 5)
    assert found.expectancy[0] == pytest.approx(50)


def test_single_years_and_other_widths_do_as_well() -> None:
    """A rate that grows slowly by age: the table of single years and that of five agree."""
    ages = np.arange(0, 101)
    single = demography.lifetable_from_rates(5e-4 * np.exp(0.06 * ages), ages, method="midpoint")
    middle = np.append(ages[:100:5] + 2.5, 100)
    wide = demography.lifetable_from_rates(5e-4 * np.exp(0.06 * (middle - 0.5)), ages[::5], method="midpoint")
    assert wide.expectancy[0] == pytest.approx(single.expectancy[0], abs=0.2)


def test_chiangs_variance_is_what_chance_does() -> None:
    """Deaths drawn 400 times around those of Austria: the expectancies spread as the variance says, and 95 % of intervals hold."""
    whole = demography.lifetable_abridged(AUSTRIA_DEATHS, AUSTRIA_PEOPLE, AGES, sex="male")
    random = np.random.default_rng(1992)
    drawn = [
        demography.lifetable_abridged(np.maximum(random.poisson(AUSTRIA_DEATHS), 1), AUSTRIA_PEOPLE, AGES, sex="male")
        for _time in range(400)
    ]
    spread = np.var([one.expectancy[0] for one in drawn])
    assert whole.expectancy_variance is not None
    assert whole.expectancy_variance[0] == pytest.approx(spread, rel=0.2)
    held = [low <= whole.expectancy[0] <= high for low, high in (one.interval() for one in drawn)]
    assert 0.91 < np.mean(held) < 0.98


@pytest.mark.parametrize(
    ("deaths", "people", "ages", "said"),
    [
        ([1, 1, 1], [9, 0, 9], [0, 1, 5], "nobody from age 1 on"),
        ([1, 1, 0], [9, 9, 9], [0, 1, 5], "nobody dies from age 5 on"),
        ([1, -1, 1], [9, 9, 9], [0, 1, 5], "deaths: place 1"),
        ([1, 1], [9, 9, 9], [0, 1, 5], "deaths: 2 values for 3 ages"),
        ([1, 1, 1], [9, 9, 9], [0, 5, 1], "1 stands after 5"),
        ([1], [9], [0], "two groups at least"),
        ([1, 9, 1], [9, 9, 9], [0, 10, 20], "from age 10 on more would die than enter"),
    ],
)
def test_what_cannot_be_is_refused(deaths: list[float], people: list[float], ages: list[int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        demography.lifetable_abridged(deaths, people, ages)


def test_other_things_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="sex"):
        demography.lifetable_from_rates([0.1, 0.1], [0, 1], sex="x")
    with pytest.raises(ValueError, match="method"):
        demography.lifetable_from_rates([0.1, 0.1], [0, 1], method="x")
    with pytest.raises(ValueError, match="radix"):
        demography.lifetable_from_rates([0.1, 0.1], [0, 1], radix=0)
    with pytest.raises(ValueError, match="lived_by_dying: 3 years in the group of 1"):
        demography.lifetable_from_rates([0.1, 0.1], [0, 1], lived_by_dying=[3, 0])
    with pytest.raises(ValueError, match="no variance"):
        demography.lifetable_from_rates([0.1, 0.1], [0, 1]).interval()
