"""Where snapshots stand, and how those of killed jobs go. It needs none of the large libraries: every start sweeps.

A snapshot stands in a folder of its own beneath `snapshots/` of the data folder, see engines.folders; what a killed job left
is deleted at the start of the server and once a day.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings

from domicile.engines import folders

QUESTION: Final = "snapshot"


def home() -> Path:
    """Where snapshots stand."""
    return Path(settings.HOME) / "snapshots"


@contextmanager
def folder_of_a_job() -> Iterator[Path]:
    """A fresh folder, locked by this process while the block lasts and deleted when it ends."""
    home().mkdir(mode=0o700, parents=True, exist_ok=True)
    with folders.folder_of_a_job(home()) as folder:
        yield folder


def sweep(today: dt.date | None = None) -> int:
    """Delete the snapshots whose job was killed before it could; returns how many. Those of running jobs stay."""
    return folders.sweep(home()) if home().is_dir() else 0
