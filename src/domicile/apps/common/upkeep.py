"""What `domicile serve` does besides answering: an app registers its part at start-up, and the server of a site does it.

So the server knows no app, and a site has the upkeep of the apps that are installed there.
"""

import threading
from collections.abc import Callable, Iterable

Turn = Callable[[], object]
Recovery = Callable[[], Iterable[str]]
Line = Callable[[threading.Event], object]

_turns: list[Turn] = []
_recoveries: list[Recovery] = []
_lines: list[Line] = []


def each_turn(work: Turn) -> None:
    """Have `work()` done each time when the logs have been sealed, which is each minute. Twice adds once."""
    if work not in _turns:
        _turns.append(work)


def at_recovery(work: Recovery) -> None:
    """Have `work()` done at the start and when the worker of jobs was killed: it sets back what was left half done.

    It gives a sentence for each thing that somebody should be told of.
    """
    if work not in _recoveries:
        _recoveries.append(work)


def all_the_time(work: Line) -> None:
    """Have `work(stop)` run in a thread of its own until `stop` is set."""
    if work not in _lines:
        _lines.append(work)


def turns() -> list[Turn]:
    """What is done each turn, in the order of the apps."""
    return list(_turns)


def recovered() -> list[str]:
    """Set back what was left half done; a sentence for each thing to tell."""
    return [sentence for work in _recoveries for sentence in work()]


def lines() -> list[Line]:
    """What runs all the time."""
    return list(_lines)
