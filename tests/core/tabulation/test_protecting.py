"""What leaves: noise by who is counted, sums without those that give somebody away, estimates with their errors."""

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from domicile.core.demography import weighted_estimate
from domicile.core.disclosure import apply_cell_key, make_ptable
from domicile.core.tabulation import (
    QUALITY,
    Cells,
    Division,
    Rules,
    Table,
    Told,
    cubes,
    declared_set,
    divide,
    fill,
    protect,
)
from domicile.engines.tabulation import check, on_duckdb
from tests import census_records

PTABLE = make_ptable(D=5, V=3, js=2)
RULES = Rules(PTABLE, 5, 10, 0.165, 0.333)
REPLICATES = 32


class Release:
    """All tables of one set of records: what is true, and what is told."""

    def __init__(self, folder: Path) -> None:
        made = declared_set().tables
        plan = cubes(made.values(), check(folder, ()))
        self.true: dict[str, Cells] = {}
        self.told: dict[str, Told] = {}
        with on_duckdb(folder, replicates=REPLICATES) as engine:
            found = engine.areas("persons")
            order = np.argsort(found["area"])
            codes = found["area"][order]
            people = apply_cell_key(found["n"][order], found["k"][order], PTABLE)
            self.division: Division = divide(codes, people, {"county": 1, "township": 100, "community": 50})
            for cube in plan:
                columns = engine.cube(cube)
                for table in cube.tables:
                    cells = fill(cube, columns, table, np.unique(codes // 10 ** (12 - table.digits)))
                    self.true[table.code] = cells
                    self.told[table.code] = protect(table, cells, self.division, RULES)
        self.tables: dict[str, Table] = dict(made)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    census_records.write(folder, 12_000, per_community=300, keys=True)
    return folder


@pytest.fixture(scope="module")
def release(folder: Path) -> Release:
    return Release(folder)


def test_the_same_people_are_the_same_figure_in_every_table(release: Release) -> None:
    """Women of all ages stand in seven tables, divided by other things."""
    women = []
    for code in ("P01", "P02", "P03", "P04", "M01", "M02"):
        table = release.tables[code]
        place = [-1] * len(table.by)
        place[[one.name for one in table.by].index("sex")] = 1
        levels = [area for area in release.told[code].areas if area.digits in (6, 9)]
        women.append([release.told[code].measures[0].values[(at, *place)] for at in range(len(levels))])
    shorter = min(map(len, women))
    assert len({tuple(one[:shorter]) for one in women}) == 1


def test_noise_is_bounded_hits_no_empty_cell_and_ones_and_twos_do_not_come_out(release: Release) -> None:
    changed = 0
    for code, told in release.told.items():
        if told.marks is None and not release.tables[code].sums:
            values = told.measures[0].values
            assert not np.isin(values, (1, 2)).any()
            assert told.loss is not None
            assert told.loss.greatest_difference <= 5 * len(told.areas)
            changed += told.loss.changed > 0
            levels = [at for at, area in enumerate(told.areas) if area.digits == 6]
            (county,) = levels
            true = release.true[code].n.sum()
            assert abs(values[(county, *[-1] * (values.ndim - 1))] - true) <= 5
    assert changed > 20


def test_totals_have_a_key_of_their_own_and_are_not_sums_of_noise(release: Release) -> None:
    told, true = release.told["P03"], release.true["P03"]
    smallest = [at for at, area in enumerate(told.areas) if area.digits == 12]
    assert len(smallest) > 10
    off_by_sum = abs(told.measures[0].values[smallest, -1, -1].sum() - true.n.sum())
    assert abs(told.measures[0].values[0, -1, -1] - true.n.sum()) <= 5
    assert off_by_sum <= 5 * len(smallest)


def test_sums_leave_out_what_few_households_contribute_to_and_what_that_could_be_reckoned_from(
    release: Release,
) -> None:
    told = release.told["H07"]
    (behind,) = [release.true["H07"].sums["births_male"][1]]
    values = told.measures[0].values
    smallest = [at for at, area in enumerate(told.areas) if area.digits == 9]
    for at, count in zip(smallest, behind, strict=True):
        if 0 < count < 5:
            assert math.isnan(values[at])
    assert np.isnan(values[smallest]).sum() != 1


def test_an_estimate_and_its_error_are_those_of_the_weighted_sample(release: Release, folder: Path) -> None:
    households = (
        pl.read_parquet(folder / "households.parquet").filter(pl.col("form") == "long").sort("area", "household")
    )
    owners = (households["tenure"] == 3) & (households["kind"] == 1) & (households["dwelling"] == 1)
    expected = weighted_estimate(
        owners.fill_null(False).cast(pl.Float64).to_numpy(), households["weight"].to_numpy(), replicates=REPLICATES
    )
    told = release.told["D01"]
    county = next(at for at, area in enumerate(told.areas) if area.digits == 6)
    estimate, error = (one.values[county, 2] for one in told.measures)
    assert abs(estimate - expected.number) <= 5 * 10
    assert math.sqrt(expected.variance) <= error <= math.sqrt(expected.variance + 3 * 10**2 * 1.3) + 1
    assert told.marks is not None
    assert QUALITY[told.marks[county, 2]] in "AB"


def test_estimates_of_few_records_are_not_shown_and_uncertain_ones_are_marked(release: Release) -> None:
    marks = np.concatenate([told.marks.ravel() for told in release.told.values() if told.marks is not None])
    for mark in ("A", "B", "C", "X"):
        assert (marks == QUALITY.index(mark)).any(), mark
    for told in release.told.values():
        if told.marks is not None:
            assert np.array_equal(np.isnan(told.measures[0].values), told.marks == QUALITY.index("X"))
