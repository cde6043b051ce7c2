"""The sealed files of a batch: what was read, what was made of it, what was found."""

import io
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from django.conf import settings

from domicile.apps.vault.files import read_sealed, write_sealed

ROWS_A_PART = 50_000


def folder(batch_id: uuid.UUID) -> Path:
    """Where the files of a batch lie."""
    return Path(settings.HOME) / "files" / batch_id.hex


def write(batch_id: uuid.UUID, name: str, frame: pl.DataFrame) -> None:
    """Seal a frame as `name`, replacing an earlier one."""
    held = io.BytesIO()
    frame.write_ipc(held, compression="lz4")
    write_sealed(folder(batch_id) / f"{name}.sealed", [held.getvalue()])


def read(batch_id: uuid.UUID, name: str) -> pl.DataFrame:
    """Open a sealed frame. Raises FileNotFoundError when there is none."""
    return pl.read_ipc(io.BytesIO(read_sealed(folder(batch_id) / f"{name}.sealed")))


def exists(batch_id: uuid.UUID, name: str) -> bool:
    return (folder(batch_id) / f"{name}.sealed").exists()


def write_parts(batch_id: uuid.UUID, name: str, frame: pl.DataFrame) -> int:
    """Seal a frame in parts of ROWS_A_PART rows, NAME-0000 on; returns how many parts."""
    count = max(1, -(-frame.height // ROWS_A_PART))
    for index in range(count):
        write(batch_id, f"{name}-{index:04d}", frame.slice(index * ROWS_A_PART, ROWS_A_PART))
    return count


def part_names(batch_id: uuid.UUID, name: str) -> list[str]:
    """Names of the parts that are there, in order."""
    return sorted(path.name.removesuffix(".sealed") for path in folder(batch_id).glob(f"{name}-*.sealed"))


def parts(batch_id: uuid.UUID, name: str) -> Iterator[pl.DataFrame]:
    """The parts of a frame, in order."""
    for part in part_names(batch_id, name):
        yield read(batch_id, part)


def clear(batch_id: uuid.UUID, *names: str) -> None:
    """Delete parts and frames of these names."""
    for name in names:
        for path in [*folder(batch_id).glob(f"{name}-*.sealed"), folder(batch_id) / f"{name}.sealed"]:
            path.unlink(missing_ok=True)


def remove(batch_id: uuid.UUID) -> None:
    """Delete all files of a batch."""
    shutil.rmtree(folder(batch_id), ignore_errors=True)
