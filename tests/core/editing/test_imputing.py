"""Hot deck: who gives to whom, that donors are not worn out, and that everything can be taken back.

The orders of donors are those of the definitions (Andridge and Little 2010; de Waal, Pannekoek and Scholtus 2011, 7.6), by hand.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.core.editing import Change, impute, localise

PEOPLE = {
    "area": ["A", "A", "A", "B", "B", "B", "A"],
    "age": [30.0, 34.0, None, 20.0, 60.0, 22.0, 31.0],
    "work": ["farmer", None, "clerk", None, "teacher", None, None],
}


def test_sequential_takes_the_last_before_and_else_the_next_behind() -> None:
    found = impute(PEOPLE, "work", classes=["area"])
    assert found.columns["work"].tolist() == ["farmer", "farmer", "clerk", "teacher", "teacher", "teacher", "clerk"]
    assert found.changes() == [
        Change(1, "work", None, "farmer", 0, "sequential: area"),
        Change(3, "work", None, "teacher", 4, "sequential: area"),
        Change(5, "work", None, "teacher", 4, "sequential: area"),
        Change(6, "work", None, "clerk", 2, "sequential: area"),
    ]
    assert PEOPLE["work"][1] is None  # what was given is as it was
    assert found.undone()["work"].tolist() == PEOPLE["work"]


def test_sequential_in_the_order_of_a_column() -> None:
    found = impute({"n": [3, 1, 2], "x": [None, 10.0, 20.0]}, "x", order=["n"])
    assert found.columns["x"].tolist() == [20.0, 10.0, 20.0]


def test_nearest_by_age_within_an_area() -> None:
    found = impute(PEOPLE, "work", classes=["area"], method="nearest", distance=["age"])
    assert found.donors["work"].tolist() == [-1, 0, -1, 4, -1, 4, 0]  # row 2 has no age: as far off as can be


def test_nearest_weighs_numbers_by_their_range_and_others_as_equal_or_not() -> None:
    columns = {"age": [20.0, 30.0, 40.0, 29.0], "sex": ["1", "2", "1", "1"], "x": [1.0, 2.0, 3.0, None]}
    # Of row 3: 9/20 + 0, 1/20 + 1, 11/20 + 0, by 2.
    assert impute(columns, "x", method="nearest", distance=["age", "sex"]).donors["x"].tolist() == [-1, -1, -1, 0]
    assert impute(columns, "x", method="nearest", distance={"age": 10, "sex": 1}).donors["x"].tolist() == [
        -1,
        -1,
        -1,
        1,
    ]


@pytest.mark.parametrize("method", ["sequential", "nearest"])
def test_donors_are_not_worn_out(method: str) -> None:
    columns = {"near": [1.0, 2.0, 3.0, 4.0, 5.0], "x": [7.0, 8.0, None, None, None]}
    distance = ["near"] if method == "nearest" else []
    found = impute(columns, "x", method=method, distance=distance, max_uses=1)
    assert sorted(found.donors["x"][found.flags("x")]) == [0, 1]
    assert len(found.unfilled["x"]) == 1
    free = impute(columns, "x", method=method, distance=distance)
    assert free.donors["x"].tolist() == [-1, -1, 1, 1, 1]


def test_what_has_to_change_is_changed_and_gives_to_nobody() -> None:
    record = {"age": 9, "marital": "married"}
    wrong = localise(record, ["age >= 17 or marital = 'single'"], weights={"age": 2}).fields
    assert wrong == {"marital"}
    columns = {"age": [9, 8, 10], "marital": ["married", "single", None]}
    found = impute(columns, "marital", change={"marital": [True, False, False]})
    assert found.columns["marital"].tolist() == ["single", "single", "single"]
    assert found.changes()[0] == Change(0, "marital", "married", "single", 1, "sequential")
    assert found.undone()["marital"].tolist() == ["married", "single", None]


def test_items_of_one_person_come_from_one_donor() -> None:
    columns = {"work": ["farmer", None, "clerk", None], "pay": [None, 5.0, 9.0, None]}
    apart, one = impute(columns, ["work", "pay"]), impute(columns, ["work", "pay"], together=True)
    assert [apart.columns["work"][3], apart.columns["pay"][3]] == ["clerk", 9.0]
    assert apart.donors["work"][1] == 0  # a farmer whose pay nobody knows gives his work
    assert one.donors["work"].tolist() == [-1, 2, -1, 2]
    assert one.donors["pay"].tolist() == [2, -1, -1, 2]


def test_a_class_without_donors_stays_or_is_widened() -> None:
    columns = {"area": ["A", "A", "B"], "sex": ["1", "2", "1"], "x": [1.0, None, None]}
    assert impute(columns, "x", classes=["area", "sex"]).unfilled["x"].tolist() == [1, 2]
    found = impute(columns, "x", classes=["area", "sex"], collapse=True)
    assert [(one.row, one.method) for one in found.changes()] == [(1, "sequential: area"), (2, "sequential")]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"items": "wrok"}, "there is no column wrok. Did you mean work"),
        ({"items": "work", "method": "cold"}, "method is one of sequential, nearest"),
        ({"items": "work", "method": "nearest"}, "distance names the columns"),
        ({"items": "work", "max_uses": 0}, "max_uses is at least 1"),
        ({"items": "work", "donors": [True]}, "donors has the shape"),
        ({"items": "work", "change": {"work": [True]}}, "change of work has the shape"),
    ],
)
def test_what_cannot_be_is_said(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        impute(PEOPLE, **given)


ROWS = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(0, 9), st.one_of(st.none(), st.sampled_from("pqr"))), min_size=1, max_size=40
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    ROWS,
    st.sampled_from(["sequential", "nearest", "lot"]),
    st.sampled_from([None, 1, 2]),
    st.booleans(),
    st.integers(0, 9),
)
def test_whatever_is_missing(rows: list[Any], method: str, most: int | None, collapse: bool, seed: int) -> None:
    area, age, item = (list(one) for one in zip(*rows, strict=True))
    columns = {"area": area, "age": age, "item": item}
    how: dict[str, Any] = {"method": "nearest", "distance": ["age"]} if method == "nearest" else {}
    how |= {"order": None} if method == "lot" else {}

    def run() -> Any:
        return impute(columns, "item", classes=["area"], max_uses=most, collapse=collapse, seed=seed, **how)

    found = run()
    donors = found.donors["item"]
    for row, donor in enumerate(donors.tolist()):
        if donor >= 0:
            assert item[row] is None
            assert found.columns["item"][row] == item[donor] is not None
            assert collapse or area[row] == area[donor]
        else:
            assert found.columns["item"][row] == item[row]
    # Nobody goes without while somebody could give.
    uses = np.bincount(donors[donors >= 0], minlength=len(rows))
    assert most is None or uses.max() <= most
    for row in found.unfilled["item"].tolist():
        able = [n for n in range(len(rows)) if item[n] is not None and (collapse or area[n] == area[row])]
        assert all(most is not None and uses[n] >= most for n in able)
    assert found.undone()["item"].tolist() == item
    np.testing.assert_array_equal(run().donors["item"], donors)
