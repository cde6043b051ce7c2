"""The rows of the register that staged people become: buildings, dwellings, households, persons and what hangs on them."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper

from domicile.apps.exchange import tables
from domicile.apps.exchange.ids import new_ids
from domicile.apps.exchange.journal import Journal, created, listed
from domicile.apps.exchange.people import numbering
from domicile.apps.vault.bulk import blind_column, new_keys, seal_column
from domicile.core.addresses.order import sort_key

# Columns whose values come in no order: their indexes are built afterwards.
SCATTERED = {
    "people_person": frozenset({"name", "given", "sound", "birth_date"}),
    "people_document": frozenset({"blind"}),
    "people_phone": frozenset({"blind"}),
}
ACTION = "import"
UNRELATED = "99"


def null(name: str) -> pl.Expr:
    return pl.lit(None, dtype=pl.String).alias(name)


def empty(name: str) -> pl.Expr:
    return pl.lit("").alias(name)


def write_places(journal: Journal, places: pl.DataFrame, grids: pl.DataFrame) -> pl.DataFrame:
    """Insert the buildings and dwellings that are new; return places with `building_id` and `dwelling_id` filled."""
    lacking = places.filter(pl.col("building_id").is_null()).unique(
        ["community_code", "building_key"], keep="first", maintain_order=True
    )
    buildings = lacking.with_columns(new_ids(lacking.height)).join(
        grids, on="grid_code", how="left", maintain_order="left"
    )
    rows = buildings.select(
        "id", "community_code", "place_code", "grid_id",
        pl.coalesce("street", pl.col("building_key").str.split("|").list.first()).str.slice(0, 64).alias("street"),
        pl.col("plate").fill_null("").str.slice(0, 32), pl.col("building").fill_null("").str.slice(0, 64).alias("name"),
        pl.col("building_key").alias("key"), null("longitude"), null("latitude"), null("in_use_from"), null("in_use_to"),
    )  # fmt: skip
    rows = numbering.coded(journal.connection, rows)
    rows = rows.with_columns(pl.Series("sort_key", [sort_key(key) for key in rows["key"]], dtype=pl.String))
    insert_subjects(journal, "places_building", "building", rows, rows["place_code"])
    made = buildings.select("community_code", "building_key", pl.col("id").alias("_new"))
    places = places.join(made, on=["community_code", "building_key"], how="left", maintain_order="left")
    of_old = places["building_id"]
    places = places.with_columns(pl.coalesce("building_id", "_new").alias("building_id")).drop("_new")
    new = places.filter(pl.col("dwelling_id").is_null())
    new = new.with_columns(new_ids(new.height))
    rows = new.select(
        "id", "building_id", "place_code", pl.col("unit").fill_null("").str.slice(0, 32),
        pl.col("room").fill_null("").str.slice(0, 32), pl.col("dwelling_key").str.slice(0, 64).alias("key"),
        pl.col("address").str.slice(0, 160), pl.lit("unknown").alias("use"), null("floor_area"), null("rooms"),
        null("in_use_from"), null("in_use_to"),
    )  # fmt: skip
    both = zip(new["building_key"], rows["key"], strict=True)
    rows = rows.with_columns(pl.Series("sort_key", [sort_key(*keys) for keys in both], dtype=pl.String))
    rows = numbering.numbered(journal.connection, rows, of_old)
    insert_subjects(journal, "places_dwelling", "dwelling", rows, rows["place_code"])
    made = new.select("place", pl.col("id").alias("_new"))
    places = places.join(made, on="place", how="left", maintain_order="left")
    return places.with_columns(pl.coalesce("dwelling_id", "_new").alias("dwelling_id")).drop("_new")


def insert_subjects(journal: Journal, table: str, kind: str, rows: pl.DataFrame, place_codes: pl.Series) -> None:
    """Insert rows that are each a subject of their own, and their records of change."""
    for start in range(0, rows.height, 100_000):
        some = rows.slice(start, 100_000)
        tables.insert(journal.connection, table, some)
        entries = created(some.drop("sort_key", strict=False), table)
        values = pl.DataFrame(
            {"subject_id": some["id"], "place_code": place_codes.slice(start, 100_000), "entry": entries}
        )
        journal.write(ACTION, kind, values.select("subject_id", "place_code", listed(pl.col("entry")).alias("values")))


def write_households(journal: Journal, rows: pl.DataFrame) -> pl.DataFrame:
    """Insert living and registered households of new rows; return rows with `living_id`, `registered_id`, `head_here`
    and `alone_here`: the only one of a new household who is registered there is the head, whoever that is where they live.

    `rows` has household, dwelling_id, place_code, relation, here, living_id (null: make one).
    """
    relation = pl.col("relation").fill_null("")
    of_file = rows.group_by("household", maintain_order=True).agg(
        pl.col("dwelling_id").first(),
        pl.col("place_code").first(),
        pl.col("living_id").first(),
        pl.col("registered_id").first(),
        pl.col("here").any().alias("any_here"),
        ((relation == "02") & pl.col("here")).any().alias("head_here"),
        ((pl.len() > 1) & (relation.is_in(["02", UNRELATED])).all()).alias("collective"),
        ((pl.col("here").sum() == 1) & pl.coalesce("registered_id", "living_id").is_null().all()).alias("alone_here"),
    )
    for side, wanted in (("living", pl.lit(value=True)), ("registered", pl.col("any_here"))):
        need = of_file.filter(pl.col(f"{side}_id").is_null() & wanted)
        need = need.with_columns(new_ids(need.height))
        kind = pl.when(pl.col("collective")).then(pl.lit("collective")).otherwise(pl.lit("family"))
        made = need.select(
            "id", "dwelling_id", pl.lit(side).alias("side"), kind.alias("kind"), null("formed_on"), null("ended_on")
        )
        insert_subjects(journal, "people_household", "household", made, need["place_code"])
        of_file = of_file.join(
            need.select("household", pl.col("id").alias("_new")), on="household", how="left", maintain_order="left"
        )
        of_file = of_file.with_columns(pl.coalesce(f"{side}_id", "_new").alias(f"{side}_id")).drop("_new")
    alone = pl.col("alone_here") & ~pl.col("collective")
    chosen = of_file.select("household", "living_id", "registered_id", "head_here", alone)
    return rows.drop("living_id", "registered_id").join(chosen, on="household", how="left", maintain_order="left")


@dataclass(frozen=True)
class Remarks:
    """When remarks of this import are written, and when they end."""

    written_on: dt.date
    expires_on: dt.date


def write_people(journal: Journal, writer: tables.Behind, rows: pl.DataFrame, remarks: Remarks) -> None:
    """Insert new persons with all that belongs to them, and one record of change each, through `writer`."""
    rows = rows.with_columns(new_ids(rows.height).alias("person_id"))
    keys = new_keys(rows["person_id"].to_list())
    rows = rows.with_columns(pl.Series("_key", keys.keys, dtype=pl.Binary))
    subject_keys = pl.DataFrame(
        {
            "subject_id": rows["person_id"],
            "wrap_key": str(keys.wrap_key),
            "wrapped": pl.Series(keys.wrapped, dtype=pl.Binary),
        }
    )
    writer.insert("vault_subjectkey", subject_keys)
    del keys, subject_keys
    made = [
        ("people_person", person_rows(rows)),
        ("people_document", document_rows(rows)),
        ("people_phone", phone_rows(rows)),
        ("people_member", member_rows(rows)),
        ("people_spell", spell_rows(rows)),
        ("people_visibility", visibility_rows(rows, writer)),
        ("people_remark", remark_rows(rows, remarks)),
    ]
    values = rows.select(pl.col("person_id").alias("subject_id"), "place_code")
    for number, (table, frame) in enumerate(made):
        writer.insert(table, frame)
        owner = "id" if table == "people_person" else "person_id"
        entries = frame.select(pl.col(owner).alias("subject_id"), created(frame, table).alias(f"e{number}"))
        if entries["subject_id"].equals(values["subject_id"]):
            values = values.with_columns(entries[f"e{number}"])
        elif entries.height:
            joined = entries.group_by("subject_id", maintain_order=True).agg(pl.col(f"e{number}").str.join(","))
            values = values.join(joined, on="subject_id", how="left", maintain_order="left")
    pieces = [pl.col(name) for name in values.columns if name.startswith("e")]
    replace(journal, insert=writer.insert).write(
        ACTION, "person", values.select("subject_id", "place_code", listed(*pieces).alias("values"))
    )


def person_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of people_person."""
    return rows.select(
        pl.col("person_id").alias("id"), "name", "given", "sound", "sex", pl.col("birth_date").cast(pl.String), "birth_precision",
        pl.col("education").fill_null(""), pl.col("marital").fill_null(""), empty("nationality"), "registration",
        "registered_code", "registered_text", null("died_on"),
    )  # fmt: skip


