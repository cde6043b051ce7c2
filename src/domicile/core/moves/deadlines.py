"""Who has to act on a move, since when and until when, in working days (MO-5).

The last step of a move says whose turn it is. A clock starts on the day of that step, or of the departure where that is
later; it ends on the last of so many working days after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from domicile.core.moves.machine import Owner, steps
from domicile.core.spells.working_days import Calendar

Matter = Literal["arrival", "answer", "look"]
#: The rule of parameters/deadlines.yaml that each matter follows.
RULES: Final[dict[Matter, str]] = {
    "arrival": "deadlines.notify_working_days",
    "answer": "deadlines.answer_working_days",
    "look": "deadlines.notify_working_days",
}
#: Steps by which an end tells of something that happened on a day: asked within one time, told within another.
TOLD_OF: Final = {
    "ask": "deadlines.ask_working_days",
    "arrive": "deadlines.notify_working_days",
    "return": "deadlines.notify_working_days",
}

#: Steps that are about the word of one end or of the other, and the ends for which a level above both may take them.
OF_EITHER: Final = frozenset({"correct", "reopen"})
SIDES: Final = ("", "origin", "destination")


@dataclass(frozen=True, slots=True)
class Turn:
    """What is waited for, and which end has to act."""

    matter: Matter
    side: Owner


def turn(step: str, *, by: str, after: str, side: str = "") -> Turn | None:
    """Return whose turn it is once `step` was taken by a party and led to a state; None where nobody is waited for.

    `arrival`: the destination registers the arrival, or says that they have not come yet. `answer`: the place that was
    asked answers. `look`: an end looks again at what the other one says, and confirms or accepts, corrects or objects.
    `side`: the end whose word a level above both corrected.
    """
    if after == "told":
        return Turn("arrival", "destination")
    if after not in {"asked", "arrived"}:
        return None
    if step == "object" or (step in OF_EITHER and "origin" in {by, side}):
        return Turn("look", "destination")
    return Turn("answer" if after == "asked" else "look", "origin")


def turns() -> dict[tuple[str, str, str, str], Turn]:
    """Return every (step, by, side, after) of the machine after which somebody is waited for, with whose turn it is."""
    found: dict[tuple[str, str, str, str], Turn] = {}
    for step in steps().values():
        for after in dict.fromkeys(after for _before, after in step.ways):
            for by in step.who:
                for side in SIDES if by == "above" and step.key in OF_EITHER else ("",):
                    whose = turn(step.key, by=by, after=after, side=side)
                    if whose is not None:
                        found[step.key, by, side, after] = whose
    return found


def to_be_seen(step: str, *, before: str) -> Owner | None:
    """Return the end that only has to see what the other one said: the end of a move, or that nobody has arrived yet.

    None for other steps.
    """
    if step == "not_yet":
        return "origin"
    if step == "return" and before in {"told", "arrived"}:
        return "destination"
    if step == "cancel" and before in {"told", "asked"}:
        return "origin" if before == "asked" else "destination"
    return None


def starts_on(said_on: date, departed: date | None = None) -> date:
    """Return the day after which the working days are counted: nobody arrives before the departure."""
    return max(said_on, departed) if departed is not None else said_on


def due_on(start: date, working_days: int, calendar: Calendar) -> date:
    """Return the last day in time for a clock that started on `start`; raises UnknownYear."""
    return calendar.add(start, working_days)


def late_since(today: date, working_days: int, calendar: Calendar) -> date:
    """Return the latest start of a clock that has run out before `today`: what started on or before it is late.

    Raises UnknownYear.
    """
    return calendar.before(today - timedelta(days=1), working_days)
