"""Makes the tables of a census from records, so far as they are not made yet: killed in the middle and done anew,
the same stands there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from domicile.apps.census.release import work
from domicile.apps.common.refusals import Refused
from domicile.core.tabulation import (
    Cells,
    Cube,
    TableSet,
    Undeclarable,
    cubes,
    declaration,
    declared_set,
    fill,
    read_set,
    thresholds,
)
from domicile.core.tabulation.model import Of
from domicile.core.tabulation.pairs import Pairs, columns_of, look
from domicile.core.tabulation.sampling import check as check_sample
from domicile.core.tabulation.sampling import columns as sample_columns
from domicile.core.tabulation.sampling import drawn, protect_sample
from domicile.engines.tabulation import FILES, Counts, InputRefused, check, counted, on_duckdb

if TYPE_CHECKING:
    from domicile.engines.spark.session import Cluster

REPLICATES: Final = 32
AREAS: Final = "areas"
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made: the product's set, or one's own; all of it, or some tables. pairs, sample: whether these
    are made, too."""

    tables: Path | None = None
    recodes: Path | None = None
    only: tuple[str, ...] = ()
    pairs: bool = True
    sample: bool = True
    fewer_than: int = 3
    share: float = 0.01
    alike: int = 5

    def set(self) -> TableSet:
        made = read_set(self.tables, self.recodes) if self.tables else declared_set()
        return made.some(self.only) if self.only else made


@dataclass(frozen=True, slots=True)
class Made:
    """What stands in the work folder now. resumed: what an earlier run had done was kept."""

    tables: int
    cubes: int
    records: dict[str, int]
    close_pairs: int | None
    sample: int | None
    resumed: bool


def tabulate(
    records: Path, folder: Path, wanted: Wanted, *, cluster: Cluster | None = None, tell: Tell = lambda *_: None
) -> Made:  # fmt: skip
    """Raises Refused with one sentence for whatever an operator can mend."""
    try:
        made = wanted.set()
        counts = check(records, ())
        plan = cubes(made.tables.values(), counts)
        check(records, plan)
    except (Undeclarable, InputRefused, OSError) as problem:
        raise Refused(str(problem)) from problem
    tell("reading", 0, 1)
    state = {
        "declaration": declaration(wanted.tables, wanted.recodes).decode(), "only": list(wanted.only), "replicates": REPLICATES,
        "records": {of: work.digest(records / f"{of}.parquet") for of in FILES}, "fewer_than": wanted.fewer_than,
        "share": wanted.share, "alike": wanted.alike, "thresholds": dict(thresholds(wanted.tables)),
    }  # fmt: skip
    with work.opened(folder, state) as (held, resumed), _engine(records, cluster) as engine:
        codes = _areas(held, engine)
        _tables(held, engine, plan, codes, tell)
        close = _pairs(held, engine, made, codes, wanted, tell) if wanted.pairs else None
        sample = _sample(held, engine, wanted) if wanted.sample else None
    return Made(len(made.tables), len(plan), {str(of): count for of, count in counts.items()}, close, sample, resumed)


@contextmanager
def _engine(records: Path, cluster: Cluster | None) -> Iterator[Counts]:
    if cluster is None:
        with on_duckdb(records, replicates=REPLICATES) as engine:
            yield engine
        return
    from domicile.engines.spark.session import connected
    from domicile.engines.spark.tabulation import OnSpark

    with connected(cluster, job="census tables") as on:
        yield OnSpark(on, records, replicates=REPLICATES)


def _areas(folder: Path, engine: Counts) -> np.ndarray[Any, np.dtype[np.int64]]:
    """All communities with somebody or some household, and how many people each has."""
    path = folder / "cells" / f"{AREAS}.npz"
    if not path.exists():
        people, homes = engine.areas("persons"), engine.areas("households")
        codes = np.union1d(people["area"], homes["area"])
        n, k = np.zeros(len(codes), dtype=np.int64), np.zeros(len(codes), dtype=np.int64)
        place = np.searchsorted(codes, people["area"])
        n[place], k[place] = people["n"], people["k"]
        work.put_cells(path, Cells(codes, n, k))
    return work.get_cells(path).areas


