"""What a month is measured by, told by the apps that keep the work; this one knows shares only.

In `AppConfig.ready`:

    registry.register("back_check_error", shares)   # shares(accounts, begin, end) -> {account: Share(part, whole)}

`accounts` are ids of user accounts, the month is [begin, end). The answer has a share for each account of which something
was measured, with a number of queries that does not grow with the accounts; an account that is left out, or whose `whole`
is 0, was not measured. A share counts work: how much of it was done as it should be; that of `back_check_error` counts
what was wrong. It must be the same whatever was found at the doors (P-5). Which measures count, and for how much, stands
in assessment.yaml.

`missed(accounts, begin, end)`, where given, names what a share lacks, so that figures explain themselves: tasks
(`Missed("task", id)`) or filled forms (`Missed("form", id)`).
"""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Share:
    """`part` of `whole`, 0 <= part <= whole: 18 of 20 doors in time. Raises ValueError for anything else."""

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise ValueError(f"{self.part} of {self.whole} is no share")


@dataclass(frozen=True)
class Missed:
    """A task or a filled form that a share lacks."""

    about: str
    id: uuid.UUID


Accounts = Collection[uuid.UUID]
Shares = Callable[[Accounts, date, date], Mapping[uuid.UUID, Share]]
Misses = Callable[[Accounts, date, date], Mapping[uuid.UUID, Sequence[Missed]]]

_measures: dict[str, tuple[Shares, Misses | None]] = {}


def register(name: str, shares: Shares, missed: Misses | None = None) -> None:
    """Make a measure known. Raises ValueError for a name twice: two apps would measure one thing differently."""
    if name in _measures:
        raise ValueError(f"{name} is measured already")
    _measures[name] = (shares, missed)


def measured() -> tuple[str, ...]:
    """The names of the measures that some app tells."""
    return tuple(sorted(_measures))


def shares(name: str, accounts: Accounts, begin: date, end: date) -> Mapping[uuid.UUID, Share]:
    """The shares of a measure in the month [begin, end); empty where no app measures it."""
    measure = _measures.get(name)
    return measure[0](accounts, begin, end) if measure and accounts else {}


def missed(name: str, accounts: Accounts, begin: date, end: date) -> Mapping[uuid.UUID, Sequence[Missed]]:
    """What the shares of a measure lack; empty where that is not told."""
    tell = _measures[name][1] if name in _measures else None
    return tell(accounts, begin, end) if tell and accounts else {}
