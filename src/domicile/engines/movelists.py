"""Two lists of moves, those who left and those who arrived, as files: read, brought into one form, and kept as tables.

A file is CSV or Parquet with the columns of COLUMNS, named in English or Chinese, in any order; others are passed over.
"""

from __future__ import annotations

import codecs
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from domicile.core.codes.identity_columns import identity_columns, number_expression
from domicile.core.linkage.name_columns import sounds

#: What a list says of each move, by the name in English; `date` is the day of leaving or of arriving, ISO 8601.
COLUMNS: Final = {
    "id": "编号",
    "number": "公民身份号码",
    "name": "姓名",
    "birth_date": "出生日期",
    "origin": "迁出地代码",
    "destination": "迁入地代码",
    "date": "日期",
}
#: SQL of: the number is written in another way than 18 plain places.
_ODD: Final = "length(number) <> 18 OR TRY_CAST(left(number, 17) AS BIGINT) IS NULL OR contains(number, ' ')"
_CHUNK: Final = 4 * 1024 * 1024


class ListRefused(ValueError):
    """A list that cannot be read; the message names the file, the place and the cure."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a list: rows, and how many of them have a date or a birth date that is none."""

    rows: int
    unreadable: int


def load(engine: duckdb.DuckDBPyConnection, table: str, path: Path, folder: Path, *, today: dt.date) -> Read:
    """Make `table` (id, number, name, birth, origin, destination, day) of the list in `path`.

    An empty number is null, one of 15 places is written in 18, blanks and wide letters are gone.
    `folder` takes a copy in UTF-8 of a file that is written otherwise. Raises ListRefused.
    """
    source = _source(engine, path, folder)
    named = _named(engine, source, path)
    plain = ", ".join(f"nullif(trim(\"{column}\"::VARCHAR), '') AS {name}" for name, column in named.items())
    engine.execute(
        f"""CREATE TABLE {table} AS SELECT id, upper(number) AS number, name, TRY_CAST(birth_date AS DATE) AS birth,
        origin, destination, TRY_CAST("date" AS DATE) AS day,
        day IS NULL OR (birth IS NULL AND birth_date IS NOT NULL) AS unreadable FROM (SELECT {plain} FROM {source})"""  # noqa: S608
    )
    rows, ids, unreadable = _one(
        engine,
        f"SELECT count(*), count(DISTINCT id), count(*) FILTER (unreadable) FROM {table}",  # noqa: S608
    )
    if rows != ids:
        raise ListRefused(
            f"{path.name}: {rows - ids} of {rows} rows have no {COLUMNS['id']} (id) of their own. "
            "Give each row an id that no other row has."
        )
    _straighten_numbers(engine, table, today)
    return Read(rows, unreadable)


def add_sounds(engine: duckdb.DuckDBPyConnection, table: str) -> None:
    """Add to a table the column `sound`: that of the name as core.linkage knows it."""
    names = engine.execute(f"SELECT DISTINCT name FROM {table} WHERE name IS NOT NULL").pl()  # noqa: S608
    heard = names.with_columns(sound=sounds(names["name"]))
    engine.register("heard", heard)
    engine.execute(f"CREATE TABLE sounding AS SELECT {table}.*, heard.sound FROM {table} LEFT JOIN heard USING (name)")  # noqa: S608
    engine.unregister("heard")
    engine.execute(f"DROP TABLE {table}; ALTER TABLE sounding RENAME TO {table}")


def _source(engine: duckdb.DuckDBPyConnection, path: Path, folder: Path) -> str:
    """SQL that reads the file."""
    if not path.is_file():
        raise ListRefused(f"{path}: there is no such file. Name a CSV or a Parquet file.")
    if path.suffix.lower() == ".parquet":
        return f"read_parquet({_quoted(path)})"
    plain = _in_utf8(path, folder)
    return f"read_csv({_quoted(plain)}, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"')"


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _in_utf8(path: Path, folder: Path) -> Path:
    """The file itself, or a copy in UTF-8 of one that is written in GB 18030, as spreadsheets of China are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            while part := stream.read(_CHUNK):
                decoder.decode(part)
            decoder.decode(b"", final=True)
        return path
    except UnicodeDecodeError:
        copy = folder / f"{path.stem}.utf-8.csv"
    try:
        with path.open(encoding="gb18030", newline="") as stream, copy.open("w", encoding="utf-8", newline="") as to:
            while text := stream.read(_CHUNK):
                to.write(text)
    except UnicodeDecodeError as problem:
        raise ListRefused(
            f"{path.name} is neither UTF-8 nor GB 18030 (place {problem.start:,}). Save it anew as CSV UTF-8."
        ) from problem
    return copy


def _named(engine: duckdb.DuckDBPyConnection, source: str, path: Path) -> dict[str, str]:
    """For each of COLUMNS the name it has in the file."""
    try:
        described = engine.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608
    except duckdb.Error as problem:
        raise ListRefused(f"{path.name} does not read as a table: {str(problem).splitlines()[0]}") from problem
    held = {str(row[0]).strip().lstrip("\ufeff"): str(row[0]) for row in described}
    found = {name: held.get(name) or held.get(chinese) for name, chinese in COLUMNS.items()}
    missing = [f"{name} ({COLUMNS[name]})" for name, column in found.items() if column is None]
    if missing:
        raise ListRefused(
            f"{path.name} has no column {', '.join(missing)}. Its first line names: {', '.join(held) or 'nothing'}."
        )
    return {name: column for name, column in found.items() if column is not None}


def _straighten_numbers(engine: duckdb.DuckDBPyConnection, table: str, today: dt.date) -> None:
    """Bring numbers that are not 18 plain places into the form of core.codes; those it cannot read stay as they are."""
    odd = engine.execute(f"SELECT DISTINCT number AS written FROM {table} WHERE {_ODD}").pl()  # noqa: S608
    if odd.is_empty():
        return
    odd = identity_columns(odd.with_columns(number=number_expression(pl.col("written"))), "number", today=today)
    odd = odd.select("written", straight=pl.coalesce("document_canonical", "number").replace("", None))
    engine.register("odd", odd)
    engine.execute(f"UPDATE {table} SET number = odd.straight FROM odd WHERE {table}.number = odd.written")  # noqa: S608
    engine.unregister("odd")


def _one(engine: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    row = engine.execute(sql).fetchone()
    if row is None:  # an aggregate always answers
        raise RuntimeError(sql)
    return tuple(int(value) for value in row)
