"""Household sheets as people fill them in: every cell still says the same, but in one of the many ways of saying it.

Nothing here loses or changes what the clean sheet says: digits grow wide, blanks creep into names, dates are written in
every spelling, a cell for the whole household is merged or left empty below, codes stand for words. What loses data
is in `broken`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from opencc import OpenCC

from domicile.core.codes.lists import code_list, read_data
from domicile.core.synth.lexicon import choose, load, stream
from domicile.core.synth.sheets import CODED, DAY, PEOPLE_HEADERS, printed_words

DATE_SPELLINGS = (DAY, "%Y%m%d", "%y%m%d", "%Y-%-m-%-d", "%Y.%-m.%-d", "%Y年%-m月%-d日")
SHORT_YEARS = (1935, 1999)  # years of birth for which two digits leave no doubt
MERGED = ("address", "grid", "workers")
MADE_UP = ("甲", "乙", "丙", "无", "—")
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030")
Generator = np.random.Generator


@dataclass(frozen=True)
class Style:
    """The habits of whoever filled in one file."""

    headers: dict[str, str]
    old_columns: tuple[str, ...]
    titles: tuple[str, ...]
    encoding: str
    merged: bool
    line_end: str
    date_weights: tuple[float, ...]
    coded: float
    grid: tuple[float, float, float]
    spreadsheet_dates: bool


def style_of(seed: int, place: str, number: int) -> Style:
    """The style of file `number`, which comes from `place`; encodings and title rows take turns so that all occur."""
    rng = stream(seed, f"style {number}")
    names = [str(name) for name in rng.permutation(list(PEOPLE_HEADERS))]
    subjects = [row["subject"] for row in read_data("dropped_columns")[1]]
    titles = (
        "住户人口信息采集表",
        f"填报单位：{place}",
        "本户共1页（第1页）",
    )
    return Style(
        headers={name: _header(PEOPLE_HEADERS[name], rng) for name in names},
        old_columns=tuple(str(word) for word in rng.choice(subjects[:9], int(rng.integers(0, 4)), replace=False)),
        titles=titles[: (number + int(rng.integers(0, 2))) % 4],
        encoding=ENCODINGS[number % 3],
        merged=bool(rng.random() < 0.6),
        line_end="\r\n" if rng.random() < 0.5 else "\n",
        date_weights=tuple(rng.dirichlet(np.full(len(DATE_SPELLINGS), 0.5)).tolist()),
        coded=float(rng.choice([0.0, 0.05, 0.9])),
        grid=((0.96, 0.02, 0.02), (0.03, 0.95, 0.02), (0.6, 0.38, 0.02))[int(rng.integers(0, 3))],
        spreadsheet_dates=bool(rng.random() < 0.5),
    )


def _header(printed: str, rng: Generator) -> str:
    """A header whole, without its bracket, with the bracket's words alone, or with wide brackets or a blank."""
    outside, _, inside = printed.rstrip(")").partition("(")
    draw = rng.random()
    if inside:
        return (printed, outside, inside, f"{outside}（{inside}）")[int(draw * 4)]
    if len(printed) == 2 and draw < 0.3:
        return f"{printed[0]} {printed[1]}"
    return printed


@cache
def _traditional() -> dict[str, str]:
    """Traditional forms of the characters that occur in names and printed words."""
    tables = load("names.yaml")
    text = tables["surnames"] + "".join(line for lines in tables["given"].values() for line in lines)
    text += "".join("".join(printed_words(name)[1]) for name in CODED.values())
    converter = OpenCC("s2t")
    pairs = {
        character: converter.convert(character) for character in sorted(set(text)) if "\u4e00" <= character <= "\u9fff"
    }
    return {simple: other for simple, other in pairs.items() if simple != other and len(other) == 1}


WIDE = dict(zip("0123456789X", "０１２３４５６７８９Ｘ", strict=True))


def _where(mask: np.ndarray, then: pl.Expr, other: str) -> pl.Expr:
    return pl.when(pl.lit(pl.Series(mask))).then(then).otherwise(pl.col(other)).alias(other)


