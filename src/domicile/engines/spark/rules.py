"""Runs checks over a whole register on a Spark cluster. The definitions and the SQL are those of core.editing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import pyarrow.compute as pc

from domicile.core.editing import SPARK, Check, Model, Script, Value
from domicile.engines.rules import Found, Progress
from domicile.engines.scripts import Load
from domicile.engines.spark.scripts import prepared
from domicile.engines.spark.session import Connected

#: Checks that are asked in one pass over the rows, 63 at most: each pass is a job, and too many are more than Java compiles.
AT_ONCE: Final = 30


@contextmanager
def loaded(
    model: Model, checks: Sequence[Check], given: Mapping[str, Value], load: Load,
    *, on: Connected, kept: Mapping[str, Iterable[str]] | None = None,
) -> Iterator[_Loaded]:  # fmt: skip
    """As engines.rules.loaded, on a cluster: the records are held by the workers until the block ends."""
    script = Script(model, checks, SPARK, given, kept)
    with prepared(script, load, on=on):
        yield _Loaded(on, model, script, kept or {})


class _Loaded:
    def __init__(self, on: Connected, model: Model, script: Script, kept: Mapping[str, Iterable[str]]) -> None:
        self._on, self._model, self._script = on, model, script
        self._kept = {name: list(columns) for name, columns in kept.items()}

    def run(self, progress: Progress | None = None) -> Iterator[Found]:
        """What each check came to, record by record. `progress` is told how many of how many checks are done."""
        checks, done = self._script.checks, 0
        for record in dict.fromkeys(check.of for check in checks):
            some = [check for check in checks if check.of == record]
            columns = [self._model.records[record].key, *self._kept.get(record, ())]
            for start in range(0, len(some), AT_ONCE):
                part = some[start : start + AT_ONCE]
                asked, *undecided = self._on.row(self._script.undecided(part))
                rows = self._on.arrow(self._query(record, part, columns))
                at = rows["failing"]
                rows = rows.drop_columns("failing").rename_columns(columns)
                for place, (check, count) in enumerate(zip(part, undecided, strict=True)):
                    mine = rows.filter(pc.equal(pc.bit_wise_and(pc.shift_right(at, place), 1), 1))
                    yield Found(check, asked, mine.num_rows, count, mine)
                    done += 1
                    if progress:
                        progress(done, len(checks))

    def _query(self, record: str, checks: Sequence[Check], columns: Sequence[str]) -> str:
        """One pass over a record: the rows that fail any of these checks, with one bit for each that they fail.

        Columns may be asked for twice: they go by their places.
        """
        gives = ", ".join(f"{it} AS c{place}" for place, it in enumerate(self._script.given_by(record, columns)))
        bits = " + ".join(
            f"CASE WHEN {self._script.condition(check)} THEN {1 << place}L ELSE 0L END"
            for place, check in enumerate(checks)
        )
        return f"SELECT * FROM (SELECT {gives}, {bits} AS failing FROM {self._script.whole(record)}) WHERE failing <> 0"  # noqa: S608
