"""Which rows make a household, and what a blank address takes from the row above."""

import polars as pl

from domicile.apps.exchange import issues
from domicile.apps.exchange.people.words import HEAD, as_codes

_FOOTER = r"^(?:填表|制表|审核|合计|总计|小计|采集人|网格管理员|网格员签|本户共|第\s*\d+\s*页|说明)"


def grouped(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows (strings under column names, `_sheet`, `_row`, `_break`) with `_first` (begins a household) and the address
    filled down; and findings.

    A household begins where the sheet changes, where an address stands that is not the one above, and at a head after a
    blank row. Footers (填表人 …) and headers repeated on further pages are left out, and reported.
    """
    rows, skipped = _without_furniture(rows)
    if rows.is_empty():
        return rows.with_columns(_first=pl.lit(True)), skipped
    relation = as_codes("relation", rows["relation"]).get_column("code")
    address = pl.col("address")
    first = (
        (pl.col("_sheet") != pl.col("_sheet").shift(1)).fill_null(value=True)
        | (address.is_not_null() & (address != address.forward_fill().shift(1)).fill_null(value=True))
        | (pl.col("_break") & pl.lit(relation.is_in(HEAD)).fill_null(value=False))
    )
    marked = rows.with_columns(first.alias("_first")).with_columns(pl.col("_first").cum_sum().alias("_run"))
    blank = marked["address"].is_null()
    filled = marked.with_columns(
        address.forward_fill().over("_run"),
        pl.col("grid").forward_fill().over("_run"),
        pl.col("workers").forward_fill().over("_run"),
    ).drop("_run")
    taken = pl.lit(blank) & address.is_not_null()
    findings = [
        skipped,
        issues.where(filled, taken, "address_filled", "address"),
        issues.where(filled, address.is_null(), "address_missing", "address"),
    ]
    return filled, pl.concat(findings)


def _without_furniture(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Drop repeated headers and footers: rows that fill no name and begin like a form's own words."""
    repeated = (pl.col("name") == "姓名") | (pl.col("relation") == "与户主关系")
    text = pl.coalesce("address", "grid", "phones", "relation", "registered_address", "remark")
    nothing = pl.all_horizontal(pl.col("name", "relation", "document_number", "birth_date").is_null())
    footer = nothing & (text.str.contains(_FOOTER) | text.is_null())
    # The words of the form may stand in any cell, also the one for the name.
    footer |= pl.all_horizontal(pl.col("sex", "document_number", "birth_date").is_null()) & pl.any_horizontal(
        pl.col("name", "address", "relation").str.contains(_FOOTER)
    )
    skip = (repeated | footer).fill_null(value=False)
    findings = issues.where(rows, skip, "row_skipped", "", excerpt=text)
    return rows.filter(~skip), findings


def household_faults(rows: pl.DataFrame) -> pl.DataFrame:
    """Findings about heads. `rows` has `household` (number), `relation` (code), `_sheet`, `_row`."""
    head = (pl.col("relation").is_in(HEAD)).fill_null(value=False)
    marked = rows.select(
        "_sheet", "_row", "household", "name", head.alias("head"), pl.col("relation").is_null().alias("unknown")
    ).with_columns(
        pl.col("head").sum().over("household").alias("heads"),
        pl.col("head").cum_sum().over("household").alias("nth"),
        pl.int_range(pl.len()).over("household").alias("place"),
        pl.col("unknown").any().over("household").alias("unsure"),
    )
    return pl.concat(
        [
            issues.where(
                marked, (pl.col("heads") == 0) & (pl.col("place") == 0) & ~pl.col("unsure"), "head_missing", "relation"
            ),
            issues.where(marked, pl.col("head") & (pl.col("nth") > 1), "two_heads", "relation", excerpt=pl.col("name")),
            issues.where(
                marked, pl.col("head") & (pl.col("nth") == 1) & (pl.col("place") > 0), "head_not_first", "relation"
            ),
        ]
    )
