"""What befalls registers while staff work in them: processes are killed, lines are cut, clocks go wrong, areas get other codes.

All of it is drawn beforehand by the seed: after how many moves, whom, and for how long.
"""

import random
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.moves_between.clocks import Clocks
from tests.moves_between.registers import Register
from tests.peers.registers import Registers

#: Seconds that a line stays cut, and a clock wrong.
HOUR = 3600.0
#: How far a clock goes wrong, in seconds: too far for any signature, and not further than onto the next day.
WRONG = (600.0, 70_000.0)
#: Seconds after the beginning of a piece of work at which its process is killed.
MIDST = 0.5
KILLS = ("server", "worker")
OTHERS = ("cut", "cut", "clock", "recode")


@dataclass(frozen=True, order=True)
class Blow:
    """`what` befalls the register `name` after so many moves; `how` (0 to 1) says how far, or at which moment."""

    after: int
    what: str
    name: str
    how: float


def drawn(seed: int, moves: int, names: Sequence[str], kills: int) -> list[Blow]:
    """What befalls whom, in its order: kills, and as much of everything else."""
    draw = random.Random(f"{seed} blows")
    kinds = [KILLS[place % len(KILLS)] for place in range(kills)]
    kinds += [OTHERS[place % len(OTHERS)] for place in range(kills and max(kills, len(OTHERS)))]
    spread = [moves * (place + draw.random()) / (len(kinds) + 1) for place in range(len(kinds))]
    draw.shuffle(kinds)
    return [
        Blow(int(after), what, draw.choice(names), draw.random()) for after, what in zip(spread, kinds, strict=True)
    ]


@dataclass
class Fate:
    """Deals the blows when their time has come, and ends what lasts when its hour is over.

    `orders`: commands that a register does next, between two pieces of work.
    """

    served: Registers
    desks: dict[str, Register]
    clocks: Clocks
    orders: dict[str, deque[str]]
    blows: deque[Blow]
    dealt: Counter[str] = field(default_factory=Counter)
    _lasting: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _broken: list[BaseException] = field(default_factory=list)

    def look(self, begun: int) -> None:
        """Deal what is due after so many moves. Raises what a restart of a server raised."""
        while self.blows and self.blows[0].after <= begun:
            blow = self.blows.popleft()
            self.dealt[f"{blow.what} befallen"] += 1
            getattr(self, f"_{blow.what}")(blow)
        self._end([one for one in self._lasting if one[0] <= self.clocks.passed])
        if self._broken:
            raise self._broken[0]

    @property
    def lasts(self) -> bool:
        """Whether a line is cut or a clock wrong."""
        return bool(self._lasting)

    def end(self) -> None:
        """All is well again: what was killed runs, lines are whole, clocks right."""
        self._end(list(self._lasting))
        for thread in self._threads:
            thread.join()
        if self._broken:
            raise self._broken[0]

    def _end(self, over: Sequence[tuple[float, Callable[[], object]]]) -> None:
        for one in over:
            self._lasting.remove(one)
            one[1]()

    def _server(self, blow: Blow) -> None:
        """The server and all its processes; somebody starts it again while the others go on."""
        thread = threading.Thread(target=self._restart, args=(blow.name, list(self._threads)))
        self._threads.append(thread)
        thread.start()

    def _restart(self, name: str, before: Sequence[threading.Thread]) -> None:
        try:
            for thread in before:
                thread.join()
            self.served.kill(name)
            self.served.restart(name)
        except BaseException as problem:  # told by the thread that looks
            self._broken.append(problem)

    def _worker(self, blow: Blow) -> None:
        timer = threading.Timer(blow.how * MIDST, self.desks[blow.name].kill)
        self._threads.append(timer)
        timer.start()

    def _cut(self, blow: Blow) -> None:
        proxy = self.served.proxies[blow.name]
        proxy.cut()
        self._lasting.append((self.clocks.passed + HOUR, proxy.mend))

    def _clock(self, blow: Blow) -> None:
        slow, fast = WRONG
        wrong = (slow + abs(blow.how - 0.5) * 2 * (fast - slow)) * (1 if blow.how > 0.5 else -1)
        self.clocks.differ(blow.name, wrong)
        self._lasting.append((self.clocks.passed + HOUR, lambda: self.clocks.put_right(blow.name)))

    def _recode(self, blow: Blow) -> None:
        self.orders[blow.name].append("recode")
