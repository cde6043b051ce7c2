"""The conditions of core.linkage in the SQL of DuckDB and of Spark, over the records l and r."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import duckdb

from domicile.core.linkage.conditions import (
    Condition,
    names_look_alike,
    names_share_reading,
    one_sign_apart,
)

#: Names longer than this are compared sign by sign in Python; nearly all are shorter.
_SHORT: Final = 4


def _sign(text: str, place: int) -> str:
    return f"substr({text}, {place}, 1)"


def _macros() -> dict[str, str]:
    """SQL functions of two texts a and b; the engine's own distances count bytes, which are three for a character."""
    same = [f"({_sign('a', n)} = {_sign('b', n)})::INT" for n in range(1, _SHORT + 1)]
    turned = [
        f"({_sign('a', n)} <> {_sign('b', n)} AND {_sign('a', n)} = {_sign('b', n + 1)} AND {_sign('a', n + 1)} = {_sign('b', n)})"
        for n in range(1, _SHORT)
    ]
    cut = [f"left(a, {n}) || substr(a, {n + 2}) = b" for n in range(_SHORT)]
    return {
        "places_same(a, b)": " + ".join(same),
        "short_swap(a, b)": " OR ".join(turned),
        "one_cut(a, b)": f"CASE WHEN length(a) > {_SHORT} THEN one_sign_apart(a, b) ELSE {' OR '.join(cut)} END",
        "one_differs(a, b)": f"""CASE WHEN length(a) <> length(b) THEN false
            WHEN length(a) > {_SHORT} THEN one_sign_apart(a, b) ELSE places_same(a, b) = {_SHORT - 1} END""",
        "one_sign(a, b)": f"""CASE WHEN a = b OR length(a) < 2 OR length(b) < 2 THEN false
            WHEN length(a) = length(b) + 1 THEN one_cut(a, b) WHEN length(b) = length(a) + 1 THEN one_cut(b, a)
            WHEN length(a) <> length(b) THEN false WHEN length(a) > {_SHORT} THEN one_sign_apart(a, b)
            ELSE places_same(a, b) = {_SHORT - 1} OR (places_same(a, b) = {_SHORT - 2} AND (short_swap(a, b))) END""",
        "one_place(a, b)": "CASE WHEN length(a) = length(b) AND length(a) > 0 THEN hamming(a, b) = 1 ELSE false END",
        "neighbours(a, b)": """CASE WHEN length(a) = length(b) AND length(a) > 0 THEN hamming(a, b) = 2
            AND damerau_levenshtein(a, b) = 1 ELSE false END""",
    }


def prepare_engine(engine: duckdb.DuckDBPyConnection) -> None:
    """Give the engine the functions that `sql` uses."""
    for name, function in (
        ("one_sign_apart", one_sign_apart),
        ("names_share_reading", names_share_reading),
        ("names_look_alike", names_look_alike),
    ):
        engine.create_function(name, function, ["VARCHAR", "VARCHAR"], "BOOLEAN")
    for signature, body in _macros().items():
        engine.execute(f"CREATE OR REPLACE MACRO {signature} AS ({body})")


