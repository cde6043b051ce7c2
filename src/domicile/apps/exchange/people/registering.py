"""Where somebody on file is registered has moved: the registered household follows, and the living one stays (PE-2)."""

import polars as pl

from domicile.apps.exchange import tables
from domicile.apps.exchange.ids import new_ids
from domicile.apps.exchange.journal import Journal
from domicile.apps.exchange.people import matching, writing
from domicile.apps.exchange.people.updates import Updates
from domicile.apps.people.models import HEAD

_THERE = """
SELECT h.dwelling_id, h.id, m.person_id FROM people_household h
LEFT JOIN people_member m ON m.household_id = h.id AND m.relation = '02' AND m.left_on IS NULL
WHERE h.dwelling_id IN ({}) AND h.side = 'registered' AND h.ended_on IS NULL ORDER BY h.id
"""
_STAYING = "SELECT household_id FROM people_member WHERE household_id IN ({}) AND left_on IS NULL"


def with_heads(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with `_head_here`, whether the head of the household of the file is registered here, and `_head` on file."""
    heads = (pl.col("relation") == HEAD) & pl.col("here")
    return rows.with_columns(
        heads.any().over("household").alias("_head_here"),
        pl.when(heads).then(pl.col("_f_person_id")).drop_nulls().first().over("household").alias("_head"),
        pl.when(pl.col("_f_registered_dwelling") == pl.col("dwelling_id"))
        .then(pl.col("_f_registered_id")).drop_nulls().first().over("household").alias("_shared"),
    )  # fmt: skip


def follow(journal: Journal, rows: pl.DataFrame, updates: Updates) -> None:
    """End and begin memberships of registered households for those of `rows` (with_heads) whose registration moved."""
    moved = rows.filter(matching.registration_moves().fill_null(value=False))
    if moved.is_empty():
        return
    day = journal.at.date().isoformat()
    _leave(journal, moved.filter(pl.col("_f_registered_member").is_not_null()), updates, day)
    joining = moved.filter(pl.col("here"))
    if joining.height:
        _join(journal, joining, updates, day)


def _leave(journal: Journal, leaving: pl.DataFrame, updates: Updates, day: str) -> None:
    """End their memberships; a household that nobody is left in ends too."""
    if leaving.is_empty():
        return
    columns = ("_f_person_id", "_f_registered_member", "_f_registered_id")
    for person, member, _household in leaving.select(columns).rows():
        updates.add(person, "people_member", member, {"left_on": (None, day)})
    updates.run(journal.connection)
    households = leaving["_f_registered_id"].unique(maintain_order=True).to_list()
    staying = set(tables.rows_of(journal.connection, _STAYING, households, {"id": pl.String})["id"].to_list())
    last = dict(leaving.select("_f_registered_id", "_f_person_id").rows())
    for household in households:
        if household not in staying:
            updates.add(last[household], "people_household", household, {"ended_on": (None, day)})
    updates.run(journal.connection)


def _join(journal: Journal, joining: pl.DataFrame, updates: Updates, day: str) -> None:
    """Make them members of the registered household that their housemates or their dwelling have, else of a new one."""
    dwellings = joining["dwelling_id"].unique(maintain_order=True).to_list()
    columns = {"dwelling_id": pl.String, "_there": pl.String, "_there_head": pl.String}
    there = tables.rows_of(journal.connection, _THERE, dwellings, columns)
    first = there.unique("dwelling_id", keep="first", maintain_order=True)
    work = joining.join(first.select("dwelling_id", "_there"), on="dwelling_id", how="left", maintain_order="left")
    work = work.with_columns(pl.coalesce("_shared", "_there").alias("_joins"))
    need = work.filter(pl.col("_joins").is_null()).unique("dwelling_id", keep="first", maintain_order=True)
    made = need.select(
        new_ids(need.height), "dwelling_id", pl.lit("registered").alias("side"), pl.lit("family").alias("kind"),
        pl.lit(day).alias("formed_on"), writing.null("ended_on"),
    )  # fmt: skip
    writing.insert_subjects(journal, "people_household", "household", made, need["place_code"])
    fresh = made.select("dwelling_id", pl.col("id").alias("_made"))
    work = work.join(fresh, on="dwelling_id", how="left", maintain_order="left")
    heads = there.select(pl.col("_there").alias("_joins"), "_there_head")
    work = work.with_columns(pl.coalesce("_joins", "_made").alias("_joins"))
    work = work.join(heads, on="_joins", how="left", maintain_order="left")
    rows = work.select(
        new_ids(work.height), pl.col("_joins").alias("household_id"), pl.col("_f_person_id").alias("person_id"),
        pl.lit("registered").alias("side"), _relation().alias("relation"), pl.lit(day).alias("joined_on"),
        writing.null("left_on"),
    )  # fmt: skip
    updates.insert(journal.connection, "people_member", rows)


def _relation() -> pl.Expr:
    """That to the living head, where the same person heads the registered household; one head to a household."""
    said, headed = pl.col("relation").fill_null(""), pl.col("_there_head").is_not_null()
    second = headed | ((said == HEAD).cum_sum().over("_joins") > 1)
    same = pl.col("_head_here") & (~headed | (pl.col("_there_head") == pl.col("_head")).fill_null(value=False))
    return pl.when(((said == HEAD) & second) | ~same).then(pl.lit("")).otherwise(said)
