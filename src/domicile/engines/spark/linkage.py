"""Find who stands twice in a table `people`, or who of one list stands in another, on a Spark cluster.

What engines.linkage does with DuckDB, step by step: the same specification, the same queries, the same model. Lists are
read and prepared here, the pairs are found and weighed by the workers, clusters are made here. A model is never trained on Spark.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from domicile.core.linkage.conditions import jaro_winkler, names_look_alike, names_share_reading
from domicile.core.linkage.model import Model, bits_of, fitting
from domicile.core.linkage.people import PEOPLE
from domicile.core.linkage.preparing import Prepared
from domicile.core.linkage.specification import Specification
from domicile.engines.linkage.blocking import most_pairs
from domicile.engines.linkage.conditions import SPARK
from domicile.engines.linkage.gathering import Found, Progress, Run, gather, left_out_notes, prior_of, silent
from domicile.engines.linkage.scoring import score_query, share_queries, wide_query
from domicile.engines.linkage.tables import People, deepened, prepare_lists, read
from domicile.engines.spark import pairing
from domicile.engines.spark.session import Connected


def find_duplicates(
    people: People,
    *,
    today: dt.date,
    on: Connected,
    model: Model | None = None,
    specification: Specification = PEOPLE,
    most_pairs: int | None = None,
    progress: Progress = silent,
) -> Found:
    """As engines.linkage.find_duplicates, on a cluster. Raises Unfit and ModelRefused likewise."""
    run = Run(specification, fitting(model, specification), 0, most_pairs, False, progress)
    return _execute(on, run, prepare_lists([read(people)], today=today))


def link_lists(
    left: People,
    right: People,
    *,
    today: dt.date,
    on: Connected,
    model: Model | None = None,
    specification: Specification = PEOPLE,
    most_pairs: int | None = None,
    progress: Progress = silent,
) -> Found:
    """As engines.linkage.link_lists, on a cluster."""
    run = Run(specification, fitting(model, specification), 0, most_pairs, True, progress)
    return _execute(on, run, prepare_lists([read(left), read(right)], today=today))


def prepare_session(session: Any) -> None:
    """Give a session the functions of core.linkage that the conditions use.

    The archive for Spark that Splink brings has a jaro_winkler of its own, which counts exchanged letters otherwise: 0.775 for
    "mohammed" and "hamed", where Winkler's definition, and DuckDB, have 0.808.
    """
    session.udf.register("names_share_reading", _share_reading, "boolean")
    session.udf.register("names_look_alike", _look_alike, "boolean")
    session.udf.register("jaro_winkler", _likeness, "double")


def _share_reading(one: str | None, two: str | None) -> bool:
    return one is not None and two is not None and names_share_reading(one, two)


def _look_alike(one: str | None, two: str | None) -> bool:
    return one is not None and two is not None and names_look_alike(one, two)


def _likeness(one: str | None, two: str | None) -> float | None:
    return None if one is None or two is None else jaro_winkler(one, two)


def _execute(on: Connected, run: Run, prepared: Prepared) -> Found:
    run.progress("reading", 0.1)
    records, specification = prepared.records, run.specification
    prepare_session(on.session)
    try:
        pairing.load(on, specification, records)
        run.progress("sure pairs", 0.25)
        pairing.decide(on, specification, linking=run.linking)
        run.progress("pairs to compare", 0.35)
        pairing.ask(on, specification, records)
        limit = most_pairs(len(records)) if run.most is None else run.most
        run.blocked = pairing.block(on, specification, limit=limit, linking=run.linking)
        run.notes += left_out_notes(run.blocked)
        run.progress("comparing", 0.5)
        chosen = on.arrow(
            "SELECT DISTINCT row FROM (SELECT l AS row FROM candidate UNION ALL SELECT r FROM candidate "
            "UNION ALL SELECT l FROM pair UNION ALL SELECT r FROM pair)"
        )
        sure, compared, open_ = on.row(
            "SELECT (SELECT count(*) FROM pair), (SELECT count(*) FROM candidate), (SELECT count(*) FROM probe)"
        )
        wide = deepened(specification, records, _rows(chosen))
        on.table("deepened", wide.with_columns(pl.col("row").cast(pl.Int64)).to_arrow())
        for name, query in share_queries(specification, run.model, SPARK):
            on.view(name, query)
        on.view("wide", wide_query(specification, wide.columns), keep=True)
        prior = prior_of(run, records, sure)
        least = bits_of(run.model.review)
        scored = _frame(on.arrow(score_query(specification, run.model, prior, least=least, dialect=SPARK)))
    finally:
        on.let_go()
    run.progress("clusters", 0.9)
    scored = scored.with_columns(pl.col("l", "r").cast(pl.UInt32))
    return gather(run, prepared, scored, prior, compared, open_)


def _rows(found: Any) -> pl.Series:
    return _frame(found)["row"].cast(pl.UInt32)


def _frame(found: Any) -> pl.DataFrame:
    frame = pl.from_arrow(found)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(type(frame))
    return frame
