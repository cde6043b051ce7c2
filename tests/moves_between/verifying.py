"""What must be true of all registers together once the messages have drained."""

import datetime as dt
import itertools
from collections import defaultdict
from typing import Any

from tests.moves_between.registers import Register

FOREVER = "9999-12-31"


def faults(registers: list[Register], *, linked_only: bool = True) -> list[str]:
    """Whatever breaks the invariant, or is lost, doubled or told otherwise at the two ends; empty when all is well."""
    found = [f"{one.name}: {fault}" for one in registers for fault in one.do("faults")]
    dead = {(number, _next(day)) for one in registers for number, day in one.do("dead").items()}
    found += _residences({one.name: one.do("lines") for one in registers}, dead, linked_only=linked_only)
    return found + _mirrors({one.name: one.do("moves") for one in registers})


def _residences(
    lines: dict[str, dict[str, list[list[str]]]], dead: set[tuple[str, str]], *, linked_only: bool
) -> list[str]:
    """Each day of each person, over all registers: one usual residence that counts, never two, none by a move.

    `dead`: with whom a stay ended since they died, and on which day: none follows from then on. A register that has not heard of
    it may let them go later.
    """
    days: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for name, held in lines.items():
        for number, stays in held.items():
            days[number] += [(start, end or FOREVER, f"{name} {code}") for code, start, end in stays]
    found = []
    for number, stays in days.items():
        ordered = sorted(stays)
        for (_start, end, here), (start, _end, there) in itertools.pairwise(ordered):
            if start < end:
                found.append(f"{number} counts twice from {start}: {here}, {there}")
            elif start > end and linked_only and (number, end) not in dead:
                found.append(f"{number} counts nowhere from {end} to {start}: {here}, {there}")
        last = ordered[-1][1] if ordered else FOREVER
        if linked_only and last != FOREVER and not any(one == number and end <= last for one, end in dead):
            found.append(f"{number} counts nowhere from {last} on: {ordered[-1][2]}")
    return found


def _next(day: str) -> str:
    return str(dt.date.fromisoformat(day) + dt.timedelta(days=1))


def _mirrors(held: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Each move as its keeper has it, and as whoever follows has it: the same steps and the same state."""
    records: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for name, moves in held.items():
        for move in moves:
            records[move["id"]].append((name, move))
    found = []
    for key, versions in records.items():
        keepers = [pair for pair in versions if pair[1]["kept_here"]]
        if len(keepers) != 1:
            found.append(f"{key} is kept by {len(keepers)} registers: {[name for name, _move in versions]}")
            continue
        ((_name, keeper),) = keepers
        for name, move in versions:
            if move["waits"]:
                found.append(f"{key}: {name} still waits for an answer")
            if move is keeper:
                continue
            if move["gone"]:
                if move["steps"] != keeper["steps"][: len(move["steps"])]:
                    found.append(f"{key}: {name} has other steps")
            elif [move[name] for name in ("state", "owner", "steps", "people", "days")] != [
                keeper[name] for name in ("state", "owner", "steps", "people", "days")
            ]:
                found.append(f"{key}: {name} has {move}, its keeper {keeper}")
    return found
