"""The columns of a ledger: which there are, which are chosen and in which order, and how a row is read."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet

from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.list import Cell, Column, Row

#: Columns of one ledger that are shown together.
MOST_COLUMNS = 60


class Table:
    """The columns of a ledger, and what they need read for all rows of a page together.

    `chosen` holds the columns that are shown by key (None: all), `in_file` whether the rows go into a file.
    """

    columns: ClassVar[Sequence[Column]] = ()
    #: Keys of the columns of the official layout, in its order; empty where there is none.
    official: ClassVar[Sequence[str]] = ()
    #: The fields that `prepared` reads of a row, as attributes of it; empty: rows are whole models.
    fields: ClassVar[Sequence[str]] = ()

    def __init__(self, chosen: Mapping[str, Column] | None = None, *, in_file: bool = False) -> None:
        self.chosen, self.in_file = chosen, in_file

    def wants(self, *keys: str) -> bool:
        """Whether one of these columns is shown: what only they need is not read (or opened) else."""
        return self.chosen is None or any(key in self.chosen for key in keys)

    @classmethod
    def narrow(cls, found: "QuerySet[Any]") -> "QuerySet[Any]":
        """The rows with no more than is read of them: no model is made of each where `fields` says what that is."""
        return found.values_list(*cls.fields, named=True) if cls.fields else found

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """The rows with what the columns read: a fixed number of queries, however many rows."""
        return rows

    def persons(self, rows: list[Any]) -> Collection[uuid.UUID]:
        """Whom these prepared rows name, for the log of looks."""
        return ()

    @classmethod
    def by_key(cls) -> dict[str, Column]:
        """The columns by key: the one given, else c1, c2, …"""
        return {column.key or f"c{place}": column for place, column in enumerate(cls.columns, start=1)}

    @classmethod
    def offered(cls, viewer: Viewer, within: str = "") -> dict[str, Column]:
        """The columns that this viewer may choose, by key, for rows of their areas or of one of these (`within`)."""
        return cls.by_key()

    @classmethod
    def pick(cls, asked: Sequence[str], offered: Mapping[str, Column] | None = None) -> dict[str, Column]:
        """The columns asked for, in that order; those that stand there at first where none is known."""
        known = cls.by_key() if offered is None else offered
        picked = {key: known[key] for key in asked[:MOST_COLUMNS] if key in known}
        return picked or {key: column for key, column in known.items() if column.shown}


def chosen_sort(columns: Sequence[Column], asked: str) -> str:
    """The order that is asked for, where a column has it; '' else."""
    return asked if asked.removeprefix("-") in {column.order for column in columns if column.order} else ""


def in_order(found: "QuerySet[Any]", sort: str) -> "QuerySet[Any]":
    """The rows sorted, then in their own order turned the same way, and at last by key: no two rows are tied."""
    given = list(found.query.order_by)
    own = [name for name in given if isinstance(name, str)]
    if len(own) < len(given):
        return found.order_by(sort, *given) if sort else found
    names = [name for name in own if name.lstrip("-") != sort.lstrip("-")]
    if sort.startswith("-"):
        names = [name if name.startswith("-") else f"-{name}" for name in names]
    names = [sort, *names] if sort else names
    if not names or names[-1].lstrip("-") not in {"pk", "id"}:
        names.append("-pk" if names and names[0].startswith("-") else "pk")
    return found.order_by(*names)


def heading_of(column: Column, sort: str) -> dict[str, Any]:
    """A column's head: what a press on it sorts by, and how it is sorted now."""
    now = {column.order: "ascending", f"-{column.order}": "descending"}.get(sort, "") if column.order else ""
    turned = f"-{column.order}" if now == "ascending" else column.order
    return {"label": column.label, "css": column.css, "press": turned, "sorted": now}


def shown_row(columns: Sequence[Column], row: Any) -> Row:
    """The cells of one row as the templates read them."""
    cells = [Cell(c.label, c.value(row), c.url(row) if c.url else "", c.css) for c in columns]
    return Row(cells, key=str(getattr(row, "pk", "")))


def plain(value: Any) -> Any:
    """A value for a file: numbers and days as such, nothing as '', all else as text."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    return value if isinstance(value, int | float | dt.date) and not isinstance(value, bool) else str(value)


def plain_column(values: Iterable[Any]) -> list[Any]:
    """The values of a column for a file."""
    return [value if type(value) is str else plain(value) for value in values]
