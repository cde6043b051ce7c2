"""Moves between three registers whose servers and workers are killed, over lines that fail: does everything agree in the end?

The value is the number of faults, and the bar is none; the moves a minute stand beside it. The seed of what is drawn is printed:
what staff try and what befalls whom after how many moves follow from it; what processes make of it at one time is new each run.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAME = "chaos"
SIZE = 20_000
BARS: dict[str, float] = {"faults": 0.0}
SEED = 20261122


def run(size: int = SIZE, *, seed: int = SEED, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield one result: faults after `size` moves were begun. Where there are any, the registers stay, to look for the cause."""
    from tests.peers.registers import environment

    folder = Path(tempfile.mkdtemp(prefix="bench-chaos-"))
    os.environ |= environment(folder / "driver")
    import django

    django.setup()
    from tests.moves_between.chaos import Chaos

    chaos, clean = Chaos(folder, size, seed, kills=max(3, size // 500), families=max(30, size // 30)), False
    try:
        found = chaos.run()
        (folder / "found.txt").write_text("\n".join(found) + "\n", encoding="utf-8")
        clean = not found
    finally:  # also of a run that was broken off, or did not come to rest
        if clean:
            shutil.rmtree(folder)
        else:
            print(f"{folder} holds the registers and, of a whole run, found.txt: delete it.", file=sys.stderr)
    befallen = sum(count for what, count in chaos.done.items() if what.endswith("befallen"))
    whole, work = sum(chaos.seconds.values()), chaos.seconds["work"]
    yield {
        "name": NAME, "case": f"{chaos.begun} moves in {whole:.0f} s, {chaos.begun / work * 60:.0f} a minute while staff work, "
        f"seed {seed}, {befallen} kills, cuts and the like; {'; '.join(found[:5]) or 'all ends, logs and journals agree'}",
        "value": len(found), "baseline": 0, "unit": "faults", "ratio": len(found), "bar": BARS["faults"], "ok": not found,
        "seconds": chaos.seconds,
    }  # fmt: skip
