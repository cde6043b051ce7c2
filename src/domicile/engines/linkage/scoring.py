"""What pairs weigh: the level of each comparison and its bits, in one pass over the candidates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import duckdb
import polars as pl

from domicile.core.linkage.model import MOST_BITS, Model
from domicile.core.linkage.specification import SILENT, Comparison, Specification
from domicile.engines.linkage.conditions import DUCKDB, Dialect, sql

#: The share of a value is judged from the list and from so many records more, of which it has the usual share: one that only the
#: two records of a pair bear is rare in a list of a million, and says little in a list of a hundred.
USUAL: Final = 20_000


def load_wide(
    engine: duckdb.DuckDBPyConnection, specification: Specification, model: Model, wide: pl.DataFrame
) -> None:
    """Make the table `wide`: one row for each record in a pair, with all that is compared and the shares of what is counted."""
    engine.register("deepened", wide)
    for name, query in share_queries(specification, model):
        engine.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
    engine.execute(f"CREATE OR REPLACE TABLE wide AS {wide_query(specification, wide.columns)}")
    engine.unregister("deepened")


def wide_query(specification: Specification, held: Sequence[str]) -> str:
    """SQL of `wide`: of the columns `held` of `deepened` those compared, and the shares, from the tables of `share_queries`."""
    chosen = ", ".join(f"d.{name}" for name in ("row", *specification.columns()) if name in held)
    joins, added = "", ""
    for column in specification.frequencies:
        same = "".join(f" AND f_{column}.{one} IS NOT DISTINCT FROM d.{one}" for one in specification.strata)
        joins += f" LEFT JOIN frequent_{column} f_{column} ON f_{column}.{column} = d.{column}{same}"
        added += f", f_{column}.share AS share_{column}"
    return f"SELECT {chosen}{added} FROM deepened d{joins}"  # noqa: S608


def share_queries(specification: Specification, model: Model, dialect: Dialect = DUCKDB) -> Iterator[tuple[str, str]]:
    """Tables to make in this order, as names and SQL: for each counted column at last `frequent_<column>`.

    That is the share of each value among records of one stratum (sex and decade: names go out of fashion). A share in a stratum
    leans on the share in the whole list, and that on the usual share of a value, as if USUAL records more were known to have
    it; the two records of a pair do not count.
    """
    strata = "".join(f"{one}, " for one in specification.strata)
    within = " AND ".join(f"r.{one} IS NOT DISTINCT FROM t.{one}" for one in specification.strata)
    for column in specification.frequencies:
        usual = dialect.number(model.usual(specification, column) * USUAL)
        whole = f"whole_{column}" if strata else f"frequent_{column}"
        yield (
            whole,
            f"""SELECT {column},
            (greatest(count(*) - 2, 0) + {usual}) / (any_value(total) + {USUAL}) AS share
            FROM record, (SELECT count({column}) AS total FROM record)
            WHERE {column} IN (SELECT {column} FROM deepened) GROUP BY {column}""",  # noqa: S608
        )
        if strata:
            held = ", ".join(f"r.{one}" for one in specification.strata)
            yield (
                f"frequent_{column}",
                f"""WITH total AS (
                    SELECT {strata}count({column}) AS total FROM record GROUP BY ALL
                ), held AS (
                    SELECT {strata}{column}, count(*) AS n FROM record SEMI JOIN {whole} USING ({column}) GROUP BY ALL
                )
                SELECT {held}, r.{column}, (greatest(r.n - 2, 0) + {USUAL} * w.share) / (t.total + {USUAL}) AS share
                FROM held r JOIN {whole} w ON w.{column} = r.{column} JOIN total t ON {within}""",  # noqa: S608
            )


def level_sql(comparison: Comparison, left: str = "l.{}", right: str = "r.{}", dialect: Dialect = DUCKDB) -> str:
    """SQL of the place of the level that holds, 0 for the first."""
    cases = [
        f"WHEN {sql(level.condition, left, right, dialect)} THEN {place}"
        for place, level in enumerate(comparison.levels)
        if level.condition is not None
    ]
    return f"CAST(CASE {' '.join(cases)} ELSE {len(comparison.levels) - 1} END AS {dialect.place})"


def bits_sql(specification: Specification, model: Model, comparison: Comparison, dialect: Dialect = DUCKDB) -> str:
    """SQL of the bits of a level, by its place in the column g_<comparison> and the shares on both sides."""
    cases = []
    for place, level in enumerate(comparison.levels):
        bits = dialect.number(model.weight(specification, comparison.name, level.code))
        m = model.by_frequency(comparison.name, level.code)
        if level.frequency and m is not None:
            column = f"share_{level.frequency}"
            bits = f"least({dialect.number(MOST_BITS)}, log2({dialect.number(m)} / greatest(l_{column}, r_{column})))"
        if float(model.weight(specification, comparison.name, level.code)) or level.frequency:
            cases.append(f"WHEN {place} THEN {bits}")
    chosen = f"CASE g_{comparison.name} {' '.join(cases)} ELSE {dialect.number(0.0)} END" if cases else "0"
    return f"CAST({chosen} AS DOUBLE)"


def score(
    engine: duckdb.DuckDBPyConnection, specification: Specification, model: Model, prior: float, *, least: float
) -> None:
    """Make `scored`: what `score_query` says."""
    engine.execute(f"CREATE OR REPLACE TABLE scored AS {score_query(specification, model, prior, least=least)}")


def score_query(
    specification: Specification, model: Model, prior: float, *, least: float, dialect: Dialect = DUCKDB
) -> str:
    """SQL of (l, r, step, bits, g_… and w_… of each comparison) of the pairs decided and of candidates of `least` bits or more."""
    comparisons = specification.comparisons
    levels = ", ".join(f"{level_sql(comparison, dialect=dialect)} AS g_{comparison.name}" for comparison in comparisons)
    shares = "".join(
        f", l.share_{column} AS l_share_{column}, r.share_{column} AS r_share_{column}"
        for column in specification.frequencies
    )
    bits = ", ".join(
        f"{bits_sql(specification, model, comparison, dialect)} AS w_{comparison.name}" for comparison in comparisons
    )
    total = " + ".join(f"w_{comparison.name}" for comparison in comparisons)
    kept = ", ".join(f"g_{comparison.name}, w_{comparison.name}" for comparison in comparisons)
    return f"""SELECT l, r, step, bits, {kept} FROM (
            SELECT *, {dialect.number(prior)} + {total} AS bits FROM (SELECT *, {bits} FROM (
                SELECT p.l, p.r, p.step, {levels}{shares}
                FROM (SELECT l, r, step FROM pair UNION ALL SELECT DISTINCT l, r, NULL AS step FROM candidate) p
                JOIN wide l ON l.row = p.l JOIN wide r ON r.row = p.r
            ))
        ) WHERE step IS NOT NULL OR bits >= {dialect.number(least)}"""  # noqa: S608


def codes(comparison: Comparison) -> list[str]:
    """The codes of a comparison in the order of their places."""
    return [level.code for level in comparison.levels]


__all__ = [
    "SILENT", "bits_sql", "codes", "level_sql", "load_wide", "score", "score_query", "share_queries", "wide_query",
]  # fmt: skip
