"""An action's arguments as JSON and back, by the types of its dataclass."""

import dataclasses
import datetime as dt
import uuid
from typing import Any, TypeVar, cast, get_type_hints

import orjson

Arguments = TypeVar("Arguments")


def pack(arguments: Any) -> str:
    """JSON of a dataclass whose fields are str, int, bool, date, UUID, dict[str, str], None, or tuples of such."""
    return orjson.dumps(arguments).decode()


def unpack(kind: type[Arguments], text: str) -> Arguments:
    """The dataclass that `pack` made the text from. Raises ValueError or TypeError when it does not fit."""
    return _unpacked(kind, orjson.loads(text))


def _unpacked(kind: type[Arguments], values: dict[str, Any]) -> Arguments:
    hints = get_type_hints(kind)
    return kind(**{name: _typed(hints[name], value) for name, value in values.items()})


def _typed(hint: Any, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_typed(hint.__args__[0], one) for one in value)
    if isinstance(value, dict) and dataclasses.is_dataclass(hint):
        return _unpacked(cast("type[Any]", hint), value)
    if value is None or not isinstance(value, str):
        return value
    wanted = {hint, *getattr(hint, "__args__", ())}
    if uuid.UUID in wanted:
        return uuid.UUID(value)
    if dt.date in wanted:
        return dt.date.fromisoformat(value)
    return value
