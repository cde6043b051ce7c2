"""Rewrite codes wherever they are kept, whole sets at once: the number of statements grows with neither people nor grids."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Model

from domicile.apps.audit.recording import Recorder
from domicile.core.codes.areas import AreaCode

TABLE = "recoded"
AREA_LENGTH = 12


@dataclass(frozen=True)
class Recoding:
    """What is to be rewritten in one transaction: place codes (15 digits) and area codes (12), from old to new.

    `rights` are the scopes that follow: codes shortened to their level. While `applied`, the table `recoded` (old, new,
    is_code, is_right) stands for statements that join it; carriers write what they rewrote into `change`.
    """

    codes: Mapping[str, str]
    rights: Mapping[str, str]
    change: Recorder
    moved: dict[str, int] = field(default_factory=lambda: defaultdict(int))

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
            cursor.execute(
                f'UPDATE "{table}" SET {name} = (SELECT new FROM {TABLE} WHERE old = {name}) WHERE {condition}'  # noqa: S608
            )
        known = self.rights if rights else self.codes
        for old, count in sorted(counts.items()):
            self.change.values.append([table, "", "move", {column: [old, known[old]], "rows": [count, count]}])
        total = sum(counts.values())
        self.moved[table] += total
        return total

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


def scope_of(code: str) -> str:
    """The scope that stands for an area or grid: its code without the zeros of the levels below."""
    return AreaCode(code).prefix if len(code) == AREA_LENGTH else code
