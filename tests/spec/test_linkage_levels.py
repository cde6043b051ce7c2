"""Which level two records of people come to: a table of errors as registers have them, for the reference and for each engine."""

import datetime as dt

import duckdb
import polars as pl
import pytest

from domicile.core.codes.identity import check_char
from domicile.core.linkage.people import PEOPLE
from domicile.core.linkage.preparing import deepen, prepare
from domicile.engines.linkage.conditions import prepare_engine
from domicile.engines.linkage.scoring import codes, level_sql

TODAY = dt.date(2026, 11, 1)
BORN = dt.date(1980, 5, 6)


def number(serial="001", born="19800506", county="770101"):
    first = f"{county}{born}{serial}"
    return first + check_char(first)


OWN = number()
FIFTEEN = OWN[:6] + OWN[8:17]
HOME = {"household_id": "1", "dwelling_id": "1"}
USUAL = {
    "household_id": "1", "dwelling_id": "1", "area": "770101001001", "name": "张伟明", "sex": "1", "birth_date": BORN,
    "number": OWN, "phone": "15487654301", "address": "安禾县青石街道梅潭社区丁香街1号", "registered_at": "770101001001",
}  # fmt: skip
AWAY = {"household_id": "2", "dwelling_id": "2", "area": "770101002001", "address": "安禾县青石街道南塘社区牡丹街5号"}

#: (what the left record has otherwise, what the right record has otherwise, comparison, level)
EXAMPLES = [
    ({}, {}, "number", "equal"),
    ({}, {"number": f" {OWN[:6]} {OWN[6:]}".replace("1", "１")}, "number", "equal"),
    ({}, {"number": FIFTEEN}, "number", "upgraded"),
    ({}, {"number": OWN[:8] + "3" + OWN[9:]}, "number", "one_digit"),
    ({}, {"number": OWN[:4] + OWN[5] + OWN[4] + OWN[6:]}, "number", "swapped"),
    ({}, {"number": None}, "number", "silent"),
    ({}, {"name": "张丽", "sex": "2", "birth_date": dt.date(1982, 1, 1)}, "number", "borrowed"),
    ({}, {"birth_date": dt.date(1981, 5, 6)}, "number", "equal_unsure"),
    ({}, {"number": number("003")}, "number", "different"),
    ({}, {"number": number("003", "19990101")}, "number", "other"),
    ({"number": "H12345678", "number_kind": "hk_macao_permit"}, {"number": "H1234567802"}, "number", "equal_unsure"),
    ({}, {}, "name", "equal"),
    ({"name": "張偉明"}, {"name": "张 伟 明"}, "name", "equal"),
    ({}, {"name": "张玮明"}, "name", "same_sound"),
    ({"name": "单田芳"}, {"name": "陕田芳"}, "name", "same_sound"),
    ({"name": "李长行"}, {"name": "李长航"}, "name", "reading"),
    ({"name": "张未"}, {"name": "张末"}, "name", "look_alike"),
    ({}, {"name": "张明伟"}, "name", "turned"),
    ({}, {"name": "张强明"}, "name", "one_sign"),
    ({}, {"name": "张伟"}, "name", "one_sign"),
    ({}, {"name": "李小龙", "former_name": "张伟明"}, "name", "former"),
    ({}, {"name": "张丽华"}, "name", "first"),
    ({}, {"name": "王芳"}, "name", "other"),
    ({}, {"name": "???"}, "name", "silent"),
    ({}, {"name": "无名氏"}, "name", "silent"),
    ({"name": "买买提•吐尔逊"}, {"name": "买买提·吐尔逊"}, "name", "equal"),
    ({"name": "買買提·吐爾遜"}, {"name": "买买提．吐尔逊"}, "name", "equal"),
    ({"name": "买买提·吐尔逊"}, {"name": "MAIMAITI TUERXUN"}, "name", "same_sound"),
    ({"name": "买买提·吐尔逊"}, {"name": "吐尔逊·买买提"}, "name", "turned"),
    ({"name": "买买提·吐尔逊"}, {"name": "买买提"}, "name", "own_part"),
    ({"name": "KIM MINJUN"}, {"name": "Minjun Kim"}, "name", "turned"),
    ({"name": "JOHN MILLER"}, {"name": "JOHN MILER"}, "name", "one_sign"),
    ({"name": "CHARLOTTE EVANS"}, {"name": "CHARLOT EVANS"}, "name", "like"),
    ({}, {}, "birth", "equal"),
    ({"birth_date": dt.date(1980, 6, 5)}, {"number": None}, "birth", "in_number"),
    ({"number": None}, {"birth_date": dt.date(1980, 6, 5), "number": None}, "birth", "swapped"),
    ({"number": None}, {"birth_date": dt.date(1980, 5, 5), "number": None}, "birth", "day_off"),
    ({"number": None}, {"birth_date": dt.date(1979, 5, 6), "number": None}, "birth", "year_off"),
    ({"number": None}, {"birth_date": dt.date(1990, 5, 6), "number": None}, "birth", "decade_off"),
    ({"number": None}, {"birth_date": dt.date(1980, 3, 22), "number": None}, "birth", "lunar"),
    ({"number": None}, {"birth_date": dt.date(1980, 8, 6), "number": None}, "birth", "digit"),
    ({"number": None}, {"birth_date": dt.date(1980, 11, 29), "number": None}, "birth", "year"),
    ({"number": None}, {"birth_date": None, "number": None}, "birth", "silent"),
    ({}, {"sex": "2"}, "sex", "other"),
    ({}, {}, "place", "household"),
    ({}, {"name": "张丽"}, "place", "kin"),
    ({}, {"household_id": "3"}, "place", "dwelling"),
    ({}, {"household_id": "3", "dwelling_id": None}, "place", "dwelling"),
    ({}, AWAY, "place", "registered"),
    ({}, AWAY | {"registered_at": "770102000000", "area": "770101001002"}, "place", "township"),
    ({"registered_at": "780101000000"}, AWAY | {"registered_at": "780101001001"}, "place", "origin"),
    ({}, AWAY | {"registered_at": None, "area": "770102002001"}, "place", "other"),
    ({}, AWAY | {"registered_at": None, "area": None}, "place", "silent"),
    ({}, {}, "phone", "shared"),
    ({}, AWAY, "phone", "equal"),
    ({}, AWAY | {"name": "张丽"}, "phone", "shared"),
    ({}, AWAY | {"phone": "+86 154-8765-4302"}, "phone", "one_digit"),
    ({}, AWAY | {"phone": "13800000000"}, "phone", "silent"),
]  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        prepare_engine(connection)
        yield connection


