"""With which filled form a visit was told, and at which door a task is done, known by the apps that keep visits and doors.

In `AppConfig.ready`:

    registry.tell_forms(forms)      # forms(records) -> {record: submission}: by the sources of tries of tasks
    registry.tell_doors("rental", doors)    # doors(subjects) -> {subject: door}: of tasks about a kind of subject
    registry.tell_work("census", work)      # work(accounts, since, end, today) -> [Work]: what was done besides tasks

A fixed number of queries each. A record that is left out was told without a phone; there is nothing to review of it. A
subject of a kind that nobody tells of is a door itself: a dwelling, a building.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

Forms = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, uuid.UUID]]

Doors = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, uuid.UUID]]


@dataclass(frozen=True, slots=True)
class Work:
    """A visit to a door that no task asked for: `piece` is what is paid for once, whoever did it, on whichever day.

    `told`: with a form. `accepted`: the time of its review is over, and nothing of it stands returned. How it came out is no part
    of it: what was found changes no pay (P-5).
    """

    piece: uuid.UUID
    account: uuid.UUID
    day: dt.date
    told: bool
    accepted: bool


#: `work(accounts, since, end, today)`: what these accounts did in [since, end), each piece once, in a fixed number of queries.
Works = Callable[[Collection[uuid.UUID], dt.date, dt.date, dt.date], Sequence[Work]]

_works: dict[str, Works] = {}
_told: dict[str, Forms] = {}
_doors: dict[str, Doors] = {}


def tell_forms(forms: Forms) -> None:
    """Tell which form a record of field work came with. The last one told counts."""
    _told["forms"] = forms


def forms(records: Collection[uuid.UUID]) -> Mapping[uuid.UUID, uuid.UUID]:
    """The filled forms of records (the `source` of tries)."""
    return _told["forms"](records) if "forms" in _told and records else {}


def tell_doors(kind: str, doors: Doors) -> None:
    """Tell at which door the subjects of a kind are. The last one told counts."""
    _doors[kind] = doors


def doors(subjects: Collection[tuple[str, uuid.UUID]]) -> dict[tuple[str, uuid.UUID], uuid.UUID]:
    """At which door (kind, id) subjects of tasks are; those that are doors themselves are left out."""
    found: dict[tuple[str, uuid.UUID], uuid.UUID] = {}
    for kind, told in _doors.items():
        asked = [key for of, key in subjects if of == kind]
        found |= {(kind, key): door for key, door in told(asked).items()} if asked else {}
    return found


def tell_work(name: str, work: Works) -> None:
    """Tell what was done besides tasks. The last one told of a name counts."""
    _works[name] = work


def works(accounts: Collection[uuid.UUID], since: dt.date, end: dt.date, today: dt.date) -> list[Work]:
    """What these accounts did besides tasks in [since, end)."""
    return [one for told in _works.values() for one in told(accounts, since, end, today)]
