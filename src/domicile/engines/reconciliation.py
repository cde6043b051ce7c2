"""Reconcile a list of leavings with a list of arrivings: who is on both, on what they disagree, who is on one alone.

The specification is core.linkage.cascade; here DuckDB runs it, a step at a time on what the steps before have left.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from domicile.core.linkage.cascade import EARLY_DAYS, LATE_DAYS, MOVE_CASCADE, Step
from domicile.core.linkage.names import NameLikeness, same_name
from domicile.engines.movelists import ListRefused, Read, add_sounds, load

MEMORY_MB: Final = 2500
#: Rounds in which the best partners find each other: a person who moved several times needs one for each move.
ROUNDS: Final = 8
#: What both sides say and may disagree on.
COMPARED: Final = ("number", "name", "birth", "origin", "destination")

#: The agreements of core.linkage.cascade as conditions over l (who left) and a (who arrived).
CONDITIONS: Final = {
    **{f"{name}_equal": f"l.{name} = a.{name}" for name in (*COMPARED, "sound")},
    "name_slip": "l.name <> a.name AND names_alike(l.name, a.name)",
    "number_slip": "l.number <> a.number AND damerau_levenshtein(l.number, a.number) = 1",
    **{f"{name}_silent": f"(l.{name} IS NULL OR a.{name} IS NULL)" for name in ("number", "name")},
    # The day a day off, the year one or ten off, day and month exchanged.
    "birth_slip": """(abs(date_diff('day', l.birth, a.birth)) = 1
        OR (abs(year(l.birth) - year(a.birth)) IN (1, 10) AND month(l.birth) = month(a.birth) AND day(l.birth) = day(a.birth))
        OR (year(l.birth) = year(a.birth) AND month(l.birth) = day(a.birth) AND day(l.birth) = month(a.birth)))""",
    "near_in_time": f"date_diff('day', l.day, a.day) BETWEEN -{EARLY_DAYS} AND {LATE_DAYS}",
}
#: How well two records agree, and how many days lie between them; `{days}` is the engine's way to count.
LIKENESS: Final = """coalesce(CAST(l.destination = a.destination AS INT), 0) * 4
    + coalesce(CAST(l.origin = a.origin AS INT), 0) * 2 + coalesce(CAST(l.name = a.name AS INT), 0)
    + coalesce(CAST(l.birth = a.birth AS INT), 0) AS likeness, coalesce(abs({days}), 100000) AS gap"""
#: Makes the table `candidate` (l, a, likeness, gap) of a step from the tables rest_l and rest_a.
Candidates = Callable[[duckdb.DuckDBPyConnection, Step], None]
OUTPUTS: Final = ("pairs", "undecided", "only_left", "only_arrived", "areas")


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Counts of what was found, and the files it stands in, by the names of OUTPUTS.

    `steps` counts the pairs that each step of the cascade found, `differing` the pairs that disagree on something.
    """

    left: Read
    arrived: Read
    pairs: int
    differing: int
    undecided: int
    only_left: int
    only_arrived: int
    steps: dict[str, int]
    files: dict[str, Path]


def _silent(stage: str, done: float) -> None:
    return None


