"""Find who stands twice in a table `people`, or who of one list stands in another.

found = find_duplicates(Path("snapshot/people"), today=date(2026, 11, 1))
found.pairs      # Arrow table, a row a pair
found.clusters   # Arrow table, a row a person who stands in a cluster of two or more
found.counts     # what was read, compared, found and left out
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field

import duckdb
import polars as pl
import pyarrow as pa

from domicile.core.linkage.clusters import Edge, assign, cluster
from domicile.core.linkage.model import Model, bits_of, fitting, prior_bits
from domicile.core.linkage.people import PEOPLE
from domicile.core.linkage.preparing import Prepared, Unfit
from domicile.core.linkage.specification import Specification
from domicile.engines.linkage.blocking import Blocked, block, most_pairs
from domicile.engines.linkage.conditions import prepare_engine
from domicile.engines.linkage.scoring import codes, load_wide, score
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
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run read, compared and found.

    `unusable` counts values that could not be used, by column: names of question marks, numbers that cannot be, phones that are
    none. `steps` counts the pairs that each step of the cascade decided, and under `probable` those that their odds joined.
    `blocked` says for each blocking rule what it gave and what was left out; `compared` is the number of different pairs that
    were weighed.
    """

    records: tuple[int, ...]
    unusable: dict[str, int]
    open: int
    compared: int
    blocked: tuple[Blocked, ...]
    steps: dict[str, int]
    clusters: int
    refused: int
    tied: int
    notes: tuple[str, ...] = ()

    @property
    def left_out(self) -> int:
        """Pairs that blocking gave and that were not compared, as there were too many."""
        return sum(one.left_out for one in self.blocked)


@dataclass(frozen=True, slots=True)
class Found:
    """`pairs`, the surest first: person_id_l, person_id_r, step (of the cascade, or `probable`), outcome (`joined`, `refused`,
    `tied`, or `likely` for pairs below the threshold), probability (0 to 1), bits (log2 of the odds), cluster (person_id of
    the first record of the cluster that both are in; null where they are in none together), and for each comparison c
    level_c (a code) and bits_c. `prior` is what bits begin with. `clusters`: person_id, cluster.
    """

    pairs: pa.Table
    clusters: pa.Table
    counts: Counts
    model: Model
    prior: float


@dataclass(slots=True)
class _Run:
    """One run; what it is asked for, and what it has found so far."""

    specification: Specification
    model: Model
    memory_mb: int
    most: int | None
    linking: bool
    progress: Progress
    blocked: list[Blocked] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _silent(stage: str, done: float) -> None:
    return None


def find_duplicates(
    people: People,
    *,
    today: dt.date,
    model: Model | None = None,
    specification: Specification = PEOPLE,
    memory_mb: int = MEMORY_MB,
    most_pairs: int | None = None,
    progress: Progress = _silent,
) -> Found:
    """Find the people who stand twice in the table `people` of a snapshot (columns: core.linkage.preparing.PEOPLE_COLUMNS).

    `model` is the one that comes with the product unless given; `most_pairs` bounds the pairs that are compared (unless given,
    four for each record, and two million at least): the largest blocks are left out, and `counts.blocked` says so. `memory_mb`
    is what the engine may hold before it goes to disk. `progress` is told a stage and the share done. Raises preparing.Unfit
    for a table that cannot be linked, model.ModelRefused for a model of another specification.
    """
    run = _Run(specification, fitting(model, specification), memory_mb, most_pairs, False, progress)
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
    progress: Progress = _silent,
) -> Found:
    """Find who of the list `left` stands in the list `right`; both have the columns of `people`, any of which may be missing.

    Pairs go across only, person_id_l from `left`, person_id_r from `right`, and each record is in one pair with outcome
    `joined` at most. `clusters` is empty. All else as `find_duplicates`.
    """
    run = _Run(specification, fitting(model, specification), memory_mb, most_pairs, True, progress)
    return _execute(run, prepare_lists([read(left), read(right)], today=today))


def link_records(
    left: pl.DataFrame,
    right: pl.DataFrame,
    *,
    model: Model,
    specification: Specification,
    memory_mb: int = MEMORY_MB,
    most_pairs: int | None = None,
    progress: Progress = _silent,
) -> Found:
    """As `link_lists`, for lists of another kind: frames with `id` (text) and the columns of `specification`, prepared already.

    Raises Unfit where an id is missing or double.
    """
    for one in (left, right):
        if one["id"].null_count() or one["id"].n_unique() != len(one):
            raise Unfit("Each record needs an id of its own.")
    run = _Run(specification, fitting(model, specification), memory_mb, most_pairs, True, progress)
    return _execute(run, Prepared(stacked([left, right]), {}))


def _execute(run: _Run, prepared: Prepared) -> Found:
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
        prior = _prior(engine, run, records)
        least = bits_of(run.model.review)
        score(engine, run.specification, run.model, prior, least=least)
        scored = engine.execute("FROM scored").pl()
        compared = count(engine, "SELECT count(*) FROM (SELECT DISTINCT l, r FROM candidate)")
        open_ = count(engine, "SELECT count(*) FROM probe")
    run.progress("clusters", 0.9)
    return _gather(run, prepared, scored, prior, compared, open_)