_BOTH: Final = {
    "equal": "{l} = {r}",
    "both_are": "({l} = {value} AND {r} = {value})",
    "one_is": "coalesce({l} = {value}, false) OR coalesce({r} = {value}, false)",
    "silent": "({l} IS NULL OR {r} IS NULL)",
    "years_apart": "(month({l}) = month({r}) AND day({l}) = day({r}) AND abs(year({l}) - year({r})) = {value})",
    "day_month_swapped": """({l} <> {r} AND year({l}) = year({r}) AND month({l}) = day({r}) AND day({l}) = month({r}))""",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an engine writes what the engines write differently.

    `atoms`: each condition over {l} and {r} with its {value}. `double`: a number as a double, as a format. `place`: the type
    of a level's place.
    """

    atoms: Mapping[str, str]
    double: str
    place: str

    def number(self, value: float) -> str:
        """A number written out whole."""
        return self.double.format(value)


DUCKDB: Final = Dialect(
    {
        **_BOTH,
        "overlap": "list_has_any({l}, {r})",
        "one_sign": "one_sign({l}, {r})",
        "one_place": "one_place({l}::VARCHAR, {r}::VARCHAR)",
        "neighbours": "neighbours({l}::VARCHAR, {r}::VARCHAR)",
        # The functions in Python are asked about few pairs only: those that differ in one sign.
        "same_reading": "CASE WHEN one_differs({l}, {r}) THEN names_share_reading({l}, {r}) ELSE false END",
        "look_alike": "CASE WHEN one_differs({l}, {r}) THEN names_look_alike({l}, {r}) ELSE false END",
        "like": "jaro_winkler_similarity({l}, {r}) >= {value}",
        "days_apart": "abs(date_diff('day', {l}, {r})) = {value}",
    },
    "{:.17g}",
    "UTINYINT",
)

# Spark's own distance counts characters: of texts of one length that are one apart, one sign is another.
_ONE_DIFFERS: Final = "(length({l}) = length({r}) AND levenshtein({l}, {r}) = 1)"
_TURNED: Final = """(length({l}) = length({r}) AND CASE WHEN levenshtein({l}, {r}) = 2 THEN
    exists(sequence(1, length({l}) - 1), at -> substr({l}, at, 1) = substr({r}, at + 1, 1)
        AND substr({l}, at + 1, 1) = substr({r}, at, 1) AND left({l}, at - 1) = left({r}, at - 1)
        AND substr({l}, at + 2) = substr({r}, at + 2)) ELSE false END)"""
# Spark asks a function in Python about every pair, whatever CASE says: those that it need not know are asked about nothing.
_ASKED: Final = (
    f"CASE WHEN {_ONE_DIFFERS} THEN {{l}} END", f"CASE WHEN {_ONE_DIFFERS} THEN {{r}} END"
)  # fmt: skip
_TEXTS: Final = {"l": "CAST({l} AS STRING)", "r": "CAST({r} AS STRING)"}

SPARK: Final = Dialect(
    {
        **_BOTH,
        "overlap": "arrays_overlap({l}, {r})",
        "one_sign": f"""(length({{l}}) > 1 AND length({{r}}) > 1 AND ((levenshtein({{l}}, {{r}}) = 1
            AND abs(length({{l}}) - length({{r}})) < 2) OR {_TURNED}))""",
        "one_place": _ONE_DIFFERS.format(**_TEXTS),
        "neighbours": _TURNED.format(**_TEXTS),
        "same_reading": f"names_share_reading({_ASKED[0]}, {_ASKED[1]})",
        "look_alike": f"names_look_alike({_ASKED[0]}, {_ASKED[1]})",
        "like": "jaro_winkler({l}, {r}) >= {value}",
        "days_apart": "abs(datediff({l}, {r})) = {value}",
    },
    "{:.17g}D",
    "INT",
)


def sql(condition: Condition, left: str = "l.{}", right: str = "r.{}", dialect: Dialect = DUCKDB) -> str:
    """A condition as an SQL expression; `left` and `right` say how a column of either side is written. Null means no."""
    parts = [f"({sql(part, left, right, dialect)})" for part in condition.parts]
    if condition.kind == "all":
        return " AND ".join(parts)
    if condition.kind == "any":
        return " OR ".join(parts)
    if condition.kind == "not":
        return f"NOT coalesce({parts[0]}, false)"
    if condition.kind == "crosses":
        one, other = condition.columns
        return f"({left.format(one)} = {right.format(other)} OR {left.format(other)} = {right.format(one)})"
    atom = dialect.atoms[condition.kind]
    return " AND ".join(
        f"({atom.format(l=left.format(column), r=right.format(column), value=_value(condition, dialect))})"
        for column in condition.columns
    )


def _value(condition: Condition, dialect: Dialect) -> str:
    if isinstance(condition.value, str):
        return "'" + condition.value.replace("'", "''") + "'"
    return dialect.number(condition.value) if isinstance(condition.value, float) else str(condition.value)
