"""The rows of a file, brought into the fields of a source: numbers, dates and words as the register writes them.

All by columns, never row by row. What cannot be read is left empty and counted, and none of it is guessed.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from domicile.apps.sources.registry import FIELDS, Source
from domicile.core.codes.dates import date_columns
from domicile.core.codes.identity_columns import identity_columns, number_expression
from domicile.core.codes.lists import code_list
from domicile.core.codes.text import clean_name_expression, comparison_key, fold_width_expression

DATES: Final = ("birth_date", "day")
NUMBERS: Final = ("number", "other_number")
NAMES: Final = ("name", "other_name")
#: Where somebody is found: no part of who they are.
PLACES: Final = ("address", "area")
LONGEST: Final = {"name": 64, "other_name": 64, "number": 40, "other_number": 40, "address": 160, "area": 15}
SCHEMA: Final = {"_row": pl.UInt32} | {name: pl.Date if name in DATES else pl.String for name in FIELDS}
#: A name that a wrong code page has made of signs that stand for nothing.
_LOST: Final = r"[?？\x{FFFD}]|锟斤拷"
_SAID_NOTHING: Final = ["", "无", "-", "—", "/", "不详", "未知", "待定", "未取名", "未命名"]


@dataclass(frozen=True, eq=False)  # two frames are not compared by ==
class Prepared:
    """`rows`: `_row` and the fields, one row for each that names somebody, none twice. The counts say what went.

    `names` of the filled cells in the column that names people; `lost` of them hold signs that a wrong code page makes.
    """

    rows: pl.DataFrame
    read: int
    unidentified: int
    repeated: int
    unreadable: Mapping[str, int]
    names: int
    lost: int


def prepare(source: Source, frame: pl.DataFrame, column_map: Mapping[str, str], today: dt.date) -> Prepared:
    """The rows of `frame` (`_row` and the file's columns) by `column_map` (field -> head)."""
    rows = frame.select(
        "_row", *((pl.col(column_map[name]) if name in column_map else pl.lit(None)).cast(pl.String).alias(name) for name in FIELDS)
    )  # fmt: skip
    written = rows.with_columns(fold_width_expression(pl.col(name)).str.strip_chars() for name in FIELDS)
    written = written.with_columns(
        pl.when(pl.col(name).is_in(_SAID_NOTHING)).then(None).otherwise(pl.col(name)).alias(name) for name in FIELDS
    )
    lost = [name for name in NAMES if name in column_map]
    names = sum(written[name].count() for name in lost)
    broken = sum(int(written[name].str.contains(_LOST).sum()) for name in lost)
    tidy, unreadable = _typed(source, written, today)
    tidy = tidy.filter(~pl.all_horizontal(pl.col(name).is_null() for name in FIELDS))
    known = tidy.filter(_identified(source.identified))
    once = known.unique([name for name in FIELDS if name not in PLACES], keep="first", maintain_order=True)
    return Prepared(
        rows=once.cast(SCHEMA),  # type: ignore[arg-type]
        read=tidy.height,
        unidentified=tidy.height - known.height,
        repeated=known.height - once.height,
        unreadable=unreadable,
        names=names,
        lost=broken,
    )


def _typed(source: Source, rows: pl.DataFrame, today: dt.date) -> tuple[pl.DataFrame, dict[str, int]]:
    unreadable: dict[str, int] = {}
    for name in NAMES:
        clean = clean_name_expression(pl.col(name).str.slice(0, LONGEST[name]))
        rows = rows.with_columns(pl.when(clean.str.contains(_LOST)).then(None).otherwise(clean).alias(name))
    for name in NUMBERS:
        rows, unreadable[name] = _number(rows, name, today)
    for name in DATES:
        read = date_columns(rows, name, today=today)
        unreadable[name] = int((read[name].is_not_null() & read["date_value"].is_null()).sum())
        rows = read.with_columns(pl.col("date_value").alias(name)).select(rows.columns)
    sex = _sexes(source, rows["sex"].drop_nulls().unique().to_list())
    read_sex = pl.col("sex").replace_strict(sex, default=None, return_dtype=pl.String) if sex else pl.col("sex")
    unreadable["sex"] = rows.filter(pl.col("sex").is_not_null() & read_sex.is_null()).height
    rows = rows.with_columns(read_sex.alias("sex"))
    rows = _told_by_number(rows, today)
    digits = pl.col("area").str.replace(r"\.0$", "").str.extract(r"^(\d{6,15})$", 1)
    rows = rows.with_columns(digits.alias("area"), pl.col("address").str.slice(0, LONGEST["address"]))
    return rows, {name: count for name, count in unreadable.items() if count}


def _number(rows: pl.DataFrame, name: str, today: dt.date) -> tuple[pl.DataFrame, int]:
    """A number in the form in which the register compares it; one that cannot be read stays as it was typed, if at all."""
    plain = rows.with_columns(number_expression(pl.col(name)).alias("_typed"))
    read = identity_columns(plain, "_typed", today=today, prefix="_id_")
    kept = (
        pl.when(pl.col("_typed").str.contains(r"[*]|E\+"))
        .then(None)
        .otherwise(pl.col("_typed").str.slice(0, LONGEST[name]))
    )
    found = pl.coalesce(
        pl.when(pl.col("_id_canonical") != "").then(pl.col("_id_canonical")), pl.when(kept != "").then(kept)
    )
    result = read.with_columns(found.alias(name))
    return result.select(rows.columns), int((rows[name].is_not_null() & result["_id_error"].is_not_null()).sum())


def _told_by_number(rows: pl.DataFrame, today: dt.date) -> pl.DataFrame:
    """Birth date and sex that the number tells, where the list does not say them."""
    read = identity_columns(
        rows.with_columns(pl.col("number").fill_null("").alias("_typed")), "_typed", today=today, prefix="_id_"
    )
    sound = pl.col("_id_checksum_ok").fill_null(value=False)
    return read.with_columns(
        birth_date=pl.coalesce("birth_date", pl.when(sound).then(pl.col("_id_birth_date"))),
        sex=pl.coalesce("sex", pl.when(sound).then(pl.col("_id_sex").cast(pl.String))),
    ).select(rows.columns)


def _sexes(source: Source, words: Sequence[str]) -> dict[str, str]:
    own = {comparison_key(word): code for word, code in source.values.get("sex", {}).items()}
    found = {}
    for word in words:
        match = code_list("sex").match(word)
        code = own.get(comparison_key(word)) or (match.code if match else "")
        if code in {"1", "2"}:
            found[word] = code
    return found


def _identified(groups: Sequence[Sequence[str]]) -> pl.Expr:
    """Rows that have all of one set of fields."""
    return pl.any_horizontal(pl.all_horizontal(pl.col(name).is_not_null() for name in group) for group in groups)