def _block(engine: duckdb.DuckDBPyConnection, run: _Run, records: pl.DataFrame) -> None:
    """Fill `candidate` by the blocking rules, and by the numbers of which a broken one may be a slip."""
    ask(engine, run.specification)
    limit = most_pairs(len(records)) if run.most is None else run.most
    run.blocked = block(engine, run.specification, limit=limit, linking=run.linking)
    run.notes += [
        f"{one.rule}: {one.left_out:,} of {one.found:,} pairs were not compared: its {one.blocks_left_out:,} largest blocks."
        for one in run.blocked
        if one.left_out
    ]
    if run.specification.corrected:
        add_corrections(engine, records)
        order = "a.side = 0" if run.linking else "a.row < b.row"
        across = "a.side <> b.side" if run.linking else "a.component <> b.component"
        engine.execute(
            f"""INSERT INTO candidate SELECT CASE WHEN {order} THEN a.row ELSE b.row END,
            CASE WHEN {order} THEN b.row ELSE a.row END FROM correction c JOIN record a USING (row)
            JOIN record b ON b.{run.specification.corrected} = c.number WHERE {across}"""  # noqa: S608
        )


def _prior(engine: duckdb.DuckDBPyConnection, run: _Run, records: pl.DataFrame) -> float:
    """Bits before anything is compared, from how many pairs the cascade decided among those who have a number.

    Where both of two records have one with the share s², so many pairs decided mean pairs / s² in all; where hardly any record
    has a number, the model says how many to expect.
    """
    sure = count(engine, "SELECT count(*) FROM pair")
    share = 1 - records["number"].null_count() / max(len(records), 1) if "number" in records.columns else 0.0
    sides = [int((records["side"] == side).sum()) for side in (0, 1)]
    possible = sides[0] * sides[1] if run.linking else len(records) * (len(records) - 1) / 2
    told = run.model.duplicates * (min(sides) if run.linking else len(records))
    expected = sure / share**2 if share > 0.5 and sure else told
    return prior_bits(max(expected, 1.0), possible)


def _gather(run: _Run, prepared: Prepared, scored: pl.DataFrame, prior: float, compared: int, open_: int) -> Found:
    """Clusters and outcomes of the scored pairs, as tables with the ids of the records."""
    records = prepared.records
    certain = run.specification.certain
    held = records.filter(pl.col(certain).is_not_null()) if certain else records.clear()
    numbers = dict(zip(held["row"], held[certain], strict=True)) if certain else {}
    threshold = bits_of(run.model.threshold)
    scored = scored.sort(pl.col("step").is_null(), -pl.col("bits"), "l", "r").with_columns(
        joins=pl.col("step").is_not_null() | (pl.col("bits") >= threshold)
    )
    edges = [
        Edge(left, right, bits, step is not None)
        for left, right, bits, step in scored.filter("joins").select("l", "r", "bits", "step").iter_rows()
    ]
    found = assign(edges) if run.linking else cluster(edges, numbers)
    outcome = iter(found.outcomes)
    scored = scored.with_columns(
        outcome=pl.Series([next(outcome) if joins else "likely" for joins in scored["joins"]], dtype=pl.String)
    )
    ids = records["id"]
    rows = pl.DataFrame(
        {"row": list(found.cluster), "root": list(found.cluster.values())}, schema={"row": pl.UInt32, "root": pl.UInt32}
    )
    pairs = _pairs(run.specification, scored, ids, rows)
    rows = rows.sort("root", "row")
    clusters = pl.DataFrame({"person_id": ids.gather(rows["row"]), "cluster": ids.gather(rows["root"])})
    joined = scored.filter(pl.col("outcome") == "joined").with_columns(pl.col("step").fill_null("probable"))
    by_step = dict(joined.group_by("step").len().iter_rows())
    counts = Counts(
        records=tuple(int((records["side"] == side).sum()) for side in range(2 if run.linking else 1)),
        unusable=prepared.unusable,
        open=open_,
        compared=compared,
        blocked=tuple(run.blocked),
        steps={name: by_step.get(name, 0) for name in (*(step.name for step in run.specification.cascade), "probable")},
        clusters=rows["root"].n_unique(),
        refused=int((scored["outcome"] == "refused").sum()),
        tied=int((scored["outcome"] == "tied").sum()),
        notes=tuple(run.notes),
    )
    return Found(pairs.to_arrow(), clusters.to_arrow(), counts, run.model, prior)


def _pairs(specification: Specification, scored: pl.DataFrame, ids: pl.Series, rows: pl.DataFrame) -> pl.DataFrame:
    """The table of pairs."""
    root = scored.select("l", "r").join(rows, left_on="l", right_on="row", how="left", maintain_order="left")
    root = root.join(rows, left_on="r", right_on="row", how="left", maintain_order="left", suffix="_r")
    together = root.select(pl.when(pl.col("root") == pl.col("root_r")).then("root")).to_series()
    by_comparison = [
        column
        for comparison in specification.comparisons
        for column in (
            pl.col(f"g_{comparison.name}")
            .replace_strict(dict(enumerate(codes(comparison))), return_dtype=pl.String)
            .alias(f"level_{comparison.name}"),
            pl.col(f"w_{comparison.name}").alias(f"bits_{comparison.name}"),
        )
    ]
    return scored.select(
        ids.gather(scored["l"]).alias("person_id_l"),
        ids.gather(scored["r"]).alias("person_id_r"),
        pl.col("step").fill_null("probable"),
        "outcome",
        pl.when(pl.col("step").is_not_null())
        .then(1.0)
        .otherwise(1 / (1 + 2.0 ** -pl.col("bits").clip(-500, 500)))
        .alias("probability"),
        "bits",
        ids.gather(together).alias("cluster"),
        *by_comparison,
    )