def document_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of people_document for those with a number."""
    with_number = rows.filter(pl.col("document_number").is_not_null())
    ids = new_ids(with_number.height)
    sealed = seal_column(
        "people_document",
        "number",
        ids.to_list(),
        with_number["_key"].to_list(),
        with_number["document_number"].to_list(),
    )
    return with_number.select(
        ids.alias("id"), "person_id", pl.col("document_kind").alias("kind"), pl.Series("number", sealed, dtype=pl.Binary),
        pl.col("document_blind").alias("blind"), "finding",
    )  # fmt: skip


def phone_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of people_phone, one for each number."""
    each = rows.select("person_id", "name", "_key", "phones").explode("phones", empty_as_null=True, keep_nulls=False)
    each = each.filter(pl.col("phones").is_not_null()).unnest("phones", separator=".")
    ids = new_ids(each.height)
    numbers = each["phones.number"]
    sealed = seal_column("people_phone", "number", ids.to_list(), each["_key"].to_list(), numbers.to_list())
    owner = pl.col("phones.owner").fill_null("")
    return each.select(
        ids.alias("id"), "person_id", pl.Series("number", sealed, dtype=pl.Binary), blind_column("phone", numbers).alias("blind"),
        pl.when(owner == pl.col("name")).then(pl.lit("")).otherwise(owner).str.slice(0, 64).alias("belongs_to"),
    )  # fmt: skip


