"""The records of a table `people` as comparisons need them: one form of each value, its sound, what a number is worth.

Whole columns at a time, in polars: a million records in a few seconds. Two rounds: `prepare` gives what blocking needs,
`deepen` adds what is compared, for those records alone that stand in some pair.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

from domicile.core.addresses.frame import parse_frame
from domicile.core.characters import simplified_by_traditional
from domicile.core.codes.identity import NUMBERED_KINDS
from domicile.core.codes.identity_columns import identity_columns, number_expression
from domicile.core.linkage.lunar import lunar_column
from domicile.core.linkage.name_columns import sounds
from domicile.core.linkage.names import fold_name
from domicile.core.linkage.slips import corrections

#: The table `people` of a snapshot; all but `person_id` may be missing or empty.
PEOPLE_COLUMNS: Final[dict[str, type[pl.DataType]]] = {
    "person_id": pl.String, "household_id": pl.String, "dwelling_id": pl.String, "area": pl.String, "name": pl.String,
    "former_name": pl.String, "sex": pl.String, "birth_date": pl.Date, "number": pl.String, "number_kind": pl.String,
    "phone": pl.String, "address": pl.String, "relation": pl.String, "registered_at": pl.String, "dead_on": pl.Date,
}  # fmt: skip
#: Written where a name is not known: no name.
NAMELESS: Final = ("无名氏", "未取名", "暂未取名", "暂无", "无", "不详", "未知", "未命名", "无名")
#: A sign that a code page error or a copyist put for a lost character.
_LOST: Final = r"[?？\x{FFFD}□■*＊]"
_PLAIN: Final = r"^[\x{4E00}-\x{9FFF}]+$"
#: Members of a household beyond which it is no company of kin but a dormitory.
MOST_COMPANY: Final = 12
#: The longest block of digits that no phone has: 13800000000 stands for "none" in many a list.
_NO_PHONE: Final = r"0{7,}|1{8,}|9{8,}|12345678"

#: What a number is worth. `certain`: sound, and agrees with the record's own birth date and sex. `doubtful`: sound, and
#: disagrees.
#: `old`: of 15 places, without check character. `foreign`: of a kind without check character. `broken`: cannot be.
STATES: Final = ("certain", "doubtful", "old", "foreign", "broken")


@dataclass(frozen=True, slots=True)
class Prepared:
    """Records with `row` (UInt32, 0 up) and the columns that blocking needs, and counts of what was unusable."""

    records: pl.DataFrame
    unusable: dict[str, int]


class Unfit(ValueError):
    """A table that cannot be linked; the message says what is wrong and what to do."""


def prepare(people: pl.DataFrame, *, today: dt.date) -> Prepared:
    """Bring a table `people` into the form of comparison; columns that it lacks are taken as empty.

    Raises Unfit where `person_id` is missing, empty or double.
    """
    people = _typed(people)
    records = people.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
        id=pl.col("person_id"),
        household=_text("household_id"),
        dwelling=_text("dwelling_id"),
        area=_text("area"),
        registered=_text("registered_at"),
        address=_text("address"),
        sex=pl.col("sex").str.strip_chars().replace_strict({"1": "1", "2": "2"}, default=None, return_dtype=pl.String),
        birth=pl.when(pl.col("birth_date") <= today).then("birth_date"),
        phone=_phone(),
    )
    names = _names(people["name"])
    formers = _names(people["former_name"])
    records = records.hstack([names["name"], names["sound"], formers["name"].alias("former")])
    records = records.hstack(_numbers(people, records, today))
    records = records.with_columns(
        first=pl.col("name").str.slice(0, 1),
        given=pl.when(pl.col("name").str.len_chars() > 1).then(pl.col("name").str.slice(1)),
        year=pl.col("birth").dt.year(),
        decade=pl.col("birth").dt.year() // 10,
        next_day=pl.col("birth").dt.offset_by("1d"),
        day_of_year=pl.col("birth").dt.month().cast(pl.Int32) * 100 + pl.col("birth").dt.day(),
        named=pl.coalesce("sound", "name"),
        county=pl.coalesce(_county("area"), _county("registered"), pl.lit(0, dtype=pl.UInt32)),
    )
    unusable = {
        "name": records["name"].null_count() - people["name"].null_count(),
        "birth_date": records["birth"].null_count() - people["birth_date"].null_count(),
        "phone": records["phone"].null_count() - people["phone"].null_count(),
        "number": int((records["state"] == "broken").sum()),
    }
    return Prepared(records, unusable)


def deepen(records: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    """The rows `chosen` (UInt32) of prepared records, with what comparisons look at besides.

    `letters` (the sound of a name that is not of characters alone), `parts` (the surname apart, the rest of the name in order:
    equal where characters are exchanged), `company` (hashes of sound and birth date of the others in the household), `building`
    and `place` (keys of the address), `township`, `lunar` and `numerals` (YYYYMMDD).
    """
    wide = records.join(chosen.to_frame("row"), on="row", how="semi", maintain_order="left")
    wide = wide.hstack(_orders(wide["name"])).hstack(_places(wide["address"], wide["area"]))
    wide = wide.with_columns(
        # The number under another name: what is trained over pairs of equal numbers must not look at the number itself.
        paper=pl.col("number"),
        township=pl.col("area").str.slice(0, 9),
        lunar=lunar_column(wide["birth"]),
        numerals=pl.col("birth").dt.strftime("%Y%m%d").cast(pl.Int64),
        letters=pl.when(~pl.col("name").str.contains(_PLAIN)).then("sound"),
        registered_elsewhere=pl.when(pl.col("registered").str.slice(0, 6) != pl.col("area").str.slice(0, 6)).then(
            pl.col("registered").str.slice(0, 6)
        ),
        registered_community=pl.when(~pl.col("registered").str.ends_with("000")).then("registered"),
    )
    return wide.join(_companies(records, wide), on="row", how="left", maintain_order="left")


def with_corrections(records: pl.DataFrame) -> pl.DataFrame:
    """(row, number) for each sound number of which a record's broken one may be a slip."""
    broken = records.filter((pl.col("state") == "broken") & pl.col("number").str.contains(r"^[0-9]{17}[0-9X]$"))
    found = corrections(broken["number"])
    return found.select(row=broken["row"].gather(found["at"]), number=pl.col("number"))


