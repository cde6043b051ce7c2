"""The processes that are killed: each is forked from one that has loaded the libraries, commits a batch, and tells.

`python -m tests.exchange_chaos.committer DEFAULT LOG` (names of databases) reads ids of batches, one a line, and writes for
each: its pid, `begun`, `done` unless it was killed, and `ended`.
"""

import os
import sys
import traceback

import django

django.setup()

# Loaded before the fork, to be quick; none of them starts a thread before it is used.
from django.db import connections  # noqa: E402

from domicile.apps.exchange import batches  # noqa: E402
from domicile.apps.exchange.models import Batch  # noqa: E402
from domicile.apps.exchange.tests.conftest import operator  # noqa: E402


def tell(word: str) -> None:
    os.write(1, f"{word}\n".encode())


def commit(batch_id: str) -> None:
    batch = Batch.objects.get(pk=batch_id)
    tell("begun")
    batches.commit(operator(), batch)
    tell("done")


def main(names: list[str]) -> None:
    for alias, name in zip(("default", "log"), names, strict=True):
        connections[alias].settings_dict["NAME"] = name
    for line in sys.stdin:
        child = os.fork()
        if not child:
            try:
                commit(line.strip())
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        tell(str(child))
        os.waitpid(child, 0)
        tell("ended")


if __name__ == "__main__":
    main(sys.argv[1:])
