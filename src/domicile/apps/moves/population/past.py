"""The register as it was known on a day, with the codes that areas had on another: today's columns, and what the log takes back.

Most people are as they ever were: their columns are made once. Those whom the log or a move touches, few beside them, are
put together anew for each date from the versions of their rows.
"""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from domicile.apps.audit.past import end_of
from domicile.apps.moves.models import Where
from domicile.apps.moves.population.log import DWELLING, END, NOW, PERSON, STAY, Recoded, Touch
from domicile.apps.moves.population.snapshot import Snapshot, homes_of
from domicile.apps.moves.population.versions import (
    COMMUNITY,
    held_at,
    micro,
    recoded,
    rows_today,
    touched_people,
    versions,
)
from domicile.core.spells import population

_LEVELS = (2, 4, 6, 9)


class Past:
    """Answers for any day and any day of knowledge what `core.spells.population` counts from."""

    def __init__(self, today: Snapshot, touched: Sequence[Touch], recodings: Sequence[Recoded]) -> None:
        self.recodings = recodings
        apart = touched_people(today, touched)
        self.versions = versions(rows_today(today, apart, touched), touched)
        unread = set(self.versions[STAY]["dwelling_id"]) - set(today.homes["dwelling"]) if apart else set()
        homes = pl.concat([today.homes, homes_of(unread)])
        ids = pl.DataFrame({"person": sorted(apart)}, schema={"person": pl.String})
        self.people = today.people.join(ids, on="person", how="anti").with_row_index("number")
        usual = today.stays.filter(pl.col("kind") == "usual").join(ids, on="person", how="anti")
        usual = usual.join(homes, on="dwelling", how="left").join(self.people, on="person")
        self.stays = usual.sort("number", "start").drop("number", "stay", "kind")
        near = self.versions[STAY].select(dwelling="dwelling_id").unique()
        moved = self.versions[DWELLING].select(dwelling="id")
        self.unmoved = homes.join(near, on="dwelling", how="semi").join(moved, on="dwelling", how="anti")
        self.leaving = today.leaving.select("person", "reason", "move_id").unique(["person", "move_id"])
        self._made: dict[tuple[int, ...], population.Columns] = {}

    def gone_back(self, day: dt.date, known_on: dt.date) -> list[Recoded]:
        """The changes of areas that did not hold on the day, or were not known then."""
        return [one for one in self.recodings if one.on > day or one.at > end_of(known_on)]

    def frames(self, day: dt.date, known_on: dt.date) -> list[population.Columns]:
        """Stays and people of those never touched, and of the others."""
        back = self.gone_back(day, known_on)
        key = tuple(one.number for one in back)
        if key not in self._made:
            self._made = {key: self._unchanging(back)}  # one at a time: they are as large as the register
        return [self._made[key], self._changing(day, known_on, back)]

    def _unchanging(self, back: Sequence[Recoded]) -> population.Columns:
        people, stays = self.people, self.stays
        if back:
            people = recoded(people, "registered_code", "person", PERSON, back)
            stays = recoded(stays, "registered_code", "person", PERSON, back)
            stays = recoded(stays, "place_code", "dwelling", DWELLING, back)
        return population.columns(_stays(stays), _people(people))

    def _changing(self, day: dt.date, known_on: dt.date, back: Sequence[Recoded]) -> population.Columns:
        known = micro(end_of(known_on))
        people = _registered(self.versions[PERSON], min(micro(end_of(day)), known), known)
        people = recoded(people, "registered_code", "person", PERSON, back)
        moved = held_at(self.versions[DWELLING], known).select("place_code", "place_code_number", dwelling="id")
        homes = pl.concat([self.unmoved.with_columns(place_code_number=pl.lit(NOW, pl.Int64)), moved], how="diagonal")
        stays = held_at(self.versions[STAY], known).filter(pl.col("kind") == "usual")
        stays = stays.rename({"person_id": "person", "dwelling_id": "dwelling"}).join(homes, on="dwelling", how="left")
        stays = recoded(stays, "place_code", "dwelling", DWELLING, back)
        stays = stays.select("person", "place_code", "start", "end", "reason")
        gone = self._gone(stays, known, back)
        stays = _stays(pl.concat([stays, gone]).join(people, on="person").sort("person", "start"))
        return population.columns(stays, _people(people))

    def _gone(self, stays: pl.DataFrame, known: int, back: Sequence[Recoded]) -> pl.DataFrame:
        """Where those went who left the register, from their moves: until they live somewhere on file again."""
        ends = held_at(self.versions[END], known).filter((pl.col("side") == "origin") & pl.col("day").is_not_null())
        ends = recoded(ends, "to_code", "id", END, back)
        coded = pl.col("to_where").is_in([Where.AREA.value, Where.ELSEWHERE.value])
        gone = ends.join(self.leaving, on="move_id").select(
            "person", pl.when(coded).then(pl.col("to_code")).otherwise(pl.lit("")).alias("place_code"), "reason",
            start="day",
        ).unique(["person", "start"])  # fmt: skip
        others = stays.select("person", from_day="start", to_day="end")
        began = pl.col("from_day").is_null() | (pl.col("from_day") <= pl.col("start"))
        stayed = pl.col("to_day").is_null() | (pl.col("to_day") > pl.col("start"))
        at_home = gone.join(others, on="person").filter(began & stayed)
        gone = gone.join(at_home, on=["person", "start"], how="anti")
        begins = pl.concat([others.select("person", "from_day"), gone.select("person", from_day="start")])
        later = gone.join(begins, on="person").filter(pl.col("from_day") > pl.col("start"))
        until = later.group_by("person", "start").agg(end=pl.col("from_day").min())
        gone = gone.join(until, on=["person", "start"], how="left")
        return gone.select("person", "place_code", "start", "end", "reason")


def _registered(frame: pl.DataFrame, then: int, known: int) -> pl.DataFrame:
    """People known at an instant, registered as they were `then`, or at first where they came on file later.

    A change of registration holds from the day on which it is put on file, as membership of a registered household does.
    """
    people = held_at(frame, known).select("id", "education", "birth_date", "died_on")
    known_so = frame.filter(pl.col("known_to") > then).sort("id", "known_from").unique("id", keep="first")
    registered = known_so.select("id", "registration", "registered_code", "registered_code_number")
    return people.join(registered, on="id").rename({"id": "person"})


def _people(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        "person", _significant("registered_code").alias("registered"), born="birth_date", died="died_on"
    ).select(list(population.PEOPLE))  # fmt: skip


def _stays(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        "person", "start", "end", "reason", "registration", "education",
        _significant("place_code").alias("place"),
        _significant("registered_code").alias("registered"), born="birth_date", died="died_on",
    ).select(list(population.STAYS))  # fmt: skip


def _significant(column: str) -> pl.Expr:
    """The digits of a code that mean something, to those of a community: 770101000000 becomes 770101."""
    code = pl.col(column).fill_null("").str.slice(0, COMMUNITY)
    found = code
    for digits in reversed(_LEVELS):
        found = (
            pl.when(code.str.slice(digits).str.strip_chars("0") == "").then(code.str.slice(0, digits)).otherwise(found)
        )
    return found
