"""Who stands twice in a table of people: pairs, clusters, and what the engine says about them."""

import datetime as dt

import polars as pl
import pytest

from domicile.core.codes.identity import check_char
from domicile.engines.linkage import find_duplicates, link_lists

TODAY = dt.date(2026, 11, 1)


def number(serial: str = "001", born: str = "19800506", county: str = "770101") -> str:
    first = f"{county}{born}{serial}"
    return first + check_char(first)


def person(key: str, **changed: object) -> dict[str, object]:
    usual = {
        "person_id": key, "household_id": f"H-{key}", "dwelling_id": f"D-{key}", "area": "770101001001", "name": "张伟",
        "former_name": None, "sex": "1", "birth_date": dt.date(1980, 5, 6), "number": number(), "number_kind": None,
        "phone": None, "address": None, "relation": "02", "registered_at": "770101001001", "dead_on": None,
    }  # fmt: skip
    return usual | changed


def table(*rows: dict[str, object]) -> pl.DataFrame:
    schema = dict.fromkeys(person(""), pl.String) | {"birth_date": pl.Date, "dead_on": pl.Date}
    return pl.DataFrame(list(rows), schema=schema)


def strangers(count: int) -> list[dict[str, object]]:
    """People of all kinds who have nothing to do with one another."""
    return [
        person(
            f"S{n}",
            name=f"{'李王赵孙'[n % 4]}{'一二三四五六七'[n % 7]}{'甲乙丙丁戊己庚辛壬癸子'[n % 11]}",
            birth_date=dt.date(1950, 1, 1) + dt.timedelta(days=37 * n),
            number=number("001", (dt.date(1950, 1, 1) + dt.timedelta(days=37 * n)).strftime("%Y%m%d")),
            area=f"7701010010{n % 90 + 10:02}",
            registered_at=f"7701010010{n % 90 + 10:02}",
        )
        for n in range(count)
    ]


def joined(found) -> dict[tuple[str, str], str]:
    rows = found.pairs.to_pylist()
    return {(row["person_id_l"], row["person_id_r"]): row["step"] for row in rows if row["outcome"] == "joined"}


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        ({}, "number_name"),
        ({"name": "张玮"}, "number_name"),
        ({"name": "張偉"}, "number_name"),
        ({"birth_date": dt.date(1981, 5, 6)}, "number_name"),
        ({"number": f"{number()[:6]}{number()[8:17]}"}, "number_name"),
        ({"name": None}, "number_alone"),
        ({"number": None}, "probable"),
        ({"number": None, "name": "张玮"}, "probable"),
    ],
)
def test_a_slip_does_not_part_a_person(changed, step):
    found = find_duplicates(table(person("A"), person("B", **changed), *strangers(200)), today=TODAY)
    assert joined(found) == {("A", "B"): step}
    assert found.clusters.to_pylist() == [{"person_id": "A", "cluster": "A"}, {"person_id": "B", "cluster": "A"}]


def test_namesakes_of_one_birth_date_with_numbers_of_their_own_stay_apart():
    found = find_duplicates(table(person("A"), person("B", number=number("003")), *strangers(200)), today=TODAY)
    assert joined(found) == {}


def test_lists_are_linked_across_only():
    left = table(person("A"), person("A2", name="李娜", number=number("003")))
    found = link_lists(left, table(person("B"), person("B2", name="王芳", number=number("005"))), today=TODAY)
    assert joined(found) == {("A", "B"): "number_name"}