def records(left, right):
    columns = {"former_name": None, "number_kind": None} | USUAL
    rows = [columns | {"person_id": key} | changed for key, changed in (("A", left), ("B", right))]
    schema = dict.fromkeys(("person_id", *columns), pl.String) | {"birth_date": pl.Date}
    prepared = prepare(pl.DataFrame(rows, schema=schema), today=TODAY).records
    return deepen(prepared, prepared["row"])


@pytest.mark.parametrize(("left", "right", "comparison", "expected"), EXAMPLES)
def test_an_error_comes_to_its_level_on_every_engine(engine, left, right, comparison, expected):
    wide, named = records(left, right), PEOPLE.comparison(comparison)
    one, two = wide.iter_rows(named=True)
    assert (named.level_of(one, two), named.level_of(two, one)) == (expected, expected)
    engine.register("wide", wide)
    place = engine.execute(f"SELECT {level_sql(named)} FROM wide l, wide r WHERE l.id = 'A' AND r.id = 'B'").fetchone()
    engine.unregister("wide")
    assert codes(named)[place[0]] == expected


def test_two_households_that_share_another_member_keep_company(engine):
    family = [
        {},
        {"name": "李娜", "sex": "2", "birth_date": dt.date(1982, 3, 4)},
        {"name": "张一", "birth_date": dt.date(2010, 3, 4)},
    ]
    rows = [
        USUAL | home | one | {"number": None, "person_id": f"{side}{place}"}
        for side, home in (("A", {}), ("B", AWAY))
        for place, one in enumerate(family)
    ]
    schema = dict.fromkeys(("person_id", *USUAL), pl.String) | {"birth_date": pl.Date}
    prepared = prepare(pl.DataFrame(rows, schema=schema), today=TODAY).records
    by_id = {row["id"]: row for row in deepen(prepared, prepared["row"]).iter_rows(named=True)}
    assert PEOPLE.comparison("place").level_of(by_id["A0"], by_id["B0"]) == "company"
    assert PEOPLE.comparison("place").level_of(by_id["A0"], by_id["B1"]) == "kin"


def test_every_level_that_is_not_about_company_has_an_example():
    shown = {(comparison, level) for _left, _right, comparison, level in EXAMPLES}
    levels = {(one.name, level.code) for one in PEOPLE.comparisons for level in one.levels}
    plain = {("sex", "equal"), ("sex", "silent"), ("birth", "other"), ("place", "company"), ("place", "building")}
    assert levels - shown <= plain | {("place", "community"), ("phone", "other")}
