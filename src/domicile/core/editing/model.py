"""What rules may speak of: records with their columns, and columns that are derived from other records.

    records:
      household:
        table: households            # where the rows come from; without it, the record's own name
        key: household_id            # tells one row from another
        columns: {household_id: text, kind: text}
        derived:
          heads: {count: person, by: household_id, where: "relation = '02'"}
          head_birth: {least: person, take: birth_date, by: household_id, where: "relation = '02'"}
      person:
        key: person_id
        columns: {person_id: text, household_id: text, relation: text, birth_date: date}
        derived:
          age: {value: "age(birth_date, $today)"}
          head_birth: {look: household, by: household_id, take: head_birth}
          same_number: {count: person, by: number, of: number}

`look` takes a column of the one row of another record whose key stands in the column `by` of this one. `count`,
`distinct` (of `take`), `least` and `greatest` (of `take`) gather the rows of another record whose column `by` holds this row's
key (or its column `of`), and for which `where` is yes; missing values are passed over, none found is 0 or missing.
`value` is an expression over the columns of the same row; `stored: yes` has an engine work it out once for all checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from domicile.core.editing.errors import RuleError, nearest, refuse
from domicile.core.editing.expressions import (
    Binary,
    Call,
    Column,
    Expression,
    Missing,
    Negative,
    Not,
    OneOf,
    Type,
    columns_of,
)
from domicile.core.editing.parsing import Names, parse

TYPES: Final = {kind.value: kind for kind in Type}
GATHERED: Final = ("count", "distinct", "least", "greatest")
KINDS: Final = ("value", "look", *GATHERED)


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived column. `record` is the other record; `by`, `of` and `take` as in the file; `value` where it is one."""

    kind: str
    type: Type
    record: str = ""
    by: str = ""
    of: str = ""
    take: str = ""
    where: Expression | None = None
    value: Expression | None = None
    stored: bool = False


@dataclass(frozen=True)
class Record:
    """A kind of record: its table, its key, its columns, and those derived."""

    name: str
    table: str
    key: str
    columns: Mapping[str, Type]
    derived: Mapping[str, Derived] = field(default_factory=dict)
    #: What else the file says of the record, for those who show it.
    about: Mapping[str, Any] = field(default_factory=dict)

    def types(self) -> dict[str, Type]:
        """All columns, derived ones too."""
        return {**self.columns, **{name: one.type for name, one in self.derived.items()}}


@dataclass(frozen=True)
class Model:
    """Records by name, with the parameters and code lists that expressions may use."""

    records: Mapping[str, Record]
    parameters: Mapping[str, Type]
    lists: Mapping[str, frozenset[str]]

    def names(self, record: str) -> Names:
        """What an expression on this record may speak of."""
        return Names(self.records[record].types(), self.parameters, self.lists)

    def level(self, record: str, column: str) -> int:
        """How many other records stand behind a column, one behind the other; 0 for what stands in the row itself."""
        return _level(self.records, record, column, ())

    def inlined(self, record: str, expression: Expression, *, stored: bool = True) -> Expression:
        """The expression with `value` columns written out; without `stored`, only those that are not stored."""
        found = self.records[record].derived

        def inline(part: Expression) -> Expression:
            match part:
                case Column(name) if (
                    name in found and found[name].value is not None and (stored or not found[name].stored)
                ):
                    return inline(found[name].value)  # type: ignore[arg-type]
                case Not(of) | Negative(of) | Missing(of) | OneOf(of):
                    return replace(part, of=inline(of))
                case Binary():
                    return replace(part, left=inline(part.left), right=inline(part.right))
                case Call():
                    return replace(part, arguments=tuple(inline(one) for one in part.arguments))
            return part

        return inline(expression)


def read_model(
    content: Mapping[str, Any], where: str, parameters: Mapping[str, Type], lists: Mapping[str, frozenset[str]]
) -> Model:
    """Read records from the content of a YAML file that errors call `where`. Raises RuleError naming the place."""
    found = content.get("records")
    if not isinstance(found, Mapping) or not found:
        raise refuse(where, "it holds no records.")
    records = {name: _record(name, row, f"{where}, {name}") for name, row in found.items()}
    plain = {name: record.columns for name, record in records.items()}
    # Columns of other records may be derived themselves: types are found when they are asked for.
    typed = _Types(found, plain, where, parameters, lists)
    made = {
        name: replace(
            record, derived={column: typed.derived(name, column) for column in found[name].get("derived") or {}}
        )
        for name, record in records.items()
    }
    for name, record in made.items():
        for column in record.derived:
            _level(made, name, column, ())
    return Model(made, parameters, lists)


