"""Values of requests, strict: what the description does not show is refused and never guessed."""

import datetime as dt
import re
import uuid
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", re.ASCII)
MOST = 200


def _day(value: Any) -> Any:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if isinstance(value, str) and DAY.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day", "a day like 2026-01-31", {"cure": "day"})


def _uuid(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return value
    if isinstance(value, str) and UUID.fullmatch(value):
        return uuid.UUID(value)
    raise PydanticCustomError("uuid", "an id", {"cure": "uuid"})


def _flag(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    raise PydanticCustomError("bool", "true or false", {"cure": "bool"})


def _query_flag(value: Any) -> Any:
    return _flag({"true": True, "false": False}.get(value, value) if isinstance(value, str) else value)


def _text(value: Any) -> Any:
    # A database takes no NUL, and half a surrogate pair cannot be written in UTF-8.
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= character <= "\udfff" for character in value)):
        raise PydanticCustomError("text", "text without NUL", {"cure": "string_pattern_mismatch"})
    return value


Day = Annotated[dt.date, BeforeValidator(_day)]
Id = Annotated[uuid.UUID, BeforeValidator(_uuid)]
Flag = Annotated[bool, BeforeValidator(_flag)]
QueryFlag = Annotated[bool, BeforeValidator(_query_flag)]
Text = Annotated[str, BeforeValidator(_text), Field(max_length=MOST)]
Code = Annotated[str, Field(pattern=r"^[0-9]{2,15}$")]
Cursor = Annotated[str, Field(max_length=500, description="`next` of the answer before; leave it out to begin.")]
Limit = Annotated[int, Field(ge=1, le=200, description="So many at most.")]