def _typed(people: pl.DataFrame) -> pl.DataFrame:
    if "person_id" not in people.columns:
        raise Unfit(f"The table has no column person_id; it has {', '.join(people.columns) or 'none'}.")
    held = [name for name in PEOPLE_COLUMNS if name in people.columns]
    lacking = [pl.lit(None, dtype=PEOPLE_COLUMNS[name]).alias(name) for name in PEOPLE_COLUMNS if name not in held]
    try:
        typed = people.select(pl.col(name).cast(PEOPLE_COLUMNS[name]) for name in held).with_columns(lacking)
    except pl.exceptions.PolarsError as problem:
        raise Unfit(f"A column is not of the type it should be: {str(problem).splitlines()[0]}") from problem
    doubles = len(typed) - typed["person_id"].n_unique()
    if doubles or typed["person_id"].null_count():
        raise Unfit(f"{max(doubles, 1)} rows have no person_id of their own; give each row one that no other has.")
    return typed


def _text(column: str) -> pl.Expr:
    stripped = pl.col(column).str.strip_chars()
    return pl.when(stripped != "").then(stripped)


def _county(column: str) -> pl.Expr:
    """The county that an area's code begins with, as a number; null where there is none."""
    return pl.col(column).str.slice(0, 6).cast(pl.UInt32, strict=False)


def _phone() -> pl.Expr:
    digits = pl.col("phone").str.replace_all(r"[^0-9]", "").str.replace(r"^86(1[3-9][0-9]{9})$", "$1")
    return pl.when((digits.str.len_chars() >= 7) & ~digits.str.contains(_NO_PHONE)).then(digits)


def _names(names: pl.Series) -> pl.DataFrame:
    """`name` (folded, null where unreadable) and `sound` of a column of names."""
    distinct = names.drop_nulls().unique().to_frame("written")
    usable = ~pl.col("written").str.contains(_LOST) & ~pl.col("written").is_in(list(NAMELESS))
    distinct = distinct.filter(usable)
    plain = distinct.filter(pl.col("written").str.contains(_PLAIN))
    table = simplified_by_traditional()
    plain = plain.with_columns(name=pl.col("written").str.replace_many(list(table), list(table.values())))
    others = distinct.join(plain, on="written", how="anti")["written"].to_list()
    odd = pl.DataFrame(
        {"written": others, "name": [fold_name(name).casefold() or None for name in others]},
        schema={"written": pl.String, "name": pl.String},
    )
    known = pl.concat([plain, odd])
    known = known.with_columns(sound=sounds(known["name"]).replace("", None))
    return (
        names.to_frame("written").join(known, on="written", how="left", maintain_order="left").select("name", "sound")
    )


