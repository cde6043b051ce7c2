"""With which filled form a visit was told, and at which door a task is done, known by the apps that keep visits and doors.

In `AppConfig.ready`:

    registry.tell_forms(forms)      # forms(records) -> {record: submission}: by the sources of tries of tasks
    registry.tell_doors("rental", doors)    # doors(subjects) -> {subject: door}: of tasks about a kind of subject

A fixed number of queries each. A record that is left out was told without a phone; there is nothing to review of it. A
subject of a kind that nobody tells of is a door itself: a dwelling, a building.
"""

import uuid
from collections.abc import Callable, Collection, Mapping

Forms = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, uuid.UUID]]

Doors = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, uuid.UUID]]

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
