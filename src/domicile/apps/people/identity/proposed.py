"""What was proposed about a record that was merged meanwhile concerns the person who stands for it."""

import dataclasses
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from domicile.apps.people.identity.reading import stands_of


def resolved(arguments: Any) -> Any:
    """The arguments of a change with the ids that stand in place of those that were merged. One query."""
    if not dataclasses.is_dataclass(arguments) or isinstance(arguments, type):
        return arguments
    moved = {one: stands for one, stands in stands_of(set(_ids(arguments))).items() if one != stands}
    if not moved:
        return arguments
    values = {one.name: getattr(arguments, one.name) for one in dataclasses.fields(arguments)}
    return dataclasses.replace(arguments, **{name: _told(value, moved) for name, value in values.items()})


def _ids(arguments: Any) -> Iterator[uuid.UUID]:
    for one in dataclasses.fields(arguments):
        value = getattr(arguments, one.name)
        for part in value if isinstance(value, tuple | list | Mapping) else (value,):
            key = _id(part)
            if key is not None:
                yield key


def _id(value: Any) -> uuid.UUID | None:
    if isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None


def _told(value: Any, moved: Mapping[uuid.UUID, uuid.UUID]) -> Any:
    """The value with other ids: an id, a sequence of them, or a table by ids, as text or not."""
    if isinstance(value, Mapping):
        return {_told(key, moved): entry for key, entry in value.items()}
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(_told(part, moved) for part in value))
    key = _id(value)
    if key is None or key not in moved:
        return value
    return str(moved[key]) if isinstance(value, str) else moved[key]
