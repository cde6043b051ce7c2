"""Reconcile two lists of moves with the joins on a Spark cluster: see engines.reconciliation.

The lists are read here, and which of several partners is the best is decided here; what a step of the cascade has to compare,
the rows that the steps before have left, goes to the workers, and numbers of rows come back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import duckdb

from domicile.core.linkage.cascade import EARLY_DAYS, LATE_DAYS, MOVE_CASCADE, Step
from domicile.engines import reconciliation
from domicile.engines.linkage.conditions import SPARK
from domicile.engines.reconciliation import Reconciled, candidate_query, names_alike
from domicile.engines.spark.session import Connected

_DAYS: Final = "datediff(a.day, l.day)"
_SLIP: Final = SPARK.atoms["neighbours"].format(l="l.number", r="a.number")
#: The agreements of core.linkage.cascade in Spark's SQL, where it is not that of DuckDB.
CONDITIONS: Final = {
    **reconciliation.CONDITIONS,
    # A function in Python is asked about every row: equal names are passed to it as none.
    "name_slip": "names_alike(CASE WHEN l.name <> a.name THEN l.name END, a.name)",
    "number_slip": f"(levenshtein(l.number, a.number) = 1 OR {_SLIP})",
    "birth_slip": reconciliation.CONDITIONS["birth_slip"].replace(
        "date_diff('day', l.birth, a.birth)", "datediff(a.birth, l.birth)"
    ),
    "near_in_time": f"{_DAYS} BETWEEN -{EARLY_DAYS} AND {LATE_DAYS}",
}


def reconcile(
    left: Path,
    arrived: Path,
    folder: Path,
    *,
    today: dt.date,
    on: Connected,
    cascade: Sequence[Step] = MOVE_CASCADE,
    progress: Callable[[str, float], None] = lambda stage, done: None,
) -> Reconciled:
    """As engines.reconciliation.reconcile, on a cluster; `folder` is one of this machine. Raises ListRefused likewise."""
    on.session.udf.register("names_alike", _names_alike, "boolean")

    def candidates(engine: duckdb.DuckDBPyConnection, step: Step) -> None:
        for side in ("rest_l", "rest_a"):
            on.table(side, engine.execute(f"SELECT * FROM {side}").to_arrow_table())  # noqa: S608
        engine.register("found", on.arrow(candidate_query(step, CONDITIONS, _DAYS)))
        engine.execute("CREATE OR REPLACE TEMP TABLE candidate AS FROM found")
        engine.unregister("found")

    return reconciliation.reconcile(
        left, arrived, folder, today=today, cascade=cascade, progress=progress, candidates=candidates
    )


def _names_alike(one: str | None, two: str | None) -> bool:
    return one is not None and two is not None and names_alike(one, two)
