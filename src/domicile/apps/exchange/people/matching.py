"""Who is on file already: the same number at the same dwelling under a like name; or, without a number, name and birth date."""

from typing import Any

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper

from domicile.apps.common.fields import next_key
from domicile.apps.exchange import issues, tables
from domicile.apps.vault.bulk import blind_column
from domicile.core.linkage.names import NameLikeness, same_name

# Columns of a person that an import may change; an empty cell never empties a stored value.
PERSON_COLUMNS = (
    "name", "sex", "birth_date", "birth_precision", "education", "marital", "registration", "registered_code", "registered_text",
)  # fmt: skip
_RESIDENTS = """
SELECT p.id, s.dwelling_id, p.name, p.sex, p.birth_date, p.birth_precision, p.education, p.marital, p.registration,
       p.registered_code, p.registered_text, p.given, p.sound, s.id, s.start, s.reason
FROM people_spell s JOIN people_person p ON p.id = s.person_id
WHERE s.dwelling_id IN ({}) AND s."end" IS NULL AND s.kind = 'usual'
"""
_RESIDENT_COLUMNS = ("person_id", "dwelling_id", *PERSON_COLUMNS, "given", "sound", "spell_id", "start", "reason")
# Whoever has several ids has the documents of all of them, those of the id that stands first.
_DOCUMENTS = """
WITH asked (person_id) AS ({})
SELECT a.person_id, d.id, d.kind, d.blind, d.finding FROM asked a JOIN people_document d ON d.person_id = a.person_id
UNION ALL
SELECT s.stands_id, d.id, d.kind, d.blind, d.finding FROM asked a JOIN people_sameperson s ON s.stands_id = a.person_id
JOIN people_document d ON d.person_id = s.person_id
"""
_MEMBERS = """
SELECT m.person_id, m.id, m.household_id, m.side, m.relation, h.dwelling_id, d.address FROM people_member m
JOIN people_household h ON h.id = m.household_id JOIN places_dwelling d ON d.id = h.dwelling_id
WHERE m.person_id IN ({}) AND m.left_on IS NULL
"""
_PHONES = "SELECT person_id, blind FROM people_phone WHERE person_id IN ({})"
_BLIND_ELSEWHERE = """
SELECT DISTINCT d.blind FROM people_document d LEFT JOIN people_sameperson s ON s.person_id = d.person_id
JOIN people_visibility v ON v.person_id = COALESCE(s.stands_id, d.person_id)
WHERE d.blind IN ({{}}) AND ({inside})
"""


def matched(rows: pl.DataFrame, places: pl.DataFrame, connection: BaseDatabaseWrapper) -> pl.DataFrame:
    """Staged rows with dwelling_id, place_code, what is on file (`_f_…`), and `_fate`: created, changed, unchanged."""
    known = places.select("place", "dwelling_id", "place_code", "stood")
    work = rows.join(known, on="place", how="left", maintain_order="left").with_row_index("_index")
    work = work.with_columns(_registered_code(work).alias("registered_code"))
    # Nobody lives yet in what this batch makes. To ask the database would also ask a planner that knows nothing yet of
    # tables which the transaction is filling: PostgreSQL then reads all of them for every part.
    dwellings = work.filter(pl.col("stood"))["dwelling_id"].unique().to_list()
    residents = _residents(connection, dwellings)
    pairs = _pairs(work, residents)
    work = work.join(pairs, on="_index", how="left", maintain_order="left")
    held = residents.rename({name: f"_f_{name}" for name in residents.columns if name != "person_id"})
    work = work.join(held.rename({"person_id": "_f_person_id"}), on="_f_person_id", how="left", maintain_order="left")
    work = work.join(_new_phones(work, connection), on="_index", how="left", maintain_order="left")
    fate = (
        pl.when(pl.col("_f_person_id").is_null())
        .then(pl.lit("created"))
        .when(differs())
        .then(pl.lit("changed"))
        .otherwise(pl.lit("unchanged"))
    )
    return work.with_columns(fate.alias("_fate")).sort("_index").drop("_index", "stood")


def _new_phones(work: pl.DataFrame, connection: BaseDatabaseWrapper) -> pl.DataFrame:
    """`_index` and `_new_phones` of rows about persons on file: the phones of the row that are not on file with them.

    A phone on file that the row does not name stays: several sheets name several phones.
    """
    matched_rows = work.filter(pl.col("_f_person_id").is_not_null() & (pl.col("phones").list.len() > 0))
    each = matched_rows.select("_index", "_f_person_id", "phones").explode("phones")
    each = each.with_columns(blind_column("phone", each["phones"].struct.field("number")).alias("blind"))
    people = each["_f_person_id"].unique(maintain_order=True).to_list()
    held = tables.rows_of(connection, _PHONES, people, {"_f_person_id": pl.String, "blind": pl.Binary})
    fresh = each.join(held, on=["_f_person_id", "blind"], how="anti", maintain_order="left")
    fresh = fresh.unique(["_f_person_id", "blind"], keep="first", maintain_order=True)
    return fresh.group_by("_index", maintain_order=True).agg(pl.col("phones").alias("_new_phones"))


