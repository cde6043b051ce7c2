"""Parse a column of addresses at once; `line` reads a single one by the same patterns."""

from functools import reduce
from typing import Final

import polars as pl

from domicile.core.addresses.clean import CAUSES, cleaned, traditional
from domicile.core.addresses.grammar import (
    COMMUNITY_OFFICES,
    FLOOR_OF_JOINED,
    HEAD,
    LEADING_ZERO,
    LOWER,
    LOWER_CASE,
    NAMED_COMPOUND,
    NAMELESS_COMPOUNDS,
    NUMERAL_WORD,
    PLATE_COURTS,
    ROOM_OF_JOINED,
    STREET_WITHOUT_NAME,
    UPPER,
)
from domicile.core.addresses.numerals import arabic, chinese
from domicile.core.addresses.parts import NAMED, NUMBERED, PARTS

_CHUNK: Final = 65536
_FEW: Final = 2000


def parse_frame(texts: pl.Series) -> pl.DataFrame:
    """Return one row for each address: the columns `PARTS`, then key, building_key, ok, notes.

    All are strings, an absent part is null, except `ok` (Boolean: something below the community was found) and
    `notes` (codes of what was normalised, joined by commas, maybe empty). `key` and `building_key` are null unless
    `ok`. A null text is not ok.
    """
    source = pl.DataFrame({"text": texts.cast(pl.String)})
    few = source.height < _FEW
    chunks = [_split(source.slice(start, _CHUNK).lazy(), few=few) for start in range(0, max(source.height, 1), _CHUNK)]
    frame = pl.concat(pl.collect_all(chunks))
    raw = frame.select(*NUMBERED)
    frame = _fold_column_wise(frame)
    return pl.concat(pl.collect_all([_finish(frame, raw, start) for start in range(0, max(frame.height, 1), _CHUNK)]))


def standard_community(name: pl.Expr) -> pl.Expr:
    """Return the name of a community without the words for its office."""
    for pattern, standard in COMMUNITY_OFFICES:
        name = name.str.replace(pattern, standard)
    return name


def _split(texts: pl.LazyFrame, *, few: bool) -> pl.LazyFrame:
    """Cut each text into its parts as written."""
    upper = _upper(texts.with_columns(clean=cleaned(pl.col("text").fill_null(""), few=few)))
    nameless = pl.col("rest").str.contains(STREET_WITHOUT_NAME)
    of_village = nameless & pl.col("village").is_not_null()
    of_community = nameless & ~of_village & pl.col("community").str.ends_with("村").fill_null(value=False)
    moved = upper.with_columns(
        rest=pl.when(of_village)
        .then(pl.col("village") + pl.col("rest"))
        .when(of_community)
        .then(pl.col("community") + pl.col("rest"))
        .otherwise("rest"),
        village=pl.when(~of_village).then("village"),
        community=pl.when(~of_community).then("community"),
        county=pl.coalesce("county_of_city", "county_alone"),
    )
    lower = moved.with_columns(lower=pl.col("rest").str.extract_groups(LOWER)).unnest("lower")
    building = pl.coalesce("building", "building_named", "building_dashed", "building_4")
    plate = pl.coalesce("plate", "plate_bare", "plate_alone", "plate_4")
    both = plate.is_not_null() & pl.col("plate_inside").is_not_null()
    return lower.select(
        "text",
        "clean",
        *PARTS[:7],
        "street",
        plate=pl.when(both).then(plate).otherwise(pl.coalesce(plate, "plate_inside")),
        compound=pl.when(both & building.is_not_null())
        .then(pl.col("compound") + pl.col("plate_inside"))
        .otherwise(pl.when(~pl.col("compound").is_in(NAMELESS_COMPOUNDS)).then("compound")),
        # 桂花路12号锦绣花园5号: the number inside a compound is that of a building.
        building=pl.when(both & building.is_null())
        .then(pl.col("plate_inside").str.strip_chars_end("号"))
        .otherwise(building + pl.col("wing").fill_null("")),
        unit=pl.coalesce("unit", "unit_4"),
        floor="floor",
        room=pl.coalesce("room", "room_named", "room_4"),
        detail=pl.col("detail"),
        shorthand=pl.any_horizontal(pl.col("building_dashed", "building_4", "plate_bare").is_not_null())
        | (pl.col("room").is_not_null() & pl.col("room_word").is_null()),
    )


def _upper(texts: pl.LazyFrame) -> pl.LazyFrame:
    """Add the upper parts and `rest`. A million addresses share a few hundred beginnings, so each is read once."""
    parted = texts.with_columns(head=pl.col("clean").str.extract(HEAD, 0))
    heads = parted.select(pl.col("head").unique()).with_columns(upper=pl.col("head").str.extract_groups(UPPER))
    return (
        parted.join(heads.unnest("upper"), on="head", how="left", maintain_order="left")
        .with_columns(rest=pl.col("rest") + pl.col("clean").str.slice(pl.col("head").str.len_chars()))
        .drop("head")
    )


