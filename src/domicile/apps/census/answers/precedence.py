"""Which of two answers of one household counts. All of it stands here; whoever reads it can say why one did.

The rules are asked in this order, and the first that tells the two apart decides. They are the product's own. None of them
destroys anything: the other answer is kept beside it, and a supervisor is asked (`is_a_question`) and may say otherwise,
which nothing that comes in later undoes.

Somebody in it: an answer with persons before one with none.
The form asked for: the long form before the short one in a household of the sample, the short one before the long in others.
Own words: what the household said before what somebody else said for it.
The road: asked and read back at the door, before sent by the household itself, before written on paper and keyed.
The later one: what came in later before what came earlier.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ROADS = ("collect", "web", "paper")


@dataclass(frozen=True)
class Standing:
    """What is compared of an answer; nothing of what it says."""

    people: int
    as_asked: bool
    proxy: bool
    road: str
    at: dt.datetime
    by: Any = None


#: The rule's name, and a key of which the greater one wins.
RULES: tuple[tuple[str, Callable[[Standing], Any]], ...] = (
    ("people", lambda one: one.people > 0),
    ("form", lambda one: one.as_asked),
    ("own", lambda one: not one.proxy),
    ("road", lambda one: -ROADS.index(one.road)),
    ("later", lambda one: one.at),
)
FIRST, SAME, SUPERVISOR, ENDED, OUTSIDE, CHANGED = "first", "same", "supervisor", "ended", "outside", "changed"
#: Every word that `Answer.why` may hold.
WHYS = (FIRST, *(name for name, _key in RULES), SAME, SUPERVISOR, ENDED, OUTSIDE, CHANGED)


def newer_wins(newer: Standing, older: Standing) -> tuple[bool, str]:
    """Whether the answer that came in now counts, and the rule that says so. Of two alike in all the newer one counts."""
    for name, key in RULES:
        if key(newer) != key(older):
            return key(newer) > key(older), name
    return True, RULES[-1][0]


def is_a_question(newer: Standing, older: Standing) -> bool:
    """Whether a supervisor is asked. Not where one person puts right what that person sent by the same road before."""
    return not (newer.road == older.road and newer.by == older.by and newer.as_asked == older.as_asked)
