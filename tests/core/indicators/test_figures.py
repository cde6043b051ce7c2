"""Figures with their intervals, against published tables and by their properties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.indicators import Figure, coverage, definitions, share
from domicile.core.indicators.figures import byar


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Exact limits of a Poisson mean at 95 %: E. S. Pearson, H. O. Hartley, Biometrika Tables for Statisticians I, table 40.
    [(5, 1.623, 11.668), (10, 4.795, 18.390), (30, 20.24, 42.83), (50, 37.11, 65.92)],
)
def test_limits_of_a_count_are_those_of_the_tables(count: int, low: float, high: float) -> None:
    assert byar(count, 0.95) == pytest.approx((low, high), rel=0.015)


def span(figure: Figure | None) -> tuple[float, float, float]:
    """Low, ratio, high of a figure that has them."""
    assert figure is not None
    assert figure.low is not None
    assert figure.high is not None
    return figure.low, figure.ratio, figure.high


def test_a_coverage_of_births_varies_with_their_number() -> None:
    few, many = span(coverage(45, 50, 0.95, events=True)), span(coverage(4500, 5000, 0.95, events=True))
    assert few[0] < many[0] < 0.9 < many[2] < few[2]
    assert few == pytest.approx((32.82 / 50, 0.9, 60.21 / 50), rel=0.01)


def test_residents_on_file_are_counted_so_only_the_published_figure_is_unsure() -> None:
    plain = coverage(9_000, 10_000, 0.95, events=False)
    assert plain
    assert (plain.low, plain.high) == (None, None)
    unsure = coverage(9_000, 10_000, 0.95, events=False, relative_error=0.02)
    assert unsure
    assert (unsure.low, unsure.high) == pytest.approx((0.9 * math.exp(-0.0392), 0.9 * math.exp(0.0392)), rel=1e-4)


def test_nothing_published_says_nothing_and_none_on_file_says_little() -> None:
    assert coverage(3, 0, 0.95, events=True) is None
    none = coverage(0, 100, 0.95, events=True)
    assert none
    assert none.low == 0
    assert none.high == pytest.approx(0.037, abs=0.001)
    assert share(0, 0, 0.95) is None


@given(st.integers(0, 5000), st.integers(1, 5000), st.floats(0, 0.5))
def test_an_interval_holds_its_figure_and_grows_with_the_published_error(
    on_file: int, published: int, error: float
) -> None:
    sure = span(coverage(on_file, published, 0.95, events=True))
    unsure = span(coverage(on_file, published, 0.95, events=True, relative_error=error))
    assert sure[0] <= sure[1] <= sure[2]
    assert unsure[0] <= sure[0] * (1 + 1e-9)
    assert unsure[2] >= sure[2] * (1 - 1e-9)


@given(st.integers(0, 500), st.integers(0, 500))
def test_items_that_hang_together_say_less(part: int, rest: int) -> None:
    whole = part + rest
    if whole == 0:
        assert share(0, 0, 0.95, units=1) is None
        return
    alone, bound = span(share(part, whole, 0.95)), span(share(part, whole, 0.95, units=max(1, whole // 5)))
    assert bound[0] <= alone[0] <= alone[1] <= alone[2] <= bound[2]


def test_a_share_of_less_than_its_part_is_refused() -> None:
    with pytest.raises(ValueError, match="no part"):
        share(3, 2, 0.95)


def test_every_indicator_says_in_both_languages_what_it_counts_and_where_it_is_improved() -> None:
    found = definitions()
    assert {"resident_coverage", "birth_coverage", "death_coverage", "identity_accuracy", "completeness"} <= set(found)
    for one in found.values():
        assert all(
            (one.name.zh, one.name.en, one.numerator.zh, one.numerator.en, one.denominator.zh, one.denominator.en)
        )
        assert one.goal
        assert ":" in one.work
        assert one.source
