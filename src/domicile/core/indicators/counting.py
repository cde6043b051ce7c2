"""What the indicators count, as data (`counts.yaml`), and as SQL of whichever engine counts it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from domicile.core import declared
from domicile.core.codes.identity import NUMBERED_KINDS
from domicile.core.editing import Dialect, Model, Names, Script, Statement, Type, Value, parse, read_model, written
from domicile.core.editing.expressions import Expression, columns_of
from domicile.core.indicators.definitions import Words

#: What the expressions are given: days, see counts.yaml.
GIVEN: Final = ("today", "first", "start", "end", "middle", "from", "until")
#: What rows may be told apart by.
GROUPS: Final = ("community", "month", "source", "sex", "age", "kind", "day")
_FILE: Final = "counts.yaml"


@dataclass(frozen=True, slots=True)
class Count:
    """A count: of the rows of a record for which `when` holds, told apart `by` these, those of which each `part` holds."""

    key: str
    of: str
    when: Expression
    by: Mapping[str, Expression]
    part: tuple[Expression, ...]
    units: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What a count came to in one group: `part` of `whole`, and of how many independent units.

    `month` is its first day. What the count is not told apart by is '' or None; so is what is missing.
    """

    key: str
    part: int
    whole: int
    units: int
    community: str = ""
    month: dt.date | None = None
    source: str = ""
    sex: str = ""
    age: int | None = None
    kind: str = ""
    day: dt.date | None = None


@cache
def model() -> Model:
    """The records that counts speak of."""
    lists = {"numbered": NUMBERED_KINDS}
    return read_model(_content(), _FILE, dict.fromkeys(GIVEN, Type.DATE), lists)


@cache
def counts() -> Mapping[str, Count]:
    """Every count by its key. Raises RuleError, naming the place, where the data are wrong."""
    found = {}
    for key, row in _content()["counts"].items():
        names, where = model().names(row["of"]), f"{_FILE}, {key}"
        if unknown := set(row["by"]) - set(GROUPS):
            raise ValueError(f"{where}: rows are not told apart by {', '.join(sorted(unknown))}")
        found[key] = Count(
            key=key, of=row["of"], when=_parsed(row["when"], names, where),
            by={name: parse(str(text), names, where, wanted=None) for name, text in row["by"].items()},
            part=tuple(_parsed(text, names, where) for text in row["part"]), units=row.get("units", ""),
        )  # fmt: skip
    return found


@cache
def uncounted() -> Mapping[str, Words]:
    """Indicators that are counted by the register alone, and why."""
    return {key: Words(**words) for key, words in _content()["uncounted"].items()}


def _parsed(text: str, names: Names, where: str) -> Expression:
    return parse(str(text), names, where)


@cache
def _content() -> Any:
    return declared.read(resources.files("domicile.core.indicators").joinpath(_FILE).read_text(encoding="utf-8"))


def alike(some: Iterable[Count]) -> list[list[Count]]:
    """Counts of the same rows told apart by the same, together: what one query can tell."""
    found: dict[object, list[Count]] = {}
    for count in some:
        found.setdefault((count.of, count.when, tuple(count.by.items())), []).append(count)
    return list(found.values())


class Counting:
    """Some counts as statements of one engine: the tables to read, what to make of them, and a query for all that are alike."""

    def __init__(self, wanted: Iterable[Count], dialect: Dialect, given: Mapping[str, Value]) -> None:
        self._dialect, self._given = dialect, given
        self._grouped = alike(wanted)
        needed: dict[str, set[str]] = {}
        for count in (count for members in self._grouped for count in members):
            columns = needed.setdefault(count.of, set())
            for one in (count.when, *count.by.values(), *count.part):
                columns |= columns_of(model().inlined(count.of, one))
            columns |= {count.units} - {""}
        self._script = Script(model(), (), dialect, given, needed, records=needed)

    def tables(self) -> dict[str, set[str]]:
        """The plain tables that are read, with the columns of each."""
        return self._script.tables()

    def preparing(self) -> Iterator[Statement]:
        """What to make, in order."""
        return self._script.preparing()

    def queries(self) -> Iterator[Query]:
        """What to ask when all of that is made."""
        for members in self._grouped:
            first = members[0]
            groups = [self._sql(first.of, one) for one in first.by.values()]
            gives = [*groups, "count(*)"]
            for count in members:
                gives += [f"count(DISTINCT {self._dialect.column(count.units)})"] if count.units else []
                gives += [f"count(*) FILTER (WHERE {self._sql(count.of, one)})" for one in count.part]
            named = ", ".join(f"{one} AS c{place}" for place, one in enumerate(gives))
            places = ", ".join(str(place + 1) for place in range(len(groups)))
            sql = (
                f"SELECT {named} FROM {Script.whole(first.of)} "  # noqa: S608
                f"WHERE {self._sql(first.of, first.when)} GROUP BY {places}"
            )
            yield Query(sql, tuple(members))

    def _sql(self, record: str, expression: Expression) -> str:
        return written(model().inlined(record, expression), self._dialect, self._given)


@dataclass(frozen=True, slots=True)
class Query:
    """One query: its rows are groups of these counts."""

    sql: str
    counts: tuple[Count, ...]

    def read(self, rows: Iterable[Sequence[Any]]) -> Iterator[Counted]:
        """What the counts came to in the groups of these rows."""
        for row in rows:
            groups = {name: _READ[name](value) for name, value in zip(self.counts[0].by, row, strict=False)}
            whole, *rest = row[len(groups) :]
            for count in self.counts:
                units = rest.pop(0) if count.units else whole
                part = sum(rest.pop(0) for _one in count.part)
                yield Counted(count.key, part, whole * len(count.part), units, **groups)


def _month(value: Any) -> dt.date | None:
    return None if value is None else dt.date(*divmod(int(value), 100), 1)


def _day(value: Any) -> dt.date | None:
    """A day, which SQLite gives as it is written."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _text(value: str | None) -> str:
    return value or ""


_READ: Final[Mapping[str, Any]] = {
    "community": _text, "month": _month, "source": _text, "sex": _text, "kind": _text, "day": _day,
    "age": lambda value: None if value is None else int(value),
}  # fmt: skip
