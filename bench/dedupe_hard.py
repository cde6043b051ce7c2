"""Duplicates in the records of a synthetic county, by its frozen error model, on a seed never tuned on; against stock Splink.

Twins, siblings of one name, namesakes, movers whose household stands at both addresses, people on the sheet of kin, borrowed
numbers. Beside F1 stand how many pairs of 100,000 records were joined though they are two people, and how much of the double
registrations of married women was found.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.dedupe import in_fresh, ours, stock

NAME = "dedupe-hard"
SIZE = 300_000
#: Ours is to be better than the baseline: the bar of the share of its errors (1 - F1).
BARS: dict[str, float] = {"errors": 1.0}
SEED = 2027


def run(size: int = SIZE, *, seed: int = SEED, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield one result for a county of `size` people."""
    with tempfile.TemporaryDirectory(prefix="bench-dedupe-hard-") as name:
        folder = Path(name)
        in_fresh(make, folder, size, seed)
        theirs, mine = in_fresh(stock, folder), in_fresh(ours, folder, "saved")
        wives = in_fresh(married_women, folder)
    ratio = (1 - mine["f1"]) / max(1 - theirs["f1"], 1e-9)
    yield {
        "name": NAME, "case": f"{size} people; F1 {mine['f1']:.4f} (baseline {theirs['f1']:.4f}), false merges per 100,000 records "
        f"{mine['false_per_100000']} (baseline {theirs['false_per_100000']}), married women twice on the sheets: "
        f"{wives['found']} of {wives['true']} found",
        "value": round(1 - mine["f1"], 6), "baseline": round(1 - theirs["f1"], 6), "unit": "1 - F1", "ratio": round(ratio, 3),
        "bar": BARS["errors"], "ok": ratio < 1 or size < SIZE, "rss_mb": mine["rss_mb"], "f1": mine["f1"],
        "baseline_f1": theirs["f1"],
        "precision": mine["precision"], "recall": mine["recall"],
    }  # fmt: skip


def make(folder: Path, size: int, seed: int, queue: Any) -> None:
    from bench.dedupe_data import county_records

    people, who = county_records(size, seed)
    people.write_parquet(folder / "people.parquet")
    people.select("person_id", who=who).write_parquet(folder / "truth.parquet")
    queue.put("{}")


def married_women(folder: Path, queue: Any) -> None:
    """Of the pairs of records of a grown woman who stands on two sheets, as wife or daughter-in-law on one: how many were
    joined.
    """
    import polars as pl

    from bench.dedupe_data import TODAY
    from domicile.engines.linkage import find_duplicates

    people = pl.read_parquet(folder / "people.parquet").join(pl.read_parquet(folder / "truth.parquet"), on="person_id")
    wives = people.filter((pl.col("sex") == "2") & pl.col("relation").is_in(["12", "38"]))["who"].unique()
    twice = people.filter(pl.col("who").is_in(wives.implode()) & (pl.len().over("who") == 2))
    clusters = pl.DataFrame(pl.from_arrow(find_duplicates(folder / "people.parquet", today=TODAY).clusters))
    held = (
        twice.join(clusters, on="person_id")
        .group_by("who")
        .agg(pl.len(), pl.col("cluster").n_unique().alias("clusters"))
    )
    found = len(held.filter((pl.col("len") == 2) & (pl.col("clusters") == 1)))
    queue.put(json.dumps({"true": twice["who"].n_unique(), "found": found}))
