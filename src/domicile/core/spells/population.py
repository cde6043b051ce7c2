"""The floating population of a day for a whole register at once: `situation.floating` over columns.

What is counted is a tally: how many people by the area where they live (`in`) and by the area where they are registered
(`out`), each by the distance between the two where they count, else by the ground on which they do not. It names nobody.

Since when somebody has been away from the place of registration follows from all their usual residences up to the day: a
change of dwelling while away begins nothing anew. Days without a residence on file count as days away where the place of
registration is in the register, since whoever had come home would be on file there; elsewhere they begin the absence anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from domicile.core.policy.parameters import PolicyError, parameter
from domicile.core.spells.situation import _BOUNDARY_DIGITS

#: A usual residence of somebody. `place` is an area code, as far as known (empty: gone, nobody knows where); `registered`
#: the digits of the place of registration that mean something ("77" for a province; empty: none known).
STAYS: Final[dict[str, Any]] = {
    "person": pl.String, "place": pl.String, "start": pl.Date, "end": pl.Date, "reason": pl.String,
    "registration": pl.String, "registered": pl.String, "education": pl.String, "born": pl.Date, "died": pl.Date,
}  # fmt: skip
PAIR: Final = ("place", "registered", "registration")
#: Everybody on file, once, whether they live anywhere or not.
PEOPLE: Final[dict[str, Any]] = {"person": pl.String, "registered": pl.String, "born": pl.Date, "died": pl.Date}
TALLY: Final[dict[str, Any]] = {"side": pl.String, "code": pl.String, "what": pl.String, "count": pl.Int64}


def definition_on(day: date, definition: str | None = None) -> str:
    """The key of the definition: the one named, else the one in force on the day. Raises PolicyError."""
    name = definition or str(parameter("floating_population.definition_in_force", day))
    lengths = parameter("floating_population.definitions", day)
    if name not in lengths:
        raise PolicyError(f"'{name}' is no definition of the floating population; there are: {', '.join(lengths)}.")
    return name


@dataclass(frozen=True)
class Columns:
    """STAYS and PEOPLE made ready to be counted on many days.

    Where somebody lives and is registered stands once for all who have it in common, in `pairs` (`pair`, `place`, `registered`,
    `registration`) and `homes` (`home`, `registered`), since texts take long to compare; people are numbered, too.
    """

    stays: pl.DataFrame
    people: pl.DataFrame
    pairs: pl.DataFrame
    homes: pl.DataFrame


def columns(stays: pl.DataFrame, people: pl.DataFrame) -> Columns:
    """Make STAYS (by person and start) and PEOPLE (with everybody of `stays`) ready."""
    numbers = people.select("person").with_row_index("number")
    pairs = stays.select(PAIR).unique().with_row_index("pair")
    homes = people.select("registered").unique().with_row_index("home")
    stays = stays.join(numbers, on="person", maintain_order="left").with_columns(person="number")
    stays = stays.join(pairs, on=PAIR, nulls_equal=True, maintain_order="left")
    people = people.with_row_index("number").join(homes, on="registered", nulls_equal=True, maintain_order="left")
    return Columns(
        stays.select("person", "start", "end", "reason", "education", "born", "died", "pair").rechunk(),
        people.select("home", "born", "died", person="number").rechunk(), pairs, homes,
    )  # fmt: skip


def tally(register: Columns, day: date, *, definition: str, counties: frozenset[str]) -> pl.DataFrame:
    """Count who lives where and who is registered where on a day (TALLY).

    `counties` are the six-digit codes whose places are in the register. `what` is a distance of `situation` or a ground;
    `absent` on the side `out` are those registered there who live nowhere on file.
    """
    pairs = register.pairs.with_columns(ground=_ground(day), known=_known(counties), distance=_distance())
    pairs = pairs.with_columns(open=pl.col("ground") == "")
    began = pl.col("start").is_null() | (pl.col("start") <= day)
    stays = register.stays.filter(_alive(day) & began).with_row_index("line")
    present = stays.filter(pl.col("end").is_null() | (pl.col("end") > day))
    present = present.filter((pl.col("person") != pl.col("person").shift(-1)).fill_null(value=True))  # the last of each
    away = present.filter(_of(pairs, "open", present))
    past = stays.join(away.select("person"), on="person", how="semi", maintain_order="left")
    told = away.join(_absences(past, pairs, day), on="line", how="left").join(
        pairs.select("pair", "distance"), on="pair"
    )
    counted = pl.concat([
        present.filter(~_of(pairs, "open", present)).group_by("pair").len("count")
        .join(pairs.select("pair", what="ground"), on="pair").select("pair", "what", "count"),
        told.group_by("pair", what=_what(day, definition)).len("count").select("pair", "what", "count"),
    ]).join(pairs, on="pair")  # fmt: skip
    inside = counted.filter(pl.col("place") != "").group_by("what", code="place").agg(pl.col("count").sum())
    outside = counted.filter(pl.col("known")).group_by("what", code="registered").agg(pl.col("count").sum())
    homes = register.homes.with_columns(known=_known(counties))
    people = register.people.filter(_alive(day))
    own = present.filter(_of(pairs, "known", present)).select("person")
    absent = people.filter(_of(homes, "known", people, "home")).join(own, on="person", how="anti")
    nowhere = absent.group_by("home").len("count").join(homes, on="home")
    nowhere = nowhere.select("count", code="registered", what=pl.lit("absent"))
    parts = (("in", inside), ("out", outside), ("out", nowhere))
    return pl.concat(
        part.select(
            pl.lit(side).alias("side"), pl.col("code"), pl.col("what"), pl.col("count").cast(pl.Int64)
        )
        for side, part in parts
    )  # fmt: skip


def together(tallies: list[pl.DataFrame]) -> pl.DataFrame:
    """Tallies of different people as one."""
    found = pl.concat(tallies) if tallies else pl.DataFrame(schema=TALLY)
    return found.group_by("side", "code", "what").agg(pl.col("count").sum()).sort("side", "code", "what")


def _alive(day: date) -> pl.Expr:
    return (pl.col("died").is_null() | (pl.col("died") > day)) & (pl.col("born").is_null() | (pl.col("born") <= day))


def _known(counties: frozenset[str]) -> pl.Expr:
    return pl.col("registered").str.slice(0, 6).is_in(sorted(counties))


def _ground(day: date) -> pl.Expr:
    """Why the two places alone rule it out ('' where they do not): `situation._standing_ground` over columns."""
    digits = _BOUNDARY_DIGITS[parameter("floating_population.boundary", day)]
    first, last = parameter("floating_population.city_district_codes", day)
    usual, home = pl.col("place"), pl.col("registered")
    precise = home.str.len_bytes() >= digits

    def district(code: pl.Expr) -> pl.Expr:
        return code.str.slice(4, 2).cast(pl.Int32, strict=False).is_between(first, last).fill_null(value=False)

    same = usual.str.slice(0, digits) == home.str.slice(0, digits)
    one_city = (usual.str.slice(0, 4) == home.str.slice(0, 4)) & district(usual) & district(home)
    return (
        pl.when(pl.col("registration") == "abroad").then(pl.lit("registered_abroad"))
        .when((home == "") & (pl.col("registration") == "area")).then(pl.lit("registration_imprecise"))
        .when(home == "").then(pl.lit("no_registration"))
        .when(usual == "").then(pl.lit("residence_unknown"))
        .when(same & precise).then(pl.lit("within_boundary"))
        .when(same | (~precise & usual.str.starts_with(home))).then(pl.lit("registration_imprecise"))
        .when(one_city).then(pl.lit("within_city_districts"))
        .otherwise(pl.lit(""))
    )  # fmt: skip


def _of(common: pl.DataFrame, column: str, rows: pl.DataFrame, key: str = "pair") -> pl.Series:
    """A column of `pairs` or `homes` (they stand by number) for each row."""
    return common[column].gather(rows[key])


def _absences(past: pl.DataFrame, pairs: pl.DataFrame, day: date) -> pl.DataFrame:
    """By line: since when its run of residences away has lasted, and why it began, as far as anybody said."""
    past = past.with_columns(away=_of(pairs, "open", past), known=_of(pairs, "known", past))
    before = {name: pl.col(name).shift(1) for name in ("person", "away", "end")}
    first = (pl.col("person") != before["person"]).fill_null(value=True)
    gap = before["end"].is_not_null() & pl.col("start").is_not_null() & (before["end"] < pl.col("start"))
    from_home = ~first & ~before["away"] & before["end"].is_not_null()
    certain = pl.coalesce(pl.col("start"), pl.when(pl.col("end") <= day).then(pl.col("end")))
    past = past.with_columns(
        run=(first | ~before["away"] | ~pl.col("away") | (gap & ~pl.col("known"))).cum_sum(),
        since=pl.when(pl.col("known") & from_home & gap).then(before["end"]).otherwise(certain),
        why=pl.when(pl.col("reason") != "").then(pl.col("reason")),
    )
    runs = past.group_by("run").agg(pl.col("since").min(), pl.col("why").drop_nulls().last())
    return past.select("line", "run").join(runs, on="run").select("line", "since", "why")


def _what(day: date, definition: str) -> pl.Expr:
    """The distance of those who count, else the ground: of those whom the two places alone do not rule out."""
    excluded = parameter("floating_population.excluded_reasons", day)
    ruled_out = pl.col("why").is_in([code for code in excluded if code.isdigit()])
    if "vocational_or_higher_study" in excluded:
        study = parameter("floating_population.study", day)
        ruled_out |= (pl.col("why") == study["reason"]) & pl.col("education").str.slice(0, 1).is_in(study["education"])
    length = parameter("floating_population.definitions", day)[definition]
    after = f"{length['months']}mo" if "months" in length else f"{length['days']}d"
    reached = pl.col("since").dt.offset_by(after) <= day
    return (
        pl.when(ruled_out.fill_null(value=False)).then(pl.lit("reason_excluded"))
        .when(pl.col("since").is_null()).then(pl.lit("since_unknown"))
        .when(~reached).then(pl.lit("too_short"))
        .otherwise(pl.col("distance"))
    )  # fmt: skip


def _distance() -> pl.Expr:
    """How far apart the two places are."""
    usual, home = pl.col("place"), pl.col("registered")

    def same(digits: int) -> pl.Expr:
        return usual.str.slice(0, digits) == home.str.slice(0, digits)

    return (
        pl.when(same(6)).then(pl.lit("same_county"))
        .when(same(4)).then(pl.lit("other_county"))
        .when(same(2)).then(pl.lit("other_prefecture"))
        .otherwise(pl.lit("other_province"))
    )  # fmt: skip
