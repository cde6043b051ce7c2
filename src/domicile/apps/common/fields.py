"""Model fields shared by all apps."""

from typing import Any

from django.db import models


class KeyField(models.CharField):  # type: ignore[type-arg]
    """Text that is compared byte by byte, so that `>= a AND < b` is a range scan on every database.

    PostgreSQL sorts by language otherwise, and then no ordinary index serves a prefix.
    """

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class PlaceCodeField(KeyField):
    """A 15-digit place code: a grid, or a community followed by 000 where no grid is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 15)
        super().__init__(*args, **kwargs)


class DerivedKeyField(KeyField):
    """A key that follows from other columns: its model sets it, and the log of changes leaves it out."""

    derived = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"default": "", "db_default": "", "editable": False, "blank": True}
        super().__init__(*args, **kwargs)


def next_key(prefix: str) -> str:
    """The smallest text greater than every text that begins with `prefix` (end of a half-open range)."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def prefix_q(field: str, prefix: str) -> models.Q:
    """Rows whose `field` begins with `prefix`, as the half-open range [prefix, next); all rows for ''."""
    if not prefix:
        return models.Q()
    return models.Q(**{f"{field}__gte": prefix, f"{field}__lt": next_key(prefix)})


def asked_first(found: "models.QuerySet[Any]", count: int = 1) -> "models.QuerySet[Any]":
    """The same rows, the last `count` conditions asked before all others.

    Of several bounds on one column SQLite enters the index at the first that it meets: the closest one must stand there.
    """
    asked = found.query.where.children
    asked[:] = [*asked[-count:], *asked[:-count]]
    return found
