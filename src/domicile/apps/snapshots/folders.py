"""Where snapshots stand, and how those of killed jobs go. It needs none of the large libraries: every start sweeps.

A snapshot stands in a folder of its own beneath `snapshots/` of the data folder, with a lock that the job's process holds.
The kernel frees the lock however the process ends: a folder whose lock is free is left over, and `sweep` deletes it, at the
start of the server and once a day.
"""

import contextlib
import datetime as dt
import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings

from domicile.apps.common.ids import new_id

QUESTION: Final = "snapshot"
LOCK: Final = ".lock"


def home() -> Path:
    """Where snapshots stand."""
    return Path(settings.HOME) / "snapshots"


@contextmanager
def folder_of_a_job() -> Iterator[Path]:
    """A fresh folder, locked by this process while the block lasts and deleted when it ends."""
    folder = home() / new_id().hex
    home().mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with contextlib.ExitStack() as held:
            with _one_at_a_time():  # nobody sweeps it between its making and its lock
                folder.mkdir(mode=0o700)
                handle = held.enter_context((folder / LOCK).open("a"))
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(today: dt.date | None = None) -> int:
    """Delete the snapshots whose job was killed before it could; returns how many. Those of running jobs stay."""
    if not home().is_dir():
        return 0
    gone = 0
    with _one_at_a_time():
        for folder in [path for path in home().iterdir() if path.is_dir()]:
            # FileNotFoundError: its job is deleting it this moment.
            with contextlib.suppress(BlockingIOError, FileNotFoundError), (folder / LOCK).open("a") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
                gone += 1
    return gone


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (home() / LOCK).open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
