"""Find who stands twice in a table `people`, or who of one list stands in another.

found = find_duplicates(Path("snapshot/people"), today=date(2026, 11, 1))
found.pairs      # Arrow table, a row a pair
found.clusters   # Arrow table, a row a person who stands in a cluster of two or more
found.counts     # what was read, compared, found and left out
"""

from __future__ import annotations

import datetime as dt
import tempfile

import duckdb
import polars as pl

from domicile.core.linkage.model import Model, bits_of, fitting
from domicile.core.linkage.people import PEOPLE
from domicile.core.linkage.preparing import Prepared, Unfit
from domicile.core.linkage.specification import Specification
from domicile.engines.linkage.blocking import block, most_pairs
from domicile.engines.linkage.conditions import prepare_engine
from domicile.engines.linkage.gathering import Counts, Found, Progress, Run, gather, left_out_notes, prior_of, silent
from domicile.engines.linkage.scoring import load_wide, score
from domicile.engines.linkage.tables import (
    People,
    add_corrections,
    ask,
    count,
    decide,
    deepened,
    load,
    prepare_lists,
    read,
    stacked,
)

MEMORY_MB = 2500


def find_duplicates(
    people: People,
    *,
    today: dt.date,
    model: Model | None = None,
    specification: Specification = PEOPLE,
    memory_mb: int = MEMORY_MB,
    most_pairs: int | None = None,
    progress: Progress = silent,
) -> Found:
    """Find the people who stand twice in the table `people` of a snapshot (columns: core.linkage.preparing.PEOPLE_COLUMNS).

    `model` is the one that comes with the product unless given; `most_pairs` bounds the pairs that are compared (unless given,
    four for each record, and two million at least): the largest blocks are left out, and `counts.blocked` says so. `memory_mb`
    is what the engine may hold before it goes to disk. `progress` is told a stage and the share done. Raises preparing.Unfit
    for a table that cannot be linked, model.ModelRefused for a model of another specification.
    """
    run = Run(specification, fitting(model, specification), memory_mb, most_pairs, False, progress)
    return _execute(run, prepare_lists([read(people)], today=today))


def link_lists(
    left: People,
    right: People,
    *,
    today: dt.date,
    model: Model | None = None,
    specification: Specification = PEOPLE,
    memory_mb: int = MEMORY_MB,
    most_pairs: int | None = None,
    progress: Progress = silent,
) -> Found:
    """Find who of the list `left` stands in the list `right`; both have the columns of `people`, any of which may be missing.

    Pairs go across only, person_id_l from `left`, person_id_r from `right`, and each record is in one pair with outcome
    `joined` at most. `clusters` is empty. All else as `find_duplicates`.
    """
    run = Run(specification, fitting(model, specification), memory_mb, most_pairs, True, progress)
    return _execute(run, prepare_lists([read(left), read(right)], today=today))


def link_records(
    left: pl.DataFrame,
    right: pl.DataFrame,
    *,
    model: Model,
    specification: Specification,
    memory_mb: int = MEMORY_MB,
    most_pairs: int | None = None,
    progress: Progress = silent,
) -> Found:
    """As `link_lists`, for lists of another kind: frames with `id` (text) and the columns of `specification`, prepared already.

    Raises Unfit where an id is missing or double.
    """
    for one in (left, right):
        if one["id"].null_count() or one["id"].n_unique() != len(one):
            raise Unfit("Each record needs an id of its own.")
    run = Run(specification, fitting(model, specification), memory_mb, most_pairs, True, progress)
    return _execute(run, Prepared(stacked([left, right]), {}))


def _execute(run: Run, prepared: Prepared) -> Found:
    run.progress("reading", 0.1)
    records = prepared.records
    with tempfile.TemporaryDirectory(prefix="linkage-") as spare, duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{int(run.memory_mb)}MB'")
        engine.execute("SET temp_directory = ?", [spare])
        engine.execute("SET preserve_insertion_order = false")
        engine.execute("SET enable_progress_bar = false")
        prepare_engine(engine)
        load(engine, run.specification, records)
        run.progress("sure pairs", 0.25)
        decide(engine, run.specification, linking=run.linking)
        run.progress("pairs to compare", 0.35)
        _block(engine, run, records)
        run.progress("comparing", 0.5)
        chosen = engine.execute(
            "SELECT DISTINCT row FROM (SELECT l AS row FROM candidate UNION ALL SELECT r FROM candidate "
            "UNION ALL SELECT l FROM pair UNION ALL SELECT r FROM pair)"
        ).pl()["row"]
        load_wide(engine, run.specification, run.model, deepened(run.specification, records, chosen))
        prior = prior_of(run, records, count(engine, "SELECT count(*) FROM pair"))
        least = bits_of(run.model.review)
        score(engine, run.specification, run.model, prior, least=least)
        scored = engine.execute("FROM scored").pl()
        compared = count(engine, "SELECT count(*) FROM (SELECT DISTINCT l, r FROM candidate)")
        open_ = count(engine, "SELECT count(*) FROM probe")
    run.progress("clusters", 0.9)
    return gather(run, prepared, scored, prior, compared, open_)


def _block(engine: duckdb.DuckDBPyConnection, run: Run, records: pl.DataFrame) -> None:
    """Fill `candidate` by the blocking rules, and by the numbers of which a broken one may be a slip."""
    ask(engine, run.specification)
    limit = most_pairs(len(records)) if run.most is None else run.most
    run.blocked = block(engine, run.specification, limit=limit, linking=run.linking)
    run.notes += left_out_notes(run.blocked)
    if run.specification.corrected:
        add_corrections(engine, records)
        order = "a.side = 0" if run.linking else "a.row < b.row"
        across = "a.side <> b.side" if run.linking else "a.component <> b.component"
        engine.execute(
            f"""INSERT INTO candidate SELECT CASE WHEN {order} THEN a.row ELSE b.row END,
            CASE WHEN {order} THEN b.row ELSE a.row END FROM correction c JOIN record a USING (row)
            JOIN record b ON b.{run.specification.corrected} = c.number WHERE {across}"""  # noqa: S608
        )


__all__ = ["Counts", "Found", "find_duplicates", "link_lists", "link_records"]
