"""The declared tables of a census as one would write them by hand for DuckDB: a few cubes over the Parquet files,
the tables from them.

The records are read once, into tables as narrow as they can be. A cube has the digits of the area that its tables
need, every column as coarse as they need it, and counts; of the long form weights
and their sums with the signs of 32 replicates. What a table is made from: (cube, columns, condition).
"""

from __future__ import annotations

REPLICATES = 32
_USUAL = (
    "((present = 1 AND registered IN (1, 2, 5)) OR (present = 1 AND registered IN (3, 4) AND away >= 3) "
    "OR (present IN (4, 5) AND registered = 1 AND away = 2) OR (present IN (6, 7) AND registered = 1))"
)
_AGE5 = "least(age // 5, 17)"
_LEVELS = (
    "CASE WHEN education <= 2 THEN 0 WHEN education = 3 THEN 1 WHEN education = 4 THEN 2 WHEN education = 5 THEN 3 "
    "WHEN education >= 6 THEN 4 END"
)
_AWAY = (
    "CASE WHEN away = 3 THEN 0 WHEN away <= 5 AND away > 3 THEN 1 WHEN away IN (6, 7) THEN 2 WHEN away = 8 THEN 3 "
    "WHEN away = 9 THEN 4 END"
)
_SIGNED = ", CAST(sum(w) AS BIGINT) AS w, " + ", ".join(
    f"CAST(sum(w * d{i}) AS BIGINT) AS r{i}" for i in range(REPLICATES)
)
_ADDED = ", sum(w) AS w, " + ", ".join(f"sum(r{i}) AS r{i}" for i in range(REPLICATES))


def _cube(name: str, source: str, digits: int, columns: str, where: str = "true") -> str:
    area = f"area // {10 ** (12 - digits)} AS area"
    return (
        f"CREATE TEMP TABLE {name} AS SELECT {area}, {columns}, count(*) AS n FROM {source} WHERE {where} GROUP BY ALL"
    )


def _long(name: str, source: str, digits: int, columns: str, where: str = "true") -> str:
    area = f"area // {10 ** (12 - digits)} AS area"
    return f"CREATE TEMP TABLE {name} AS SELECT {area}, {columns}, count(*) AS n{_SIGNED} FROM {source} WHERE {where} GROUP BY ALL"


def _base(name: str, source: str, columns: str, where: str, *, long: bool = False) -> str:
    area = "CAST(left(area, 12) AS BIGINT) AS area"
    more = (
        f", CAST(round(weight * 10000) AS BIGINT) AS w, {', '.join(f'd{i}' for i in range(REPLICATES))}" if long else ""
    )
    rows = f"{source} JOIN signs ON household = drawn" if long else source
    return f"CREATE TEMP TABLE {name} AS SELECT {area}, {columns}{more} FROM {rows} WHERE {where}" + (
        " AND form = 'long'" if long else ""
    )