def _tables(folder: Path, engine: Counts, plan: Sequence[Cube], codes: Any, tell: Tell) -> None:
    paths = {table.code: folder / "cells" / f"{table.code}.npz" for cube in plan for table in cube.tables}
    left = [cube for cube in plan if not all(paths[table.code].exists() for table in cube.tables)]
    done = len(paths) - sum(len(cube.tables) for cube in left)
    tell("tables", done, len(paths))
    for cube, columns in counted(engine, left):
        for table in cube.tables:
            shrink = 10 ** (12 - table.digits)
            work.put_cells(paths[table.code], fill(cube, columns, table, np.unique(codes // shrink)))
        done += len(cube.tables)
        tell("tables", done, len(paths))


def _pairs(folder: Path, engine: Counts, made: TableSet, codes: Any, wanted: Wanted, tell: Tell) -> int:
    """Every two tables over one kind of records, a county at a time; the sums stand in pairs.json."""
    path = folder / "pairs" / "pairs.json"
    if not path.exists():
        counties = [int(one) for one in np.unique(codes // 10**6)]
        for at, county in enumerate(counties):
            tell("pairs of tables", at, len(counties))
            part = folder / "pairs" / f"{county:06d}.json"
            if not part.exists():
                found = [one for of in FILES for one in _looked(engine, made, of, county, wanted.fewer_than)]
                work.write(part, json.dumps([asdict(one) for one in found]).encode())
        sums: dict[tuple[str, str], Pairs] = {}
        for county in counties:
            for one in json.loads((folder / "pairs" / f"{county:06d}.json").read_text()):
                key = (one["one"], one["two"])
                before = sums.get(key, Pairs(*key, 0, 0))
                sums[key] = Pairs(*key, before.pairs + one["pairs"], before.nested + one["nested"])
        work.write(path, json.dumps([asdict(one) for one in sums.values()]).encode())
    return sum(one["pairs"] for one in json.loads(path.read_text()))


def _looked(engine: Counts, made: TableSet, of: Of, county: int, fewer_than: int) -> list[Pairs]:
    tables = [table for table in made.tables.values() if table.of == of]
    if len(tables) < 2:
        return []
    names = sorted(columns_of(tables))
    rows = engine.rows(
        _query(of, [*names, "CASE WHEN form = 'long' THEN 1 ELSE 0 END AS drawn"], f"left(area, 6) = '{county:06d}'")
    )
    columns = {name: rows[name].to_numpy(zero_copy_only=False) for name in ("area", *names)}
    texts = {grouping.column for table in tables for grouping in table.by if grouping.text}
    columns = {
        name: column if name in (*texts, "area") else column.astype(np.float64) for name, column in columns.items()
    }
    columns["long"] = rows["drawn"].to_numpy() == 1
    return list(look(tables, columns, fewer_than))


def _query(of: Of, names: Sequence[str], where: str) -> str:
    return f"SELECT CAST(left(area, 12) AS BIGINT) AS area, {', '.join(names)} FROM {of} WHERE {where}"  # noqa: S608


def _sample(folder: Path, engine: Counts, wanted: Wanted) -> int:
    """The protected sample of records, and what it risks; nothing where so few households are drawn that none could go out."""
    path, told = folder / "sample" / "sample.parquet", folder / "sample" / "risk.json"
    if not told.exists():
        homes = engine.rows("SELECT household, record_key FROM households")
        kept = homes.filter(pa.array(drawn(homes["record_key"].to_numpy(), wanted.share))).select(["household"])
        engine.table("chosen", kept.rename_columns(["chosen"]))
        rows = engine.rows(_query("persons", sample_columns(), "household IN (SELECT chosen FROM chosen)"))
        made = protect_sample(rows, wanted.share, wanted.alike)
        try:
            check_sample(made, wanted.alike)
        except Undeclarable as problem:
            raise Refused(str(problem)) from problem
        sink = pa.BufferOutputStream()
        pq.write_table(made.rows, sink, compression="zstd")
        work.write(path, sink.getvalue().to_pybytes())
        risk = {
            "households_share": wanted.share, "records": made.rows.num_rows, "drawn": made.drawn, "k": made.risk.k,
            "greatest_risk": round(float(made.risk.risk.max(initial=0.0)), 6), "found_again": round(made.risk.found_again, 3),
            "coarsened": dict(made.coarsened), "dropped": made.dropped,
        }  # fmt: skip
        work.write(told, json.dumps(risk, sort_keys=True).encode())
    return int(json.loads(told.read_text())["records"])


def forget(folder: Path) -> None:
    """Delete a work folder with its true cells, once the release stands."""
    if work.read_state(folder) is None:
        raise Refused(f"{folder} is no folder of a tabulation.")
    shutil.rmtree(folder)
