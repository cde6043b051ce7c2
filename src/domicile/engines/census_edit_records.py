"""The records of a census while they are edited: columns in memory, what was changed in them, and the files before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from domicile.core.enumeration.edits import model, plan
from domicile.core.enumeration.model import HOUSEHOLD, PERSON, Of

FILES: Final[Mapping[Of, str]] = {PERSON: "persons", HOUSEHOLD: "households"}
NEEDED: Final[Mapping[Of, tuple[str, ...]]] = {
    PERSON: ("area", "household", "person", "relation", "sex", "age"), HOUSEHOLD: ("area", "household", "kind"),
}  # fmt: skip
ROWS_A_GROUP: Final = 1 << 17
Column = NDArray[np.float32]
Rows = NDArray[np.int64]


class EditRefused(ValueError):
    """The records cannot be edited; the message names the file and what is wrong there."""


@dataclass
class Note:
    """Cells of one item that were changed: their rows, why (numbers of Work.reasons), how (of Work.methods), the donors or -1."""

    rows: Rows
    rules: NDArray[np.int32]
    methods: NDArray[np.int32]
    donors: Rows


@dataclass
class Side:
    """The records of one kind. `columns`: numbers with NaN where missing; `before`: those of them that changed, as they came."""

    of: Of
    table: pa.Table
    columns: dict[str, Column]
    household: Rows
    before: dict[str, Column] = field(default_factory=dict)
    notes: dict[str, list[Note]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.household)

    def put(self, item: str, rows: Rows, values: NDArray[Any]) -> None:
        """Set values; what stood there before the first change is kept."""
        if item not in self.before:
            self.before[item] = self.columns[item].copy()
        self.columns[item][rows] = values


@dataclass
class Work:
    """Both kinds of records, and the words of reasons and methods."""

    sides: dict[Of, Side]
    reasons: dict[str, int] = field(default_factory=dict)
    methods: dict[str, int] = field(default_factory=dict)

    def note(
        self, of: Of, item: str, rows: Rows, values: NDArray[Any], why: str | Sequence[str], how: str | Sequence[str],
        donors: Rows | None = None,
    ) -> None:  # fmt: skip
        """Change cells and keep why, how, and by whose value. why, how: of all of them, or one each."""
        if not len(rows):
            return
        side = self.sides[of]
        side.put(item, rows, values)
        reasons, methods = _coded(why, self.reasons, len(rows)), _coded(how, self.methods, len(rows))
        given = donors if donors is not None else np.full(len(rows), -1, dtype=np.int64)
        side.notes.setdefault(item, []).append(Note(rows, reasons, methods, given))

    def load(self, table: str, columns: Sequence[str]) -> pa.Table:
        """The rows as the rules read them (engines.rules)."""
        (of,) = (one for one, record in model().records.items() if record.table == table)
        side = self.sides[of]  # type: ignore[index]
        return _arrow(side, columns)


def _coded(words: str | Sequence[str], known: dict[str, int], count: int) -> NDArray[np.int32]:
    if isinstance(words, str):
        return np.full(count, known.setdefault(words, len(known)), dtype=np.int32)
    return np.array([known.setdefault(one, len(known)) for one in words], dtype=np.int32)


def _arrow(side: Side, columns: Sequence[str]) -> pa.Table:
    found = {}
    for name in columns:
        if name == "row":
            found[name] = pa.array(np.arange(len(side)))
        elif name == "household":
            found[name] = pa.array(side.household, mask=side.household < 0)
        elif name in side.columns:
            found[name] = _numbers(side.columns[name])
        else:
            found[name] = side.table[name]
    return pa.table(found)


def _numbers(values: Column) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))


def there(work: Work) -> dict[str, set[str]]:
    """The columns that rules may read, by record."""
    return {
        of: {"row", "household"} | set(side.columns) | {name for name in ("form",) if name in side.table.column_names}
        for of, side in work.sides.items()
    }


def read(folder: Path) -> Work:
    """persons.parquet and households.parquet of a folder. Raises EditRefused naming file and column."""
    tables = {of: _file(folder / f"{name}.parquet", NEEDED[of]) for of, name in FILES.items()}
    ids = tables[HOUSEHOLD]["household"].combine_chunks()
    if pc.count_distinct(ids).as_py() != len(ids) or ids.null_count:
        raise EditRefused(
            f"{folder / 'households.parquet'}: a household stands there twice or without an id. Give each its own."
        )
    place = pc.index_in(tables[PERSON]["household"], value_set=ids)
    joined = np.asarray(pc.fill_null(place, -1).combine_chunks().to_numpy(zero_copy_only=False), dtype=np.int64)
    homes: dict[Of, Rows] = {PERSON: joined, HOUSEHOLD: np.arange(len(ids), dtype=np.int64)}
    return Work({of: Side(of, table, _columns(of, table), homes[of]) for of, table in tables.items()})


def _file(path: Path, needed: Iterable[str]) -> pa.Table:
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as problem:
        raise EditRefused(f"{path} is no Parquet file that can be read: {problem}.") from problem
    if missing := sorted(set(needed) - set(table.column_names)):
        raise EditRefused(f"{path} has no column {', '.join(missing)}. Give the agreed columns.")
    return table


def _columns(of: Of, table: pa.Table) -> dict[str, Column]:
    record = model().records[of]
    carried = {name for one in plan().filling if one.of == of for name in one.carried}
    wanted = [
        name for name, kind in record.columns.items() if kind.value == "number" and name not in ("row", "household")
    ]
    found = {}
    for name in [*wanted, *sorted(carried)]:
        if name not in table.column_names:
            continue
        kind = table.schema.field(name).type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            raise EditRefused(f"{FILES[of]}.parquet: {name} is {kind}; it has to be whole numbers.")
        values = table[name].combine_chunks()
        found[name] = np.asarray(pc.cast(values, pa.float32(), safe=False).to_numpy(zero_copy_only=False)).copy()
    return found


def edited(side: Side) -> pa.Table:
    """The records as they are now: all columns of the file, those changed with their new values, in the types that they came in."""
    table = side.table
    for name in side.before:
        at = table.column_names.index(name)
        kept = table.schema.field(name)
        values = side.columns[name]
        made = pa.array(np.nan_to_num(values, nan=0.0), mask=np.isnan(values)).cast(kept.type)
        table = table.set_column(at, kept, made)
    return table


def write(table: pa.Table, path: Path) -> None:
    """One Parquet file, the same bytes for the same rows."""
    pq.write_table(table, path, row_group_size=ROWS_A_GROUP, compression="zstd", use_dictionary=True)


def changes(work: Work) -> pa.Table:
    """Every cell that is another than it was: whose, which item, before, after, by which rule, how, and whose value it is.

    `before` and `after` are null where the cell is blank; `donor_household` and `donor_person` where no other record gave it.
    """
    parts = [_changed(work, of, item) for of in (HOUSEHOLD, PERSON) for item in work.sides[of].notes]
    return pa.concat_tables([CHANGES.empty_table(), *(part for part in parts if part.num_rows)])


CHANGES: Final = pa.schema(
    {
        "of": pa.string(), "household": pa.string(), "person": pa.int64(), "row": pa.int64(), "item": pa.string(),
        "before": pa.int64(), "after": pa.int64(), "rule": pa.string(), "method": pa.string(),
        "donor_household": pa.string(), "donor_person": pa.int64(),
    }
)  # fmt: skip


def last_notes(work: Work, of: Of, item: str) -> tuple[Rows, NDArray[np.int32], NDArray[np.int32], Rows]:
    """Of each cell that differs from what it was: row, reason, method and donor of the last change."""
    side = work.sides[of]
    notes = side.notes[item][::-1]
    rows, first = np.unique(np.concatenate([one.rows for one in notes]), return_index=True)
    rules = np.concatenate([one.rules for one in notes])[first]
    methods = np.concatenate([one.methods for one in notes])[first]
    donors = np.concatenate([one.donors for one in notes])[first]
    was, now = side.before[item][rows], side.columns[item][rows]
    differs = ~((was == now) | (np.isnan(was) & np.isnan(now)))
    return rows[differs], rules[differs], methods[differs], donors[differs]


def _changed(work: Work, of: Of, item: str) -> pa.Table:
    side = work.sides[of]
    rows, rules, methods, donors = last_notes(work, of, item)
    giving = pa.array(np.maximum(donors, 0), mask=donors < 0)
    at = pa.array(rows)
    households = side.table["household"].cast(pa.string()).combine_chunks()
    persons = (
        side.table["person"].cast(pa.int64()).combine_chunks() if of == PERSON else pa.nulls(len(side), pa.int64())
    )
    whole = {name: _numbers(values[rows]).cast(pa.int64()) for name, values in _both(side, item).items()}
    return pa.table(
        {
            "of": pa.array([of] * len(rows), pa.string()), "household": households.take(at), "person": persons.take(at), "row": at,
            "item": pa.array([item] * len(rows), pa.string()), **whole,
            "rule": pa.array(list(work.reasons), pa.string()).take(pa.array(rules)),
            "method": pa.array(list(work.methods), pa.string()).take(pa.array(methods)),
            "donor_household": households.take(giving), "donor_person": persons.take(giving),
        }
    ).cast(CHANGES)  # fmt: skip


def _both(side: Side, item: str) -> dict[str, Column]:
    return {"before": side.before[item], "after": side.columns[item]}
