"""A cube as one Ibis expression, which every engine gets as its own SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any, Final, Literal

from domicile.core.disclosure import BITS
from domicile.core.tabulation.model import Condition, Of, Universe
from domicile.core.tabulation.planning import Axis, Base, Cube, number

if TYPE_CHECKING:
    from ibis.expr.types import Table as IbisTable

Dialect = Literal["duckdb", "pyspark"]
#: Weights are whole numbers of this part, so that sums come out alike wherever and in whatever order they are added up.
WEIGHT_UNITS: Final = 10_000
#: The view that holds the replicates' signs of each drawn household: drawn, d0, d1, …
REPLICATES: Final = "replicates"


def columns_of(base: Base) -> dict[str, str]:
    """The columns of the records that a base reads, with their types as Ibis names them."""
    found = {"area": "string", "record_key": "int64"}
    found |= {one.column: "int64" for some in base.universe.alternatives for one in some}
    found |= dict.fromkeys((*base.columns, *base.sums), "int64") | dict.fromkeys(base.texts, "string")
    if base.long:
        # Any numbers. As floats Ibis would ask for settings of Spark that only a connection of its own has.
        found |= {"household": "string", "form": "string", "weight": "decimal(18, 6)"}
    return found


def base_expression(base: Base, replicates: int = 0, *, keys: bool = True) -> IbisTable:
    """The records of a universe, as narrow as they can be: `area` (its digits as a number), `record_key`, one
    `x_<column>` a column,
    `v_<column>` what is added up; of the long form `w`, the weight in units of 1 / WEIGHT_UNITS, and the signs `d0`, `d1`, …"""
    import ibis

    source = ibis.table(columns_of(base), name=base.of)
    rows = source.filter(_universe(source, base.universe))
    if base.long:
        rows = rows.filter(rows.form == "long")
        signs = ibis.table({"drawn": "string"} | {f"d{i}": "int8" for i in range(replicates)}, name=REPLICATES)
        rows = rows.join(signs, rows.household == signs.drawn)
    wanted: dict[str, Any] = {"area": _area(rows, base.digits)} | ({"record_key": rows.record_key} if keys else {})
    wanted |= {f"x_{column}": rows[column].cast("int16") for column in base.columns}
    wanted |= {f"x_{column}": rows[column].ascii_str().cast("int16") for column in base.texts}
    wanted |= {f"v_{column}": rows[column].fill_null(0) for column in base.sums}
    if base.long:
        wanted["w"] = (rows.weight * WEIGHT_UNITS).round().cast("int64")
        wanted |= {f"d{i}": rows[f"d{i}"] for i in range(replicates)}
    return rows.select(**wanted)


def expression(cube: Cube, replicates: int = 0, *, keys: bool = True) -> IbisTable:
    """The cells of a cube that have somebody, over its base.

    Columns: `area` (the digits of the cube as a number, 0 for the whole), one `c_<column>` for each axis (class, or the number
    of classes for none), `n` records, `k` the sum of their keys modulo 2**32 (unless told
    without); for sums `s_<column>` and
    `b_<column>`, how many records contribute; of the long form `w`, the weights, and `r0`, `r1`, … their sums with the
    replicates' signs.
    """
    import ibis

    base = cube.base
    kinds = (
        {"area": "int64"}
        | ({"record_key": "int64"} if keys else {})
        | {f"x_{column}": "int16" for column in (*base.columns, *base.texts)}
    )
    kinds |= {f"v_{column}": "int64" for column in base.sums}
    if base.long:
        kinds |= {"w": "int64"} | {f"d{i}": "int8" for i in range(replicates)}
    rows = ibis.table(kinds, name=base.name)
    alternatives = [reduce(and_, (_condition(rows, one, kept=True) for one in some)) for some in cube.only]
    if alternatives:
        rows = rows.filter(reduce(or_, alternatives))
    dropped = 10 ** (base.digits - cube.digits) if cube.digits < base.digits else 1
    area = rows.area - rows.area % dropped if dropped > 1 else rows.area
    if not cube.digits:
        area, dropped = ibis.literal(0, "int64"), 1
    made = {"area": area} | {f"c_{axis.column}": _class(rows, axis) for axis in cube.axes}
    some = rows.mutate(**made)
    cells = some.group_by(list(made)).aggregate(**_measures(some, cube.sums, cube.long, replicates, keys))
    # Divided once a cell and not once a record.
    return cells.mutate(area=cells.area // dropped) if dropped > 1 else cells


def base_sql(base: Base, dialect: Dialect, replicates: int = 0, *, keys: bool = True) -> str:
    """The records of a base for one engine."""
    import ibis

    return str(ibis.to_sql(base_expression(base, replicates, keys=keys), dialect=dialect))


def sql(cube: Cube, dialect: Dialect, replicates: int = 0, *, keys: bool = True) -> str:
    """The same for one engine."""
    import ibis

    return str(ibis.to_sql(expression(cube, replicates, keys=keys), dialect=dialect))


def areas_sql(of: Of, dialect: Dialect) -> str:
    """How many records each community has, whoever counts in a table: `area`, `n`, `k`."""
    import ibis

    rows = ibis.table({"area": "string", "record_key": "int64"}, name=of)
    cells = rows.select(area=_area(rows, 12), record_key=rows.record_key)
    return str(ibis.to_sql(cells.group_by("area").aggregate(**_measures(cells, (), False, 0, True)), dialect=dialect))


def drawn_sql(dialect: Dialect) -> str:
    """The households of the long form in the order of places, in which they were drawn: `household`."""
    import ibis

    rows = ibis.table({"area": "string", "household": "string", "form": "string"}, name="households")
    drawn = rows.filter(rows.form == "long").order_by(["area", "household"]).select("household")
    return str(ibis.to_sql(drawn, dialect=dialect))


def result_columns(cube: Cube, replicates: int) -> list[str]:
    """The names of the columns that come back, in their order."""
    measured = ["n", "k", *(f"{letter}_{column}" for column in cube.sums for letter in "sb")]
    measured += ["w", *(f"r{i}" for i in range(replicates))] if cube.long else []
    return ["area", *(f"c_{axis.column}" for axis in cube.axes), *measured]


def _measures(cells: Any, sums: Sequence[str], long: bool, replicates: int, keys: bool) -> Mapping[str, Any]:
    made: dict[str, Any] = {"n": cells.count().cast("int64")}
    if keys:
        made["k"] = (cells.record_key.sum() % 2**BITS).cast("int64")
    for column in sums:
        values = cells[f"v_{column}"]
        made[f"s_{column}"] = values.sum().cast("int64")
        made[f"b_{column}"] = (values > 0).cast("int64").sum().cast("int64")
    if long:
        made["w"] = cells.w.sum().cast("int64")
        made |= {f"r{i}": (cells.w * cells[f"d{i}"]).sum().cast("int64") for i in range(replicates)}
    return made


def _area(rows: Any, digits: int) -> Any:
    import ibis

    return rows.area.left(digits).cast("int64") if digits else ibis.literal(0, "int64")


def _class(rows: Any, axis: Axis) -> Any:
    """The class of a value as a small number: looked up in a list; where that were too long, classes are gone through."""
    import ibis

    value, none, lookup = rows[f"x_{axis.column}"], axis.size, axis.lookup
    if lookup is None:
        cases = [(value >= edge, place) for place, edge in reversed(list(enumerate(axis.edges)))]
        cases += [(value.isin(sorted(map(number, some))), place) for place, some in enumerate(axis.classes)]
        found = ibis.cases(*cases, else_=none) if cases else ibis.literal(none)
    else:
        first, listed = lookup
        last = first + len(listed) - 2
        inside = value >= first if axis.banded else value.between(first, last)
        found = ibis.cases((inside, ibis.least(value, last) - first), else_=last - first + 1).cast("int16")
        if listed != list(range(len(listed))):
            found = ibis.literal(listed, "array<int16>")[found]
    return found.cast("int16")


def _universe(rows: Any, universe: Universe) -> Any:
    import ibis

    alternatives = [
        reduce(and_, (_condition(rows, one) for one in some), ibis.literal(True)) for some in universe.alternatives
    ]
    return reduce(or_, alternatives)


def _condition(rows: Any, one: Condition, *, kept: bool = False) -> Any:
    """Whether a record, or a row that a base has kept of it, meets a condition."""
    value = rows[f"x_{one.column}" if kept else one.column]
    if one.values:
        return value.isin(sorted(map(number, one.values) if kept else one.values))
    parts = [] if one.low is None else [value >= one.low]
    parts += [] if one.high is None else [value < one.high]
    return reduce(and_, parts)