def reconcile(
    left: Path,
    arrived: Path,
    folder: Path,
    *,
    today: dt.date,
    cascade: Sequence[Step] = MOVE_CASCADE,
    memory_mb: int = MEMORY_MB,
    progress: Callable[[str, float], None] = _silent,
    candidates: Candidates | None = None,
) -> Reconciled:
    """Write what a list of leavings and one of arrivings have in common into `folder`, as CSV in UTF-8.

    `pairs`: left_id, arrived_id, step, differs (names of columns, joined by a blank), days (from leaving to arriving).
    `undecided`: left_id, arrived_id of partners of whom none is the better one. `only_left` and `only_arrived`: id, origin,
    destination, date. `areas`: one row a pair of counties, with pairs, differing, only_left, only_arrived. None of them repeats
    a name or a number. `folder` is made; files of an earlier run are replaced. `progress` is told a stage and the share done.
    `candidates` finds the pairs of a step in another place (engines.spark.reconciliation); what becomes of them is decided here.

    Raises movelists.ListRefused for a list that cannot be read.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="reconcile-") as spare, duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{int(memory_mb)}MB'")
        engine.execute("SET temp_directory = ?", [spare])
        engine.execute("SET preserve_insertion_order = false")
        engine.create_function("names_alike", names_alike, ["VARCHAR", "VARCHAR"], "BOOLEAN")
        progress("reading", 0.0)
        lists = [load(engine, table, path, Path(spare), today=today) for table, path in (("l", left), ("a", arrived))]
        engine.execute("CREATE TABLE pair (l BIGINT, a BIGINT, step VARCHAR)")
        engine.execute("CREATE TABLE tied (l BIGINT, a BIGINT)")
        for side in "la":
            engine.execute(f"CREATE VIEW rest_{side} AS SELECT rowid AS row, * FROM {side}")  # noqa: S608
        heard = False
        for number, step in enumerate(cascade):
            progress(step.name, 0.3 + 0.5 * number / len(cascade))
            if not heard and step.listens:  # by now few are left, whose sounds are cheap to know
                add_sounds(engine, "rest_l")
                add_sounds(engine, "rest_a")
                heard = True
            (candidates or find_candidates)(engine, step)
            _settle(engine, step.name)
            _take_out(engine, first=number == 0)
        progress("writing", 0.85)
        files = _write(engine, folder)
        return _counted(engine, lists, cascade, files)


def names_alike(one: str, two: str) -> bool:
    """Whether two names sound the same or are one slip apart. The engine's own distance counts bytes, not characters."""
    return same_name(one, two) is not NameLikeness.DIFFERENT


def candidate_query(step: Step, conditions: Mapping[str, str], days: str) -> str:
    """SQL of the pairs that a step finds, in the words of an engine."""
    equal = " AND ".join(f"l.{column} = a.{column}" for column in step.equal)
    alike = "".join(f" AND ({' OR '.join(f'({conditions[one]})' for one in agreements)})" for agreements in step.one_of)
    return f"""SELECT l.row AS l, a.row AS a, {LIKENESS.format(days=days)}
        FROM rest_l l JOIN rest_a a ON {equal} WHERE true{alike}"""  # noqa: S608


def find_candidates(engine: duckdb.DuckDBPyConnection, step: Step) -> None:
    """Make `candidate` on this machine."""
    query = candidate_query(step, CONDITIONS, "date_diff('day', l.day, a.day)")
    engine.execute(f"CREATE OR REPLACE TEMP TABLE candidate AS {query}")


def _take_out(engine: duckdb.DuckDBPyConnection, *, first: bool) -> None:
    """Take who is paired or tied out of the rest: at first a view of all, then a table."""
    for side in "la":
        engine.execute(
            f"CREATE TABLE fewer AS SELECT r.* FROM rest_{side} r "  # noqa: S608
            f"WHERE NOT EXISTS (FROM pair WHERE pair.{side} = r.row) AND NOT EXISTS (FROM tied WHERE tied.{side} = r.row)"
        )
        engine.execute(f"DROP {'VIEW' if first else 'TABLE'} rest_{side}; ALTER TABLE fewer RENAME TO rest_{side}")


