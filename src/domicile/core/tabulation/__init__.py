"""Tables of a census: declared as data, built as cubes by Ibis on any engine, protected, ready to be published.

    made = declared_set()                                    # the tables of tables.yaml, checked
    plan = cubes(made.tables.values(), {"persons": 10**6, "households": 350_000})
    sql(plan[0], "duckdb")                                   # one pass over the records; engines.tabulation runs it
    fill(plan[0], columns, table, areas)                     # a table of the cube's cells: true, secret
    protect(table, cells, division, rules)                   # what may be published

docs/develop/tabulation.md says how the passes are chosen and where the methods come from.
"""

from typing import TYPE_CHECKING

from domicile.core.at_use import loader

if TYPE_CHECKING:
    from domicile.core.tabulation.areas import Division, Shown, divide, names_of
    from domicile.core.tabulation.expressions import (
        REPLICATES,
        areas_sql,
        base_sql,
        columns_of,
        drawn_sql,
        expression,
        result_columns,
        sql,
    )  # fmt: skip
    from domicile.core.tabulation.filling import Cells, fill
    from domicile.core.tabulation.model import (
        DIGITS,
        TOTAL,
        UNSTATED,
        Grouping,
        Table,
        TableSet,
        Undeclarable,
        declaration,
        declared_set,
        read,
        read_set,
        thresholds,
    )  # fmt: skip
    from domicile.core.tabulation.planning import Cube, cubes
    from domicile.core.tabulation.protecting import QUALITY, Measure, Rules, Told, protect
    from domicile.core.tabulation.replicating import signs

__all__ = [
    "DIGITS", "QUALITY", "REPLICATES", "TOTAL", "UNSTATED", "Cells", "Cube", "Division", "Grouping", "Measure",
    "Rules", "Shown", "Table", "TableSet", "Told", "Undeclarable", "areas_sql", "base_sql", "columns_of", "cubes",
    "declaration", "declared_set", "divide", "drawn_sql", "expression", "fill", "names_of", "protect", "read",
    "read_set", "result_columns", "signs", "sql", "thresholds",
]  # fmt: skip
#: Where each stands. Who only reads the declaration loads neither NumPy nor Ibis.
_HOMES = {
    "areas": ("Division", "Shown", "divide", "names_of"),
    "expressions": (
        "REPLICATES", "areas_sql", "base_sql", "columns_of", "drawn_sql", "expression", "result_columns", "sql",
    ),
    "filling": ("Cells", "fill"),
    "model": (
        "DIGITS", "TOTAL", "UNSTATED", "Grouping", "Table", "TableSet", "Undeclarable", "declaration", "declared_set",
        "read", "read_set", "thresholds",
    ),
    "planning": ("Cube", "cubes"),
    "protecting": ("QUALITY", "Measure", "Rules", "Told", "protect"),
    "replicating": ("signs",),
}  # fmt: skip


__getattr__ = loader(__name__, _HOMES)
