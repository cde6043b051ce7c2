"""Folders of jobs, each with a lock that its process holds, and how those of killed jobs go. It needs no large library.

The kernel frees a lock however the process ends: a folder whose lock is free is left over, and `sweep` deletes it.
"""

from __future__ import annotations

import contextlib
import fcntl
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOCK: Final = ".lock"


@contextmanager
def folder_of_a_job(home: Path, prefix: str = "") -> Iterator[Path]:
    """A fresh folder in `home`, for this user alone, locked while the block lasts and deleted when it ends.

    Its name begins with `prefix`. Raises OSError where nothing can be written there.
    """
    folder = home / f"{prefix}{secrets.token_hex(16)}"
    try:
        with contextlib.ExitStack() as held:
            with _one_at_a_time(home, prefix):  # nobody sweeps it between its making and its lock
                folder.mkdir(mode=0o700)
                handle = held.enter_context((folder / LOCK).open("a"))
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(home: Path, prefix: str = "") -> int:
    """Delete what killed jobs left in `home` under this prefix; returns how many. Folders of running jobs stay."""
    gone = 0
    with _one_at_a_time(home, prefix):
        for folder in [path for path in home.glob(f"{prefix}*") if path.is_dir()]:
            # FileNotFoundError: its job is deleting it this moment.
            with contextlib.suppress(BlockingIOError, FileNotFoundError), (folder / LOCK).open("a") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
                gone += 1
    return gone


@contextmanager
def _one_at_a_time(home: Path, prefix: str) -> Iterator[None]:
    with (home / f".{prefix}lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