def messy_people(rows: pl.DataFrame, truth: pl.DataFrame, style: Style, rng: Generator) -> pl.DataFrame:
    """Text cells (and dates where the style keeps spreadsheet dates) under canonical names, plus `block`.

    `rows` are coded rows (sheets.coded_people); `truth` gives each row's true number and birth date, so that a birth
    date is left out only where the number tells it.
    """
    count = len(rows)

    def some(share: float) -> np.ndarray:
        return np.asarray(rng.random(count) < share)

    frame = _worded(rows, style, rng)
    frame = frame.with_columns(_phones(rows, some(0.45), some(0.5), some(0.1)))
    frame = frame.with_columns(_dates(rows, name, style, rng) for name in ("birth_date", "inflow_date"))
    told = (
        (truth["document_number"] == rows["document_number"])
        & (truth["birth_date"] == rows["birth_date"])
        & (rows["document_type"] == "resident_id")
    ).fill_null(False)
    frame = frame.with_columns(_where(told.to_numpy() & some(0.02), pl.lit(None), "birth_date"))
    simple, traditional = list(_traditional()), list(_traditional().values())
    for name, share in (("name", 0.004), ("relation", 0.01), ("marital", 0.01), ("education", 0.01)):
        frame = frame.with_columns(_where(some(share), pl.col(name).str.replace_many(simple, traditional), name))
    # Two-character names are spaced out so that they are as wide as the others.
    spaced = (frame["name"].str.len_chars() == 2).fill_null(False).to_numpy()
    blank = pl.lit(pl.Series(some(0.4)))
    apart = (
        pl.col("name").str.head(1)
        + pl.when(blank).then(pl.lit("　")).otherwise(pl.lit(" "))
        + pl.col("name").str.tail(1)
    )
    frame = frame.with_columns(_where(spaced & some(0.06), apart, "name"))
    frame = frame.with_columns(_where(some(0.4), pl.col("document_number").str.to_lowercase(), "document_number"))
    wide = {"document_number": 0.01, "registered_address": 0.02, "phones": 0.005}
    for name, share in wide.items():
        frame = frame.with_columns(
            _where(some(share), pl.col(name).str.replace_many(list(WIDE), list(WIDE.values())), name)
        )
    number = pl.col("document_number")
    frame = frame.with_columns(_where(some(0.01), pl.lit(" ") + number + pl.lit(" "), "document_number"))
    return _of_household(frame, rows, style, rng)


def _worded(rows: pl.DataFrame, style: Style, rng: Generator) -> pl.DataFrame:
    """Codes as printed words, as other words, or left as codes."""
    others = load("words.yaml")
    columns = []
    for column, name in CODED.items():
        codes, words = printed_words(name)
        loose = [str((others[name].get(code) or [word])[0]) for code, word in zip(codes, words, strict=True)]
        # No code list prints codes for document types.
        as_code = style.coded if name != "document_kind" else 0.0
        draw = pl.lit(
            pl.Series(choose(rng, np.array([0.75 * (1 - as_code), 0.25 * (1 - as_code), as_code]), len(rows)))
        )
        columns.append(
            pl.when(draw == 0)
            .then(pl.col(column).replace_strict(codes, words, return_dtype=pl.String))
            .when(draw == 1)
            .then(pl.col(column).replace_strict(codes, loose, return_dtype=pl.String))
            .otherwise(pl.col(column))
            .alias(column)
        )
    # Where nothing is said, a number is a resident's.
    usual = rows["document_type"].is_in(["resident_id", "none"]).to_numpy()
    unsaid = usual & (rng.random(len(rows)) < 0.5)
    return rows.with_columns(columns).with_columns(_where(unsaid, pl.lit(None), "document_type"))


