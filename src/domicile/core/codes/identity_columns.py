"""The rules of `identity` for whole columns, in polars: a million numbers in about a second.

Results agree with `identity.classify` and `identity.parse_resident_number` row by row; a property test holds the two
together. Intermediate values are real columns, stage by stage: as one nested expression the same work takes minutes,
because shared parts are computed anew wherever they are named.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from domicile.core.codes import identity
from domicile.core.codes.text import fold_width_expression

#: What `identity_columns` adds, each name after its prefix.
ADDED: Final = ("kind", "canonical", "checksum_ok", "birth_date", "sex", "error")


def number_expression(text: pl.Expr) -> pl.Expr:
    """Bring a String column into the form of `identity.normalise_number`; null becomes the empty string."""
    return (
        fold_width_expression(text)
        .fill_null("")
        .str.replace_all(r"\s+", "")
        .str.to_uppercase()
        .str.replace(r"^['‘’`]+", "")
        .str.replace_all(r"[×ΧХ]", "X")
    )


def identity_columns(
    frame: pl.DataFrame, column: str, *, today: date, declared_kind: str | None = None, prefix: str = "document_"
) -> pl.DataFrame:
    """Return `frame` with six columns more that describe the document numbers in `column`.

    `column` is String, normalised by `number_expression` (nulls read as empty); `declared_kind` names a String column
    with `identity.KINDS` or null. Added, each named with `prefix`: `kind` (null on error), `canonical` (15 places
    upgraded; null on error), `checksum_ok` (Boolean; null where the kind has no check character or the number cannot
    be read), `birth_date` (Date; null where none), `sex` (1 or 2; null where none), `error` (one of
    `identity.ERROR_CODES` or null).
    """
    declared = pl.lit("") if declared_kind is None else pl.col(declared_kind).fill_null("")
    work = frame.select(pl.col(column).fill_null("").alias("number"), declared.alias("declared"))
    work = work.with_columns(
        is18=pl.col("number").str.contains(identity.EIGHTEEN),
        is15=pl.col("number").str.contains(identity.FIFTEEN),
    )
    work = _with_permit(work)
    work = _with_parts(work)
    work = _with_birth_date(work)
    work = work.with_columns(error=_error(today))
    return frame.hstack(_described(work, prefix).get_columns())


def _with_permit(work: pl.DataFrame) -> pl.DataFrame:
    """Add `permit`: the kind told by the form or by the stated type, null where the number must be read."""
    number, declared = pl.col("number"), pl.col("declared")
    return work.with_columns(
        permit=pl.when(number == "")
        .then(pl.lit("none"))
        .when(declared.is_in(["other", "hk_macao_permit", "taiwan_permit", "passport"]))
        .then(declared)
        .when(pl.col("is18") | pl.col("is15"))
        .then(pl.lit(None, dtype=pl.String))
        .when(number.str.contains(identity.OLD_FOREIGN))
        .then(pl.lit("foreign_pr"))
        .when(declared.is_in(sorted(identity.NUMBERED_KINDS)))
        .then(pl.lit(None, dtype=pl.String))
        .when(number.str.contains(identity.HK_MACAO))
        .then(pl.lit("hk_macao_permit"))
        .when(number.str.contains(identity.TAIWAN) & ~number.str.contains(identity.DATE_LIKE))
        .then(pl.lit("taiwan_permit"))
        .when(number.str.contains(identity.PASSPORT_EVIDENT))
        .then(pl.lit("passport"))
    )


def _with_parts(work: pl.DataFrame) -> pl.DataFrame:
    """Add `first17`, `value` (it as an integer), `serial`, `given` and `character` (stated and due check character)."""
    number = pl.col("number")
    century = (
        pl.when(number.str.slice(12).is_in(sorted(identity.CENTENARIAN_SERIALS)))
        .then(pl.lit("18"))
        .otherwise(pl.lit("19"))
    )
    work = work.with_columns(
        first17=pl.when(pl.col("is18"))
        .then(number.str.slice(0, 17))
        .when(pl.col("is15"))
        .then(pl.concat_str(number.str.slice(0, 6), century, number.str.slice(6))),
        given=number.str.slice(17, 1),
    )
    # 17 digits fit in 64 bits: arithmetic on one integer is faster than 17 slices of text.
    work = work.with_columns(value=pl.col("first17").cast(pl.Int64))
    total: pl.Expr = pl.lit(0, dtype=pl.Int64)
    for place, weight in enumerate(identity.WEIGHTS):
        total = total + pl.col("value") // 10 ** (16 - place) % 10 * weight
    work = work.with_columns(serial=pl.col("value") % 1000, due=(12 - total % 11) % 11)
    return work.with_columns(
        character=pl.when(pl.col("due") == 10).then(pl.lit("X")).otherwise(pl.col("due").cast(pl.String))
    ).with_columns(checksum_ok=pl.col("is15") | (pl.col("given") == pl.col("character")))


def _with_birth_date(work: pl.DataFrame) -> pl.DataFrame:
    """Add `possible` and `birth_date` (null where not possible) from places 7 to 14."""
    born = pl.col("value") // 1000
    work = work.with_columns(year=born // 10_000 % 10_000, month=born // 100 % 100, day=born % 100)
    year, month, day = pl.col("year"), pl.col("month"), pl.col("day")
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    longest = (
        pl.when(month == 2)
        .then(28 + leap.cast(pl.Int64))
        .when(month.is_in([4, 6, 9, 11]))
        .then(pl.lit(30, dtype=pl.Int64))
        .otherwise(pl.lit(31, dtype=pl.Int64))
    )
    work = work.with_columns(
        possible=month.is_between(1, 12) & day.is_between(1, longest) & (year >= identity.EARLIEST_BIRTH_YEAR)
    )
    safe = [pl.when(pl.col("possible")).then(part).otherwise(pl.lit(1, dtype=pl.Int64)) for part in (month, day)]
    whole = pl.date(pl.when(pl.col("possible")).then(year).otherwise(pl.lit(2000, dtype=pl.Int64)), safe[0], safe[1])
    return work.with_columns(birth_date=pl.when(pl.col("possible")).then(whole))


def _error(today: date) -> pl.Expr:
    number, declared = pl.col("number"), pl.col("declared")
    rounded = pl.col("is18") & number.str.ends_with("000")
    serial_none, mismatch = pl.col("serial") == 0, ~pl.col("checksum_ok")
    read = (
        pl.when(~pl.col("possible"))
        .then(pl.lit("birth_date_impossible"))
        .when(pl.col("birth_date") > pl.lit(today))
        .then(pl.lit("birth_date_future"))
        .when((serial_none | mismatch) & rounded)
        .then(pl.lit("looks_rounded"))
        .when(serial_none)
        .then(pl.lit("serial"))
        .when(mismatch)
        .then(pl.lit("checksum"))
    )
    unreadable = (
        pl.when(number.str.contains(identity.MASKED))
        .then(pl.lit("masked"))
        .when(number.str.contains(identity.ROUNDED))
        .then(pl.lit("looks_rounded"))
        .when(number.str.contains(identity.DIGITS) | ~number.str.len_chars().is_in([15, 18]))
        .then(pl.lit("length"))
        .otherwise(pl.lit("characters"))
    )
    misfit = (
        ((declared == "other") & (number.str.len_chars() > identity.OTHER_LONGEST))
        | ((declared == "hk_macao_permit") & ~number.str.contains(identity.HK_MACAO))
        | ((declared == "taiwan_permit") & ~number.str.contains(identity.TAIWAN))
        | ((declared == "passport") & ~number.str.contains(identity.PASSPORT_DECLARED))
    )
    return (
        pl.when(pl.col("permit").is_null() & pl.col("value").is_not_null())
        .then(read)
        .when(pl.col("permit").is_null())
        .then(unreadable)
        .when((number != "") & misfit)
        .then(pl.lit("pattern"))
    )


def _described(work: pl.DataFrame, prefix: str) -> pl.DataFrame:
    read, sound = pl.col("permit").is_null(), pl.col("error").is_null()
    number18 = (
        pl.when(pl.col("is18")).then(pl.col("number")).otherwise(pl.concat_str(pl.col("first17"), pl.col("character")))
    )
    numbered = (
        pl.when(pl.col("number").str.slice(0, 6).is_in(sorted(identity.HMT_PREFIXES)))
        .then(pl.lit("hmt_residence"))
        .when(pl.col("number").str.starts_with("9"))
        .then(pl.lit("foreign_pr"))
        .otherwise(pl.lit("resident_id"))
    )
    permit_number = (
        pl.when(pl.col("permit") == "hk_macao_permit")
        .then(pl.col("number").str.slice(0, 9))
        .otherwise(pl.col("number"))
    )
    sex = pl.when(pl.col("serial") % 2 == 1).then(pl.lit("1")).otherwise(pl.lit("2"))
    return work.select(
        pl.when(sound).then(pl.when(read).then(numbered).otherwise(pl.col("permit"))).alias(f"{prefix}kind"),
        pl.when(sound).then(pl.when(read).then(number18).otherwise(permit_number)).alias(f"{prefix}canonical"),
        pl.when(read).then(pl.col("checksum_ok")).alias(f"{prefix}checksum_ok"),
        pl.when(read & sound).then(pl.col("birth_date")).alias(f"{prefix}birth_date"),
        pl.when(read & sound).then(sex).alias(f"{prefix}sex"),
        pl.col("error").alias(f"{prefix}error"),
    )
