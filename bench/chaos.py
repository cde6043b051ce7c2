"""Moves between three registers whose servers and workers are killed, over lines that fail: does everything agree in the end?

No time is measured: the value is the number of faults, and the bar is none. The seed of what is drawn is printed; what befalls
whom at which moment is new in each run.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAME = "chaos"
SIZE = 20_000
BARS: dict[str, float] = {"faults": 0.0}
SEED = 20261122


def run(size: int = SIZE, *, seed: int = SEED, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield one result: faults after `size` moves were begun."""
    from tests.peers.registers import environment

    with tempfile.TemporaryDirectory(prefix="bench-chaos-") as name:
        os.environ |= environment(Path(name) / "driver")
        import django

        django.setup()
        from tests.moves_between.chaos import Chaos

        chaos = Chaos(Path(name), size, seed, kills=max(3, size // 500), families=max(30, size // 30))
        began = time.monotonic()
        found = chaos.run()
    befallen = sum(count for what, count in chaos.done.items() if what.endswith("befallen"))
    yield {
        "name": NAME, "case": f"{size} moves in {time.monotonic() - began:.0f} s, seed {seed}, {befallen} kills and cuts; "
        f"{'; '.join(found[:5]) or 'all ends and journals agree'}",
        "value": len(found), "baseline": 0, "unit": "faults", "ratio": len(found), "bar": BARS["faults"], "ok": not found,
    }  # fmt: skip