def _settle(engine: duckdb.DuckDBPyConnection, step: str) -> None:
    """Of candidates make pairs: those who have but each other, then rounds of those who are each other's best.

    Best is the one with the greatest likeness, then with the fewest days between. Who has two best is tied.
    """
    engine.execute(
        """CREATE OR REPLACE TEMP TABLE crowded AS FROM candidate
        WHERE l IN (SELECT l FROM candidate GROUP BY l HAVING count(*) > 1)
        OR a IN (SELECT a FROM candidate GROUP BY a HAVING count(*) > 1)"""
    )
    engine.execute(
        "INSERT INTO pair SELECT l, a, ? FROM candidate c WHERE NOT EXISTS "
        "(FROM crowded x WHERE x.l = c.l AND x.a = c.a)",
        [step],
    )
    for _ in range(ROUNDS):
        found = engine.execute(
            """INSERT INTO pair SELECT l, a, ? FROM (
                SELECT l, a, rank() OVER left_first AS one, rank() OVER right_first AS two,
                    count(*) OVER left_same AS left_ties, count(*) OVER right_same AS right_ties FROM crowded
                WINDOW left_first AS (PARTITION BY l ORDER BY likeness DESC, gap),
                    right_first AS (PARTITION BY a ORDER BY likeness DESC, gap),
                    left_same AS (PARTITION BY l, likeness, gap), right_same AS (PARTITION BY a, likeness, gap)
            ) WHERE one = 1 AND two = 1 AND left_ties = 1 AND right_ties = 1 RETURNING l""",
            [step],
        ).fetchall()
        if not found:
            break
        engine.execute("DELETE FROM crowded WHERE l IN (SELECT l FROM pair) OR a IN (SELECT a FROM pair)")
    engine.execute("INSERT INTO tied SELECT l, a FROM crowded")


def _write(engine: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, Path]:
    differs = ", ".join(f"CASE WHEN l.{name} <> a.{name} THEN '{name}' END" for name in COMPARED)
    engine.execute(
        f"""CREATE TEMP TABLE found AS SELECT l.id AS left_id, a.id AS arrived_id, pair.step,
        concat_ws(' ', {differs}) AS differs, date_diff('day', l.day, a.day) AS days,
        l.origin, a.destination FROM pair JOIN l ON l.rowid = pair.l JOIN a ON a.rowid = pair.a"""  # noqa: S608
    )
    alone = "SELECT id, origin, destination, day AS date FROM rest_{side} ORDER BY id"
    county = "substr(origin, 1, 6) AS origin, substr(destination, 1, 6) AS destination"
    queries = {
        "pairs": "SELECT left_id, arrived_id, step, differs, days FROM found ORDER BY left_id",
        "undecided": """SELECT l.id AS left_id, a.id AS arrived_id FROM tied
            JOIN l ON l.rowid = tied.l JOIN a ON a.rowid = tied.a ORDER BY left_id, arrived_id""",
        "only_left": alone.format(side="l"),
        "only_arrived": alone.format(side="a"),
        "areas": f"""SELECT origin, destination, sum(p)::BIGINT AS pairs, sum(d)::BIGINT AS differing,
            sum(x)::BIGINT AS only_left, sum(y)::BIGINT AS only_arrived FROM (
                SELECT {county}, 1 AS p, (differs <> '')::INT AS d, 0 AS x, 0 AS y FROM found
                UNION ALL SELECT {county}, 0, 0, 1, 0 FROM rest_l UNION ALL SELECT {county}, 0, 0, 0, 1 FROM rest_a
            ) GROUP BY ALL ORDER BY ALL""",  # noqa: S608
    }
    files = {}
    for name, query in queries.items():
        path = folder / f"{name}.csv"
        partial = folder / f".{name}.csv"
        engine.execute(f"COPY ({query}) TO '{str(partial).replace(chr(39), chr(39) * 2)}' (HEADER, DELIMITER ',')")
        files[name] = partial.replace(path)
    return files


def _counted(
    engine: duckdb.DuckDBPyConnection, lists: list[Read], cascade: Sequence[Step], files: dict[str, Path]
) -> Reconciled:
    def count(sql: str) -> int:
        return int((engine.execute(sql).fetchone() or (0,))[0])

    by_step = dict(engine.execute("SELECT step, count(*) FROM pair GROUP BY step").fetchall())
    return Reconciled(
        left=lists[0],
        arrived=lists[1],
        pairs=sum(by_step.values()),
        differing=count("SELECT count(*) FROM found WHERE differs <> ''"),
        undecided=count("SELECT count(*) FROM tied"),
        only_left=count("SELECT count(*) FROM rest_l"),
        only_arrived=count("SELECT count(*) FROM rest_a"),
        steps={step.name: int(by_step.get(step.name, 0)) for step in cascade},
        files=files,
    )


__all__ = ["ListRefused", "Reconciled", "reconcile"]