def _phones(rows: pl.DataFrame, named: np.ndarray, wide: np.ndarray, both: np.ndarray) -> pl.Expr:
    """Phones alone, with their owner in brackets, or with the next person's beside it."""
    owner = pl.when(pl.lit(pl.Series(wide))).then("（" + pl.col("name") + "）").otherwise("(" + pl.col("name") + ")")
    phone = pl.lit(rows["phones"])
    own = pl.when(pl.lit(pl.Series(named))).then(phone + owner).otherwise(phone)
    following = rows.select(
        pl.when(pl.col("block") == pl.col("block").shift(-1)).then(
            pl.col("phones").shift(-1) + "(" + pl.col("name").shift(-1) + ")"
        )
    ).to_series()
    # Names on the rows are the plain ones here: brackets hold no spaced or traditional spelling.
    together = pl.lit(pl.Series(both)) & pl.lit(following).is_not_null()
    return pl.when(together).then(pl.concat_str(own, pl.lit("、"), pl.lit(following))).otherwise(own).alias("phones")


def _dates(rows: pl.DataFrame, name: str, style: Style, rng: Generator) -> pl.Expr:
    weights = np.array(style.date_weights)
    spelling = choose(rng, weights, len(rows))
    other = rng.random(len(rows)) < 0.1
    spelling = np.where(other, rng.integers(0, len(DATE_SPELLINGS), len(rows)), spelling)
    year = rows[name].dt.year().fill_null(0).to_numpy()
    doubtful = (year < SHORT_YEARS[0]) | (year > SHORT_YEARS[1]) | (name != "birth_date")
    spelling = np.where((spelling == 2) & doubtful, 1, spelling)
    chosen = pl.lit(pl.Series(spelling))
    day = pl.lit(rows[name])
    written = day.dt.strftime(DATE_SPELLINGS[0])
    for index, form in enumerate(DATE_SPELLINGS[1:], start=1):
        written = pl.when(chosen == index).then(day.dt.strftime(form)).otherwise(written)
    return written.alias(name)


def _of_household(frame: pl.DataFrame, rows: pl.DataFrame, style: Style, rng: Generator) -> pl.DataFrame:
    """Cells that hold for a whole household: written alike on its rows, or on the first only."""
    block = rows["block"].to_numpy()
    first = np.r_[True, block[1:] != block[:-1]] if len(block) else np.zeros(0, dtype=np.bool_)
    number = np.cumsum(first) - 1
    count = int(first.sum())

    def drawn(weights: tuple[float, ...]) -> pl.Expr:
        return pl.lit(pl.Series(choose(rng, np.array(weights), count)[number]))

    address, way, size = pl.col("address"), drawn((0.62, 0.12, 0.12, 0.14)), drawn((0.98, 0.02))
    table = load("places.yaml")
    full = pl.lit(table["province"]["name"] + table["prefecture"]["name"]) + address
    bare = address.str.strip_prefix(table["county"]["name"])
    address = pl.when(way == 1).then(full).when(way == 2).then(bare).otherwise(address)
    address = pl.when(way == 3).then(address.str.replace(r"(\d)幢", "${1}栋")).otherwise(address)
    address = pl.when(size == 1).then(address.str.replace_many(list(WIDE), list(WIDE.values()))).otherwise(address)
    grid = drawn(style.grid)
    named = pl.when(grid == 0).then("grid").when(grid == 1).then("grid_name")
    frame = frame.with_columns(address.alias("address"), named.alias("grid"))
    if not style.merged:
        return frame
    return frame.with_columns(_where(~first, pl.lit(None), name) for name in MERGED)


def old_columns(style: Style, count: int, rng: Generator) -> dict[str, pl.Series]:
    """Columns that older sheets still have, with made-up words in them: the import must drop them unread."""
    return {header: pl.Series(MADE_UP).gather(rng.integers(0, len(MADE_UP), count)) for header in style.old_columns}


def code_of(name: str, word: str) -> str | None:
    """The code that a word of a list stands for, None when it is loose or unknown (for tests and checks)."""
    match = code_list(name).match(word)
    return match.code if match and match.quality != "warning" else None
