"""One lock an instance, so that a register is not restored beneath a server that runs on it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUse(RuntimeError):
    """Another process works on this register. The message says what to do."""


@contextmanager
def hold(home: Path, *, alone: bool) -> Iterator[None]:
    """Hold the data folder while the block runs: together with others, or alone. Raises InUse at once when it is taken.

    The kernel lets go when the process ends, however it ends.
    """
    with (home / ".in-use").open("a") as handle:
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise InUse(f"{home} is in use: stop domicile serve first, then try again") from problem
        yield
