"""Runs checks over a whole register, set by set, in DuckDB. The definitions and the SQL are those of core.editing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from domicile.core.editing import DUCKDB, Check, Model, Script, Value
from domicile.engines.scripts import MEMORY_MB, Load, prepared

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What one check came to: of `asked` rows `failed` fail and `undecided` lack something that the check needs.

    `rows` has the columns that were asked for: the record's key first, then those kept.
    """

    check: Check
    asked: int
    failed: int
    undecided: int
    rows: pa.Table


@contextmanager
def loaded(
    model: Model, checks: Sequence[Check], given: Mapping[str, Value], load: Load,
    *, kept: Mapping[str, Iterable[str]] | None = None, memory_mb: int = MEMORY_MB,
) -> Iterator[_Loaded]:  # fmt: skip
    """The records of these checks with their derived columns, ready to be asked; gone when the block ends.

    `given` stands for `$names`; `load` gives the plain tables, of which only the columns needed are kept; `kept` names, by
    record, columns that the answers show besides the key. Nothing is written to a disk: raises duckdb.OutOfMemoryException where
    `memory_mb` is too little (about 1 GB for a million people).
    """
    script = Script(model, checks, DUCKDB, given, kept, apart=True)
    with prepared(script, load, memory_mb=memory_mb) as engine:
        yield _Loaded(engine, model, script, kept or {})


class _Loaded:
    def __init__(
        self, engine: duckdb.DuckDBPyConnection, model: Model, script: Script, kept: Mapping[str, Iterable[str]]
    ) -> None:
        self._engine, self._model, self._script = engine, model, script
        self._kept = {name: list(columns) for name, columns in kept.items()}

    def run(self, progress: Progress | None = None) -> Iterator[Found]:
        """What each check came to, record by record. `progress` is told how many of how many checks are done."""
        checks = self._script.checks
        done = 0
        for record in dict.fromkeys(check.of for check in checks):
            some = [check for check in checks if check.of == record]
            told: dict[str, tuple[int, int]] = {}
            for source in dict.fromkeys(map(self._script.source, some)):
                part = [check for check in some if self._script.source(check) == source]
                asked, *undecided = self._engine.execute(self._script.undecided(part)).fetchone() or (0,)
                told |= {check.code: (asked, count) for check, count in zip(part, undecided, strict=True)}
            columns = [self._model.records[record].key, *self._kept.get(record, ())]
            for check in some:
                rows = self._engine.execute(self._script.failing(check, columns)).to_arrow_table()
                asked, count = told[check.code]
                yield Found(check, asked, rows.num_rows, count, rows)
                done += 1
                if progress:
                    progress(done, len(checks))


def run_rules(
    model: Model, checks: Sequence[Check], given: Mapping[str, Value], load: Load,
    *, kept: Mapping[str, Iterable[str]] | None = None, memory_mb: int = MEMORY_MB,
) -> Iterator[Found]:  # fmt: skip
    """Load and run: what each check came to."""
    with loaded(model, checks, given, load, kept=kept, memory_mb=memory_mb) as register:
        yield from register.run()
