"""Three registers under a proxy that fails in every way: `python -m tests.moves_between.chaos --moves 20000 --seed 1`.

Each register is served by processes of its own and worked in by another; messages go over HTTP through lines that lose,
double, delay, reorder, garble and are cut for an hour; servers and workers are killed (SIGKILL) while they work; clocks differ
and go wrong; areas get other codes. In the end the lines are mended, what waits for a word gets it, and everything must agree.

Time is simulated: it passes with what is done, so that whoever waits for a line waits no longer than the work lasts.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

from tests.moves_between import befalling, verifying
from tests.moves_between.clocks import Clocks
from tests.moves_between.draining import Draining
from tests.moves_between.registers import Failed, Refusal, Register
from tests.peers.proxy import BAD, NONE, Faults
from tests.peers.registers import Registers, environment

PLACES = {"dongxian": "770101", "xixian": "780202", "nanxian": "790303"}
SETTINGS = "tests.moves_between.settings"
BEGIN = ("declare", "twice", "ask")
#: Things that staff try one after the other before they hear what befell others.
AT_ONCE = 25
#: Simulated seconds that pass with each move; with a line cut or a clock wrong, so that its hour is over after a while.
PASSES, PASSES_IN_NEED = 30.0, 200.0
#: How far the clocks differ from the right time, in seconds: two that sign messages may differ by five minutes.
APART = 120.0
#: The days of the moves end today and began so many days before, less where there are few moves.
DAYS = 650
LOOK = 0.05
#: How often it is looked whether all is well in between, and by which command.
CHECKS, CHECK = 8, "errors_at_any_moment"


@dataclass
class Chaos:
    """One run. `moves`: how many are begun; `kills`: how often a server or a worker is killed, and how much else befalls."""

    folder: Path
    moves: int
    seed: int
    kills: int = 6
    families: int = 40
    faults: Faults = BAD
    done: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    def run(self) -> list[str]:
        """Everything in turn; what is not as it has to be."""
        self.found: list[str] = []
        self._began = time.monotonic()
        with Registers(self.folder, settings=SETTINGS) as self.served:
            try:
                self._start()
                self._work()
                self._mend()
                self.found += self._compared()
                self.found += self._told(self.found)
                return self.found
            finally:
                for desk in self.desks.values():
                    desk.end()

    def _passed(self, part: str) -> None:
        self.seconds[part] = round(time.monotonic() - self._began - sum(self.seconds.values()), 1)

    def _start(self) -> None:
        """Registers with their people, linked and served."""
        draw = random.Random(f"{self.seed} clocks")
        self.desks: dict[str, Register] = {}
        self.served.lay({name: [code] for name, code in PLACES.items()}, seed=self.seed, faults=self.faults)
        homes = {name: self.folder / name for name in PLACES}
        self.clocks = Clocks(homes, {name: draw.uniform(-APART, APART) for name in PLACES})
        self.desks = {name: Register(name, code, homes[name], SETTINGS) for name, code in PLACES.items()}
        self.orders: dict[str, deque[str]] = {name: deque() for name in PLACES}
        blows = befalling.drawn(self.seed, self.moves, list(PLACES), self.kills)
        self.fate = befalling.Fate(self.served, self.desks, self.clocks, self.orders, deque(blows))
        with ThreadPoolExecutor(len(self.desks)) as pool:
            cards = dict(zip(self.desks, pool.map(self._found, self.desks.values()), strict=True))
            served = [pool.submit(self._peopled, desk, cards) for desk in self.desks.values()]
            self.served.serve()
            self.numbers = [number for one in served for number in one.result()]
        self._passed("start")

    def _found(self, desk: Register) -> dict[str, Any]:
        desk.do("settle", name=desk.name, code=desk.code)
        card: dict[str, Any] = desk.do(
            "found", name=desk.name, code=desk.code, address=self.served.proxies[desk.name].address
        )
        return card

    def _peopled(self, desk: Register, cards: dict[str, dict[str, Any]]) -> list[str]:
        """Link a register to the others, and give it families; their numbers."""
        for name, card in cards.items():
            if name != desk.name:
                desk.do("link", card=card)
        made = desk.do("families", code=desk.code, count=max(4, self.families // len(PLACES)), size=3)
        return [person["number"] for family in made for person in family]

    # --- the work -----------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        """Staff work in all registers at once, each at its own pace, while things befall them."""
        self.enough, self.counting = threading.Event(), threading.Lock()
        with ThreadPoolExecutor(len(self.desks)) as pool:
            working = [pool.submit(self._staff, desk) for desk in self.desks.values()]
            try:
                self._watch(working)
            finally:
                self.enough.set()
        for one in working:
            one.result()
        self.fate.end()
        self.done.update(self.fate.dealt)
        self._passed("work")

    @property
    def begun(self) -> int:
        """Moves so far."""
        return sum(self.done[name] for name in BEGIN)

    def _watch(self, working: list[Future[None]]) -> None:
        """Let time pass with the work, and deal what befalls, until enough moves are begun."""
        before, checked = 0, 0
        while (begun := self.begun) < self.moves and not any(one.done() for one in working):
            self.fate.look(begun)
            if begun > before:
                self.clocks.advance((begun - before) * (PASSES_IN_NEED if self.fate.lasts else PASSES))
                before = begun
            if begun * CHECKS // self.moves > checked:
                checked += 1
                for orders in self.orders.values():
                    orders.append(CHECK)
            time.sleep(LOOK)

    def _staff(self, desk: Register) -> None:
        """Work in one register. Its draws follow from the seed, whatever happens in the others."""
        draw = random.Random(f"{self.seed} {desk.name}")
        places = [f"{code}{rest}" for code in PLACES.values() for rest in ("001001", "001002", "001001", "001002", "")]
        while not self.enough.is_set():
            try:
                while self.orders[desk.name]:
                    self._ordered(desk, self.orders[desk.name].popleft())
                tally = desk.do(
                    "work", code=desk.code, seed=draw.randrange(10**9), count=AT_ONCE, day=str(self._day()),
                    places=places, numbers=self.numbers,
                )  # fmt: skip
                self._count(tally)
            except Failed:
                if not desk.gone:
                    raise
                self._count({"worker killed": 1})

    def _ordered(self, desk: Register, order: str) -> None:
        if order == CHECK:
            self.found += [f"meanwhile in {desk.name}: {one}" for one in desk.do(CHECK)]
            return
        try:
            desk.do(order, code=desk.code)
            self._count({order: 1})
        except Refusal:
            self._count({f"{order} refused": 1})

    def _count(self, tally: dict[str, int]) -> None:
        with self.counting:
            self.done.update(tally)

    def _day(self) -> date:
        """About which day staff speak: the last moves are of today."""
        whole = min(DAYS, 30 + self.moves // 2)
        return date.today() - timedelta(days=int(whole * max(0.0, 1 - self.begun / self.moves)))  # noqa: DTZ011

    # --- the end ------------------------------------------------------------------------------------------------------

    def _mend(self) -> None:
        """Whole lines, and a word to whoever waits for one, until nothing moves any more."""
        for proxy in self.served.proxies.values():
            proxy.faults = NONE
            proxy.mend()
        Draining(self.served, list(self.desks.values()), self.clocks).run()
        self._passed("draining")

    def _compared(self) -> list[str]:
        """What does not hold in the end."""
        found = verifying.faults(list(self.desks.values()))
        found += [f"still on the way in {name}: {left}" for name, left in self.served.on_the_way().items() if left]
        found += [
            f"{name}: set aside {kind} {problem} {words}" for name, kind, problem, words in self.served.set_aside()
        ]
        found += [f"{desk.name}: {one}" for desk in self.desks.values() for one in desk.do("logs")]
        for name, desk in self.desks.items():
            desk.do("journals", paths={other: str(path) for other, path in self.served.journals_of(name).items()})
        found += [f"journals: {one}" for one in self.served.compared()]
        self._passed("comparing")
        return found

    def _told(self, faults: list[str]) -> list[str]:
        """What each register has on file of those whom faults name, for whoever looks for the cause."""
        named = [number for number in self.numbers if any(number in fault for fault in faults)][:3]
        return [
            f"{number} in {desk.name}: {line}"
            for number in named
            for desk in self.desks.values()
            for line in desk.do("history", number=number)
        ]


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
        print(f"seed {chosen.seed}", file=sys.stderr)
        found = chaos.run()
    for fault in found[:50]:
        print(fault, file=sys.stderr)
    told = {"seed": chosen.seed, "faults": len(found), "seconds": chaos.seconds, **dict(sorted(chaos.done.items()))}
    print(json.dumps(told, ensure_ascii=False))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
