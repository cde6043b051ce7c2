"""Any page of a long list at the cost of the first: a page begins at the key of its first row, not after a count of rows.

The key of a far page is found once, by stepping over the keys alone, and kept for some minutes in this process, in
memory only (a key may be a name). A page ends where the next one is known to begin: what is added in between makes a page
longer, and no row is passed over.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, Field, Func, QuerySet, Value

from domicile.apps.common.fields import asked_first

Key = tuple[Any, ...]
MINUTES = 5
MOST_LISTS = 256
MOST_MARKS = 512


class Marks:
    """Where pages of lists begin: forgotten after some minutes, the longest unused list first."""

    def __init__(self) -> None:
        self._lists: OrderedDict[Hashable, tuple[float, dict[int, Key]]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, name: Hashable) -> dict[int, Key]:
        """The known beginnings of one list, to be read and added to."""
        now = time.monotonic()
        with self._lock:
            since, marks = self._lists.get(name, (now, {}))
            if now - since > MINUTES * 60 or len(marks) > MOST_MARKS:
                since, marks = now, {}
            self._lists[name] = (since, marks)
            self._lists.move_to_end(name)
            while len(self._lists) > MOST_LISTS:
                self._lists.popitem(last=False)
        return marks

    def forget(self) -> None:
        """Know nothing again."""
        with self._lock:
            self._lists.clear()


MARKS = Marks()


class _Compared(Func):
    """(a, b) >= (x, y): a comparison of rows, which both engines read as one place in an index."""

    output_field = BooleanField()

    def __init__(self, *expressions: Any, sign: str = ">=") -> None:
        super().__init__(*expressions)
        self.sign = sign

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        half = len(parts) // 2
        left, right = ", ".join(sql for sql, _ in parts[:half]), ", ".join(sql for sql, _ in parts[half:])
        return f"(({left}) {self.sign} ({right}))", tuple(value for _, values in parts for value in values)


class Pages:
    """The pages of an ordered queryset. `marks` are the beginnings that are known of it."""

    def __init__(self, found: "QuerySet[Any]", size: int, marks: dict[int, Key] | None = None) -> None:
        self.found, self.size = found, size
        self.marks = {} if marks is None else marks
        self.order = [str(name) for name in found.query.order_by]
        self.fields = [field_of(found.model, name.lstrip("-")) for name in self.order]
        self.down = bool(self.order) and self.order[0].startswith("-")

    def page(self, number: int) -> tuple[list[Any], bool]:
        """The rows of a page, counted from 1, and whether another one follows."""
        if not self._by_key():
            start = (number - 1) * self.size
            rows = list(self.found[start : start + self.size + 1])
            return rows[: self.size], len(rows) > self.size
        begin = self._begin(number)
        if begin is None and number > 1:
            return [], False
        found = self.found if begin is None else self._since(begin)
        end = self.marks.get(number + 1)
        if end is not None:
            rows = list(found.filter(self._before(end))[: 2 * self.size])
            return rows, True
        rows = list(found[: self.size + 1])
        return rows[: self.size], len(rows) > self.size

    def _begin(self, number: int) -> Key | None:
        """The key with which a page begins; None where the list is not so long, and for the first page."""
        if number == 1 or number in self.marks:
            return self.marks.get(number)
        near = max((known for known in self.marks if known < number), default=1)
        found = self._since(self.marks[near]) if near > 1 else self.found
        steps = (number - near) * self.size
        keys = list(found.values_list(*(name.lstrip("-") for name in self.order))[steps : steps + 1])
        if keys:
            self.marks[number] = keys[0]
        return keys[0] if keys else None

    def _by_key(self) -> bool:
        """Whether the order can be continued from a key: columns that are never empty, all in one direction."""
        return bool(self.order) and all(
            field is not None and not field.null and name.startswith("-") == self.down
            for name, field in zip(self.order, self.fields, strict=True)
        )

    def _since(self, key: Key) -> "QuerySet[Any]":
        """The rows from a key on. The key stands before all else that is asked, its first column also by itself.

        So either engine enters the index there, not where the filter by place begins: SQLite takes the first bound that
        it meets, PostgreSQL the closest on one column.
        """
        first = self.order[0].lstrip("-")
        bound = {f"{first}__{'lte' if self.down else 'gte'}": key[0]}
        return asked_first(self.found.filter(self._compared(key, "<=" if self.down else ">="), **bound), 2)

    def _before(self, key: Key) -> _Compared:
        return self._compared(key, ">" if self.down else "<")

    def _compared(self, key: Key, sign: str) -> _Compared:
        values = [Value(value, output_field=field) for value, field in zip(key, self.fields, strict=True)]
        return _Compared(*(name.lstrip("-") for name in self.order), *values, sign=sign)


def field_of(model: Any, path: str) -> "Field[Any, Any] | None":
    """The stored field that a path of names leads to; None where it is none, or one on the way may be empty."""
    field: Any = None
    for name in path.split("__"):
        try:
            field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        except FieldDoesNotExist:
            by_column = {one.attname: one for one in model._meta.concrete_fields}
            field = by_column.get(name)
        if field is None or not getattr(field, "concrete", False):
            return None
        if field.is_relation:
            if field.null:
                return None
            model = field.related_model
    return field.target_field if field is not None and field.is_relation else field
