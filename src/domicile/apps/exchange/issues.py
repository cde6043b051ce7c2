"""Frames of findings: one row a finding, with a code of messages.yaml; texts are made when somebody reads them."""

from collections.abc import Iterable

import polars as pl

SCHEMA = {
    "sheet": pl.String,
    "row": pl.UInt32,  # row number of the sheet; 0 for the whole file
    "column": pl.String,  # name of the layout's column, or '' for the row
    "code": pl.String,
    "excerpt": pl.String,  # what stood there; numbers and phones masked
    "detail": pl.String,  # what the text's {detail} says
}


def empty() -> pl.DataFrame:
    """No findings."""
    return pl.DataFrame(schema=SCHEMA)


def from_rows(rows: Iterable[tuple[str, int, str, str, str, str]]) -> pl.DataFrame:
    """Findings given one by one."""
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


# Every row. A column and not a literal: polars 2.1 refused a literal as filter on a joined frame of several chunks.
EVERY = pl.col("_row").is_not_null()


def where(
    frame: pl.DataFrame,
    condition: pl.Expr,
    code: str | pl.Expr,
    column: str,
    excerpt: pl.Expr | None = None,
    detail: pl.Expr | None = None,
) -> pl.DataFrame:
    """A finding for each row of `frame` (with `_sheet` and `_row`) where `condition` is true."""
    text = pl.lit("") if excerpt is None else excerpt.cast(pl.String).fill_null("").str.slice(0, 60)
    found = frame.filter(condition.fill_null(value=False))
    return found.select(
        pl.col("_sheet").alias("sheet"),
        pl.col("_row").cast(pl.UInt32).alias("row"),
        pl.lit(column).alias("column"),
        (pl.lit(code) if isinstance(code, str) else code).cast(pl.String).alias("code"),
        text.alias("excerpt"),
        (pl.lit("") if detail is None else detail.cast(pl.String).fill_null("")).alias("detail"),
    )


def masked(text: pl.Expr) -> pl.Expr:
    """A number of which only the first three and the last two characters are told."""
    plain = text.cast(pl.String)
    return (
        pl.when(plain.str.len_chars() > 7)
        .then(plain.str.slice(0, 3) + pl.lit("…") + plain.str.slice(-2))
        .otherwise(plain.str.replace_all(".", "*"))
    )


def mask(text: str) -> str:
    """`masked` for one value."""
    return f"{text[:3]}…{text[-2:]}" if len(text) > 7 else "*" * len(text)
