"""Ten edit rules and a hot deck of four items over the records of a census, against both written by hand in the same run.

The rules begin at the Parquet files and end with the findings in memory, as DuckDB by hand does; what they find must be the same.
The hot deck begins at columns in memory; its values must be those of a short one in NumPy, sorted once for all items.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

NAME = "edits"
SIZE = 10_000_000
BARS: dict[str, float] = {"rules_ratio": 1.5, "hot_deck_ratio": 1.5}
SEED = 1
ROUNDS = 3
#: The rules and what each of them asks in SQL: table, condition of failing.
RULES = {
    "C101": ("p", "age < 0"),
    "C111": ("p", "education >= 3 AND age < 5"),
    "C113": ("p", "education >= 5 AND age < 12"),
    "C117": ("p", "education >= 4 AND literate <> 1"),
    "C118": ("p", "present <> 1 AND registered <> 1"),
    "C120": ("p", "present = 1 AND registered IN (2, 3, 4) AND away < 2"),
    "C201": ("m", "relation = 2 AND head_age - age < 12"),
    "C202": ("m", "relation = 3 AND age - head_age < 12"),
    "C301": ("h", "kind = 1 AND listed >= 1 AND heads < 1"),
    "C303": ("h", "spouses > 1"),
}
BY_HAND = """
CREATE TABLE p AS SELECT row, household, relation, age, present, registered, away, education, literate
    FROM read_parquet('{folder}/persons.parquet');
CREATE TABLE h AS SELECT h.household, h.kind, coalesce(listed, 0) AS listed, coalesce(heads, 0) AS heads,
    coalesce(spouses, 0) AS spouses, head_age FROM read_parquet('{folder}/households.parquet') h LEFT JOIN (
        SELECT household, count(*) AS listed, count(*) FILTER (relation = 0) AS heads, count(*) FILTER (relation = 1) AS spouses,
            min(age) FILTER (relation = 0) AS head_age FROM p GROUP BY household) g USING (household);
CREATE VIEW m AS SELECT p.row, p.relation, p.age, h.head_age FROM p JOIN h USING (household)
"""
#: Items of the hot deck with the number of their values; each lacks in this share of the records.
ITEMS = {"education": 9, "marital": 5, "worked": 2, "livelihood": 7}
LACKING = 0.03


def run(size: int = SIZE, *, seed: int = SEED, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield two results: the rules and the hot deck over `size` persons."""
    with tempfile.TemporaryDirectory(prefix="bench-edits-") as name:
        folder = Path(name)
        _write(folder, size, seed)
        yield _compared("rules", size, _in_turns(_rules_by_hand, _rules, folder), BARS["rules_ratio"])
        yield _compared("hot deck", size, _in_turns(_deck_by_hand, _deck, folder), BARS["hot_deck_ratio"])


def _compared(
    what: str, size: int, rounds: tuple[list[dict[str, Any]], list[dict[str, Any]]], bar: float
) -> dict[str, Any]:
    by_hand, mine = rounds
    value, baseline = (statistics.median(one["seconds"] for one in some) for some in (mine, by_hand))
    same = mine[0]["found"] == by_hand[0]["found"]
    told = f"{sum(mine[0]['found'].values()):,} {'findings' if what == 'rules' else 'cells filled in'}"
    return {
        "name": NAME, "case": f"{what} over {size:,} persons, {told}" + ("" if same else "; they differ"),
        "value": round(value, 3), "baseline": round(baseline, 3), "ratio": round(value / baseline, 2), "bar": bar, "unit": "s",
        "ok": same and (size < SIZE or value / baseline <= bar), "rss_mb": round(max(one["rss_mb"] for one in mine)),
    }  # fmt: skip


