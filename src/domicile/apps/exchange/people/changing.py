"""Changes of persons on file: only what differs, each with what stood there before."""

import uuid
from typing import Any

import orjson
import polars as pl

from domicile.apps.exchange import tables
from domicile.apps.exchange.journal import Journal
from domicile.apps.exchange.people import matching, registering, writing
from domicile.apps.exchange.people.updates import Entry, Updates
from domicile.apps.vault.bulk import new_keys
from domicile.apps.vault.sealing import data_keys

_HEADS = "SELECT household_id, 1 FROM people_member WHERE household_id IN ({}) AND relation = '02' AND left_on IS NULL"
_REGISTERED = "SELECT id, person_id, code FROM people_visibility WHERE person_id IN ({}) AND why = 'registered'"


def without_second_heads(new: pl.DataFrame, connection: Any) -> pl.DataFrame:
    """A new row that says head of a household that has one on file gets no relationship: nobody is displaced unseen."""
    wanted = new["living_id"].drop_nulls().unique().to_list()
    if not wanted:
        return new
    heads = tables.rows_of(connection, _HEADS, wanted, {"living_id": pl.String, "_has_head": pl.Int64}).unique(
        "living_id"
    )
    work = new.join(heads, on="living_id", how="left", maintain_order="left")
    second = (pl.col("relation") == "02") & pl.col("_has_head").is_not_null()
    return work.with_columns(pl.when(second).then(pl.lit(None)).otherwise("relation").alias("relation")).drop(
        "_has_head"
    )


def write_changes(journal: Journal, rows: pl.DataFrame) -> None:
    """Write what differs on rows of matching.matched (registering.with_heads) whose fate is `changed`."""
    if rows.is_empty():
        return
    updates = Updates()
    differing = rows.with_columns(
        *(matching.column_differs(name).fill_null(value=False).alias(f"_x_{name}") for name in matching.PERSON_COLUMNS),
        matching.finding_differs().fill_null(value=False).alias("_x_finding"),
        matching.relation_differs().fill_null(value=False).alias("_x_relation"),
        matching.start_differs().fill_null(value=False).alias("_x_start"),
        matching.reason_differs().fill_null(value=False).alias("_x_reason"),
        *(pl.col(name).cast(pl.String) for name in ("birth_date", "inflow_date")),
    )
    for row in differing.iter_rows(named=True):
        _one(updates, row)
    updates.run(journal.connection)
    registering.follow(journal, rows, updates)
    _numbers(journal, rows, updates)
    _visibility(journal, differing.filter(pl.col("_x_registered_code")), updates)
    entries = updates.entries
    logged = rows.select(pl.col("_f_person_id").alias("subject_id"), "place_code").filter(
        pl.col("subject_id").is_in(list(entries))
    )
    values = [orjson.dumps(entries[person]).decode() for person in logged["subject_id"].to_list()]
    journal.write(writing.ACTION, "person", logged.with_columns(pl.Series("values", values, dtype=pl.String)))


def _one(updates: Updates, row: dict[str, Any]) -> None:
    person = row["_f_person_id"]
    changes = {name: (row[f"_f_{name}"], row[name]) for name in matching.PERSON_COLUMNS if row[f"_x_{name}"]}
    if "name" in changes:
        changes |= {name: (row[f"_f_{name}"], row[name]) for name in ("given", "sound")}
    updates.add(person, "people_person", person, changes)
    if row["_x_finding"]:
        updates.add(person, "people_document", row["_f_document_id"], {"finding": (row["_f_finding"], row["finding"])})
    if row["_x_relation"]:
        updates.add(
            person, "people_member", row["_f_living_member"], {"relation": (row["_f_living_relation"], row["relation"])}
        )
    spell = {}
    if row["_x_start"]:
        spell["start"] = (row["_f_start"], row["inflow_date"])
    if row["_x_reason"]:
        spell["reason"] = (row["_f_reason"], row["inflow_reason"])
    updates.add(person, "people_spell", row["_f_spell_id"], spell)


def _numbers(journal: Journal, rows: pl.DataFrame, updates: Updates) -> None:
    """Document numbers for persons on file without one, and phones that the file names besides those on file."""
    needing = rows.filter(matching.new_document() | matching.new_phones())
    if needing.is_empty():
        return
    keyed = _keyed_rows(journal, needing, updates.entries)
    documents = keyed.filter(matching.new_document())
    if documents.height:
        updates.insert(journal.connection, "people_document", writing.document_rows(documents))
    phones = keyed.filter(matching.new_phones()).with_columns(pl.col("_new_phones").alias("phones"))
    if phones.height:
        updates.insert(journal.connection, "people_phone", writing.phone_rows(phones))


def _keyed_rows(journal: Journal, rows: pl.DataFrame, entries: dict[str, list[Entry]]) -> pl.DataFrame:
    """Rows with person_id and the data key of each person, made for those who have none yet."""
    people = rows["_f_person_id"].to_list()
    held = {key.hex: value for key, value in data_keys(uuid.UUID(person) for person in people).items()}
    lacking = [person for person in people if person not in held]
    made = new_keys(lacking)
    held |= dict(zip(lacking, made.keys, strict=True))
    stored = {
        "subject_id": lacking,
        "wrap_key": str(made.wrap_key),
        "wrapped": pl.Series(made.wrapped, dtype=pl.Binary),
    }
    tables.insert(
        journal.connection, "vault_subjectkey", pl.DataFrame(stored, schema_overrides={"subject_id": pl.String})
    )
    for person in lacking:
        entries.setdefault(person, []).append(["vault_subjectkey", person, "create", {}])
    return rows.with_columns(
        pl.col("_f_person_id").alias("person_id"),
        pl.Series("_key", [held[person] for person in people], dtype=pl.Binary),
    )


def _visibility(journal: Journal, rows: pl.DataFrame, updates: Updates) -> None:
    """Where a person is registered moved: the old areas no longer see the person for that, the new one does."""
    if rows.is_empty():
        return
    connection = journal.connection
    old = tables.rows_of(
        connection,
        _REGISTERED,
        rows["_f_person_id"].to_list(),
        {"id": pl.Int64, "person_id": pl.String, "code": pl.String},
    )
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM people_visibility WHERE id = %s", [[key] for key in old["id"].to_list()])
    for key, person, code in old.rows():
        gone = {"person_id": [person, None], "code": [code, None], "why": ["registered", None]}
        updates.entries.setdefault(person, []).append(["people_visibility", key, "delete", gone])
    with tables.behind(connection) as writer:
        fresh = writing.visibility_rows(rows.with_columns(pl.col("_f_person_id").alias("person_id")), writer)
    updates.insert(connection, "people_visibility", fresh.filter(pl.col("why") == "registered"))
