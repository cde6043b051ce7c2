"""Writes the derived columns of a model and the checks over them as SQL statements, the same for every engine.

Each stage makes what the rows of other records give, a small table for each way of gathering; a record at its last stage is one
table with the columns that the checks read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domicile.core.editing.checks import Check
from domicile.core.editing.dialects import Dialect
from domicile.core.editing.expressions import (
    Binary,
    Call,
    Column,
    Expression,
    Literal,
    Parameter,
    Type,
    Value,
    columns_of,
    parts,
)
from domicile.core.editing.model import Derived, Model
from domicile.core.editing.writing import written


@dataclass(frozen=True)
class Statement:
    """A table or view to make: its name and the query that gives it."""

    name: str
    query: str
    table: bool

    def create(self) -> str:
        return f"CREATE {'TABLE' if self.table else 'VIEW'} {self.name} AS {self.query}"


class Script:
    """The statements that make the records of some checks, and those that find what fails.

    The plain rows of a record stand in a table of the name that the model gives; `kept` are columns that the tables made
    keep besides the key and what the checks read; `records` are made too where no check is of them. With `apart` a check that
    reads nothing derived is asked of the rows as they came, and the tables made hold only what the others read.
    """

    def __init__(
        self, model: Model, checks: Sequence[Check], dialect: Dialect, given: Mapping[str, Value],
        kept: Mapping[str, Iterable[str]] | None = None, *, records: Iterable[str] = (), apart: bool = False,
    ) -> None:  # fmt: skip
        self.model, self.checks, self.dialect, self.given = model, checks, dialect, given
        self.records = tuple(dict.fromkeys([*(check.of for check in checks), *records]))
        self._kept = {name: set((kept or {}).get(name, ())) for name in model.records}
        self.needed: dict[str, set[str]] = {name: set() for name in model.records}
        for name in self.records:
            for column in {model.records[name].key, *self._kept[name]}:
                self._need(name, column)
        self._stored: dict[str, set[str]] = {name: set() for name in model.records}
        for check in checks:
            for column in columns_of(model.inlined(check.of, check.fails, stored=False)):
                self._need(check.of, column)
                derived = model.records[check.of].derived.get(column)
                if derived is not None and derived.stored:
                    self._stored[check.of].add(column)
        made = set(records)
        self._apart = {check.code for check in checks if apart and check.of not in made and self._as_they_came(check)}
        self._gathered_from = {
            found.record
            for name, needed in self.needed.items()
            for column in needed
            if (found := model.records[name].derived.get(column)) is not None and found.kind != "look"
        }

    def _need(self, record: str, column: str) -> None:
        """Mark a column, and what it is derived from, as needed."""
        if column in self.needed[record]:
            return
        found = self.model.records[record].derived.get(column)
        if found is not None and found.value is not None:
            for name in columns_of(self.model.inlined(record, found.value)):
                self._need(record, name)
            return
        self.needed[record].add(column)
        if found is None:
            return
        mine, theirs = (
            (found.by, "") if found.kind == "look" else (found.of or self.model.records[record].key, found.by)
        )
        self._need(record, mine)
        inside = {theirs or self.model.records[found.record].key, *({found.take} if found.take else ())}
        if found.where is not None:
            inside |= columns_of(self.model.inlined(found.record, found.where))
        for name in inside:
            self._need(found.record, name)

    def _as_they_came(self, check: Check) -> bool:
        """Whether a check, and what is shown of the rows that fail it, needs no derived column."""
        record = self.model.records[check.of]
        return (self._reads(check) | self._kept[check.of] | {record.key}) <= set(record.columns)

    def _reads(self, check: Check) -> set[str]:
        return set(columns_of(self.model.inlined(check.of, check.fails, stored=False)))

    def _wide(self, record: str) -> set[str]:
        """The columns of the table that is made of a record; none where every check of it is asked of the rows as they came."""
        checks = [check for check in self.checks if check.of == record]
        others = [check for check in checks if check.code not in self._apart]
        if len(others) == len(checks):
            return self.needed[record]
        read = {column for check in others for column in self._reads(check)}
        own = {self.model.records[record].key, *self._kept[record]}
        return (own | read) & self.needed[record] if others else set()

    def tables(self) -> dict[str, set[str]]:
        """The plain tables that are read, with the columns of each."""
        return {
            self.model.records[name].table: {column for column in needed if column in self.model.records[name].columns}
            for name, needed in self.needed.items()
            if needed
        }

    def preparing(self) -> Iterator[Statement]:
        """What to make, in order."""
        stages = 1 + max(
            (self.model.level(name, column) for name, needed in self.needed.items() for column in needed), default=0
        )
        current = {name: self.model.records[name].table for name in self.model.records}
        for stage in range(1, stages):
            made: dict[str, str] = {}
            for name, needed in self.needed.items():
                columns = [one for one in sorted(needed) if self.model.level(name, one) == stage]
                if columns:
                    joins, statements = self._joined(name, columns, current, stage)
                    yield from statements
                    made[name] = f"{name}_{stage}"
                    again = name in self._gathered_from and stage < stages - 1  # read more than once: worked out once
                    yield Statement(made[name], self._staged(name, current[name], joins, stage), table=again)
            current |= made
        for name in self.records:
            wide = self._wide(name)
            if not wide:
                continue
            gives = [self.dialect.column(one) for one in sorted(wide)]
            gives += [
                f"{self._column(name, one, '')} AS {self.dialect.column(one)}" for one in sorted(self._stored[name])
            ]
            some = ", ".join(gives)
            yield Statement(self.whole(name), f"SELECT {some} FROM {current[name]}", table=True)  # noqa: S608

    @staticmethod
    def whole(record: str) -> str:
        """The name of a record's table with its derived columns."""
        return f"whole_{record}"

    def source(self, check: Check) -> str:
        """The table of which a check is asked."""
        return self.model.records[check.of].table if check.code in self._apart else self.whole(check.of)

    def _joined(
        self, record: str, columns: Sequence[str], current: Mapping[str, str], stage: int
    ) -> tuple[list[tuple[str, str, str, list[str]]], list[Statement]]:
        """Joins of one stage, as (table, its column, the record's column, what it gives), and what must be made for them."""
        groups: dict[tuple[str, ...], list[tuple[str, Derived]]] = defaultdict(list)
        for column in columns:
            found = self.model.records[record].derived[column]
            look = found.kind == "look"
            groups[("look" if look else "gather", found.record, found.by, found.of)].append((column, found))
        joins, statements = [], []
        for place, ((kind, other, by, of), members) in enumerate(groups.items()):
            name = f"{record}_{stage}_{place}"
            if kind == "look":
                there, here, gives = self.model.records[other].key, by, []
                for column, found in members:
                    value = self._column(other, found.take, "")
                    gives.append(f"{value} AS {self.dialect.column(column)}")
                query = f"SELECT {self.dialect.column(there)}, {', '.join(gives)} FROM {current[other]}"  # noqa: S608
            else:
                there, here = by, of or self.model.records[record].key
                query = self._gathered(other, by, members, current[other])
            statements.append(Statement(name, query, table=kind == "gather"))
            joins.append((name, there, here, [column for column, _found in members]))
        return joins, statements

    def _gathered(self, other: str, by: str, members: Sequence[tuple[str, Derived]], source: str) -> str:
        gives, conditions = [], []
        for column, found in members:
            condition = self._sql(other, found.where) if found.where is not None else ""
            conditions.append(condition)
            taken = self._column(other, found.take, "") if found.take else "*"
            sort = self.dialect.collate if found.type is Type.TEXT else ""
            call = {
                "count": "count(*)", "distinct": f"count(DISTINCT {taken})", "least": f"min({taken}{sort})",
                "greatest": f"max({taken}{sort})",
            }[found.kind]  # fmt: skip
            only = f" FILTER (WHERE {condition})" if condition else ""
            gives.append(f"{call}{only} AS {self.dialect.column(column)}")
        key = self.dialect.column(by)
        # Rows that count for none of them need not be grouped.
        some = f" AND ({' OR '.join(dict.fromkeys(conditions))})" if all(conditions) else ""
        return f"SELECT {key}, {', '.join(gives)} FROM {source} WHERE {key} IS NOT NULL{some} GROUP BY {key}"  # noqa: S608

    def _staged(self, record: str, source: str, joins: Sequence[tuple[str, str, str, list[str]]], stage: int) -> str:
        """The record with the columns of this stage beside those before."""
        it = self.dialect
        before = [one for one in sorted(self.needed[record]) if self.model.level(record, one) < stage]
        gives = [it.column(one, "r") for one in before]
        tables = [f"{source} r"]
        for place, (name, there, here, columns) in enumerate(joins):
            tables.append(f"LEFT JOIN {name} j{place} ON {it.column(there, f'j{place}')} = {it.column(here, 'r')}")
            for column in columns:
                value = it.column(column, f"j{place}")
                if self.model.records[record].derived[column].kind in ("count", "distinct"):
                    value = f"coalesce({value}, 0)"
                gives.append(f"{value} AS {it.column(column)}")
        return f"SELECT {', '.join(gives)} FROM {' '.join(tables)}"  # noqa: S608

    def _column(self, record: str, column: str, table: str) -> str:
        """A column, or what stands for it where it is a `value`."""
        found = self.model.records[record].derived.get(column)
        if found is not None and found.value is not None:
            return self._sql(record, found.value)
        return self.dialect.column(column, table)

    def _sql(self, record: str, expression: Expression) -> str:
        return written(self.model.inlined(record, expression), self.dialect, self.given)

    def condition(self, check: Check) -> str:
        """SQL of what fails a check, over the table of its source."""
        return written(self.model.inlined(check.of, check.fails, stored=False), self.dialect, self.given)

    def failing(self, check: Check, columns: Sequence[str]) -> str:
        """A query of these columns of the rows that fail a check."""
        some = ", ".join(
            f"{it} AS {self.dialect.column(one)}"
            for it, one in zip(self.given_by(check.of, columns), columns, strict=True)
        )
        return f"SELECT {some} FROM {self.source(check)} WHERE {self.condition(check)}"  # noqa: S608

    def given_by(self, record: str, columns: Sequence[str]) -> list[str]:
        """SQL of these columns over the whole table of a record."""
        return [self._column(record, one, "") for one in columns]

    def undecided(self, checks: Sequence[Check]) -> str:
        """A query of one row: how many rows there are, and for each of these checks of one source how many are undecided."""
        gives = [f"count(*) FILTER (WHERE {self._open(check)}({self.condition(check)}) IS NULL)" for check in checks]
        return f"SELECT count(*), {', '.join(gives)} FROM {self.source(checks[0])}"  # noqa: S608

    def _open(self, check: Check) -> str:
        """That a column is missing, asked beforehand where nothing else can leave a check undecided: it is asked much faster."""
        whole = self.model.inlined(check.of, check.fails, stored=False)
        if any(isinstance(part, Call | Literal | Parameter) and _may_be_missing(part) for part in parts(whole)):
            return ""
        if any(isinstance(part, Binary) and part.operator == "/" for part in parts(whole)):
            return ""
        columns = " OR ".join(f"{self.dialect.column(name)} IS NULL" for name in sorted(columns_of(whole)))
        return f"({columns}) AND " if columns else ""


def _may_be_missing(part: Call | Literal | Parameter) -> bool:
    return not isinstance(part, Literal) or part.value is None


__all__ = ["Column", "Script", "Statement"]
