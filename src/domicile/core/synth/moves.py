"""Two lists of a province's moves, those who left and those who arrived, with slips of the pen and halves that are missing.

The slips are those of the frozen error model, in its proportions among themselves; how many records have one, and how many
stand on one list alone, is asked for.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from domicile.core.synth.county import make_county
from domicile.core.synth.error_model import kinds, rate
from domicile.core.synth.faults import FAULTS, Generator
from domicile.core.synth.lexicon import Ints, stream

#: The fictional province: cities, counties of each, townships of each, communities of each.
PROVINCE = "77"
CITIES, COUNTIES, TOWNSHIPS, COMMUNITIES = 10, 10, 20, 10
#: One mover in so many moves a second time within the period.
SECOND_MOVE = 50
#: Of records with a fault, the share where the place stated is another than the one arrived at.
OTHER_PLACE = 0.2
#: The period lies so many days back, so that nobody on the lists was born after it began.
DAYS = 900
#: People made for one that is needed: the youngest are left out.
SPARE = 1.06
_COLUMN = {"number": "number", "name": "name", "birth": "birth_date"}


def make_move_lists(
    records: int, seed: int, today: date, *, faulty: float = 0.03, one_sided: float = 0.10
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Those who left and those who arrived, `records` each, and the truth.

    The lists have id, number, name, birth_date, origin, destination, date (all text). `faulty` is the share of records of the
    second list with one fault, `one_sided` the share of either list whose other half is missing. The truth has left_id and
    arrived_id of each move that stands on both. The same arguments give the same lists.
    """
    rng = stream(seed, "moves")
    alone = round(records * one_sided)
    both = records - alone
    moves = both + 2 * alone
    again = moves // SECOND_MOVE
    start = today - timedelta(days=DAYS)
    people = make_county(round((moves - again) * SPARE) + 20, seed, today).people
    people = people.filter(pl.col("birth_date") < start).head(moves - again)
    who = np.r_[np.arange(len(people)), rng.choice(len(people), again, replace=False)]
    # A household goes together; who moves a second time goes later, and alone.
    homes, home = np.unique(people["household_id"].to_numpy(), return_inverse=True)
    party = np.r_[home, len(homes) + np.arange(again)]
    parties = len(homes) + again
    day = rng.integers(0, 365, parties)
    day[len(homes) :] += 400
    gap = np.minimum(rng.geometric(0.12, parties) - 1, 45)
    begin = np.datetime64(start)
    frame = people[who].select(
        number="document_number",
        name="name",
        birth_date=pl.col("birth_date").dt.to_string("%Y-%m-%d"),
        origin=_places(rng, parties).gather(party),
        destination=_places(rng, parties).gather(party),
        left=pl.Series((begin + day)[party]),
        arrived=pl.Series((begin + day + gap)[party]),
    )
    order = rng.permutation(moves)
    left = frame[order[: both + alone]]
    arrived = frame[np.r_[order[:both], order[both + alone :]]]
    left = _listed(left, "left", "L")
    arrived = _faulty(_listed(arrived, "arrived", "A"), round(records * faulty), rng, today)
    truth = pl.DataFrame({"left_id": left["id"][:both], "arrived_id": arrived["id"][:both]})
    return left[rng.permutation(records)], arrived[rng.permutation(records)], truth


def _places(rng: Generator, count: int) -> pl.Series:
    city, county = rng.integers(1, CITIES + 1, count), rng.integers(1, COUNTIES + 1, count)
    township, community = rng.integers(1, TOWNSHIPS + 1, count), rng.integers(1, COMMUNITIES + 1, count)
    code = ((int(PROVINCE) * 100 + city) * 100 + county) * 1_000_000 + township * 1000 + community
    return pl.Series(code).cast(pl.String)


def _listed(frame: pl.DataFrame, day: str, letter: str) -> pl.DataFrame:
    numbered = frame.with_row_index("row")
    return numbered.select(
        pl.format(letter + "{}", "row").alias("id"),
        "number", "name", "birth_date", "origin", "destination", pl.col(day).dt.to_string("%Y-%m-%d").alias("date"),
    )  # fmt: skip


def _faulty(frame: pl.DataFrame, count: int, rng: Generator, today: date) -> pl.DataFrame:
    """One fault each on `count` rows: another place, or a slip of the model in number, name or birth date."""
    weights = {(group, kind): rate(group, kind) for group in _COLUMN for kind in kinds(group)}
    rows = rng.choice(len(frame), count, replace=False)
    elsewhere = round(count * OTHER_PLACE)
    others = _places(rng, elsewhere)
    frame = frame.with_columns(frame["destination"].scatter(rows[:elsewhere], others))
    drawn = rng.choice(len(weights), count - elsewhere, p=np.array(list(weights.values())) / sum(weights.values()))
    rest: Ints = rows[elsewhere:]
    for place, (group, kind) in enumerate(weights):
        column = _COLUMN[group]
        touched = rest[drawn == place]
        if kind == "borrowed_number":
            given = frame["number"].gather((touched + 1) % len(frame))
            frame = frame.with_columns(frame["number"].scatter(touched, given))
            continue
        written, where = [], []
        for row, text in zip(touched.tolist(), frame[column].gather(touched).to_list(), strict=True):
            slip = FAULTS[kind](text, rng) if text and (group != "number" or len(text) == 18) else None
            if slip is not None and not (column == "birth_date" and slip > today.isoformat()):
                where.append(row)
                written.append(slip or None)
        if where:
            frame = frame.with_columns(frame[column].scatter(where, pl.Series(written, dtype=pl.String)))
    return frame