def _fold_column_wise(frame: pl.DataFrame) -> pl.DataFrame:
    """Fold what needs Python, once for each distinct value of a column."""
    folds = dict.fromkeys(NUMBERED, (arabic, f"{NUMERAL_WORD}|0[0-9]")) | dict.fromkeys(NAMED, (chinese, "[0-9]"))
    columns = []
    for name, (fold, cause) in folds.items():
        values = frame.get_column(name)
        distinct = values.filter(values.str.contains(cause)).unique().to_list()
        changed = {value: new for value in distinct if (new := fold(value)) != value}
        if changed:
            columns.append(values.replace(list(changed), list(changed.values())).alias(name))
    return frame.with_columns(columns)


def _finish(frame: pl.DataFrame, raw: pl.DataFrame, start: int) -> pl.LazyFrame:
    """Give the parts their standard form, and add keys and notes, for one chunk."""
    rows = frame.slice(start, _CHUNK).lazy()
    written = raw.slice(start, _CHUNK).select(
        numerals=pl.any_horizontal(pl.col(*NUMBERED).str.contains(NUMERAL_WORD).fill_null(value=False)),
        zeros=pl.any_horizontal(pl.col(*NUMBERED).str.contains(LEADING_ZERO).fill_null(value=False)),
    )
    rows = pl.concat([rows, written.lazy()], how="horizontal")
    joined = pl.col("floor").str.contains(FLOOR_OF_JOINED) & pl.col("room").str.contains(ROOM_OF_JOINED)
    rows = rows.with_columns(
        community=standard_community(pl.col("community")),
        plate=reduce(lambda plate, pair: plate.str.replace(*pair), PLATE_COURTS, pl.col("plate")).str.replace(
            "之", "-", literal=True
        ),
        room=pl.when(joined)
        .then(pl.col("floor") + pl.col("room").str.zfill(2))
        .otherwise(pl.col("room").str.replace("之", "-", literal=True)),
        joined=joined.fill_null(value=False),
        compound=pl.when(~_loose()).then("compound"),
        detail=pl.when(_loose()).then(pl.col("compound") + pl.col("detail").fill_null("")).otherwise("detail"),
    )
    return rows.with_columns(key=_key(), building_key=_building_key(), ok=_ok(), notes=_notes()).select(
        *PARTS, *(pl.when("ok").then(name).alias(name) for name in ("key", "building_key")), "ok", "notes"
    )


def _loose() -> pl.Expr:
    """Tell whether words after a plate describe rather than name a compound: 桂花路12号临街门面."""
    named = pl.col("compound").str.contains(NAMED_COMPOUND)
    inside = pl.any_horizontal(pl.col("building", "unit", "room").is_not_null())
    return (pl.col("plate").is_not_null() & ~named & ~inside).fill_null(value=False)


def _building_key() -> pl.Expr:
    """Return street|plate|building; without a street, the village, its group and the compound stand for it."""
    empty = pl.lit("")
    group = pl.when(pl.col("group").is_not_null()).then(pl.col("group") + "组").otherwise(empty)
    place = pl.concat_str([pl.col("village").fill_null(""), group, pl.col("compound").fill_null("")])
    street = pl.coalesce("street", place)
    # On a street, a compound is known by its plate; only one without a plate needs its name.
    plate = pl.coalesce("plate", pl.when(pl.col("street").is_not_null()).then("compound"), empty)
    return pl.concat_str([street, plate, pl.col("building").fill_null("")], separator="|")


def _key() -> pl.Expr:
    floor = pl.when(pl.col("room").is_null() & pl.col("floor").is_not_null()).then(pl.col("floor") + "F")
    room = pl.coalesce("room", floor, pl.lit(""))
    detail = pl.when(pl.col("detail").is_not_null()).then("~" + pl.col("detail")).otherwise(pl.lit(""))
    return pl.concat_str([_building_key(), pl.col("unit").fill_null(""), room + detail], separator="|")


def _numbered() -> pl.Expr:
    return pl.any_horizontal(pl.col("plate", "building", "unit", "room", "group").is_not_null())


def _ok() -> pl.Expr:
    named = pl.any_horizontal(pl.col("street", "village").is_not_null())
    compound = pl.col("compound").str.contains(NAMED_COMPOUND).fill_null(value=False)
    return _numbered() | named | compound


def _notes() -> pl.Expr:
    text = pl.col("text").fill_null("")
    found = {code: text.str.contains(pattern) for code, pattern in CAUSES.items()}
    found |= {
        "traditional": text.str.contains(traditional()),
        "letter_case": text.str.contains(LOWER_CASE),
        "numerals": pl.col("numerals"),
        "leading_zeros": pl.col("zeros"),
        "shorthand": pl.col("shorthand"),
        "floor_joined": pl.col("joined"),
        "not_understood": pl.col("detail").is_not_null(),
        "no_number": ~_numbered(),
    }
    parts = [pl.when(when).then(pl.lit(f"{code},")).otherwise(pl.lit("")) for code, when in found.items()]
    return reduce(pl.Expr.add, parts).str.strip_chars_end(",")
