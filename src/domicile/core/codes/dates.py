"""Dates as people type them: 19800101, 800101, 1980-1-1, 1980.1.1, 1980年1月1日, spreadsheet serials, with a time.

`parse_date` reads one value, `date_columns` a column by the same patterns; a property test holds the two together.
Two-digit years never land in the future. Nothing is guessed in silence: `form`, `precision` and `note` say what was
done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import polars as pl

from domicile.core.codes.text import fold_width, fold_width_expression

Precision = Literal["day", "month", "year"]

EARLIEST_YEAR: Final = 1850
#: How far ahead a date may lie where future dates are allowed, as the end of a contract is.
FURTHEST_YEARS: Final = 70
#: Day 0 of spreadsheet serials, after the day of 1900 that spreadsheets count and that never was.
SERIAL_ZERO: Final = date(1899, 12, 30)

EIGHT: Final = r"^[0-9]{8}$"
SIX: Final = r"^[0-9]{6}$"
SERIAL: Final = r"^[0-9]{5}(?:\.[0-9]+)?$"
YEAR: Final = r"^[0-9]{4}年?$"
SEPARATED: Final = (
    r"^([0-9]{4}|[0-9]{2})(?: ?[-./年] ?| )([0-9]{1,2})(?:(?: ?[-./月] ?| )([0-9]{1,2}))? ?[日号月]?"
    r"(?:[T ]?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|\+[0-9:]+)?)?$"
)
WHOLE_FLOAT: Final = r"^([0-9]{4,8})\.0+$"

MESSAGES: Final = {
    "blank": "There is no date; enter one like 1980-01-01.",
    "form": "This is not read as a date; write it like 1980-01-01.",
    "impossible": "There is no such day; compare it with the document.",
    "too_early": "The year is too long ago; write the year with four digits and compare it with the document.",
    "future": "The date lies in the future; compare it with the document.",
}
ERROR_CODES: Final = tuple(MESSAGES)
NOTES: Final = {
    "ambiguous_six_digits": "Six digits, read as year, month and day of two digits each; they could be year and month.",
    "century_assumed": "The year had two digits; the latest century was taken in which the date is not in the future.",
    "spreadsheet_serial": "A spreadsheet's number of days, read as the date it stands for.",
}


class DateError(ValueError):
    """A text that is no usable date; `code` is one of ERROR_CODES, `message` says what to do."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.message = MESSAGES[code]
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date that was read; where `precision` is month or year, `value` is its first day.

    `form` is compact, short, separated, year or serial; `note` is a key of NOTES or empty.
    """

    value: date
    precision: Precision
    form: str
    note: str = ""


def parse_date(text: str, *, today: date, allow_future: bool = False) -> DateReading:
    """Read a date as typed; raise DateError. Dates after `today` are errors unless `allow_future`."""
    cleaned = _clean(text)
    form, year, month, day = _split(cleaned)
    note = ""
    if form == "serial":
        value = SERIAL_ZERO + timedelta(days=year)
        note, precision = "spreadsheet_serial", "day"
    else:
        if form == "short" or year < 100:
            note = "ambiguous_six_digits" if form == "short" and _reads_as_month(cleaned, today) else "century_assumed"
            year = _in_a_past_century(year, month, day, today)
        precision = "year" if month == 0 else "month" if day == 0 else "day"
        if month == 0 and day != 0:
            raise DateError("impossible")
        value = _whole(year, month or 1, day or 1)
    if value.year < EARLIEST_YEAR:
        raise DateError("too_early")
    if value > _limit(today, allow_future):
        raise DateError("future")
    return DateReading(value, precision, form, note)  # type: ignore[arg-type]


def date_columns(
    frame: pl.DataFrame, column: str, *, today: date, prefix: str = "date_", allow_future: bool = False
) -> pl.DataFrame:
    """Return `frame` with five columns more, read from the String column `column` as `parse_date` does.

    Added, each named with `prefix`: `value` (Date), `precision`, `form`, `note` and `error` (String, null where none).
    A blank or null text has no value and no error.
    """
    work = frame.select(_clean_expression(pl.col(column)).alias("t"))
    work = _split_columns(work)
    yy, today_number = pl.col("year"), today.year * 10_000 + today.month * 100 + today.day
    two_digits = (pl.col("form") != "serial") & (yy < 100)
    recent = (2000 + yy) * 10_000 + pl.col("month") * 100 + pl.col("day") <= today_number
    work = work.with_columns(
        two_digits=two_digits,
        year=pl.when(two_digits).then(yy + pl.when(recent).then(2000).otherwise(1900)).otherwise(yy),
    )
    work = _with_value(work)
    limit = pl.lit(_limit(today, allow_future))
    work = work.with_columns(
        error=pl.when(pl.col("t") == "")
        .then(None)
        .when(pl.col("form").is_null())
        .then(pl.lit("form"))
        .when(pl.col("value").is_null())
        .then(pl.lit("impossible"))
        .when(pl.col("value").dt.year() < EARLIEST_YEAR)
        .then(pl.lit("too_early"))
        .when(pl.col("value") > limit)
        .then(pl.lit("future"))
    )
    return frame.hstack(_described(work, today, prefix).get_columns())


def _clean(text: str) -> str:
    cleaned = " ".join(fold_width(text).split())
    whole = re.match(WHOLE_FLOAT, cleaned)
    return whole[1] if whole else cleaned


def _clean_expression(text: pl.Expr) -> pl.Expr:
    folded = fold_width_expression(text).fill_null("").str.replace_all(r"\s+", " ").str.strip_chars(" ")
    return folded.str.replace(WHOLE_FLOAT, "$1")


def _split(text: str) -> tuple[str, int, int, int]:
    """Return form, year, month, day; a part that is missing or written 00 is 0; a serial stands in the year's place."""
    if text == "":
        raise DateError("blank")
    if re.match(EIGHT, text):
        return "compact", int(text[:4]), int(text[4:6]), int(text[6:])
    if re.match(SIX, text):
        if 1 <= int(text[2:4]) <= 12 and 1 <= int(text[4:]) <= 31:
            return "short", int(text[:2]), int(text[2:4]), int(text[4:])
        return "compact", int(text[:4]), int(text[4:]), 0
    if re.match(SERIAL, text):
        return "serial", int(text[:5]), 0, 0
    if re.match(YEAR, text):
        return "year", int(text[:4]), 0, 0
    parts = re.match(SEPARATED, text)
    if parts is None or (len(parts[1]) == 2 and parts[3] is None):
        raise DateError("form")
    month, day = int(parts[2]), int(parts[3] or 0)
    if month == 0 or (parts[3] is not None and day == 0):
        raise DateError("impossible")
    return "separated", int(parts[1]), month, day


