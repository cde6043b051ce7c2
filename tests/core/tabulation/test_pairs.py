"""Every two tables of a release side by side: cells that differ by a few people are found, by their own true members."""

import numpy as np

from domicile.core.tabulation import declared_set
from domicile.core.tabulation.pairs import columns_of, look


def rows(ages: list[int], sexes: list[int]) -> dict[str, np.ndarray]:
    size = len(ages)
    found = {
        name: np.full(size, 1.0)
        for name in columns_of([declared_set().tables[code] for code in ("P01", "P04", "P06", "L01")])
    }
    return found | {
        "age": np.array(ages, dtype=float), "sex": np.array(sexes, dtype=float), "area": np.full(size, 770101001001),
        "long": np.zeros(size, dtype=bool),
    }  # fmt: skip


def test_women_of_all_ages_and_women_of_sixty_five_and_over_differ_by_one() -> None:
    tables = [declared_set().tables[code] for code in ("P01", "P04")]
    (found,) = look(tables, rows([70] * 9 + [30], [2] * 10), fewer_than=3)
    assert (found.one, found.two, found.pairs, found.nested) == ("P01", "P04", 1, 1)


def test_tables_of_the_same_people_and_of_very_different_ones_are_no_pair() -> None:
    tables = [declared_set().tables[code] for code in ("P01", "P04")]
    (same,) = look(tables, rows([70] * 10, [2] * 10), fewer_than=3)
    (other,) = look(tables, rows([70] * 5 + [30] * 5, [2] * 10), fewer_than=3)
    assert same.pairs == other.pairs == 0


def test_nobody_outside_a_table_is_in_one_of_its_cells() -> None:
    tables = [declared_set().tables[code] for code in ("P01", "P06", "L01")]
    found = {(one.one, one.two): one for one in look(tables, rows([61] * 9 + [30], [1] * 10), fewer_than=3)}
    assert found["P01", "P06"].pairs == 1
    assert found["P01", "L01"].pairs == 0
