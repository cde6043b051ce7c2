"""The end of a run: everything that is on its way arrives, every move gets its last word, and nothing moves any more."""

import datetime as dt
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.moves_between.clocks import Clocks
from tests.moves_between.registers import Failed, Register
from tests.peers.registers import Registers

#: Longer than a line or a message waits between two tries.
WAIT = 1000.0
#: So long nothing may be done while something is due: however many moves there are, the last ones come.
STUCK = 300.0
STEP = 0.03
#: What is tried at this time or would have been: batches whose line does not wait, messages whose turn it is.
DUE = (
    "SELECT count(*) FROM peers_outmessage AS one LEFT JOIN peers_line AS line ON line.peer_id = one.peer_id "
    "WHERE one.state = 'waiting' AND (line.next_at IS NULL OR line.next_at <= ?)",
    "SELECT count(*) FROM peers_inmessage AS one JOIN peers_thread AS thread ON thread.peer_id = one.peer_id "
    "AND thread.subject = one.subject AND thread.settled = one.number - 1 WHERE one.state = 'waiting' AND one.next_at <= ?",
)
#: What is done with.
SETTLED = tuple(
    f"SELECT (SELECT count(*) FROM {table}) - (SELECT count(*) FROM {table} WHERE state = 'waiting')"
    for table in ("peers_outmessage", "peers_inmessage")
)
#: When the last of those that wait is tried.
NEXT = (
    "SELECT max(next_at) FROM peers_line WHERE peer_id IN (SELECT peer_id FROM peers_outmessage WHERE state = 'waiting')",
    "SELECT max(next_at) FROM peers_inmessage WHERE state = 'waiting'",
)


@dataclass
class Draining:
    """Registers that are served, over lines that hold."""

    served: Registers
    desks: list[Register]
    clocks: Clocks

    def run(self) -> None:
        """Until nobody has a word to say any more and nothing is on its way. Raises Failed when it does not end."""
        quiet = 0
        with ThreadPoolExecutor(len(self.desks)) as pool:
            while quiet < 2:
                self.drain()
                if self.served.set_aside():  # told as a fault: what waits for it would wait for ever
                    return
                said = sum(pool.map(lambda desk: int(desk.do("agree", code=desk.code)), self.desks))
                quiet = 0 if said else quiet + 1
        self.drain()

    def drain(self) -> None:
        """Until nothing is on its way, or what is waits for something else, however much time passes."""
        last: dict[str, int] = {}
        while True:
            self._wait(lambda: not self.due() and not self.due())  # looked at twice: one may send to another meanwhile
            left = self.served.on_the_way()
            if not any(left.values()) or left == last:
                return
            last = left
            self.clocks.advance(max([WAIT, *(self._furthest(name) for name in self.served.registers)]))

    def _furthest(self, name: str) -> float:
        """Seconds until a register has tried everything again: more than it waits where its clock had been fast."""
        with self.served.database(name) as connection:
            found = [connection.execute(query).fetchone()[0] for query in NEXT]
        then = [dt.datetime.fromisoformat(one).replace(tzinfo=dt.UTC) for one in found if one]
        return max([1.0 + (one - self.clocks.now(name)).total_seconds() for one in then], default=0.0)

    def due(self) -> int:
        """Batches and messages that are tried now."""
        return sum(self._due(name) for name in self.served.registers)

    def _due(self, name: str) -> int:
        now = str(self.clocks.now(name).replace(tzinfo=None))
        with self.served.database(name) as connection:
            return sum(_count(connection, query, now) for query in DUE)

    def _settled(self) -> int:
        """Messages that were sent and applied so far."""
        found = 0
        for name in self.served.registers:
            with self.served.database(name) as connection:
                found += sum(_count(connection, query) for query in SETTLED)
        return found

    def _wait(self, over: Callable[[], bool]) -> None:
        settled, until = -1, 0.0
        while not over():
            if (now := self._settled()) != settled:
                settled, until = now, time.monotonic() + STUCK
            if time.monotonic() > until:
                logs = "".join(
                    f"\n{name}: {(register.home / 'serve.log').read_text()[-3000:]}"
                    for name, register in self.served.registers.items()
                    if self._due(name)
                )
                raise Failed(f"the messages do not come to an end: {self.served.on_the_way()}{logs}")
            for name, register in self.served.registers.items():
                if register.process is None or register.process.poll() is not None:
                    raise Failed(f"{name} ended: {(register.home / 'serve.log').read_text()[-2000:]}")
            time.sleep(STEP)


def _count(connection: sqlite3.Connection, query: str, *values: str) -> int:
    return int(connection.execute(query, values).fetchone()[0])