def _in_turns(
    by_hand: Callable[..., None], mine: Callable[..., None], folder: Path
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    first, second = [], []
    for _ in range(ROUNDS):
        first.append(_in_fresh(by_hand, folder))
        second.append(_in_fresh(mine, folder))
    return first, second


def _in_fresh(work: Callable[..., None], folder: Path) -> dict[str, Any]:
    """Seconds of `work` in a process of its own, the peak of its memory, and what it found."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=work, args=(folder, queue))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{work.__name__} ended with {process.exitcode}; see its output above.")
    told: dict[str, Any] = json.loads(queue.get())
    return told


def _told(queue: Any, seconds: float, found: dict[str, int]) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux gives kilobytes
    queue.put(json.dumps({"seconds": seconds, "rss_mb": peak, "found": found}))


def _write(folder: Path, size: int, seed: int) -> None:
    """Persons in households of one to six, most of them without an error."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    draw = np.random.default_rng(seed)
    sizes = draw.integers(1, 7, size // 3 + 6)
    home = np.repeat(np.arange(len(sizes)), sizes)[:size]
    place = np.arange(size) - np.searchsorted(home, home)
    head = draw.integers(22, 80, len(sizes))
    relation = np.choose(np.minimum(place, 5), [0, 1, 2, 2, 3, 9])
    age = np.select(
        [relation == 0, relation == 1, relation == 2, relation == 3],
        [head[home], head[home] - 1, np.maximum(head[home] - 22, 0), np.minimum(head[home] + 25, 105)], 30,
    )  # fmt: skip
    spoilt = draw.random(size)
    age = np.where(spoilt < 0.005, draw.integers(0, 100, size), age)
    relation = np.where((spoilt > 0.998) & (place > 0), 1, np.where((spoilt > 0.996) & (place == 0), 9, relation))
    registered = np.where(draw.random(size) < 0.2, 4, 1)
    columns = {
        "row": np.arange(size), "household": home, "relation": relation.astype(np.int16), "age": age.astype(np.int16),
        "sex": draw.integers(1, 3, size).astype(np.int16),
        "present": np.where(spoilt < 0.001, 5, 1).astype(np.int16), "registered": registered.astype(np.int16),
        "away": np.where((registered == 4) & (spoilt > 0.002), 4, 1).astype(np.int16),
        "literate": pa.array(np.where(spoilt > 0.999, 2, 1).astype(np.int16), mask=age < 15),
    }  # fmt: skip
    for item, most in ITEMS.items():
        columns[item] = pa.array(draw.integers(1, most + 1, size).astype(np.int16), mask=draw.random(size) < LACKING)
    pq.write_table(pa.table(columns), folder / "persons.parquet", row_group_size=1 << 17)
    homes = {"household": np.arange(home[-1] + 1), "kind": np.ones(home[-1] + 1, dtype=np.int16)}
    pq.write_table(pa.table(homes), folder / "households.parquet", row_group_size=1 << 17)


def _rules_by_hand(folder: Path, queue: Any) -> None:
    import duckdb

    begin = time.perf_counter()
    with duckdb.connect() as engine:
        engine.execute("SET preserve_insertion_order = false")
        for statement in BY_HAND.format(folder=folder).split(";\n"):
            engine.execute(statement)
        found = {}
        for code, (table, condition) in RULES.items():
            key = "household" if table == "h" else "row"
            rows = engine.execute(f"SELECT {key} FROM {table} WHERE {condition}").to_arrow_table()
            found[code] = rows.num_rows
    _told(queue, time.perf_counter() - begin, found)


def _rules(folder: Path, queue: Any) -> None:
    import pyarrow as pa
    import pyarrow.dataset as ds

    from domicile.core.enumeration import edits
    from domicile.engines.rules import run_rules

    model = edits.model()
    checks = [check for check in edits.every_rule() if check.code in RULES]

    def load(table: str, columns: Sequence[str]) -> pa.RecordBatchReader:
        return ds.dataset(folder / f"{table}.parquet").scanner(columns=[*columns], batch_size=1 << 17).to_reader()

    begin = time.perf_counter()
    found = {one.check.code: one.rows.num_rows for one in run_rules(model, checks, {}, load)}
    _told(queue, time.perf_counter() - begin, {code: found[code] for code in RULES})


def _columns(folder: Path) -> dict[str, Any]:
    import numpy as np
    import pyarrow.parquet as pq

    table = pq.read_table(folder / "persons.parquet", columns=["sex", "age", *ITEMS])
    found = {name: table[name].to_numpy().astype(np.float32) for name in ITEMS}
    return {"sex": table["sex"].to_numpy(), "age_5": table["age"].to_numpy() // 5, **found}


def _deck_by_hand(folder: Path, queue: Any) -> None:
    import numpy as np

    columns = _columns(folder)
    begin = time.perf_counter()
    classes = (columns["sex"] * 32 + columns["age_5"]).astype(np.uint16)
    order = np.argsort(classes, kind="stable")
    in_order, place = classes[order], np.arange(len(order))
    made = {}
    for item in ITEMS:
        values = columns[item][order]
        lacks = np.isnan(values)
        at = np.flatnonzero(lacks)
        donor = np.maximum.accumulate(np.where(lacks, -1, place))[at]
        alone = (donor < 0) | (in_order[donor] != in_order[at])
        if alone.any():
            behind = np.minimum.accumulate(np.where(lacks, len(place) - 1, place)[::-1])[::-1]
            donor[alone] = behind[at[alone]]
        values[at] = values[donor]
        made[item] = np.empty_like(values)
        made[item][order] = values
    seconds = time.perf_counter() - begin
    _told(queue, seconds, _filled(columns, made))


def _deck(folder: Path, queue: Any) -> None:
    from domicile.core.editing import impute

    columns = _columns(folder)
    begin = time.perf_counter()
    made = impute(columns, list(ITEMS), classes=["sex", "age_5"])
    seconds = time.perf_counter() - begin
    _told(queue, seconds, _filled(columns, made.columns))


def _filled(before: Any, after: Any) -> dict[str, int]:
    """How often each item was filled in with each value, weighted by the place: alike only where the same values stand."""
    import numpy as np

    found = {item: int(np.isnan(before[item]).sum() - np.isnan(after[item]).sum()) for item in ITEMS}
    sums = {
        f"{item} by place": int((after[item].astype(np.float64) * (np.arange(len(after[item])) % 1009)).sum())
        for item in ITEMS
    }
    return found | dict.fromkeys((f"{name} {value}" for name, value in sums.items()), 0)
