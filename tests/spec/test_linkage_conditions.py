"""What conditions on two records mean: one table of examples, for the reference in Python and for each engine."""

import datetime as dt

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.core.linkage.conditions import (
    VOCABULARY,
    Condition,
    all_of,
    any_of,
    both_are,
    crosses,
    day_month_swapped,
    days_apart,
    equal,
    holds,
    is_not,
    jaro_winkler,
    like,
    look_alike,
    neighbours,
    one_is,
    one_place,
    one_sign,
    one_sign_apart,
    overlap,
    same_reading,
    silent,
    years_apart,
)
from domicile.engines.linkage.conditions import prepare_engine, sql

MAY = dt.date(1980, 5, 6)
EXAMPLES: list[tuple[Condition, object, object, bool]] = [
    (equal("x"), "a", "a", True),
    (equal("x"), "a", "b", False),
    (equal("x"), "a", None, False),
    (equal("x"), None, None, False),
    (silent("x"), "a", None, True),
    (silent("x"), "a", "b", False),
    (is_not(equal("x")), "a", None, True),
    (both_are("x", "certain"), "certain", "certain", True),
    (both_are("x", "certain"), "certain", "old", False),
    (one_is("x", "old"), None, "old", True),
    (one_is("x", "old"), None, None, False),
    (all_of(equal("x"), is_not(one_is("x", "b"))), "a", "a", True),
    (any_of(equal("x"), silent("x")), None, "a", True),
    (one_place("x"), "770101198005060011", "770101198005060021", True),
    (one_place("x"), "770101198005060011", "770101198005060022", False),
    (one_place("x"), "15400000001", "1540000000", False),
    (one_place("x"), 19800506, 19800806, True),
    (neighbours("x"), "770101198005060011", "770101198050060011", True),
    (neighbours("x"), "770101198005060011", "770101198005060011", False),
    (neighbours("x"), "1234", "1432", False),
    (one_sign("x"), "张伟", "张玮", True),
    (one_sign("x"), "张伟", "张伟明", True),
    (one_sign("x"), "张伟明", "张明伟", True),
    (one_sign("x"), "张伟明", "张明", True),
    (one_sign("x"), "张伟", "张伟", False),
    (one_sign("x"), "张伟明", "李伟强", False),
    (one_sign("x"), "王", "李", False),
    (one_sign("x"), "阿不都热合曼", "阿不都热依曼", True),
    (one_sign("x"), "阿不都热合曼", "阿不都热合", True),
    (one_sign("x"), "阿不都热合曼", "阿不都克里木", False),
    (same_reading("x"), "张乐", "张水", False),
    (same_reading("x"), "李行", "李航", True),
    (same_reading("x"), "阿不都重曼", "阿不都虫曼", True),
    (look_alike("x"), "张未", "张末", True),
    (look_alike("x"), "张未", "张伟", False),
    (like("x", 0.9), "mohammed", "mohamed", True),
    (like("x", 0.9), "smith", "jones", False),
    (days_apart("x", 1), MAY, dt.date(1980, 5, 5), True),
    (days_apart("x", 1), MAY, MAY, False),
    (years_apart("x", 10), MAY, dt.date(1990, 5, 6), True),
    (years_apart("x", 10), MAY, dt.date(1990, 5, 7), False),
    (day_month_swapped("x"), MAY, dt.date(1980, 6, 5), True),
    (day_month_swapped("x"), dt.date(1980, 5, 5), dt.date(1980, 5, 5), False),
    (overlap("x"), [1, 2], [2, 3], True),
    (overlap("x"), [1, 2], [3], False),
    (overlap("x"), [1], None, False),
]


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        prepare_engine(connection)
        yield connection


def by_duckdb(engine, condition, left, right):
    both = pl.DataFrame({"l_x": [left, left], "r_x": [right, right]}, strict=False)
    engine.register("pair", both)
    answer = engine.execute(f"SELECT coalesce({sql(condition, 'l_{}', 'r_{}')}, false) FROM pair").fetchall()
    engine.unregister("pair")
    return answer[0][0]


@pytest.mark.parametrize(("condition", "left", "right", "expected"), EXAMPLES)
def test_an_example_reads_alike_on_every_engine_and_either_way_round(engine, condition, left, right, expected):
    for one, two in ((left, right), (right, left)):
        assert holds(condition, {"x": one}, {"x": two}) is expected
        assert by_duckdb(engine, condition, one, two) is expected


def test_the_examples_leave_no_word_of_the_vocabulary_out():
    def kinds(condition):
        return {condition.kind}.union(*(kinds(part) for part in condition.parts))

    assert set().union(*(kinds(condition) for condition, *_ in EXAMPLES)) | {"crosses"} == set(VOCABULARY)


def test_columns_cross_either_way_round():
    one, two = {"name": "张伟", "former": "张小伟"}, {"name": "张小伟", "former": None}
    assert holds(crosses("name", "former"), one, two)
    assert holds(crosses("name", "former"), two, one)
    assert not holds(crosses("name", "former"), one, one)


def test_a_word_that_is_none_is_refused():
    with pytest.raises(ValueError, match="no such condition"):
        Condition("nearly", ("x",))


names = st.text("张伟玮明李", min_size=0, max_size=6)


@given(st.lists(st.tuples(names, names), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_names_of_any_length_are_one_sign_apart_on_both(pairs):
    with duckdb.connect() as connection:
        prepare_engine(connection)
        connection.register("pair", pl.DataFrame(pairs, schema={"a": pl.String, "b": pl.String}, orient="row"))
        found = connection.execute("SELECT one_sign(a, b) FROM pair").fetchall()
    assert [bool(row[0]) for row in found] == [one_sign_apart(a, b) for a, b in pairs]


@given(
    st.lists(st.tuples(st.text("abcde", min_size=1, max_size=9), st.text("abcde", min_size=1, max_size=9)), min_size=1)
)
@settings(max_examples=60, deadline=None)
def test_likeness_agrees_to_nine_places(pairs):
    with duckdb.connect() as connection:
        connection.register("pair", pl.DataFrame(pairs, schema={"a": pl.String, "b": pl.String}, orient="row"))
        found = connection.execute("SELECT jaro_winkler_similarity(a, b) FROM pair").fetchall()
    assert [row[0] for row in found] == pytest.approx([jaro_winkler(a, b) for a, b in pairs], abs=1e-9)
