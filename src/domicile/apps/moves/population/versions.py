"""The versions of rows that the log touched: what stood in each column, and from which instant to which it was known so."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import polars as pl

from domicile.apps.moves.population.log import CODED, DWELLING, END, FOLLOWED, NOW, PERSON, STAY, Recoded, Touch
from domicile.apps.moves.population.snapshot import Snapshot

COMMUNITY = 12
#: Instants in microseconds before and after all others.
EVER, NEVER = -(2**62), 2**62
_DAYS = ("birth_date", "died_on", "start", "end", "day")
Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]


def micro(instant: dt.datetime) -> int:
    """Microseconds since 1970."""
    return (instant - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


def touched_people(today: Snapshot, touched: Iterable[Touch]) -> set[str]:
    """Whom the log or a move touches: themselves, a stay of theirs, the dwelling of one."""
    rows: dict[str, set[str]] = defaultdict(set)
    people: set[str] = set(today.leaving["person"])
    for one in touched:
        rows[one.table].add(one.row)
        if one.before.get("person_id"):
            people.add(one.before["person_id"])
    own = pl.col("stay").is_in(sorted(rows[STAY])) | pl.col("dwelling").is_in(sorted(rows[DWELLING]))
    return people | rows[PERSON] | set(today.stays.filter(own)["person"])


def rows_today(today: Snapshot, people: Collection[str], touched: Iterable[Touch]) -> Rows:
    """The rows of these people, of dwellings that were touched and of all leavings, as they stand today."""
    dwellings = sorted({one.row for one in touched if one.table == DWELLING})
    own = pl.DataFrame({"person": sorted(people)}, schema={"person": pl.String})
    stays = today.stays.join(own, on="person", how="semi")
    frames = {
        PERSON: today.people.join(own, on="person", how="semi").rename({"person": "id"}),
        STAY: stays.rename({"stay": "id", "person": "person_id", "dwelling": "dwelling_id"}),
        DWELLING: today.homes.filter(pl.col("dwelling").is_in(dwellings)).rename({"dwelling": "id"}),
        END: today.leaving.unique("end_id").rename({"end_id": "id"}).with_columns(side=pl.lit("origin")),
    }
    found: Rows = {}
    for table, frame in frames.items():
        columns = frame.select("id", *(pl.col(name).cast(pl.String) for name in FOLLOWED[table]))
        found[table] = {row["id"]: row for row in columns.to_dicts()}
    return found


def versions(rows: Rows, touched: Iterable[Touch]) -> dict[str, pl.DataFrame]:
    """By table the versions of its rows: `known_from` <= instant < `known_to`, in microseconds.

    `rows` are those of today and `touched` comes latest first. A column of codes has another beside it that says before
    which change the code was written.
    """
    found: dict[str, list[Row]] = {table: [] for table in FOLLOWED}
    until: dict[tuple[str, str], int] = {}
    latest = NEVER
    for one in touched:
        latest = min(latest, micro(one.at))  # ids and instants may cross a little
        held, key = rows[one.table], (one.table, one.row)
        row = held.get(one.row)
        if row is not None and one.operation != "delete":
            found[one.table].append({**row, "known_from": latest, "known_to": until.get(key, NEVER)})
        if one.operation == "create":
            held.pop(one.row, None)
        elif one.operation == "delete":
            held[one.row] = {"id": one.row, **_before(one)}
        elif row is not None:
            held[one.row] = {**row, **_before(one)}
        until[key] = latest
    for table, held in rows.items():
        for name, row in held.items():
            found[table].append({**row, "known_from": EVER, "known_to": until.get((table, name), NEVER)})
    return {table: _frame(table, listed) for table, listed in found.items()}


def _before(one: Touch) -> Row:
    numbers = {f"{name}_number": one.number for name in one.before if name in CODED}
    return {**one.before, **numbers}


def _frame(table: str, rows: list[Row]) -> pl.DataFrame:
    coded = [f"{name}_number" for name in FOLLOWED[table] if name in CODED]
    texts = dict.fromkeys(("id", *FOLLOWED[table]), pl.String)
    schema: dict[str, Any] = {**texts, **dict.fromkeys((*coded, "known_from", "known_to"), pl.Int64)}
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
    days = [pl.col(name).str.to_date("%Y-%m-%d") for name in FOLLOWED[table] if name in _DAYS]
    plain = [pl.col(name).fill_null("") for name in FOLLOWED[table] if name not in _DAYS]
    frame = frame.with_columns(*days, *plain, *(pl.col(name).fill_null(NOW) for name in coded))
    return frame.filter(pl.col("known_from") < pl.col("known_to"))


def held_at(frame: pl.DataFrame, instant: int) -> pl.DataFrame:
    """The rows as they were known at an instant."""
    return frame.filter((pl.col("known_from") <= instant) & (pl.col("known_to") > instant))


def recoded(frame: pl.DataFrame, column: str, key: str, table: str, back: Iterable[Recoded]) -> pl.DataFrame:
    """A column of codes as it was before some changes of areas: in order, the last is taken back first.

    `key` holds the ids of rows of `table`, `COLUMN_number` (else: today) before which change a code was written.
    """
    number = pl.col(f"{column}_number") if f"{column}_number" in frame.columns else pl.lit(NOW)
    for one in reversed(list(back)):
        code = pl.col(column)
        names = one.back
        wider = {  # a grid that was drawn there since
            new[:COMMUNITY]: old[:COMMUNITY]
            for new, old in names.items()
            if len(new) > COMMUNITY and new[:COMMUNITY] not in one.shared
        }
        at_home = code.str.slice(0, COMMUNITY).replace_strict(wider, default=None, return_dtype=pl.String) + "000"
        found = pl.coalesce(code.replace_strict(names, default=None, return_dtype=pl.String), at_home, code)
        for old, ids in one.which.get(table, {}).items():
            came = pl.col(key).is_in(ids) & (code.str.slice(0, COMMUNITY) == _community(one.pairs, old))
            found = pl.when(came).then(pl.lit(old)).otherwise(found)
        frame = frame.with_columns(pl.when(number > one.number).then(found).otherwise(code).alias(column))
    return frame


def _community(pairs: Mapping[str, str], old: str) -> str:
    return pairs.get(old, "")[:COMMUNITY]
