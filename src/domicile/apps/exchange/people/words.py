"""Words and codes of the national lists, a column at a time."""

import polars as pl

from domicile.apps.exchange import issues
from domicile.core.codes.lists import code_list

HEAD = ("02", "01")


def as_codes(name: str, texts: pl.Series) -> pl.DataFrame:
    """Columns code, quality (exact, synonym, warning) and note for each text of a list; null where it is not understood."""
    found = code_list(name)
    distinct = texts.drop_nulls().unique().to_list()
    rows = []
    for text in distinct:
        match = found.match(text)
        if match is not None:
            exact = text.strip() in (match.code, found.name(match.code))
            quality = "typed" if exact else "synonym" if match.quality == "exact" else match.quality
            rows.append((text, match.code, quality, match.note))
    schema = {"text": pl.String, "code": pl.String, "quality": pl.String, "note": pl.String}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    frame = pl.DataFrame({"text": texts})
    return frame.join(table, on="text", how="left", maintain_order="left").drop("text")


def coded(rows: pl.DataFrame, column: str, name: str, unknown: str) -> tuple[pl.Series, pl.DataFrame]:
    """The codes of a column, and findings: `unknown` where a text stands for no code, notes where a word was read."""
    read = as_codes(name, rows[column])
    marked = rows.select("_sheet", "_row", pl.col(column).alias("_text")).hstack(read.get_columns())
    text = pl.col("_text")
    findings = pl.concat(
        [
            issues.where(marked, text.is_not_null() & pl.col("code").is_null(), unknown, column, text),
            issues.where(marked, pl.col("quality") == "synonym", "word_read", column, text, pl.col("code")),
            issues.where(marked, pl.col("quality") == "warning", pl.lit("word_") + pl.col("note"), column, text),
        ]
    )
    return read["code"].alias(column), findings
