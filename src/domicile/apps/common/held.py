"""Rows of one model that a turn holds in memory: one copy of each, found by the columns that they were asked for by."""

from collections.abc import Collection, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import models

_by_key = attrgetter("pk")


@cache
def key_of(model: type[models.Model]) -> str:
    """The name of the column that is a model's key."""
    found: Any = model._meta.pk
    return str(found.attname)


class Table:
    """The held rows of a model. Rows whose key the database has not counted yet have none."""

    def __init__(self, model: type[models.Model]) -> None:
        self.key = key_of(model)
        self.by_key: dict[Any, models.Model] = {}
        self._new: list[models.Model] = []
        self._gone: set[Any] = set()
        #: Column: value: every row with it. A value that stands here was asked for, and no row with it is missing.
        self._whole: dict[str, dict[Any, list[models.Model]]] = {self.key: {}}

    def missing(self, column: str, keys: Collection[Any]) -> list[Any]:
        """Those of the keys whose rows are not all held."""
        whole = self._whole.get(column)
        if whole is None:
            return list(keys)
        return [key for key in keys if key not in whole]

    def hold(self, column: str, keys: Collection[Any], read: Sequence[models.Model]) -> None:
        """Take in what was read: all rows with one of these keys that the database knows."""
        whole = self._whole.setdefault(column, {})
        asked = {key: whole.setdefault(key, []) for key in keys}
        for row in read:
            if row.pk not in self._gone and row.pk not in self.by_key:
                self.by_key[row.pk] = row
                self._whole[self.key][row.pk] = [row]
        if column != self.key:  # those that were made, or moved there, in this turn are not read yet
            for row in [*self.by_key.values(), *self._new]:
                value = getattr(row, column)
                if value in asked:
                    asked[value].append(row)

    def find(self, column: str, keys: Collection[Any]) -> list[Any]:
        """Held rows with one of these keys in a column, by their own keys."""
        whole = self._whole[column] if keys else {}
        found = [row for key in keys for row in whole[key] if getattr(row, column) == key]
        if len(found) > 1:
            found.sort(key=_by_key) if all(row.pk is not None for row in found) else None
        return found

    def add(self, row: models.Model) -> None:
        """A row that was made, or is there again."""
        if row.pk is None:
            self._new.append(row)
        else:
            self._new = [one for one in self._new if one is not row]
            self._gone.discard(row.pk)
            self.by_key[row.pk] = row
            self._whole[self.key][row.pk] = [row]
        for column, whole in self._whole.items():
            if column != self.key:
                _put(whole, row, column)

    def drop(self, row: models.Model) -> None:
        """A row that was deleted, or is put back to before it was made."""
        if row.pk is not None:
            self._gone.add(row.pk)
            self.by_key.pop(row.pk, None)
            self._whole[self.key][row.pk] = []
        self._new = [one for one in self._new if one is not row]
        for column, whole in self._whole.items():
            value = getattr(row, column)
            if column != self.key and value in whole:
                whole[value] = [one for one in whole[value] if one is not row and (one.pk is None or one.pk != row.pk)]

    def moved(self, row: models.Model, column: str) -> None:
        """A column of a row was set."""
        whole = self._whole.get(column)
        if whole is not None and column != self.key:
            _put(whole, row, column)


def _put(whole: dict[Any, list[models.Model]], row: models.Model, column: str) -> None:
    held = whole.get(getattr(row, column))
    if held is not None and not any(one is row for one in held):
        held.append(row)
