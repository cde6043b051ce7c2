"""The sealed file of a load: its rows by the fields of the source, nothing else of the file. Gone once they are compared."""

from __future__ import annotations

import io
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from domicile.apps.vault.files import read_sealed, write_sealed

if TYPE_CHECKING:
    import polars as pl


def folder(load_id: uuid.UUID) -> Path:
    """Where it lies."""
    return Path(settings.HOME) / "files" / "lists" / load_id.hex


def write(load_id: uuid.UUID, rows: pl.DataFrame) -> None:
    """Seal the rows, replacing earlier ones."""
    held = io.BytesIO()
    rows.write_ipc(held, compression="lz4")
    write_sealed(folder(load_id) / "rows.sealed", [held.getvalue()])


def read(load_id: uuid.UUID) -> pl.DataFrame:
    """The rows. Raises FileNotFoundError once they are gone."""
    import polars as pl  # large: when a list is compared

    return pl.read_ipc(io.BytesIO(read_sealed(folder(load_id) / "rows.sealed")))


def remove(load_id: uuid.UUID) -> None:
    """Take them away."""
    shutil.rmtree(folder(load_id), ignore_errors=True)
