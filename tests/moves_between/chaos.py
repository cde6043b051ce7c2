"""Three registers under a proxy that fails in every way: `python -m tests.moves_between.chaos --moves 20000 --seed 1`.

Each register is served by processes of its own and worked in by another; messages go over HTTP through lines that lose,
double, delay, reorder, garble and are cut; servers and workers are killed (SIGKILL) while they work. In the end the lines
are mended, what waits for a word gets it, and everything must agree.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import django

from tests.moves_between import verifying
from tests.moves_between.registers import Failed, Register
from tests.peers.proxy import BAD, NONE, Faults
from tests.peers.registers import Registers, environment

PLACES = {"dongxian": "770101", "xixian": "780202", "nanxian": "790303"}
AT_ONCE = 25
BEGIN = ("declare", "ask")
QUIET = 3.0
DRAINING = 600.0


@dataclass
class Chaos:
    """One run. `moves`: how many are begun; `kills`: how often a server or a worker is killed."""

    folder: Path
    moves: int
    seed: int
    kills: int = 6
    families: int = 40
    faults: Faults = BAD
    done: Counter[str] = field(default_factory=Counter)

    def run(self) -> list[str]:
        """Everything in turn; what is not as it has to be."""
        self.draw = random.Random(self.seed)
        with Registers(self.folder) as self.served:
            self.served.start({name: [code] for name, code in PLACES.items()}, seed=self.seed, faults=self.faults)
            self.desks = [Register(name, code, self.folder / name) for name, code in PLACES.items()]
            try:
                return self._live()
            finally:
                for desk in self.desks:
                    desk.end()

    def _live(self) -> list[str]:
        each = max(4, self.families // len(PLACES))
        self.numbers: list[str] = []
        for desk in self.desks:
            desk.do("settle", name=desk.name, code=desk.code)
            made = desk.do("families", code=desk.code, count=each, size=3)
            self.numbers += [person["number"] for family in made for person in family]
        self._work()
        self._mend()
        found = verifying.faults(self.desks)
        found += [
            f"{name}: set aside {kind} {problem} {words}" for name, kind, problem, words in self.served.set_aside()
        ]
        return found + [f"journals: {one}" for one in self.served.disagreements()]

    def _work(self) -> None:
        """Rounds of work in all registers at once, with what befalls them."""
        begun, rounds = 0, 0
        every = max(1, self.moves // (self.kills + 1))
        first = date.today() - timedelta(days=700)  # noqa: DTZ011
        while begun < self.moves:
            day = str(first + timedelta(days=min(650, rounds * 2)))
            if begun // every > (begun - 3 * AT_ONCE // 3) // every or self.draw.random() < 0.02:
                self._befall()
            with ThreadPoolExecutor(len(self.desks)) as pool:
                seeds = [self.draw.randrange(10**9) for _desk in self.desks]
                turn = partial(self._turn, day)
                for tally in pool.map(turn, self.desks, seeds):
                    self.done.update(tally)
            begun = sum(self.done[name] for name in BEGIN)
            rounds += 1

    def _turn(self, day: str, desk: Register, seed: int) -> dict[str, int]:
        places = [f"{code}00100{number}" for code in PLACES.values() for number in (1, 2)]
        try:
            found: dict[str, int] = desk.do(
                "work", code=desk.code, seed=seed, count=AT_ONCE, day=day, places=places,
                numbers=self.numbers,
            )  # fmt: skip
        except Failed:
            if not desk.gone:
                raise
            return {"worker killed": 1}
        return found

    def _befall(self) -> None:
        """A server or a worker is killed in the middle of its work, or a line is cut or mended."""
        name = self.draw.choice(list(PLACES))
        what = self.draw.choice(["server", "server", "worker", "cut"])
        self.done[f"{what} befallen"] += 1
        if what == "server":
            self.served.kill(name)
            self.served.restart(name)
        elif what == "worker":
            desk = next(one for one in self.desks if one.name == name)
            threading.Timer(self.draw.random() * 0.5, desk.kill).start()
        else:
            proxy = self.served.proxies[name]
            proxy.cut()
            threading.Timer(20, proxy.mend).start()

    def _mend(self) -> None:
        """Whole lines, and a word to whoever waits for one, until nothing moves any more."""
        for proxy in self.served.proxies.values():
            proxy.faults = NONE
            proxy.mend()
        for name in PLACES:
            if self.served.registers[name].process is None:
                self.served.restart(name)
        until, quiet = time.monotonic() + DRAINING, 0
        while quiet < 2:
            self._drain(until)
            if self.served.set_aside():  # told as a fault: what waits for it would wait for ever
                return
            agreed = sum(desk.do("agree", code=desk.code) for desk in self.desks)
            quiet = 0 if agreed else quiet + 1
            if time.monotonic() > until:
                raise Failed(f"the messages do not come to an end: {self.served.on_the_way()}")
        self._drain(until)

    def _drain(self, until: float) -> None:
        """Until nothing is on its way, or what is waits for something else."""
        last, since = None, time.monotonic()
        while any(self.served.on_the_way().values()) and time.monotonic() < until:
            self.served.hurry()
            left = self.served.on_the_way()
            if left != last:
                last, since = left, time.monotonic()
            elif time.monotonic() - since > QUIET:
                return
            time.sleep(0.1)


def main() -> int:
    """The command: 0 where all is well."""
    parser = argparse.ArgumentParser(prog="python -m tests.moves_between.chaos", description=__doc__)
    parser.add_argument("--moves", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--families", type=int, default=600)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="moves-between-") as folder:
        os.environ |= environment(Path(folder) / "driver")
        django.setup()
        chaos = Chaos(Path(folder), chosen.moves, chosen.seed, kills=chosen.kills, families=chosen.families)
        started = time.monotonic()
        found = chaos.run()
        seconds = time.monotonic() - started
    for fault in found[:50]:
        print(fault, file=sys.stderr)
    told = {"seed": chosen.seed, "seconds": round(seconds, 1), "faults": len(found), **dict(sorted(chaos.done.items()))}
    print(json.dumps(told, ensure_ascii=False))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
