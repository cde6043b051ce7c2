"""Where a reader stands in a list: signed, so that nobody makes one up, and bound to the question it belongs to."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from django.core import signing
from django.db.models import Model, QuerySet

from domicile.apps.api.problems import Faulty

SALT = "domicile.api.cursor"
Row = TypeVar("Row", bound=Model)


def write(question: list[Any], position: Any) -> str:
    """The cursor of a position in the answers to a question."""
    return signing.dumps([_mark(question), position], salt=SALT)


def read(question: list[Any], cursor: str) -> Any:
    """The position, None without a cursor. Raises Faulty for one that is not ours or belongs to another question."""
    if not cursor:
        return None
    try:
        mark, position = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Faulty("query", "cursor", "cursor") from error
    if mark != _mark(question):
        raise Faulty("query", "cursor", "cursor")
    return position


def page(
    rows: "QuerySet[Row]", question: list[Any], cursor: str, limit: int, key: str, typed: Callable[[str], Any] = str
) -> tuple[list[Row], str]:
    """A page of rows in the order of a unique `key`, and the cursor of the next ('' at the end).

    Rows that come or go meanwhile shift nothing: a page begins after the last key of the one before.
    """
    position = read(question, cursor)
    if position is not None:
        rows = rows.filter(**{f"{key}__gt": typed(position)})
    found = list(rows.order_by(key)[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return found, write(question, str(getattr(found[-1], key))) if more else ""


def _mark(question: list[Any]) -> str:
    return hashlib.sha256(orjson.dumps(question, default=str)).hexdigest()[:16]