def member_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of people_member: the living household, and the registered one for those registered here."""
    joined = pl.col("inflow_date").cast(pl.String)
    living = rows.select(
        pl.col("living_id").alias("household_id"), "person_id", pl.lit("living").alias("side"),
        pl.col("relation").fill_null(""), joined.alias("joined_on"), null("left_on"), pl.int_range(pl.len()).alias("_order"),
    )  # fmt: skip
    registered = rows.with_row_index("_order").filter(pl.col("here")).select(
        pl.col("registered_id").alias("household_id"), "person_id", pl.lit("registered").alias("side"),
        # Relationships are to the living household's head; where that one is registered elsewhere they say nothing here.
        pl.when(pl.col("head_here")).then(pl.col("relation").fill_null("")).when("alone_here").then(pl.lit("02"))
        .otherwise(pl.lit("")).alias("relation"),
        null("joined_on"), null("left_on"), pl.col("_order").cast(pl.Int64),
    )  # fmt: skip
    both = pl.concat([living, registered]).sort("_order", maintain_order=True).drop("_order")
    return both.select(new_ids(both.height), pl.all())


def spell_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of people_spell: usual residence since the inflow date, or since an unknown day."""
    return rows.select(
        new_ids(rows.height), "person_id", "dwelling_id", pl.lit("usual").alias("kind"),
        pl.col("inflow_date").cast(pl.String).alias("start"), null("end"), pl.col("inflow_reason").fill_null("").alias("reason"),
        pl.lit("import").alias("source"), null("verified_on"),
    )  # fmt: skip


def visibility_rows(rows: pl.DataFrame, writer: tables.Behind) -> pl.DataFrame:
    """Rows of people_visibility: where a person lives, and where the person is registered as far as that is in an own area."""
    code = pl.col("registered_code")
    full = pl.when(code.str.len_chars() == 12).then(code + "000").otherwise(code)
    both = rows.select(
        "person_id",
        pl.concat_list("place_code", pl.when(code.str.len_chars() >= 12).then(full)).alias("code"),
        pl.lit(["lives", "registered"]).alias("why"),
    ).explode("code", "why").filter(pl.col("code").is_not_null())  # fmt: skip
    return both.select(_serials(writer, "people_visibility", both.height), "person_id", "code", "why")


def _serials(writer: tables.Behind, table: str, count: int) -> pl.Series:
    """The next `count` numbers of an automatic key. SQLite has no other writer: its counter is read once."""
    first = writer.serials.get(table)
    if first is None:
        writer.drain()
    with writer.connection.cursor() as cursor:
        if writer.connection.vendor == "sqlite":
            if first is None:
                cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
                held = cursor.fetchone()
                first = (held[0] if held else 0) + 1
            writer.serials[table] = first + count
            return pl.Series("id", range(first, first + count), dtype=pl.Int64)
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return pl.Series("id", [row[0] for row in cursor.fetchall()], dtype=pl.Int64)


def remark_rows(rows: pl.DataFrame, remarks: Remarks) -> pl.DataFrame:
    """Rows of people_remark, sealed and with the day on which they end."""
    some = rows.filter(pl.col("remark").is_not_null())
    ids = new_ids(some.height)
    sealed = seal_column("people_remark", "text", ids.to_list(), some["_key"].to_list(), some["remark"].to_list())
    return some.select(
        ids.alias("id"), "person_id", pl.Series("text", sealed, dtype=pl.Binary),
        pl.lit(remarks.written_on.isoformat()).alias("written_on"), pl.lit(remarks.expires_on.isoformat()).alias("expires_on"),
    )  # fmt: skip


def grid_ids(connection: BaseDatabaseWrapper) -> pl.DataFrame:
    """Open grids: grid_code, grid_id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, id FROM areas_grid WHERE valid_to IS NULL")
        rows = [(code, key.hex if isinstance(key, uuid.UUID) else key) for code, key in cursor.fetchall()]
    return pl.DataFrame(rows, schema={"grid_code": pl.String, "grid_id": pl.String}, orient="row")
