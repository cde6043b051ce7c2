"""The rules of `identity` for whole columns, as polars expressions: a million numbers in about a second.

The column must be normalised first (`text.fold_width_expression`, then `number_expression` below). Results agree with
`identity.classify` and `identity.parse_resident_number` row by row; a property test holds the two together.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from domicile.core.codes import identity
from domicile.core.codes.text import fold_width_expression


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


def identity_expressions(
    number: pl.Expr, *, today: date, declared_kind: pl.Expr | None = None, prefix: str = "document_"
) -> list[pl.Expr]:
    """Return expressions for six columns that describe a column of normalised numbers.

    `number` is String without nulls (see `number_expression`); `declared_kind` is String with `identity.KINDS` or null.
    Columns, each named with `prefix`: `kind` (null where there is an error), `canonical` (String, 15 places upgraded;
    null on error), `checksum_ok` (Boolean, null where the kind has no check character or the number is unreadable),
    `birth_date` (Date, null where none), `sex` (1 or 2, null where none), `error` (one of `identity.ERROR_CODES` or
    null).
    """
    declared = (declared_kind if declared_kind is not None else pl.lit(None, dtype=pl.String)).fill_null("")
    by_pattern = declared.is_in(["hk_macao_permit", "taiwan_permit", "passport"])
    numbered = declared.is_in(sorted(identity.NUMBERED_KINDS))
    permit = (
        pl.when(number == "")
        .then(pl.lit("none"))
        .when(declared == "other")
        .then(pl.lit("other"))
        .when(by_pattern)
        .then(declared)
        .when(number.str.contains(identity.OLD_FOREIGN))
        .then(pl.lit("foreign_pr"))
        .when(numbered | number.str.contains(identity.EIGHTEEN))
        .then(pl.lit(None, dtype=pl.String))
        .when(number.str.contains(identity.HK_MACAO))
        .then(pl.lit("hk_macao_permit"))
        .when(number.str.contains(identity.TAIWAN) & ~number.str.contains(identity.DATE_LIKE))
        .then(pl.lit("taiwan_permit"))
        .when(number.str.contains(identity.PASSPORT_EVIDENT))
        .then(pl.lit("passport"))
    )
    resident = permit.is_null()
    parts = _Parts(number, today)
    error = (
        pl.when(resident)
        .then(parts.error)
        .when(declared.is_in(["other"]) & (number.str.len_chars() > identity.OTHER_LONGEST))
        .then(pl.lit("pattern"))
        .when((number != "") & by_pattern & ~_fits_declared(number, declared))
        .then(pl.lit("pattern"))
    )
    kind = pl.when(error.is_null()).then(pl.when(resident).then(parts.kind).otherwise(permit))
    canonical = pl.when(error.is_null()).then(
        pl.when(resident)
        .then(parts.number18)
        .when(permit == "hk_macao_permit")
        .then(number.str.slice(0, 9))
        .otherwise(number)
    )
    sound = resident & error.is_null()
    return [
        kind.alias(f"{prefix}kind"),
        canonical.alias(f"{prefix}canonical"),
        pl.when(resident & parts.readable).then(parts.checksum_ok).alias(f"{prefix}checksum_ok"),
        pl.when(sound).then(parts.birth_date).alias(f"{prefix}birth_date"),
        pl.when(sound).then(parts.sex).alias(f"{prefix}sex"),
        error.alias(f"{prefix}error"),
    ]


def _fits_declared(number: pl.Expr, declared: pl.Expr) -> pl.Expr:
    return (
        pl.when(declared == "hk_macao_permit")
        .then(number.str.contains(identity.HK_MACAO))
        .when(declared == "taiwan_permit")
        .then(number.str.contains(identity.TAIWAN))
        .otherwise(number.str.contains(identity.PASSPORT_DECLARED))
    )


class _Parts:
    """Expressions for the parts of a number of GB 11643 structure; null where the text has another form."""

    def __init__(self, number: pl.Expr, today: date) -> None:
        is18 = number.str.contains(identity.EIGHTEEN)
        is15 = number.str.contains(identity.FIFTEEN)
        self.readable = is18 | is15
        century = (
            pl.when(number.str.slice(12).is_in(sorted(identity.CENTENARIAN_SERIALS)))
            .then(pl.lit("18"))
            .otherwise(pl.lit("19"))
        )
        first17 = (
            pl.when(is18)
            .then(number.str.slice(0, 17))
            .when(is15)
            .then(pl.concat_str(number.str.slice(0, 6), century, number.str.slice(6)))
        )
        # 17 digits fit in 64 bits: arithmetic on one integer is faster than 17 slices of text.
        value = first17.cast(pl.Int64)
        expected = (12 - _weighted_sum(value) % 11) % 11
        character = pl.when(expected == 10).then(pl.lit("X")).otherwise(expected.cast(pl.String))
        given = number.str.slice(17, 1)
        self.checksum_ok = is15 | (given == character)
        self.number18 = pl.when(is18).then(number).otherwise(pl.concat_str(first17, character))
        serial = value % 1000
        self.sex = pl.when(serial % 2 == 1).then(pl.lit("1")).otherwise(pl.lit("2"))
        self.birth_date, possible = _birth_date(value // 1000 % 100_000_000)
        self.error = self._error(number, today, is18=is18, possible=possible, serial=serial)
        self.kind = (
            pl.when(number.str.slice(0, 6).is_in(sorted(identity.HMT_PREFIXES)))
            .then(pl.lit("hmt_residence"))
            .when(is18 & number.str.starts_with("9"))
            .then(pl.lit("foreign_pr"))
            .when(is15 & number.str.starts_with("9"))
            .then(pl.lit("foreign_pr"))
            .otherwise(pl.lit("resident_id"))
        )

    def _error(self, number: pl.Expr, today: date, *, is18: pl.Expr, possible: pl.Expr, serial: pl.Expr) -> pl.Expr:
        rounded = is18 & number.str.ends_with("000")
        unreadable = (
            pl.when(number.str.contains(identity.MASKED))
            .then(pl.lit("masked"))
            .when(number.str.contains(identity.ROUNDED))
            .then(pl.lit("looks_rounded"))
            .when(number.str.contains(identity.DIGITS) | ~number.str.len_chars().is_in([15, 18]))
            .then(pl.lit("length"))
            .otherwise(pl.lit("characters"))
        )
        return (
            pl.when(~self.readable)
            .then(unreadable)
            .when(~possible)
            .then(pl.lit("birth_date_impossible"))
            .when(self.birth_date > pl.lit(today))
            .then(pl.lit("birth_date_future"))
            .when(((serial == 0) | ~self.checksum_ok) & rounded)
            .then(pl.lit("looks_rounded"))
            .when(serial == 0)
            .then(pl.lit("serial"))
            .when(~self.checksum_ok)
            .then(pl.lit("checksum"))
        )


def _weighted_sum(value: pl.Expr) -> pl.Expr:
    total: pl.Expr = pl.lit(0, dtype=pl.Int64)
    for place, weight in enumerate(identity.WEIGHTS):
        total = total + value // 10 ** (16 - place) % 10 * weight
    return total


def _birth_date(yyyymmdd: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    year, month, day = yyyymmdd // 10_000, yyyymmdd // 100 % 100, yyyymmdd % 100
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    longest = (
        pl.when(month == 2)
        .then(28 + leap.cast(pl.Int64))
        .when(month.is_in([4, 6, 9, 11]))
        .then(pl.lit(30, dtype=pl.Int64))
        .otherwise(pl.lit(31, dtype=pl.Int64))
    )
    possible = month.is_between(1, 12) & day.is_between(1, longest) & (year >= identity.EARLIEST_BIRTH_YEAR)
    safe = pl.when(possible)
    born = safe.then(
        pl.date(safe.then(year).otherwise(2000), safe.then(month).otherwise(1), safe.then(day).otherwise(1))
    )
    return born, possible
