"""What a month is measured by, told by the apps that keep the work; this one knows shares only.

In `AppConfig.ready`:

    registry.register("back_check_error", shares)   # shares(accounts, begin, end) -> {account: Share(part, whole)}

`accounts` are ids of user accounts, the month is [begin, end). The answer has a share for each account of which something
was measured, with a number of queries that does not grow with the accounts; an account that is left out, or whose `whole`
is 0, was not measured. A share counts work: how much of it was done as it should be. It must be the same whatever was
found at the doors (P-5). Which measures count, and for how much, stands in assessment.yaml.
"""

import uuid
from collections.abc import Callable, Collection, Mapping
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


Accounts = Collection[uuid.UUID]
Shares = Callable[[Accounts, date, date], Mapping[uuid.UUID, Share]]

_measures: dict[str, Shares] = {}


def register(name: str, shares: Shares) -> None:
    """Make a measure known. Raises ValueError for a name twice: two apps would measure one thing differently."""
    if name in _measures:
        raise ValueError(f"{name} is measured already")
    _measures[name] = shares


def measured() -> tuple[str, ...]:
    """The names of the measures that some app tells."""
    return tuple(sorted(_measures))


def shares(name: str, accounts: Accounts, begin: date, end: date) -> Mapping[uuid.UUID, Share]:
    """The shares of a measure in the month [begin, end); empty where no app measures it."""
    measure = _measures.get(name)
    return measure(accounts, begin, end) if measure and accounts else {}
