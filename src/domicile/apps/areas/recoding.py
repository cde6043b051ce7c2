"""Rewrite codes wherever they are kept, whole sets at once: the number of statements grows with neither people nor grids."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Model

from domicile.apps.audit.recording import Recorder, plain
from domicile.core.codes.areas import AreaCode

TABLE = "recoded"
AREA_LENGTH = 12
#: The operation under which a change of areas keeps which rows came to a code that others bear, too.
WHICH = "which"
AT_ONCE = 400


@dataclass(frozen=True)
class Recoding:
    """What is to be rewritten in one transaction: place codes (15 digits) and area codes (12), from old to new.

    `rights` are the scopes that follow: codes shortened to their level. While `applied`, the table `recoded` (old, new,
    is_code, is_right) stands for statements that join it; carriers write what they rewrote into `change`.
    `shared` are new codes that others bear already: which rows came to them is noted, so that they can be told apart again.
    """

    codes: Mapping[str, str]
    rights: Mapping[str, str]
    change: Recorder
    moved: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    shared: Collection[str] = ()

    def rewrite(self, model: type[Model], column: str, *, rights: bool = False, only: str = "") -> int:
        """Rewrite one column and note in the change how many rows went from which code to which. Two statements.

        `only` is a further condition in SQL on the rows of `model`, without values from outside. Returns the rows written.
        """
        table = model._meta.db_table
        name = connection.ops.quote_name(str(model._meta.get_field(column).column))  # type: ignore[union-attr]
        flag = "is_right" if rights else "is_code"
        condition = f"{name} IN (SELECT old FROM {TABLE} WHERE {flag} = 1)"  # noqa: S608
        if only:
            condition += f" AND ({only})"
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT {name}, count(*) FROM "{table}" WHERE {condition} GROUP BY {name}')  # noqa: S608
            counts = dict(cursor.fetchall())
            if not counts:
                return 0
            if not rights:
                self._note_which(cursor, model, column, name, condition, counts)
            cursor.execute(
                f'UPDATE "{table}" SET {name} = (SELECT new FROM {TABLE} WHERE old = {name}) WHERE {condition}'  # noqa: S608
            )
        known = self.rights if rights else self.codes
        for old, count in sorted(counts.items()):
            self.change.values.append([table, "", "move", {column: [old, known[old]], "rows": [count, count]}])
        total = sum(counts.values())
        self.moved[table] += total
        return total

    def _note_which(
        self, cursor: Any, model: type[Model], column: str, name: str, condition: str, found: Collection[str]
    ) -> None:
        """Keep the rows that go to a shared code, by the code that they leave. One statement."""
        leaving = [old for old in found if self.codes[old] in self.shared]
        if not leaving:
            return
        table, key = model._meta.db_table, connection.ops.quote_name(str(model._meta.pk.column))  # type: ignore[union-attr]
        marks = ", ".join(["%s"] * len(leaving))
        cursor.execute(
            f'SELECT {name}, {key} FROM "{table}" WHERE {condition} AND {name} IN ({marks})',  # noqa: S608
            leaving,
        )
        rows: dict[str, list[Any]] = defaultdict(list)
        for old, pk in cursor.fetchall():
            rows[old].append(plain(pk))
        self.change.values.append([table, "", WHICH, {column: [None, dict(rows)]}])

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Keep the table of codes for the block. Inside the caller's transaction."""
        collation = ' COLLATE "C"' if connection.vendor == "postgresql" else ""
        kind = f"varchar(15){collation}"
        rows = {old: (old, new, 1, int(old in self.rights)) for old, new in self.codes.items()}
        rows |= {old: (old, new, 0, 1) for old, new in self.rights.items() if old not in self.codes}
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE {TABLE}"
                f" (old {kind} PRIMARY KEY, new {kind} NOT NULL, is_code integer NOT NULL, is_right integer NOT NULL)"
            )
            cursor.executemany(f"INSERT INTO {TABLE} VALUES (%s, %s, %s, %s)", list(rows.values()))  # noqa: S608
            if connection.vendor == "postgresql":
                cursor.execute(f"ANALYZE {TABLE}")
        yield
        # After an error it goes with the transaction, in which PostgreSQL takes no further statement.
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {TABLE}")


@dataclass(frozen=True)
class Returning(Recoding):
    """The way back of a recoding: `shared` are codes that others bear, from which only the rows of `which` go back.

    `which` gives, by table and column, the keys of the rows by the code that they had before.
    """

    which: Mapping[tuple[str, str], Mapping[str, list[Any]]] = field(default_factory=dict)

    def rewrite(self, model: type[Model], column: str, *, rights: bool = False, only: str = "") -> int:
        """As of any recoding; of a shared code the rows that came, as far as they are there still."""
        if rights or not self.shared:
            return super().rewrite(model, column, rights=rights, only=only)
        table = model._meta.db_table
        back = 0
        for code, keys in self.which.get((table, column), {}).items():
            now = next(new for new, old in self.codes.items() if old == code)
            count = 0
            for start in range(0, len(keys), AT_ONCE):
                rows = model._default_manager.filter(pk__in=keys[start : start + AT_ONCE], **{column: now})
                count += rows.update(**{column: code})
            if count:
                self.change.values.append([table, "", "move", {column: [now, code], "rows": [count, count]}])
                self.moved[table] += count
            back += count
        name = connection.ops.quote_name(str(model._meta.get_field(column).column))  # type: ignore[union-attr]
        apart = f"{name} NOT IN ({', '.join(repr(code) for code in sorted(self.shared) if code.isdigit())})"
        return back + super().rewrite(model, column, only=f"({only}) AND {apart}" if only else apart)


def scope_of(code: str) -> str:
    """The scope that stands for an area or grid: its code without the zeros of the levels below."""
    return AreaCode(code).prefix if len(code) == AREA_LENGTH else code
