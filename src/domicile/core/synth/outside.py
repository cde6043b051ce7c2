"""Lists from outside with planted truth: what hospitals, the health office, schools and others would hand over of the county.

Of every list it is known which row is which person, and into which of the four piles each belongs when it is compared with a
register that holds the true people and the `events`. The slips are those of the frozen error model.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from domicile.core.synth.county import County, make_county
from domicile.core.synth.faults import FAULTS, Generator
from domicile.core.synth.lexicon import stream

LISTS: Final = ("births", "deaths", "marriages", "school_rolls", "immunisation", "registration")
#: Shares of those whom a list should name: left out of it, and with one slip. Strangers come on top, a share of its rows.
LEFT_OUT, SLIPS, STRANGERS = 0.08, 0.07, 0.06
#: Of those on the list whom name, birth date and sex tell apart, the share whose number it does not give.
NUMBERLESS = 0.1
SCHOOL_AGES, CARD_AGES = (6, 15), (0, 7)
DAYS: Final = 365
#: Slips by the field they happen in; with the number as it should be all of them are seen and found out.
NAME_SLIPS: Final = ("homophone", "lookalike", "swapped_characters")
BIRTH_SLIPS: Final = ("day_off_by_one", "year_off_by_one", "day_month_swapped")
NUMBER_SLIPS: Final = ("wrong_digit", "swapped_digits")
FIELDS: Final = ("name", "sex", "birth_date", "number", "day", "other_name", "other_number", "address", "area")
EVENTS: Final = {"kind": pl.String, "person_id": pl.Int64, "other_person_id": pl.Int64, "day": pl.Date}
TRUTH: Final = {"row": pl.Int64, "person_id": pl.Int64, "pile": pl.String}


@dataclass(frozen=True)
class OutsideList:
    """`rows` in the order of the file (FIELDS as text); `truth`: row (from 1; null: not on the list), person_id, pile."""

    rows: pl.DataFrame
    truth: pl.DataFrame


@dataclass(frozen=True)
class OutsideLists:
    """The lists by name; `events` (kind, person_id, other_person_id, day) are those that the register knows of."""

    lists: dict[str, OutsideList]
    events: pl.DataFrame
    begin: date
    end: date


def make_outside(county: County) -> OutsideLists:
    """The six lists of a county, of the year before the day it stands on; the same for the same county."""
    rng = stream(county.seed, "outside")
    begin, end = county.today - timedelta(days=DAYS), county.today
    people = _plain(county)
    strangers = _plain(make_county(max(400, min(len(people), 20_000) // 4), county.seed + 90_001, county.today))
    events, dead, couples = _events(people, begin, rng)
    age = pl.lit(county.today).dt.year() - pl.col("birth_date").dt.year()
    school = people.filter(_aged(county.today, *SCHOOL_AGES))
    small = people.filter(_aged(county.today, *CARD_AGES))
    lives = ~pl.col("person_id").is_in(dead["person_id"].to_list())
    registered = people.filter((pl.col("residence") != "registered_elsewhere") & lives)
    grown = strangers.filter(age > 20)
    lists = {
        "births": _births(people, begin, end, rng),
        "deaths": _listed(dead, _unregistered_deaths(people, dead, couples, begin, grown, rng), rng, county.today),
        "marriages": _marriages(people, couples, begin, rng),
        "school_rolls": _listed(school, strangers.filter(_aged(county.today, *SCHOOL_AGES)), rng, county.today),
        "immunisation": _listed(small, strangers.filter(_aged(county.today, *CARD_AGES)), rng, county.today),
        "registration": _listed(registered, grown, rng, county.today),
    }
    return OutsideLists(lists, events, begin, end)


def _plain(county: County) -> pl.DataFrame:
    """The true people with the fields of lists, and whether name, birth date and sex tell one of them from all others."""
    people = county.people
    address = county.dwellings["address"].gather(people["dwelling"].to_numpy())
    area = county.dwellings["community"].gather(people["dwelling"].to_numpy())
    alone = pl.len().over("name", "birth_date", "sex") == 1
    numbered = pl.when(pl.col("document_number").str.len_chars() == 18).then("document_number")
    return people.with_columns(
        address=address, area=area, number=numbered, alone=alone & pl.col("name").is_not_null()
    ).with_columns(
        day=pl.lit(None, dtype=pl.Date),
        other_name=pl.lit(None, dtype=pl.String),
        other_number=pl.lit(None, dtype=pl.String),
    )


def _aged(today: date, least: int, below: int) -> pl.Expr:
    """Who is at least so old and not yet so old on the day."""
    first, last = (today.replace(year=today.year - years) for years in (below, least))
    return pl.col("birth_date").is_between(first, last, closed="right")


def _events(people: pl.DataFrame, begin: date, rng: Generator) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Deaths and marriages of the year that the register knows of: the events, the dead, the couples."""
    old = people.filter(
        (pl.col("birth_date") < date(begin.year - 60, 1, 1))
        & pl.col("number").is_not_null()
        & (pl.col("marital") != "21")
    )
    dead = _some(old, max(8, len(people) // 130), rng)
    dead = dead.with_columns(day=_days(len(dead), begin, rng))
    pairs = people.filter(
        pl.col("number").is_not_null()
        & pl.col("marital").is_in(["20", "21"])
        & ~pl.col("person_id").is_in(dead["person_id"].to_list())
    )
    men, women = (
        pairs.filter(pl.col("sex") == sex).unique("household_id", keep="first", maintain_order=True) for sex in "12"
    )
    couples = men.join(women, on="household_id", suffix="_wife", maintain_order="left")
    couples = _some(couples, max(10, len(people) // 120), rng)
    couples = couples.with_columns(day=_days(len(couples), begin, rng))
    rows = [("death", who, None, day) for who, day in dead.select("person_id", "day").iter_rows()]
    rows += [("marriage", *row) for row in couples.select("person_id", "person_id_wife", "day").iter_rows()]
    return pl.DataFrame(rows, schema=EVENTS, orient="row"), dead, couples


def _some(frame: pl.DataFrame, wanted: int, rng: Generator) -> pl.DataFrame:
    return frame[np.sort(rng.permutation(len(frame))[:wanted])]


def _days(count: int, begin: date, rng: Generator) -> pl.Series:
    return pl.Series([begin + timedelta(days=int(day)) for day in rng.integers(20, DAYS, count)], dtype=pl.Date)


def _unregistered_deaths(
    people: pl.DataFrame,
    dead: pl.DataFrame,
    couples: pl.DataFrame,
    begin: date,
    strangers: pl.DataFrame,
    rng: Generator,
) -> pl.DataFrame:
    """Deaths that only the list knows: of people on file, and of some whom nobody here knows."""
    known = {*dead["person_id"].to_list(), *couples["person_id"].to_list(), *couples["person_id_wife"].to_list()}
    old = people.filter(
        (pl.col("birth_date") < date(begin.year - 55, 1, 1))
        & pl.col("number").is_not_null()
        & ~pl.col("person_id").is_in(sorted(known))
    )
    found = _some(old, max(4, len(dead) // 8), rng)
    found = found.with_columns(own=pl.lit(value=True))
    others = _some(strangers, max(2, len(dead) // 20), rng).with_columns(own=pl.lit(value=False))
    both = pl.concat([found, others])
    return both.with_columns(day=_days(len(both), begin, rng))


def _listed(should: pl.DataFrame, strangers: pl.DataFrame, rng: Generator, today: date) -> OutsideList:
    """A list of most of those whom it should name, some with a slip, and of strangers (`own`: people on file all the same)."""
    if "own" not in strangers.columns:
        wanted = max(2, round(len(should) * STRANGERS))
        strangers = _some(strangers, wanted, rng).with_columns(own=pl.lit(value=False))
    out = rng.random(len(should)) < LEFT_OUT
    out |= ~(should["number"].is_not_null() | should["alone"]).to_numpy()
    named = should.filter(~pl.Series(out))
    slip = rng.random(len(named)) < SLIPS
    rows, piles = _slipped(named, slip, rng, today)
    bare = pl.Series((rng.random(len(rows)) < NUMBERLESS) & ~slip) & rows["alone"]
    rows = rows.with_columns(pl.when(bare).then(None).otherwise("number").alias("number"))
    own = pl.when(pl.col("own")).then("person_id").alias("person_id")
    return _shuffled(
        pl.concat([rows.with_columns(pl.Series("pile", piles)), strangers.with_columns(own, pile=pl.lit("there"))], how="diagonal"),
        should.filter(pl.Series(out)), rng,
    )  # fmt: skip


def _slipped(rows: pl.DataFrame, slip: np.ndarray, rng: Generator, today: date) -> tuple[pl.DataFrame, list[str]]:
    """One slip on each row told, in name, birth date or number; rows where none applies stay as they are and agree."""
    held, piles = rows.to_dicts(), []
    for row, wanted in zip(held, slip.tolist(), strict=True):
        done = wanted and row["number"] is not None and row["name"] is not None and _slip(row, rng, today)
        piles.append("differ" if done else "agree")
    return pl.DataFrame(held, schema=rows.schema), piles


def _slip(row: dict[str, object], rng: Generator, today: date) -> bool:
    kind = int(rng.integers(0, 3 if row["alone"] else 2))
    column, faults = (("name", NAME_SLIPS), ("birth_date", BIRTH_SLIPS), ("number", NUMBER_SLIPS))[kind]
    fault = faults[int(rng.integers(0, len(faults)))]
    before = row[column]
    text = before.isoformat() if isinstance(before, date) else str(before)
    written = FAULTS[fault](text, rng)
    if not written or written == text:
        return False
    if column == "birth_date":
        value = date.fromisoformat(written)
        if value > today:
            return False
        row[column] = value
    else:
        row[column] = written
    return True


def _births(people: pl.DataFrame, begin: date, end: date, rng: Generator) -> OutsideList:
    """Births of the year, by the child's name where it has one and by the mother; and some that nobody has registered."""
    mothers = people.select("person_id", "name", "number", "address", "area", "birth_date").rename(
        {
            "person_id": "mother_id",
            "name": "m_name",
            "number": "m_number",
            "address": "m_address",
            "area": "m_area",
            "birth_date": "m_birth",
        }
    )
    children = people.filter(pl.col("birth_date").is_between(begin, end, closed="left"))
    children = children.join(mothers, on="mother_id", how="left", maintain_order="left").filter(
        pl.col("m_number").is_not_null()
    )
    # Twins without names are nobody's to tell apart: they are left out of the list.
    doubtful = (pl.len().over("mother_id", "birth_date") > 1) & pl.col("name").is_null()
    children = children.with_columns(other_name="m_name", other_number="m_number", doubtful=doubtful)
    out = (rng.random(len(children)) < LEFT_OUT) | children["doubtful"].to_numpy()
    named = children.filter(~pl.Series(out))
    slip = rng.random(len(named)) < 2 * SLIPS
    held, piles = named.to_dicts(), []
    for row, wanted in zip(held, slip.tolist(), strict=True):
        if wanted:
            row["sex"] = FAULTS["wrong_sex"](str(row["sex"]), rng)
        piles.append("differ" if wanted else "agree")
    rows = pl.DataFrame(held, schema=named.schema).with_columns(pl.Series("pile", piles, dtype=pl.String))
    women = mothers.filter(
        pl.col("m_number").is_not_null() & ~pl.col("mother_id").is_in(children["mother_id"].to_list())
        & pl.col("m_birth").is_between(date(begin.year - 40, 1, 1), date(begin.year - 20, 1, 1))
        & pl.col("mother_id").is_in(people.filter(pl.col("sex") == "2")["person_id"].to_list())
    )  # fmt: skip
    new = _some(women, max(3, len(rows) // 10), rng)
    fresh = new.select(
        pl.lit(None, dtype=pl.Int64).alias("person_id"), pl.lit(None, dtype=pl.String).alias("name"), pl.lit("there").alias("pile"),
        pl.Series("sex", [str(one) for one in rng.integers(1, 3, len(new))], dtype=pl.String), pl.col("m_name").alias("other_name"),
        pl.Series("birth_date", _days(len(new), begin, rng)), pl.col("m_number").alias("other_number"),
        pl.col("m_address").alias("address"), pl.col("m_area").alias("area"),
    )  # fmt: skip
    rows = rows.with_columns(number=pl.lit(None, dtype=pl.String))
    # Whoever was born within the year and has no mother on file should be on the list as well, and is not.
    others = people.filter(
        pl.col("birth_date").is_between(begin, end, closed="left")
        & ~pl.col("person_id").is_in(children["person_id"].to_list())
    )
    missing = pl.concat([children.filter(pl.Series(out)).select("person_id"), others.select("person_id")])
    return _shuffled(pl.concat([rows, fresh], how="diagonal"), missing, rng)


def _marriages(people: pl.DataFrame, couples: pl.DataFrame, begin: date, rng: Generator) -> OutsideList:
    """Couples of the year, a day off here and there; and some whose marriage the register does not know."""
    both = couples.with_columns(other_name="name_wife", other_number="number_wife")
    out = rng.random(len(both)) < LEFT_OUT
    out[:1] = True
    named = both.filter(~pl.Series(out))
    slip = rng.random(len(named)) < 2 * SLIPS
    slip[:1] = True
    moved = named.with_columns(
        pl.when(pl.Series(slip)).then(pl.col("day").dt.offset_by("1d")).otherwise("day").alias("day")
    )
    moved = moved.with_columns(pl.Series("pile", np.where(slip, "differ", "agree")))
    taken = {*couples["person_id"].to_list(), *couples["person_id_wife"].to_list()}
    single = people.filter(
        (pl.col("marital") == "10") & pl.col("number").is_not_null() & (pl.col("birth_date") < date(begin.year - 23, 1, 1))
        & ~pl.col("person_id").is_in(sorted(taken))
    )  # fmt: skip
    wanted = max(3, len(moved) // 10)
    men, women = (_some(single.filter(pl.col("sex") == sex), wanted, rng) for sex in "12")
    count = min(len(men), len(women))
    fresh = men[:count].with_columns(
        women["name"][:count].alias("other_name"), women["number"][:count].alias("other_number"),
        pl.Series("day", _days(count, begin, rng)), pl.lit("there").alias("pile"), pl.lit(None, dtype=pl.Int64).alias("person_id"),
    )  # fmt: skip
    return _shuffled(pl.concat([moved, fresh], how="diagonal"), both.filter(pl.Series(out)), rng)


def _shuffled(rows: pl.DataFrame, missing: pl.DataFrame, rng: Generator) -> OutsideList:
    """The rows in no order, and the truth: with those whom the register has and the list has not."""
    mixed = rows[rng.permutation(len(rows))]
    text = (
        pl.col(name).dt.to_string("%Y-%m-%d").alias(name) if name in {"birth_date", "day"} else pl.col(name)
        for name in FIELDS
    )
    truth = mixed.select(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row"), pl.col("person_id").cast(pl.Int64), "pile"
    )
    here = missing.select(
        pl.lit(None, dtype=pl.Int64).alias("row"), pl.col("person_id").cast(pl.Int64), pl.lit("here").alias("pile")
    )
    return OutsideList(mixed.select(*text), pl.concat([truth.cast(TRUTH), here.cast(TRUTH)]))  # type: ignore[arg-type]
