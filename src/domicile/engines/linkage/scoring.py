"""What pairs weigh: the level of each comparison and its bits, in one pass over the candidates."""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl

from domicile.core.linkage.model import MOST_BITS, Model
from domicile.core.linkage.specification import SILENT, Comparison, Specification
from domicile.engines.linkage.conditions import sql

#: The share of a value is judged from the list and from so many records more, of which it has the usual share: one that only the
#: two records of a pair bear is rare in a list of a million, and says little in a list of a hundred.
USUAL: Final = 20_000


def load_wide(
    engine: duckdb.DuckDBPyConnection, specification: Specification, model: Model, wide: pl.DataFrame
) -> None:
    """Make the table `wide`: one row for each record in a pair, with all that is compared and the shares of what is counted."""
    engine.register("deepened", wide)
    chosen = ", ".join(f"d.{name}" for name in ("row", *specification.columns()) if name in wide.columns)
    joins, added = "", ""
    for column in specification.frequencies:
        _count_shares(engine, specification, model, column)
        same = "".join(f" AND f_{column}.{one} IS NOT DISTINCT FROM d.{one}" for one in specification.strata)
        joins += f" LEFT JOIN frequent_{column} f_{column} ON f_{column}.{column} = d.{column}{same}"
        added += f", f_{column}.share AS share_{column}"
    engine.execute(f"CREATE OR REPLACE TABLE wide AS SELECT {chosen}{added} FROM deepened d{joins}")  # noqa: S608
    engine.unregister("deepened")


def _count_shares(engine: duckdb.DuckDBPyConnection, specification: Specification, model: Model, column: str) -> None:
    """Make `frequent_<column>`: the share of each value among records of one stratum (sex and decade: names go out of fashion).

    A share in a stratum leans on the share in the whole list, and that on the usual share of a value, as if USUAL records more
    were known to have it; the two records of a pair do not count.
    """
    usual = model.usual(specification, column)
    engine.execute(
        f"""CREATE OR REPLACE TEMP TABLE whole AS SELECT {column},
        (greatest(count(*) - 2, 0) + {usual * USUAL:.17g}) / (any_value(total) + {USUAL}) AS share
        FROM record, (SELECT count({column}) AS total FROM record)
        WHERE {column} IN (SELECT {column} FROM deepened) GROUP BY {column}"""  # noqa: S608
    )
    strata = "".join(f"{one}, " for one in specification.strata)
    if not strata:
        engine.execute(f"CREATE OR REPLACE TEMP TABLE frequent_{column} AS FROM whole")
        return
    within = " AND ".join(f"r.{one} IS NOT DISTINCT FROM t.{one}" for one in specification.strata)
    engine.execute(
        f"""CREATE OR REPLACE TEMP TABLE frequent_{column} AS WITH total AS (
            SELECT {strata}count({column}) AS total FROM record GROUP BY ALL
        ), held AS (SELECT {strata}{column}, count(*) AS n FROM record SEMI JOIN whole USING ({column}) GROUP BY ALL)
        SELECT r.*, (greatest(r.n - 2, 0) + {USUAL} * whole.share) / (t.total + {USUAL}) AS share
        FROM held r JOIN whole USING ({column}) JOIN total t ON {within}"""  # noqa: S608
    )


def level_sql(comparison: Comparison, left: str = "l.{}", right: str = "r.{}") -> str:
    """SQL of the place of the level that holds, 0 for the first."""
    cases = [
        f"WHEN {sql(level.condition, left, right)} THEN {place}"
        for place, level in enumerate(comparison.levels)
        if level.condition is not None
    ]
    return f"CASE {' '.join(cases)} ELSE {len(comparison.levels) - 1} END::UTINYINT"


def bits_sql(specification: Specification, model: Model, comparison: Comparison) -> str:
    """SQL of the bits of a level, by its place in the column g_<comparison> and the shares on both sides."""
    cases = []
    for place, level in enumerate(comparison.levels):
        bits = f"{model.weight(specification, comparison.name, level.code):.17g}"
        m = model.by_frequency(comparison.name, level.code)
        if level.frequency and m is not None:
            column = f"share_{level.frequency}"
            bits = f"least({MOST_BITS}, log2({m:.17g} / greatest(l_{column}, r_{column})))"
        if float(model.weight(specification, comparison.name, level.code)) or level.frequency:
            cases.append(f"WHEN {place} THEN {bits}")
    return f"CASE g_{comparison.name} {' '.join(cases)} ELSE 0.0 END::DOUBLE" if cases else "0.0::DOUBLE"


def score(
    engine: duckdb.DuckDBPyConnection, specification: Specification, model: Model, prior: float, *, least: float
) -> None:
    """Make `scored` (l, r, step, bits, g_… and w_… of each comparison) of the pairs decided and of candidates of `least` bits
    or more.
    """
    comparisons = specification.comparisons
    levels = ", ".join(f"{level_sql(comparison)} AS g_{comparison.name}" for comparison in comparisons)
    shares = "".join(
        f", l.share_{column} AS l_share_{column}, r.share_{column} AS r_share_{column}"
        for column in specification.frequencies
    )
    bits = ", ".join(
        f"{bits_sql(specification, model, comparison)} AS w_{comparison.name}" for comparison in comparisons
    )
    total = " + ".join(f"w_{comparison.name}" for comparison in comparisons)
    kept = ", ".join(f"g_{comparison.name}, w_{comparison.name}" for comparison in comparisons)
    engine.execute(
        f"""CREATE OR REPLACE TABLE scored AS SELECT l, r, step, bits, {kept} FROM (
            SELECT *, {prior:.17g} + {total} AS bits FROM (SELECT *, {bits} FROM (
                SELECT p.l, p.r, p.step, {levels}{shares}
                FROM (FROM pair UNION ALL SELECT DISTINCT l, r, NULL FROM candidate) p
                JOIN wide l ON l.row = p.l JOIN wide r ON r.row = p.r
            ))
        ) WHERE step IS NOT NULL OR bits >= {least:.17g}"""  # noqa: S608
    )


def codes(comparison: Comparison) -> list[str]:
    """The codes of a comparison in the order of their places."""
    return [level.code for level in comparison.levels]


__all__ = ["SILENT", "bits_sql", "codes", "level_sql", "load_wide", "score"]
