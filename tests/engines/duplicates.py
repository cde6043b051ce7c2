"""Small tables of people for the tests of duplicates."""

import datetime as dt

import polars as pl

from domicile.core.codes.identity import check_char

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
