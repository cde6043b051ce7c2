"""Projection against the worked example of Sweden, and the people it may neither lose nor make."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from domicile.core import demography
from domicile.core.demography import Projection

AGES = list(range(0, 90, 5))
# fmt: off
#: Sweden, women, 1993: S. H. Preston, P. Heuveline, M. Guillot, Demography, 2001, boxes 6.1 and 6.2.
WOMEN = [293395, 248369, 240012, 261346, 285209, 314388, 281290, 286923, 304108, 324946, 247613, 211351, 215140, 221764, 223506,
         183654, 141990, 112424]
YEARS_LIVED = [497487, 497138, 496901, 496531, 495902, 495168, 494213, 492760, 490447, 486613, 480665, 471786, 457852, 436153,
               402775, 350358, 271512, 291707]
FERTILITY = [0, 0, 0, .0120, .0908, .1499, .1125, .0441, .0074, .0003] + [0] * 8
#: Net migrants of five years, box 6.2, over the women of 1993 (as in the tests of the R package popReconstruct's successor ccmpp).
MIGRANTS = [5 * share * people for share, people in zip([
    0.00466265614615109, 0.00334180191569801, 0.0028040264653434, 0.00403296778982651, 0.00647945892310551, 0.00523556878761276,
    0.00388922464360624, 0.00219919630005263, 0.00116406013653044, 0.000686267872200304, 0.000868290437093367,
    0.000799617697574178, 0.000599609556567816, 0.000477985606320232, 0.000416096212182223, 0.000326701297004149,
    0.000334101110787928], [*WOMEN[:16], WOMEN[16] + WOMEN[17]], strict=True)]
BOX_6_2 = [302392, 298682, 252007, 244150, 268267, 293515, 320624, 284767, 288031, 303166, 322062, 243989, 205841, 205516, 205270,
           194771, 142565 + 131966]
# fmt: on
SURVIVAL = demography.survival_ratios(YEARS_LIVED, AGES)


def sweden(**change: Any) -> Projection:
    given_: dict[str, Any] = {
        "females": WOMEN,
        "males": WOMEN,
        "ages": AGES,
        "survival_females": SURVIVAL,
        "survival_males": SURVIVAL,
        "fertility": FERTILITY,
        **change,
    }
    return demography.project_cohort_component(given_.pop("females"), given_.pop("males"), given_.pop("ages"), **given_)


def test_box_6_1_sweden_without_migration() -> None:
    """Printed: 4,397,428 women in 1993, 4,449,570 in 1998 (293,574 of 0-4 years), 4,478,712 in 2003."""
    found = sweden(steps=2)
    assert found.females.sum(axis=1) == pytest.approx([4397428, 4449570, 4478712], abs=1)
    assert found.females[1, 0] == pytest.approx(293574, abs=1)
    assert found.male_births == pytest.approx(1.05 * found.female_births)


def test_box_6_2_sweden_with_migration() -> None:
    closed = [*WOMEN[:16], WOMEN[16] + WOMEN[17]]
    ratios = np.append(SURVIVAL[:17], SURVIVAL[-1])
    found = demography.project_cohort_component(
        closed,
        closed,
        AGES[:17],
        survival_females=ratios,
        survival_males=ratios,
        fertility=FERTILITY[:17],
        migration_females=MIGRANTS,
        migration_males=MIGRANTS,
    )
    assert found.females[1] == pytest.approx(BOX_6_2, abs=1)
    assert found.males[1] == pytest.approx([317340, *BOX_6_2[1:]], abs=1)


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    step, size, steps = draw(st.sampled_from([1, 5])), draw(st.integers(2, 8)), draw(st.integers(1, 3))

    def numbers(low: float, high: float, *shape: int) -> np.ndarray:
        return draw(arrays(np.float64, shape, elements=st.floats(low, high)))

    fertility = numbers(0, 0.3, steps, size)
    fertility[:, 0] = 0
    return {
        "females": numbers(1000, 5000, size),
        "males": numbers(1000, 5000, size),
        "ages": [step * group for group in range(size)],
        "survival_females": numbers(0.9, 1, steps, size + 1),
        "survival_males": numbers(0.9, 1, steps, size + 1),
        "fertility": fertility,
        "migration_females": numbers(0, 50, size),
        "migration_males": numbers(0, 50, steps, size),
        "sex_ratio_at_birth": numbers(1, 1.2, steps),
        "steps": steps,
    }


@given(worlds())
def test_nobody_is_lost_and_nobody_comes_from_nowhere(world: dict[str, Any]) -> None:
    found = sweden(**world)
    for people, births, deaths, migrants in (
        (found.females, found.female_births, found.female_deaths, found.female_migrants),
        (found.males, found.male_births, found.male_deaths, found.male_migrants),
    ):
        before, after = people[:-1].sum(axis=1), people[1:].sum(axis=1)
        assert after == pytest.approx(before + births - deaths.sum(axis=1) + migrants.sum(axis=1))
        assert (people >= 0).all()
    assert found.male_births == pytest.approx(found.female_births * world["sex_ratio_at_birth"])


def test_who_moves_away_is_no_longer_there() -> None:
    stay, leave = sweden(steps=2), sweden(steps=2, migration_females=[-100] * 18, migration_males=[-100] * 18)
    lost = stay.total - leave.total
    assert lost[0] == 0
    # Who leaves bears no children and does not die here.
    fewer_dead = sum(
        (one - other)[0].sum()
        for one, other in ((stay.female_deaths, leave.female_deaths), (stay.male_deaths, leave.male_deaths))
    )
    assert lost[1] == pytest.approx(3600 + stay.births[0] - leave.births[0] - fewer_dead)
    assert stay.births[0] > leave.births[0]
    assert fewer_dead > 0
    assert leave.female_migrants.sum() == -3600


@given(st.lists(st.integers(0, 10_000), min_size=3, max_size=20), st.sampled_from([1, 5]))
def test_where_nothing_happens_everybody_gets_older(people: list[int], step: int) -> None:
    size = len(people)
    found = sweden(
        females=people,
        males=people[::-1],
        ages=range(0, step * size, step),
        survival_females=np.ones(size + 1),
        survival_males=np.ones(size + 1),
        fertility=np.zeros(size),
    )
    assert found.step == step
    assert found.females[1].tolist() == [0, *people[: size - 2], people[-2] + people[-1]]
    assert found.total[1] == found.total[0]


def test_a_stationary_population_stays() -> None:
    """People as in the life table and as many births as deaths: nothing changes."""
    lived = np.array(YEARS_LIVED, dtype=float)
    women_per_birth = 5 * (np.array(FERTILITY) @ (lived / 1e5)) / 5
    found = sweden(
        females=lived, males=lived, fertility=np.array(FERTILITY) * 2 / women_per_birth, sex_ratio_at_birth=1.0, steps=4
    )
    assert found.females[-1] == pytest.approx(lived)


def test_two_steps_are_one_after_the_other_and_rates_may_change() -> None:
    rows = np.array([FERTILITY, np.zeros(18)])
    both = sweden(fertility=rows, steps=2)
    first = sweden()
    second = sweden(females=first.females[1], males=first.males[1], fertility=rows[1])
    assert both.females[2] == pytest.approx(second.females[1])
    assert both.births[1] == 0


def test_survival_of_an_abridged_table_and_of_single_years() -> None:
    """Ages 0 and 1-4 are added up; five single years make the same groups."""
    table = demography.lifetable_from_rates([0.01, 0.001, 0.0005, 0.001, 0.002, 0.2], [0, 1, 5, 10, 15, 20])
    lived = table.years_lived
    found = demography.survival_ratios(lived, table.ages)
    assert found[:2] == pytest.approx([(lived[0] + lived[1]) / 5e5, lived[2] / (lived[0] + lived[1])])
    assert found[-2:] == pytest.approx([lived[5] / (lived[4] + lived[5])] * 2)
    single = np.append(np.repeat(np.array(YEARS_LIVED[:-1]) / 5, 5), YEARS_LIVED[-1])
    assert demography.survival_ratios(single, range(86)) == pytest.approx(SURVIVAL)
    yearly = demography.survival_ratios(single, range(86), step=1)
    assert yearly.shape == (87,)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ages": [0, 1, *range(5, 85, 5)]}, "from 1 to 5 are not 1 years"),
        ({"ages": range(5, 95, 5)}, "the first from 0 on"),
        ({"females": WOMEN[:-1]}, "females: 17 values for 18 ages"),
        ({"males": [-1, *WOMEN[1:]]}, "males: place 0"),
        ({"survival_males": SURVIVAL[:-1]}, r"survival_males: shape \(18,\); \(19,\) is wanted"),
        ({"survival_females": [2, *SURVIVAL[1:]]}, "survival_females: in step 1 at place 0"),
        ({"fertility": [0.1, *FERTILITY[1:]]}, "births to girls of 0 to 4"),
        ({"fertility": [[0.0] * 18] * 3, "steps": 2}, "with a row for each step"),
        ({"fertility": [[0.0] * 18, [float("nan")] * 18], "steps": 2}, "fertility, step 2: place 0"),
        ({"survival_females": ["all", *SURVIVAL[1:]]}, "survival_females: numbers are wanted"),
        (
            {"migration_males": [[0.0] * 18, [0.0]], "steps": 2},
            "migration_males: numbers are wanted, .* of equal length",
        ),
        ({"sex_ratio_at_birth": 105}, "not of 100 girls"),
        ({"sex_ratio_at_birth": [1.05, 1.05]}, "2 values for 1 steps"),
        (
            {"migration_females": [0.0] * 17 + [-1e6]},
            "migration_females: in step 1 more females of the group from 85 on leave",
        ),
        ({"steps": 0}, "one at least"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        sweden(**change)


def test_survival_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="1 is missing"):
        demography.survival_ratios(YEARS_LIVED, AGES, step=1)
    with pytest.raises(ValueError, match="multiple of 5"):
        demography.survival_ratios([5, 5, 5], [0, 5, 7])
    with pytest.raises(ValueError, match="nobody lives at 5"):
        demography.survival_ratios([5, 0, 5], [0, 5, 10])