def _registered_code(work: pl.DataFrame) -> pl.Expr:
    return pl.when(pl.col("here")).then("place_code").otherwise(pl.lit("")).fill_null("")


def _residents(connection: BaseDatabaseWrapper, dwellings: list[str]) -> pl.DataFrame:
    """Open usual residents of the dwellings, with document and memberships; dates as text."""
    schema: dict[str, Any] = dict.fromkeys(_RESIDENT_COLUMNS, pl.String)
    people = _texts(
        tables.rows_of(connection, _RESIDENTS, dwellings, dict.fromkeys(_RESIDENT_COLUMNS, pl.Object)), schema
    )
    ids = people["person_id"].to_list()
    documents = tables.rows_of(
        connection, _DOCUMENTS, ids,
        {"person_id": pl.String, "document_id": pl.String, "kind": pl.String, "blind": pl.Binary, "finding": pl.String},
    ).unique("person_id", keep="first", maintain_order=True)  # fmt: skip
    members = tables.rows_of(
        connection, _MEMBERS, ids,
        dict.fromkeys(("person_id", "member_id", "household_id", "side", "relation", "dwelling", "address"), pl.String),
    )  # fmt: skip
    people = people.join(documents, on="person_id", how="left", maintain_order="left")
    for side in ("living", "registered"):
        of_side = members.filter(pl.col("side") == side).drop("side").unique("person_id", keep="first")
        renamed = of_side.rename(
            {"member_id": f"{side}_member", "household_id": f"{side}_id"}
            | {name: f"{side}_{name}" for name in ("relation", "dwelling", "address")}
        )
        people = people.join(renamed, on="person_id", how="left", maintain_order="left")
    return people


def _texts(frame: pl.DataFrame, schema: dict[str, Any]) -> pl.DataFrame:
    """Dates come as text from one database and as dates from the other."""
    columns = {
        name: [
            None if value is None else value if isinstance(value, str) else value.isoformat()
            for value in frame[name].to_list()
        ]
        for name in frame.columns
    }
    return pl.DataFrame(columns, schema=schema)


def _pairs(rows: pl.DataFrame, residents: pl.DataFrame) -> pl.DataFrame:
    """`_index` of the row and `_f_person_id` of the resident, each at most once."""
    schema: dict[str, Any] = {"_index": pl.UInt32, "_f_person_id": pl.String}
    if residents.is_empty():
        return pl.DataFrame(schema=schema)
    near = rows.filter(pl.col("dwelling_id").is_not_null()).select(
        "_index", "dwelling_id", "name", pl.col("birth_date").cast(pl.String), pl.col("document_blind")
    )
    held = residents.select(
        pl.col("person_id").alias("_f_person_id"), "dwelling_id", pl.col("name").alias("_name"),
        pl.col("birth_date").alias("_birth"), "blind",
    )  # fmt: skip
    by_number = near.filter(pl.col("document_blind").is_not_null()).join(
        held.filter(pl.col("blind").is_not_null()), left_on=["dwelling_id", "document_blind"], right_on=["dwelling_id", "blind"],
        how="inner", maintain_order="left",
    )  # fmt: skip
    same = by_number.filter(pl.col("name") == pl.col("_name"))
    unlike = by_number.filter(pl.col("name") != pl.col("_name"))
    like = [same_name(one, two) is not NameLikeness.DIFFERENT for one, two in unlike.select("name", "_name").rows()]
    first = pl.concat([same, unlike.filter(pl.Series(like, dtype=pl.Boolean))]).select(*schema)
    first = first.unique("_index", keep="first", maintain_order=True).unique(
        "_f_person_id", keep="first", maintain_order=True
    )
    rest = near.join(first, on="_index", how="anti").join(
        held.join(first, on="_f_person_id", how="anti"), left_on=["dwelling_id", "name", "birth_date"],
        right_on=["dwelling_id", "_name", "_birth"], how="inner", maintain_order="left",
    )  # fmt: skip
    # Two numbers that differ are two documents: leave such pairs to the review of duplicates.
    second = rest.filter(pl.col("document_blind").is_null() | pl.col("blind").is_null()).select(*schema)
    second = second.unique("_index", keep="first", maintain_order=True).unique(
        "_f_person_id", keep="first", maintain_order=True
    )
    return pl.concat([first, second]).cast(schema)  # type: ignore[arg-type]


