"""Take a snapshot for a job, and let go of it. Where it stands, and what becomes of one whose job was killed: folders.py."""

import dataclasses
import datetime as dt
import io
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from domicile.apps.access.log import record_look
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.snapshots import reading
from domicile.apps.snapshots.folders import QUESTION, folder_of_a_job
from domicile.apps.snapshots.tables import OF_PEOPLE, TABLES, empty
from domicile.apps.vault.files import read_sealed, write_sealed

MANIFEST: Final = "manifest"
Progress = Callable[[int, int], None]


@dataclasses.dataclass
class Snapshot:
    """A snapshot on disk: sealed Parquet, in parts. Usable until the job's block ends."""

    folder: Path
    job: str
    today: dt.date
    scopes: tuple[str, ...]
    rows: dict[str, int] = dataclasses.field(default_factory=dict)
    _parts: dict[str, int] = dataclasses.field(default_factory=dict)

    def batches(self, table: str, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows of a table, part by part; all columns, or these. Raises KeyError for a table that was not asked for."""
        wanted = None if columns is None else [*columns]
        for part in range(self._parts[table]):
            plain = io.BytesIO(read_sealed(self._path(table, part)))
            for rows in pq.ParquetFile(plain).iter_batches(1 << 16, columns=wanted):
                yield rows if wanted is None else rows.select(wanted)  # in the order asked for, not the file's

    def reader(self, table: str, columns: Sequence[str] | None = None) -> pa.RecordBatchReader:
        """The rows of a table for an engine, which takes them once; no part is opened before it is asked for."""
        if table not in self._parts:
            raise KeyError(table)
        schema = TABLES[table]
        if columns is not None:
            schema = pa.schema([schema.field(name) for name in columns])
        return pa.RecordBatchReader.from_batches(schema, self.batches(table, columns))

    def frame(self, table: str) -> pl.DataFrame:
        """A whole table."""
        found = pl.from_arrow(pa.Table.from_batches(self.batches(table), TABLES[table]))
        if not isinstance(found, pl.DataFrame):
            raise TypeError(table)
        return found

    def _path(self, table: str, part: int) -> Path:
        return self.folder / f"{table}-{part:04d}.parquet.sealed"

    def _write(self, table: str, rows: pa.RecordBatch) -> None:
        part = self._parts[table]
        plain = io.BytesIO()
        pq.write_table(pa.Table.from_batches([rows], TABLES[table]), plain, compression="zstd", compression_level=1)
        write_sealed(self._path(table, part), [plain.getbuffer().tobytes()])
        self._parts[table] = part + 1
        self.rows[table] += rows.num_rows


@contextmanager
def snapshot(
    actor: Viewer,
    *,
    job: str,
    today: dt.date,
    tables: Collection[str] = tuple(TABLES),
    scopes: Collection[str] | None = None,
    numbers: bool = True,
    progress: Progress | None = None,
) -> Iterator[Snapshot]:
    """The register as it stands now, for the job of this name; deleted when the block ends, however it ends.

    `tables`: of tables.TABLES. `scopes`: prefixes of place codes inside the actor's own; without them the actor's own.
    '' is everywhere. `numbers`: whether identity numbers and phones come with it (opened); else they are null.
    `progress` is told how many of how many people were read.

    The look is logged with the actor's purpose and the areas before anything is read; it names nobody: who is shown what the
    job finds is logged then. Raises NotAllowed without a purpose, the right to see people, or, with `numbers`, the right
    to see numbers in full, or outside the actor's areas; KeyError for an unknown table.
    """
    wanted = tuple(name for name in TABLES if name in tables)
    if unknown := set(tables) - set(wanted):
        raise KeyError(", ".join(sorted(unknown)))
    inside = tuple(actor.scopes if scopes is None else scopes)
    _check(actor, inside, people=bool(set(wanted) & set(OF_PEOPLE)), numbers=numbers)
    record_look(dataclasses.replace(actor, scopes=inside), question=QUESTION, term=job)
    with folder_of_a_job() as folder:
        taken = Snapshot(folder, job, today, inside, dict.fromkeys(wanted, 0), dict.fromkeys(wanted, 0))
        total = reading.count_people() if progress else 0

        def write(table: str, rows: pa.RecordBatch) -> None:
            taken._write(table, rows)
            if progress and table == "people":
                progress(taken.rows[table], total)

        reading.read(wanted, inside, today, write, numbers=numbers)
        for name in wanted:
            if not taken._parts[name]:
                taken._write(name, empty(name))
        about = {"job": job, "purpose": actor.purpose, "scopes": inside, "day": str(today), "rows": taken.rows}
        write_sealed(folder / MANIFEST, [json.dumps(about).encode()])
        yield taken


def _check(actor: Viewer, scopes: tuple[str, ...], *, people: bool, numbers: bool) -> None:
    if not actor.purpose:
        raise NotAllowed("a snapshot needs a purpose")
    if people:
        actor.require("view_person")
    if people and numbers:
        actor.require("view_number_full")
    if not scopes or not all(actor.covers(scope) for scope in scopes):
        raise NotAllowed("a snapshot outside the areas")