def _numbers(people: pl.DataFrame, records: pl.DataFrame, today: dt.date) -> pl.DataFrame:
    """`number` (canonical where it can be read), `state` (one of STATES), `certain` and `born` (the birth date inside it)."""
    frame = people.select(number=number_expression(pl.col("number")), kind="number_kind")
    read = identity_columns(frame, "number", today=today, declared_kind="kind")
    read = read.hstack([records["birth"].alias("own_birth"), records["sex"].alias("own_sex")])
    own = (pl.col("document_birth_date") == pl.col("own_birth")) & (pl.col("document_sex") == pl.col("own_sex"))
    state = (
        pl.when(pl.col("number") == "")
        .then(None)
        .when(pl.col("document_error").is_not_null())
        .then(pl.lit("broken"))
        .when(~pl.col("document_kind").is_in(sorted(NUMBERED_KINDS)) | pl.col("document_birth_date").is_null())
        .then(pl.lit("foreign"))
        .when(pl.col("number").str.len_chars() == 15)
        .then(pl.lit("old"))
        .when(own)
        .then(pl.lit("certain"))
        .otherwise(pl.lit("doubtful"))
    )
    read = read.with_columns(state=state).with_columns(
        number=pl.when(pl.col("number") != "").then(pl.coalesce("document_canonical", "number"))
    )
    return read.select(
        "number",
        "state",
        certain=pl.when(pl.col("state") == "certain").then("number"),
        born="document_birth_date",
    )


def _orders(names: pl.Series) -> pl.DataFrame:
    """`parts`: a name with what follows its first character in order, or with its parts in order where it has several."""
    distinct = names.drop_nulls().unique().to_list()
    known = pl.DataFrame(
        {"name": distinct, "parts": [_in_order(name) for name in distinct]},
        schema={"name": pl.String, "parts": pl.String},
    )
    pieces = pl.col("name").str.split_exact("·", 1)
    many = pl.col("name").str.contains("·", literal=True)
    return (
        names.to_frame("name")
        .join(known, on="name", how="left", maintain_order="left")
        .select("parts", own_part=pl.when(many).then(pieces.struct.field("field_0")).otherwise("name"))
    )


def _in_order(name: str) -> str:
    for joint in ("·", " "):
        if joint in name:
            return joint.join(sorted(name.split(joint)))
    return name[:1] + "".join(sorted(name[1:]))


def _places(addresses: pl.Series, areas: pl.Series) -> pl.DataFrame:
    """`place` and `building`: keys of the whole address and of its building, each within its community."""
    distinct = addresses.drop_nulls().unique()
    if distinct.is_empty():
        return pl.DataFrame({"place": addresses, "building": addresses})
    parsed = parse_frame(distinct).select("key", "building_key", "ok")
    known = pl.DataFrame({"address": distinct}).hstack(parsed)
    frame = pl.DataFrame({"address": addresses, "area": areas}).join(
        known, on="address", how="left", maintain_order="left"
    )
    within = pl.col("area").fill_null("")
    return frame.select(
        place=pl.when("ok").then(within + "|" + pl.col("key")),
        building=pl.when("ok").then(within + "|" + pl.col("building_key")),
    )


def _companies(records: pl.DataFrame, wide: pl.DataFrame) -> pl.DataFrame:
    """(row, company) of rows whose household is of 2 to MOST_COMPANY people."""
    own = wide.select("row", "household").drop_nulls()
    members = records.select(
        "household", member="row", who=pl.struct("sound", "birth").hash(seed=1).reinterpret(signed=True)
    )
    members = members.filter(records["sound"].is_not_null() & records["birth"].is_not_null())
    members = members.join(own.select("household").unique(), on="household", how="semi")
    small = members.group_by("household").len().filter(pl.col("len") <= MOST_COMPANY)
    pairs = own.join(members.join(small, on="household", how="semi"), on="household")
    return pairs.filter(pl.col("member") != pl.col("row")).group_by("row").agg(company=pl.col("who"))