def _split_columns(work: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("t")
    work = work.with_columns(parts=text.str.extract_groups(SEPARATED)).unnest("parts")
    year, month, day = pl.col("1"), pl.col("2"), pl.col("3")

    def piece(start: int, length: int) -> pl.Expr:
        return text.str.slice(start, length).cast(pl.Int64, strict=False)

    six = text.str.contains(SIX)
    short = six & piece(2, 2).is_between(1, 12) & piece(4, 2).is_between(1, 31)
    form = (
        pl.when(text.str.contains(EIGHT) | (six & ~short))
        .then(pl.lit("compact"))
        .when(short)
        .then(pl.lit("short"))
        .when(text.str.contains(SERIAL))
        .then(pl.lit("serial"))
        .when(text.str.contains(YEAR))
        .then(pl.lit("year"))
        .when(year.is_not_null() & ((year.str.len_bytes() == 4) | day.is_not_null()))
        .then(pl.lit("separated"))
    )
    work = work.with_columns(form=form, six=six)
    kind, whole = pl.col("form"), pl.lit(None, dtype=pl.Int64)
    return work.with_columns(
        year=pl.when(kind == "separated")
        .then(year.cast(pl.Int64))
        .when(kind == "short")
        .then(piece(0, 2))
        .when(kind == "serial")
        .then(piece(0, 5))
        .when(kind.is_not_null())
        .then(piece(0, 4))
        .otherwise(whole),
        # Month or day 0 that was typed between separators is -1, so that it is impossible and not a missing part.
        month=pl.when(kind == "separated")
        .then(month.cast(pl.Int64).replace(0, -1))
        .when(kind == "short")
        .then(piece(2, 2))
        .when(kind == "compact")
        .then(piece(4, 2))
        .otherwise(0),
        day=pl.when(kind == "separated")
        .then(day.cast(pl.Int64).replace(0, -1).fill_null(0))
        .when(kind == "short")
        .then(piece(4, 2))
        .when((kind == "compact") & ~pl.col("six"))
        .then(piece(6, 2))
        .otherwise(0),
    )


def _with_value(work: pl.DataFrame) -> pl.DataFrame:
    year, month, day = pl.col("year"), pl.col("month"), pl.col("day")
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    longest = (
        pl.when(month == 2)
        .then(28 + leap.cast(pl.Int64))
        .when(month.is_in([4, 6, 9, 11]))
        .then(pl.lit(30, dtype=pl.Int64))
        .otherwise(pl.lit(31, dtype=pl.Int64))
    )
    serial = pl.col("form") == "serial"
    possible = (
        ~serial & (year >= 1) & month.is_between(0, 12) & day.is_between(0, longest) & ~((month == 0) & (day != 0))
    ).fill_null(value=False)
    work = work.with_columns(possible=possible)
    safe = {
        name: pl.when(pl.col("possible")).then(part).otherwise(pl.lit(other, dtype=pl.Int64))
        for name, part, other in (("y", year, 2000), ("m", month.clip(1, 12), 1), ("d", day.clip(1, 31), 1))
    }
    days = pl.lit(SERIAL_ZERO) + pl.duration(days=pl.when(serial).then(year).otherwise(0))
    return work.with_columns(
        value=pl.when(pl.col("possible"))
        .then(pl.date(safe["y"], safe["m"], safe["d"]))
        .when(serial)
        .then(days.cast(pl.Date))
    )


def _described(work: pl.DataFrame, today: date, prefix: str) -> pl.DataFrame:
    form, sound = pl.col("form"), pl.col("error").is_null() & pl.col("value").is_not_null()
    as_month = pl.col("t").str.slice(0, 4).cast(pl.Int64, strict=False).is_between(EARLIEST_YEAR, today.year) & (
        pl.col("t").str.slice(4).cast(pl.Int64, strict=False).is_between(1, 12)
    )
    note = (
        pl.when((form == "short") & as_month)
        .then(pl.lit("ambiguous_six_digits"))
        .when(pl.col("two_digits"))
        .then(pl.lit("century_assumed"))
        .when(form == "serial")
        .then(pl.lit("spreadsheet_serial"))
    )
    precision = (
        pl.when(form == "serial")
        .then(pl.lit("day"))
        .when(pl.col("month") == 0)
        .then(pl.lit("year"))
        .when(pl.col("day") == 0)
        .then(pl.lit("month"))
        .otherwise(pl.lit("day"))
    )
    return work.select(
        pl.when(sound).then(pl.col("value")).alias(f"{prefix}value"),
        pl.when(sound).then(precision).alias(f"{prefix}precision"),
        pl.when(sound).then(form).alias(f"{prefix}form"),
        pl.when(sound).then(note).alias(f"{prefix}note"),
        pl.col("error").alias(f"{prefix}error"),
    )


def _reads_as_month(text: str, today: date) -> bool:
    return EARLIEST_YEAR <= int(text[:4]) <= today.year and 1 <= int(text[4:]) <= 12


def _in_a_past_century(yy: int, month: int, day: int, today: date) -> int:
    recent = 2000 + yy
    return recent if (recent, month, day) <= (today.year, today.month, today.day) else 1900 + yy


def _whole(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateError("impossible") from None


def _limit(today: date, allow_future: bool) -> date:
    return date(today.year + FURTHEST_YEARS, 12, 31) if allow_future else today