def column_differs(name: str) -> pl.Expr:
    """Whether the row's value of a person's column stands and is not the one on file."""
    new, old = pl.col(name).cast(pl.String).fill_null(""), pl.col(f"_f_{name}").fill_null("")
    stands = new != ""
    if name == "sex":
        stands = pl.col("sex") != "9"
    if name == "birth_precision":
        stands = pl.col("birth_date").is_not_null()
    if name == "registration":
        stands = new != "unknown"
    if name in ("registered_text", "registered_code"):
        # Who is now registered here has no registered text any more.
        stands = (pl.col("registration") != "unknown") & (pl.col("here") | (pl.col("registered_text") != ""))
    if name == "registered_code":  # the same address in words says nothing against the code on file
        stands &= pl.col("here") | (pl.col("registered_text") != pl.col("_f_registered_text").fill_null(""))
    if name.startswith("regist"):
        stands &= ~_as_registered()
    return stands & (new != old)


def _as_registered() -> pl.Expr:
    """Whether the row writes out the address of the registered household that the person belongs to."""
    return pl.col("registered_text").str.ends_with(pl.col("_f_registered_address")).fill_null(value=False)


def registration_moves() -> pl.Expr:
    """Whether the row says that a person on file belongs to the registered household here no more, or to none elsewhere.

    Registered here: unless a member here already. Registered elsewhere: unless that is where the membership is.
    """
    at, home = pl.col("_f_registered_dwelling"), pl.col("dwelling_id")
    away = pl.col("registration").is_in(["abroad", "nowhere"])
    away |= ~pl.col("here") & (pl.col("registration") == "area") & (pl.col("registered_text") != "")
    told = column_differs("registered_text") | column_differs("registration")
    comes = pl.col("here") & (at.is_null() | (at != home))
    goes = away & ~_as_registered() & at.is_not_null() & ((at == home) | told)
    return comes | goes


def new_document() -> pl.Expr:
    """Whether the row has a number, and the person on file has none."""
    return pl.col("document_number").is_not_null() & pl.col("_f_document_id").is_null()


def new_phones() -> pl.Expr:
    """Whether the row names a phone that is not on file with the person."""
    return pl.col("_new_phones").is_not_null()


def finding_differs() -> pl.Expr:
    return (
        pl.col("_f_document_id").is_not_null()
        & pl.col("document_number").is_not_null()
        & (pl.col("finding") != pl.col("_f_finding").fill_null(""))
    )


def relation_differs() -> pl.Expr:
    return (
        pl.col("_f_living_member").is_not_null()
        & pl.col("relation").is_not_null()
        & (pl.col("relation") != pl.col("_f_living_relation").fill_null(""))
    )


def start_differs() -> pl.Expr:
    return pl.col("inflow_date").is_not_null() & (
        pl.col("inflow_date").cast(pl.String) != pl.col("_f_start").fill_null("")
    )


def reason_differs() -> pl.Expr:
    return pl.col("inflow_reason").is_not_null() & (pl.col("inflow_reason") != pl.col("_f_reason").fill_null(""))


def differs() -> pl.Expr:
    """Whether anything that the row says is not yet on file."""
    return pl.any_horizontal(
        *(column_differs(name) for name in PERSON_COLUMNS), new_document(), finding_differs(), relation_differs(), start_differs(),
        reason_differs(), new_phones(), registration_moves(),
    ).fill_null(value=False)  # fmt: skip


def findings(rows: pl.DataFrame, connection: BaseDatabaseWrapper, scopes: tuple[str, ...]) -> pl.DataFrame:
    """Warnings about new rows whose number is on file at another dwelling: kept as a record of its own, to be reviewed.

    Told of people whom the importer's areas see and of nobody else: a sheet of numbers must not answer who is on file.
    """
    new = rows.filter((pl.col("_fate") == "created") & pl.col("document_blind").is_not_null())
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM people_document LIMIT 1")
        if new.is_empty() or cursor.fetchone() is None:
            return issues.empty()
    codes = [scope for scope in scopes if scope.isascii() and scope.isdigit()]
    inside = " OR ".join(f"(v.code >= '{code}' AND v.code < '{next_key(code)}')" for code in codes) or "1 = 0"
    held = tables.blind_rows_of(
        connection,
        _BLIND_ELSEWHERE.format(inside=inside),
        new["document_blind"].to_list(),
        {"document_blind": pl.Binary},
    )
    marked = new.join(held, on="document_blind", how="semi", maintain_order="left")
    return issues.where(marked, issues.EVERY, "number_on_file_elsewhere", "document_number")
