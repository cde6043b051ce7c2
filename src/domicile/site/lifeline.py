"""Ends a process when the one that started it is gone, whatever ended that one."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> Callable[[], None] | None:
    """What a child of the process `parent` calls first: from then on it ends when `parent` does.

    The kernel ends it, at once, also when it hangs: what it had open is rolled back. None on other systems than
    Linux, which know no such thing: there a server that is killed and cannot stop its children leaves them.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the kernel knew
            os._exit(1)

    return tie
