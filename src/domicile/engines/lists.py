"""Who on a list from outside is whom in the register: core.linkage.lists, run by DuckDB a step at a time.

Both sides come as frames and stay in memory: nothing that names anybody is written to a disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import polars as pl

from domicile.core.linkage.cascade import Step
from domicile.core.linkage.lists import LIST_CASCADE, UNSURE
from domicile.core.linkage.name_columns import sounds
from domicile.engines.reconciliation import CONDITIONS, names_alike

#: The columns of a side besides `row`, a number of its own: what may be null, is.
COLUMNS: Final = {
    "name": pl.String, "sex": pl.String, "birth": pl.Date, "number": pl.String, "day": pl.Date, "other_name": pl.String,
    "other_number": pl.String,
}  # fmt: skip
MEMORY_MB: Final = 1500
ROUNDS: Final = 4
#: A value that makes more pairs than this tells nobody from anybody (10,000 rows of one birth date): it is passed over.
MOST_PAIRS_OF_A_VALUE: Final = 50_000
PAIRS: Final = {"l": pl.Int64, "r": pl.Int64, "step": pl.String, "sure": pl.Boolean}


@dataclass(frozen=True)
class Matched:
    """`pairs`: l, r, step, sure, each row of either side once at most. `tied`: l, r of partners of whom none is the better.

    `passed_over`: values that would have made too many pairs, over all steps.
    """

    pairs: pl.DataFrame
    tied: pl.DataFrame
    passed_over: int


def match_lists(
    left: pl.DataFrame, right: pl.DataFrame, *, cascade: Sequence[Step] = LIST_CASCADE, memory_mb: int = MEMORY_MB
) -> Matched:
    """Pair the rows of a list (`left`) with those of the register (`right`).

    Both have `row` (Int64, unique) and the columns of COLUMNS. Several equally good partners are left to people as `tied`.
    """
    with duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{int(memory_mb)}MB'")
        engine.create_function("names_alike", names_alike, ["VARCHAR", "VARCHAR"], "BOOLEAN")
        for side, frame in (("l", left), ("r", right)):
            held = frame.select(
                pl.col("row").cast(pl.Int64), *(pl.col(name).cast(kind) for name, kind in COLUMNS.items())
            )
            held = held.with_columns(sound=sounds(held["name"]))
            engine.register("incoming", held)
            engine.execute(f"CREATE TABLE rest_{side} AS SELECT * FROM incoming")  # noqa: S608
            engine.unregister("incoming")
        engine.execute("CREATE TABLE pair (l BIGINT, r BIGINT, step VARCHAR)")
        engine.execute("CREATE TABLE tied (l BIGINT, r BIGINT)")
        passed_over = sum(_run(engine, step) for step in cascade)
        pairs = engine.execute("SELECT l, r, step FROM pair ORDER BY l").pl()
        tied = engine.execute("SELECT DISTINCT l, r FROM tied ORDER BY l, r").pl()
    pairs = pairs.with_columns(sure=~pl.col("step").is_in(sorted(UNSURE))).cast(PAIRS)  # type: ignore[arg-type]
    return Matched(pairs, tied.cast({"l": pl.Int64, "r": pl.Int64}), passed_over)


def _run(engine: duckdb.DuckDBPyConnection, step: Step) -> int:
    """Pair what this step can, and take it out of the rest; returns how many values were passed over."""
    on = ", ".join(step.equal)
    known = " AND ".join(f"{column} IS NOT NULL" for column in step.equal)
    engine.execute(
        f"""CREATE OR REPLACE TEMP TABLE crowd AS SELECT {on} FROM
        (SELECT {on}, count(*) AS n FROM rest_l WHERE {known} GROUP BY ALL) JOIN
        (SELECT {on}, count(*) AS m FROM rest_r WHERE {known} GROUP BY ALL) USING ({on}) WHERE n * m > {MOST_PAIRS_OF_A_VALUE}"""  # noqa: S608
    )
    equal = " AND ".join(f"l.{column} = a.{column}" for column in step.equal)
    alike = "".join(f" AND ({' OR '.join(f'({CONDITIONS[one]})' for one in group)})" for group in step.one_of)
    engine.execute(
        f"""CREATE OR REPLACE TEMP TABLE candidate AS SELECT l.row AS l, a.row AS r,
        coalesce((l.number = a.number)::INT, 0) * 8 + coalesce((l.name = a.name)::INT, 0) * 4
        + coalesce((l.sex = a.sex)::INT, 0) * 2 + coalesce((l.birth = a.birth)::INT, 0) * 2
        + coalesce((l.sound = a.sound)::INT, 0) + coalesce((l.other_name = a.other_name)::INT, 0)
        + coalesce((l.other_number = a.other_number)::INT, 0) AS likeness,
        coalesce(abs(date_diff('day', l.day, a.day)), 100000) AS gap
        FROM (FROM rest_l ANTI JOIN crowd USING ({on})) l JOIN rest_r a ON {equal} WHERE true{alike}"""  # noqa: S608
    )
    _settle(engine, step.name)
    engine.execute(
        """DELETE FROM rest_l WHERE row IN (SELECT l FROM pair) OR row IN (SELECT l FROM tied);
        DELETE FROM rest_r WHERE row IN (SELECT r FROM pair)"""
    )
    return int((engine.execute("SELECT count(*) FROM crowd").fetchone() or (0,))[0])


def _settle(engine: duckdb.DuckDBPyConnection, step: str) -> None:
    """Of candidates make pairs, in rounds of those who are each other's best; who has two best is tied."""
    for _ in range(ROUNDS):
        found = engine.execute(
            """INSERT INTO pair SELECT l, r, ? FROM (
                SELECT l, r, rank() OVER left_first AS one, rank() OVER right_first AS two,
                    count(*) OVER left_same AS left_ties, count(*) OVER right_same AS right_ties FROM candidate
                WINDOW left_first AS (PARTITION BY l ORDER BY likeness DESC, gap),
                    right_first AS (PARTITION BY r ORDER BY likeness DESC, gap),
                    left_same AS (PARTITION BY l, likeness, gap), right_same AS (PARTITION BY r, likeness, gap)
            ) WHERE one = 1 AND two = 1 AND left_ties = 1 AND right_ties = 1 RETURNING l""",
            [step],
        ).fetchall()
        if not found:
            break
        engine.execute("DELETE FROM candidate WHERE l IN (SELECT l FROM pair) OR r IN (SELECT r FROM pair)")
    engine.execute("INSERT INTO tied SELECT l, r FROM candidate")