def _record(name: str, row: Any, where: str) -> Record:
    if not isinstance(row, Mapping) or not isinstance(row.get("columns"), Mapping):
        raise refuse(where, "a record has columns.")
    columns = {column: _type(kind, f"{where}, {column}") for column, kind in row["columns"].items()}
    if row.get("key") not in columns:
        raise refuse(where, f"its key is one of its columns.{nearest(str(row.get('key')), columns)}")
    for column in row.get("derived") or {}:
        if column in columns:
            raise refuse(f"{where}, {column}", "it is a column already; give the derived one another name.")
    about = {key: value for key, value in row.items() if key not in ("table", "key", "columns", "derived")}
    return Record(name, row.get("table", name), row["key"], columns, about=about)


def _type(kind: Any, where: str) -> Type:
    if str(kind) not in TYPES:
        raise refuse(where, f"there is no type {kind}.{nearest(str(kind), TYPES)}")
    return TYPES[str(kind)]


class _Types:
    """Reads derived columns, each once, in the order in which they need each other."""

    def __init__(
        self, rows: Mapping[str, Any], plain: Mapping[str, Mapping[str, Type]], where: str,
        parameters: Mapping[str, Type], lists: Mapping[str, frozenset[str]],
    ) -> None:  # fmt: skip
        self.rows, self.plain, self.where, self.parameters, self.lists = rows, plain, where, parameters, lists
        self.made: dict[tuple[str, str], Derived] = {}
        self.open: list[tuple[str, str]] = []

    def derived(self, record: str, column: str) -> Derived:
        key = (record, column)
        if key not in self.made:
            if key in self.open:
                raise refuse(f"{self.where}, {record}, {column}", "it is derived from itself.")
            self.open.append(key)
            self.made[key] = self._read(record, column, f"{self.where}, {record}, {column}")
            self.open.pop()
        return self.made[key]

    def _read(self, record: str, column: str, where: str) -> Derived:
        row = self.rows[record]["derived"][column]
        kinds = [kind for kind in KINDS if isinstance(row, Mapping) and kind in row]
        if len(kinds) != 1:
            raise refuse(where, f"it says one of {', '.join(KINDS)}.")
        (kind,) = kinds
        if unknown := set(row) - ({kind, "stored"} if kind == "value" else {kind, "by", "of", "take", "where"}):
            raise refuse(where, f"{', '.join(sorted(unknown))} means nothing here.")
        if kind == "value":
            value = self._parsed(str(row["value"]), record, where, None)
            return Derived(kind, value.type, value=value, stored=bool(row.get("stored")))
        other = str(row[kind])
        if other not in self.plain:
            raise refuse(where, f"there is no record {other}.{nearest(other, self.plain)}")
        own, theirs = (record, other) if kind == "look" else (other, record)
        by, of = str(row.get("by", "")), str(row.get("of", ""))
        self._check_plain(own, by, f"{where}, by")
        if of:
            self._check_plain(theirs, of, f"{where}, of")
        take = str(row.get("take", ""))
        held = Type.NUMBER if kind == "count" else self._type_of(other, take, f"{where}, take")
        text = row.get("where")
        condition = self._parsed(str(text), other, f"{where}, where", Type.BOOL) if text else None
        return Derived(kind, Type.NUMBER if kind == "distinct" else held, other, by, of, take, condition)

    def _check_plain(self, record: str, column: str, where: str) -> None:
        if column not in self.plain[record]:
            raise refuse(where, f"{record} has no column {column} of its own.{nearest(column, self.plain[record])}")

    def _type_of(self, record: str, column: str, where: str) -> Type:
        if column in self.plain[record]:
            return self.plain[record][column]
        if column in (self.rows[record].get("derived") or {}):
            return self.derived(record, column).type
        raise refuse(where, f"{record} has no column {column}.{nearest(column, self.plain[record])}")

    def _parsed(self, text: str, record: str, where: str, wanted: Type | None) -> Expression:
        names = Names(_Lazy(self, record), self.parameters, self.lists)
        return parse(text, names, where, wanted=wanted)


class _Lazy(Mapping[str, Type]):
    """The types of a record's columns; a derived one is read when it is asked for."""

    def __init__(self, types: _Types, record: str) -> None:
        self._types, self._record = types, record
        self._names = [*types.plain[record], *(types.rows[record].get("derived") or {})]

    def __getitem__(self, column: str) -> Type:
        if column not in self._names:
            raise KeyError(column)
        plain = self._types.plain[self._record]
        return plain[column] if column in plain else self._types.derived(self._record, column).type

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _level(records: Mapping[str, Record], record: str, column: str, behind: tuple[tuple[str, str], ...]) -> int:
    key = (record, column)
    if key in behind:
        raise RuleError(f"{record}.{column} is derived from itself.")
    found = records[record].derived.get(column)
    if found is None:
        return 0
    behind = (*behind, key)
    if found.value is not None:
        return max((_level(records, record, name, behind) for name in columns_of(found.value)), default=0)
    needed = {found.take} - {""} | (columns_of(found.where) if found.where is not None else set())
    return 1 + max((_level(records, found.record, name, behind) for name in needed), default=0)
