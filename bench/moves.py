"""Whole moves between two registers over HTTP: declared, told, arrived, confirmed, with audit and signatures on.

The baseline is a bare signed post (bench/bare_post.py): verified, stored in one durable row, answered under a signature. Each
move takes three messages: the declaration, the arrival, and the notice of the steps that it led to. What staff do themselves
is not in the rate of messages; it is in the time of a move, which must not grow with the moves on file.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import bare_post

NAME = "moves"
SIZE = 10_000
#: Rate of messages against bare posts, at least; time of a move at a hundred times as many on file, at most.
BARS: dict[str, float] = {"rate": 0.5, "growth": 1.2}
A, B = ("anhe", "770101"), ("yunxi", "770102")
POSTS = 1_500
NEVER = "2999-01-01 00:00:00"
#: Counted from indexes: to read every message that was ever taken in would take more of a core the more there are.
APPLIED = (
    "SELECT (SELECT count(*) FROM peers_inmessage) - (SELECT count(*) FROM peers_inmessage WHERE state = 'waiting')"
    " - (SELECT count(*) FROM peers_inmessage WHERE state = 'aside')"
)


def run(size: int = SIZE, *, seed: int = 1, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield two results: messages a second against bare posts, and the growth of the time of a move."""
    from tests.peers.registers import Registers, environment

    with tempfile.TemporaryDirectory(prefix="bench-moves-") as name:
        folder = Path(name)
        os.environ |= environment(folder / "driver")
        _set_up()
        with Registers(folder) as registers:
            registers.start({A[0]: [A[1]], B[0]: [B[1]]}, seed=seed)
            with _desks(folder) as desks:
                yield from _measure(Run(registers, desks, size), size)


def _measure(work: Run, size: int) -> Iterator[dict[str, Any]]:
    part = max(20, size // 10)
    bare = [bare_post.rate(POSTS)]
    work.moves(part)  # the first ones on file
    few = work.moves(part)
    main = work.moves(size)
    bare.append(bare_post.rate(POSTS))
    for desk, other in zip(work.desks, reversed(work.desks), strict=True):
        desk.do("put_on_file", code=desk.code, other=other.code, count=size * 10)
    many = work.moves(part)
    rate, baseline = main["messages"] / main["carried"], statistics.median(bare)
    yield {
        "name": NAME, "case": f"{size} moves, {main['messages']} messages carried in {main['carried']:.1f} s; "
        f"actions {main['acted']:.1f} s; moves a second with everything {size / (main['carried'] + main['acted']):.1f}",
        "value": round(rate, 1), "baseline": round(baseline, 1), "unit": "messages/s", "ratio": round(rate / baseline, 2),
        "bar": BARS["rate"], "ok": rate / baseline >= BARS["rate"],
    }  # fmt: skip
    each = [(one["carried"] + one["acted"]) / part * 1000 for one in (few, many)]
    acted, carried = ([round(one[name] / part * 1000, 1) for one in (few, many)] for name in ("acted", "carried"))
    yield {
        "name": NAME, "case": f"time of a move at {size * 10} on file against {part}: what staff do {acted[1]} against {acted[0]}, "
        f"carrying {carried[1]} against {carried[0]}", "value": round(each[1], 1),
        "baseline": round(each[0], 1), "unit": "ms", "ratio": round(each[1] / each[0], 2), "bar": BARS["growth"],
        "ok": each[1] / each[0] <= BARS["growth"],
    }  # fmt: skip


class Run:
    """Two registers and who works in them."""

    def __init__(self, registers: Any, desks: list[Any], size: int) -> None:
        self.registers, self.desks = registers, desks
        for desk in desks:
            desk.do("settle", name=desk.name, code=desk.code)
        made = desks[0].do("families", code=A[1], count=size + 3 * max(20, size // 10), size=1)
        self.people = [family[0]["person"] for family in made]

    def moves(self, count: int) -> dict[str, float]:
        """Carry so many moves through; seconds of what staff did, and of what went over the line."""
        people, self.people = self.people[:count], self.people[count:]
        before = self._applied()
        self._hold()
        acted = self.desks[0].do("declare_each", code=A[1], people=people, day="2026-10-01", to=f"{B[1]}001002")
        carried = self._carry({B[0]: before[B[0]] + count})
        self._hold()
        acted += self.desks[1].do("arrive_each", code=B[1], day="2026-10-03")
        carried += self._carry({A[0]: before[A[0]] + count, B[0]: before[B[0]] + 2 * count})
        return {"acted": acted, "carried": carried, "messages": 3 * count}

    def _hold(self) -> None:
        """Let no line be tried: what staff do and what is carried are timed apart."""
        for register in self.registers.registers.values():
            with contextlib.closing(sqlite3.connect(register.home / "register.sqlite3", timeout=60)) as connection:
                connection.execute("UPDATE peers_line SET next_at = ?", [NEVER])
                connection.commit()

    def _carry(self, wanted: dict[str, int]) -> float:
        """Seconds until so many messages have been applied."""
        began = time.perf_counter()
        self.registers.hurry()
        while any(self._applied()[name] < count for name, count in wanted.items()):
            time.sleep(0.05)  # to look costs the registers time too
        return time.perf_counter() - began

    def _applied(self) -> dict[str, int]:
        found = {}
        for name in self.registers.registers:
            with self.registers.database(name) as connection:
                found[name] = connection.execute(APPLIED).fetchone()[0]
        return found


@contextlib.contextmanager
def _desks(folder: Path) -> Iterator[list[Any]]:
    from tests.moves_between.registers import Register

    desks = [Register(name, code, folder / name) for name, code in (A, B)]
    try:
        yield desks
    finally:
        for desk in desks:
            desk.end()


def _set_up() -> None:
    import django

    django.setup()
