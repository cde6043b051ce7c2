"""The match keys of people: each an exact value that two records of one person are likely to share.

Exact keys, several a person, instead of one likeness of the whole name: what is blinded can only be found equal. Each key leaves
out what another may have wrong (Randall, Brown, Ferrante and Boyd 2019 on multiple match keys; Office for National Statistics
2013, Beyond 2011, M9; the cascade of core/linkage/lists.py).

| kind | value | stands against |
| --- | --- | --- |
| number | document number, of 18 digits where it was of 15 | everything else being wrong |
| name_birth | sound of the name, birth date with day and month in either order, sex | a number that is missing or wrong |
| name_tail | sound of the name, month, day and serial of the number | a wrong birth date, a wrong place or year in the number |
| name_phone | sound of the name, phone | number and birth date missing or wrong |
| birth_phone | birth date, sex, phone | another name; number missing or wrong |

A sound has the surname first and the given name's characters in the order of the alphabet, so that exchanged characters are
the same. A former name gives keys of its own, and so does the birth date inside a sound number that says another than the record.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from domicile.core.linkage.names import character_sound, sound, split_name, surname_sound
from domicile.core.linkage.preparing import prepare
from domicile.core.linkage.private.kinds import KINDS


def tokens(people: pl.DataFrame, *, today: dt.date) -> pl.DataFrame:
    """The distinct tokens of a table `people` (columns of preparing.PEOPLE_COLUMNS).

    Returns `person` (the person_id), `kind` (UInt8, the place in KINDS) and `token` (Binary), one row a token of a person, in
    the order of person, kind and value. Raises preparing.Unfit.
    """
    records = prepare(people, today=today).records.select(
        "id", "name", "former", "sex", "birth", "number", "state", "phone", "born"
    )
    both = pl.concat([_sounded(records, "name"), _sounded(records, "former")])
    otherwise = both.filter(pl.col("state") == "doubtful").with_columns(birth="born")
    parts = [
        _of(records.filter(pl.col("state") != "broken"), "number", "number"),
        _of(both, "name_birth", "sound", _date(), "sex"),
        _of(otherwise, "name_birth", "sound", _date(), "sex"),
        _of(both.filter(pl.col("state").is_in(["certain", "doubtful", "old"])), "name_tail", "sound", _tail()),
        _of(both, "name_phone", "sound", "phone"),
        _of(records, "birth_phone", _date(), "sex", "phone"),
    ]
    return pl.concat(parts).unique().sort("person", "kind", "token")


def _of(rows: pl.DataFrame, kind: str, *values: str | pl.Expr) -> pl.DataFrame:
    """The tokens of one kind; who lacks one of the values has none."""
    place = KINDS.index(kind)
    text = pl.concat_str(
        [pl.lit(kind), *[pl.col(one) if isinstance(one, str) else one for one in values]], separator="\x1f"
    )
    found = rows.select(person="id", kind=pl.lit(place, dtype=pl.UInt8), token=text.cast(pl.Binary))
    return found.filter(pl.col("token").is_not_null())


def _date() -> pl.Expr:
    """Year, then the smaller and the larger of month and day: the same for 2001-03-04 and 2001-04-03."""
    month, day = pl.col("birth").dt.month(), pl.col("birth").dt.day()
    return pl.concat_str(
        [pl.col("birth").dt.year(), pl.min_horizontal(month, day), pl.max_horizontal(month, day)], separator="-"
    )


def _tail() -> pl.Expr:
    """Month, day and serial of a resident number; the check character follows from all of it, and is left out."""
    return pl.when(pl.col("number").str.len_chars() == 18).then(pl.col("number").str.slice(10, 7))


def _sounded(records: pl.DataFrame, column: str) -> pl.DataFrame:
    """The rows that have this name, with `sound` in place of it."""
    rows = records.filter(pl.col(column).is_not_null())
    distinct = rows[column].unique().to_list()
    known = pl.DataFrame(
        {column: distinct, "sound": [_ordered_sound(name) for name in distinct]},
        schema={column: pl.String, "sound": pl.String},
    )
    joined = rows.join(known, on=column, how="left", maintain_order="left").filter(pl.col("sound") != "")
    return joined.select("id", "sound", "sex", "birth", "number", "state", "phone", "born")


def _ordered_sound(name: str) -> str:
    surname, given = split_name(name)
    if surname:
        return " ".join([surname_sound(surname), *sorted(character_sound(one) for one in given)])
    return " ".join(sorted(sound(part) for part in name.replace("·", " ").split()))