BASES = [
    _base("usual", "persons", "sex, age, household_size, ethnic, relation, registered, away, away_reason, education, "
                              "literate", _USUAL),
    _base("homes", "households", "kind, dwelling, household_size, floor_area, rooms, births_male, births_female, "
                                 "deaths_male, deaths_female", "true"),
    _base("asked", "persons", "sex, age, education, marital, worked, not_working_reason, left(occupation, 1) AS "
                              "occupation, left(industry, 1) AS industry, livelihood, "
    "health, lived_5_years_ago, birth_place", _USUAL, long=True),
    _base("asked_homes", "households", "household_size, dwelling, tenure, rent, fuel, built, storeys, kitchen, toilet, "
                                       "water, cars", "kind = 1", long=True),
]  # fmt: skip
CUBES = [
    _cube("by_age", "usual", 12, f"{_AGE5} AS a, sex"),
    _cube("by_year", "usual", 9, "least(age, 100) AS a, sex, registered"),
    _cube("by_place", "usual", 12, f"age >= 15 AS grown, {_LEVELS} AS e, registered, sex"),
    _cube("by_nation", "usual", 6, "ethnic, sex"),
    _cube("by_relation", "usual", 6, f"relation, {_AGE5} AS a, literate, sex"),
    _cube("by_size", "usual", 9, "least(household_size, 5) AS s, CASE WHEN age < 15 THEN 0 WHEN age < 60 THEN 1 WHEN "
                                 "age < 65 THEN 2 ELSE 3 END AS a, literate, sex"),
    _cube("by_school", "usual", 9, "CASE WHEN age < 25 THEN age ELSE 20 + least(age // 5, 17) END AS a, education, "
                                   "registered IN (3, 4) AS moved, sex", "age >= 3"),
    _cube("by_move", "usual", 9, f"registered, {_AWAY} AS t, away_reason, sex", "registered IN (3, 4)"),
    _cube("by_reason", "usual", 6, f"{_AGE5} AS a, {_AWAY} AS t, away_reason, sex", "registered IN (3, 4)"),
    _cube("by_present", "(SELECT CAST(left(area, 12) AS BIGINT) AS area, present, age, away_reason, sex, registered "
                        "FROM persons)", 9, f"present, CASE WHEN present = 5 THEN {_AGE5} END AS a, CASE WHEN present = "
                                            f"5 THEN away_reason END AS away_reason, sex", "registered = 1"),
    "CREATE TEMP TABLE by_home AS SELECT area, kind, dwelling, count(*) AS n, "
    + ", ".join(f"sum({one}) AS {one}" for one in ("births_male", "births_female", "deaths_male", "deaths_female"))
    + " FROM homes GROUP BY ALL",
    "CREATE TEMP TABLE by_family AS SELECT area, least(household_size, 10) AS s, dwelling, count(*) AS n, "
    "sum(floor_area) AS floor_area, sum(rooms) AS rooms FROM homes WHERE kind = 1 GROUP BY ALL",
    _cube("by_rooms", "homes", 6, "least(household_size, 10) AS s, least(rooms, 6) AS r, CASE WHEN floor_area < 20 THEN "
                                  "0 WHEN floor_area < 40 THEN 1 WHEN floor_area < 60 THEN 2 "
    "WHEN floor_area < 80 THEN 3 WHEN floor_area < 100 THEN 4 WHEN floor_area < 120 THEN 5 WHEN floor_area < 150 THEN 6 "
    "WHEN floor_area < 200 THEN 7 ELSE 8 END AS f", "kind = 1 AND dwelling = 1"),
    _long("l_marital", "asked", 9, f"marital, {_AGE5} AS a, {_LEVELS} AS e, sex", "age >= 15"),
    _long("l_work", "asked", 6, "worked, least(age // 5, 13) AS a, not_working_reason, industry AS i, sex", "age >= 15"),
    _long("l_born", "asked", 9, "birth_place, CASE WHEN worked = 1 AND age >= 15 THEN occupation END AS o, worked = 1 "
                                "AND age >= 15 AS works, sex"),
    _long("l_living", "asked", 6, f"{_AGE5} AS a, livelihood, lived_5_years_ago, sex", "age >= 5"),
    _long("l_old", "asked", 9, f"{_AGE5} AS a, health, livelihood, sex", "age >= 60"),
    _long("l_tenure", "asked_homes", 9, "tenure, CASE WHEN rent < 200 THEN 0 WHEN rent < 500 THEN 1 WHEN rent < 1000 "
                                        "THEN 2 WHEN rent < 2000 THEN 3 WHEN rent < 3000 THEN 4 WHEN rent < 4000 THEN 5 "
    "WHEN rent >= 4000 THEN 6 END AS r, fuel", "dwelling = 1"),
    _long("l_built", "asked_homes", 6, "built, storeys, kitchen, toilet, water", "dwelling = 1"),
    _long("l_cars", "asked_homes", 9, "least(cars, 2) AS c, least(household_size, 5) AS s"),
]  # fmt: skip
#: code: (cube, how many digits of the cube's areas are dropped, columns, condition, columns that are added up)
TABLES = {
    "P01": ("by_place", 0, "sex", "", ""),
    "P02": ("by_year", 0, "a, sex", "", ""),
    "P03": ("by_age", 0, "a, sex", "", ""),
    "P04": ("by_age", 0, "CASE WHEN a < 3 THEN 0 WHEN a < 12 THEN 1 WHEN a < 13 THEN 2 ELSE 3 END, sex", "", ""),
    "P05": ("by_year", 0, "a, sex", "a < 18", ""),
    "P06": ("by_age", 0, "a, sex", "a >= 12", ""),
    "P07": ("by_nation", 0, "ethnic, sex", "", ""),
    "P08": ("by_relation", 0, "relation, a, sex", "", ""),
    "P09": ("by_size", 0, "s, a", "", ""),
    "P10": ("by_size", 0, "s, sex", "a = 3", ""),
    "E01": ("by_school", 0, "education, sex", "", ""),
    "E02": ("by_school", 3, "education, CASE WHEN a < 25 THEN a // 5 ELSE a - 20 END, sex", "a >= 15", ""),
    "E03": ("by_school", 3, "education, a, sex", "a < 25", ""),
    "E04": ("by_size", 0, "literate, sex", "a > 0", ""),
    "E05": ("by_relation", 0, "literate, a, sex", "a >= 3", ""),
    "E06": (
        "by_school",
        0,
        f"{_LEVELS}, CASE WHEN a < 25 THEN a // 5 ELSE a - 20 END",
        "sex = 2 AND a >= 15 AND (a < 25 OR a - 20 < 10)",
        "",
    ),
    "E07": ("by_place", 0, "e, sex", "grown", ""),
    "M01": ("by_place", 0, "registered, sex", "", ""),
    "M02": ("by_year", 0, "registered, least(a // 5, 17), sex", "", ""),
    "M03": ("by_move", 0, "registered, t, sex", "", ""),
    "M04": ("by_move", 0, "registered, away_reason, sex", "", ""),
    "M05": ("by_reason", 0, "a, away_reason, sex", "", ""),
    "M06": ("by_reason", 0, "t, away_reason", "", ""),
    "M07": ("by_school", 3, "education, sex", "moved", ""),
    "M08": ("by_present", 0, "present, sex", "", ""),
    "M09": ("by_present", 0, "a, sex", "present = 5", ""),
    "M10": ("by_present", 0, "away_reason, sex", "present = 5", ""),
    "H01": ("by_home", 0, "kind", "", ""),
    "H02": ("by_family", 0, "s", "", ""),
    "H03": ("by_home", 3, "dwelling, kind", "", ""),
    "H04": ("by_rooms", 0, "s, r", "", ""),
    "H05": ("by_rooms", 0, "s, f", "", ""),
    "H06": ("by_family", 3, "least(s, 5)", "dwelling = 1", "floor_area rooms"),
    "H07": ("by_home", 3, "", "", "births_male births_female"),
    "H08": ("by_home", 3, "", "", "deaths_male deaths_female"),
    "L01": ("l_marital", 0, "marital, sex", "", "w"),
    "L02": ("l_marital", 3, "marital, a, sex", "", "w"),
    "L03": ("l_work", 0, "worked, a, sex", "", "w"),
    "L04": ("l_born", 0, "o, sex", "works", "w"),
    "L05": ("l_work", 0, "i, sex", "worked = 1", "w"),
    "L06": ("l_work", 0, "not_working_reason, a, sex", "worked = 2", "w"),
    "L07": ("l_living", 0, "livelihood, a, sex", "a >= 3", "w"),
    "L08": ("l_old", 3, "health, a, sex", "", "w"),
    "L09": ("l_old", 0, "health, livelihood", "", "w"),
    "L10": ("l_living", 0, "lived_5_years_ago, a", "", "w"),
    "L11": ("l_born", 0, "birth_place, sex", "", "w"),
    "L12": ("l_marital", 3, "marital, e, sex", "", "w"),
    "D01": ("l_tenure", 0, "tenure", "", "w"),
    "D02": ("l_built", 0, "built, storeys", "", "w"),
    "D03": ("l_built", 0, "kitchen, toilet, water", "", "w"),
    "D04": ("l_tenure", 0, "fuel", "", "w"),
    "D05": ("l_cars", 0, "c, s", "", "w"),
    "D06": ("l_tenure", 3, "r, tenure", "tenure <= 2", "w"),
}


def query(code: str) -> str:
    """One table from its cube."""
    cube, dropped, columns, where, sums = TABLES[code]
    area = f"area // {10**dropped} AS area" if dropped else "area"
    added = _ADDED if sums == "w" else "".join(f", sum({one}) AS {one}" for one in sums.split())
    named = f"{area}, {columns}" if columns else area
    return f"SELECT {named}, sum(n) AS n{added} FROM {cube} WHERE {where or 'true'} GROUP BY ALL"
