"""The records of a linkage in DuckDB: read, prepared, decided by the cascade as far as it goes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import polars as pl
import pyarrow as pa

from domicile.core.linkage.preparing import Prepared, Unfit, deepen, prepare, with_corrections
from domicile.core.linkage.specification import Specification, Step
from domicile.engines.linkage.conditions import sql

#: What a list may be given as: a Parquet file or folder of such, an Arrow table, a polars frame.
People: TypeAlias = Path | pa.Table | pl.DataFrame


def read(people: People) -> pl.DataFrame:
    """The table as a polars frame. Raises Unfit where it cannot be read."""
    if isinstance(people, pl.DataFrame):
        return people
    if isinstance(people, pa.Table):
        frame = pl.from_arrow(people)
        if isinstance(frame, pl.Series):  # only ever for an array
            raise Unfit("An Arrow table is asked for.")
        return frame
    try:
        return pl.read_parquet(people / "**/*.parquet" if people.is_dir() else people)
    except (OSError, pl.exceptions.PolarsError) as problem:
        raise Unfit(f"{people.name} does not read as Parquet: {str(problem).splitlines()[0]}") from problem


def prepare_lists(lists: list[pl.DataFrame], *, today: dt.date) -> Prepared:
    """The lists one after the other as one table, with `side` (0, 1, …); ids must be unique within each list only."""
    prepared = [prepare(one, today=today) for one in lists]
    unusable = {name: sum(one.unusable[name] for one in prepared) for name in prepared[0].unusable}
    return Prepared(stacked([one.records for one in prepared]), unusable)


def stacked(lists: list[pl.DataFrame]) -> pl.DataFrame:
    """Prepared records of several lists one after the other, with `side` (0, 1, …) and `row` counted through."""
    both = pl.concat([one.with_columns(side=pl.lit(side, dtype=pl.Int8)) for side, one in enumerate(lists)])
    return both.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"))


def deepened(specification: Specification, records: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    """The chosen rows with all that the specification compares: what records of people lack yet is added to them."""
    if set(specification.columns()) <= set(records.columns):
        return records.join(chosen.to_frame("row"), on="row", how="semi", maintain_order="left")
    return deepen(records, chosen)


def load(engine: duckdb.DuckDBPyConnection, specification: Specification, records: pl.DataFrame) -> None:
    """Make the tables `record` (with `component`, at first each its own) and `pair` (l, r, step) of prepared records."""
    held = [name for name in specification.columns() if name in records.columns]
    narrow = records.select("row", "side", *held)
    engine.register("prepared", narrow)
    engine.execute("CREATE TABLE record AS SELECT *, row AS component FROM prepared")
    engine.unregister("prepared")
    engine.execute("CREATE TABLE pair (l UINTEGER, r UINTEGER, step VARCHAR)")


def decide(engine: duckdb.DuckDBPyConnection, specification: Specification, *, linking: bool) -> None:
    """Run the cascade: pairs go into `pair`, and `component` of `record` becomes the smallest row that a record is joined to.

    Of n records that agree n - 1 pairs are made, each with the first of them, so that a person on ten thousand rows stays small.
    """
    for step in specification.cascade:
        engine.execute("CREATE OR REPLACE TEMP TABLE hit (l UINTEGER, r UINTEGER)")
        engine.execute(f"INSERT INTO hit {_stars(step)}")
        if linking:
            engine.execute("INSERT INTO pair SELECT l, r, ? FROM hit JOIN record a ON a.row = l JOIN record b ON b.row = r "
                           "WHERE a.side <> b.side", [step.name])  # fmt: skip
        else:
            engine.execute("INSERT INTO pair SELECT l, r, ? FROM hit", [step.name])
        engine.execute("UPDATE record SET component = joined.root FROM (SELECT r, min(l) AS root FROM hit GROUP BY r) joined "
                       "WHERE record.component = joined.r")  # fmt: skip


def _stars(step: Step) -> str:
    """SQL of the pairs of a step: the first record of each group of equals with each of the others, where the condition holds.

    Only records that are still their own component take part: who was joined is spoken for by whom it was joined to.
    """
    present = " AND ".join(f"{column} IS NOT NULL" for column in step.equal)
    columns = ", ".join((*step.equal, *step.alike))
    same = " AND ".join(f"a.{column} IS NOT DISTINCT FROM b.{column}" for column in (*step.equal, *step.alike))
    condition = f" AND ({sql(step.condition, 'a.{}', 'b.{}')})" if step.condition else ""
    return f"""WITH keyed AS MATERIALIZED (SELECT row, hash({columns}) AS k FROM record WHERE {present} AND component = row),
        grouped AS (SELECT k, min(row) AS first FROM keyed GROUP BY k HAVING count(*) > 1)
        SELECT a.row, b.row FROM grouped JOIN keyed USING (k) JOIN record a ON a.row = grouped.first
        JOIN record b ON b.row = keyed.row WHERE a.row < b.row AND {same}{condition}"""  # noqa: S608


def ask(engine: duckdb.DuckDBPyConnection, specification: Specification) -> None:
    """Make `probe`: the records of whom it is open who they are, that is who neither have a certain number nor are joined to one.

    Of records that repeat one another whole one asks for all.
    """
    certain = specification.certain
    if certain is None:
        engine.execute("CREATE OR REPLACE TABLE probe AS FROM record WHERE component = row")
    else:
        engine.execute(
            f"""CREATE OR REPLACE TABLE probe AS FROM record WHERE {certain} IS NULL AND component NOT IN
            (SELECT component FROM record WHERE {certain} IS NOT NULL AND component IN
                (SELECT component FROM record WHERE {certain} IS NULL))"""  # noqa: S608
        )
    if specification.same:
        columns = ", ".join(specification.same)
        engine.execute(
            f"""DELETE FROM probe WHERE row NOT IN (SELECT min(row) FROM probe GROUP BY hash({columns}))"""  # noqa: S608
        )


def add_corrections(engine: duckdb.DuckDBPyConnection, records: pl.DataFrame) -> None:
    """Make `correction` (row, number): the sound numbers that a record's broken one may be a slip of."""
    engine.register("corrected", with_corrections(records))
    engine.execute("CREATE OR REPLACE TEMP TABLE correction AS FROM corrected")
    engine.unregister("corrected")


def count(engine: duckdb.DuckDBPyConnection, query: str, *values: Any) -> int:
    """The one whole number that a query gives."""
    row = engine.execute(query, list(values)).fetchone()
    return int(row[0]) if row and row[0] is not None else 0
