"""What a run over a list is asked for and gives back, whichever engine compared the pairs: clusters, outcomes, counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl
import pyarrow as pa

from domicile.core.linkage.clusters import Edge, assign, cluster
from domicile.core.linkage.model import Model, bits_of, prior_bits
from domicile.core.linkage.preparing import Prepared
from domicile.core.linkage.specification import Specification
from domicile.engines.linkage.blocking import Blocked
from domicile.engines.linkage.scoring import codes

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
class Run:
    """One run; what it is asked for, and what it has found so far."""

    specification: Specification
    model: Model
    memory_mb: int
    most: int | None
    linking: bool
    progress: Progress
    blocked: list[Blocked] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def silent(stage: str, done: float) -> None:
    """Nobody is told."""


def left_out_notes(blocked: list[Blocked]) -> list[str]:
    """What is said of rules whose largest blocks were not compared."""
    return [
        f"{one.rule}: {one.left_out:,} of {one.found:,} pairs were not compared: its {one.blocks_left_out:,} largest blocks."
        for one in blocked
        if one.left_out
    ]


def prior_of(run: Run, records: pl.DataFrame, sure: int) -> float:
    """Bits before anything is compared, from how many pairs (`sure`) the cascade decided among those who have a number.

    Where both of two records have one with the share s², so many pairs decided mean pairs / s² in all; where hardly any record
    has a number, the model says how many to expect.
    """
    share = 1 - records["number"].null_count() / max(len(records), 1) if "number" in records.columns else 0.0
    sides = [int((records["side"] == side).sum()) for side in (0, 1)]
    possible = sides[0] * sides[1] if run.linking else len(records) * (len(records) - 1) / 2
    told = run.model.duplicates * (min(sides) if run.linking else len(records))
    expected = sure / share**2 if share > 0.5 and sure else told
    return prior_bits(max(expected, 1.0), possible)


def gather(run: Run, prepared: Prepared, scored: pl.DataFrame, prior: float, compared: int, open_: int) -> Found:
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
