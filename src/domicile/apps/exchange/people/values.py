"""Values of a person's row: names, dates, documents, phones, codes. Whatever is changed on the way is reported."""

import datetime as dt

import polars as pl

from domicile.apps.exchange import issues
from domicile.apps.exchange.people.words import coded
from domicile.core.codes.dates import date_columns
from domicile.core.codes.identity_columns import identity_columns, number_expression
from domicile.core.codes.phones import phone_columns
from domicile.core.codes.text import clean_name_expression, fold_width_expression
from domicile.core.linkage.name_columns import sounds
from domicile.core.linkage.names import split_name
from domicile.core.linkage.surnames import COMPOUND_SURNAMES
from domicile.core.policy.parameters import parameter

NAME_LIMIT, TEXT_LIMIT, REMARK_LIMIT = 64, 160, 500
_CODED = (
    ("relation", "relation", "relation_unknown"),
    ("sex", "sex", "sex_unknown"),
    ("education", "education", "education_unknown"),
    ("marital", "marital", "marital_unknown"),
    ("inflow_reason", "inflow_reason", "reason_unknown"),
)
# Findings of a number that block the row: nobody can tell what the number was.
_BLOCKING = ("looks_rounded", "masked", "length", "characters", "pattern")
ENDS_ROUNDED = "number_ends_rounded"
_SAME_PLACE = r"^(?:本户|同本户|本址|本地址|同现住址|同现住地|同住址|同上|本处|与现住址(?:一致|相同))$"
_ABROAD = r"^(?:境外|国外|港澳台|香港|澳门|台湾|外国)"
_NOWHERE = r"^(?:无户口|无户籍|未落户|待定|待落户|户口待定|未登记|无)$"
_UNKNOWN = r"^(?:不详|不明|未知|不清楚)$"
_PLAIN_NAME = r"^[\x{4e00}-\x{9fff}]{2,5}$"


def trimmed(rows: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Control characters (line breaks too) to blanks, outer blanks away, empty texts to null."""
    return rows.with_columns(
        pl.col(name).str.replace_all(r"[\x00-\x1f\x7f]+", " ").str.strip_chars(" \u3000\u00a0").replace("", None)
        for name in columns
    )


def normalised(rows: pl.DataFrame, today: dt.date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with stored values under stored names, and all findings about them."""
    findings: list[pl.DataFrame] = []
    rows, found = _names(rows)
    findings.append(found)
    for column, name, unknown in _CODED:
        codes, found = coded(rows, column, name, unknown)
        findings.append(found)
        if column == "relation":
            findings.append(
                issues.where(rows.hstack([codes.alias("_code")]), pl.col("_code") == "01", "self_is_head", column)
            )
            codes = codes.replace("01", "02")
            findings.append(issues.where(rows, pl.col("relation").is_null(), "relation_missing", "relation"))
        rows = rows.with_columns(codes)
    for step in (_documents, _birth_and_sex, _inflow, _phones, _registered, _remark):
        rows, found = step(rows, today)
        findings.append(found)
    return rows, pl.concat(findings)


def _names(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    typed = pl.col("_typed")
    work = rows.with_columns(pl.col("name").alias("_typed"), clean_name_expression(pl.col("name")).alias("name"))
    newborn = pl.col("document_number").is_null()
    findings = pl.concat(
        [
            issues.where(work, (typed != pl.col("name")), "name_cleaned", "name", typed, pl.col("name")),
            issues.where(work, typed.is_null() & ~newborn, "name_missing", "name"),
            issues.where(work, typed.is_null() & newborn, "name_pending", "name"),
            issues.where(
                work,
                pl.col("name").str.len_chars() > NAME_LIMIT,
                "text_too_long",
                "name",
                typed,
                pl.lit(str(NAME_LIMIT)),
            ),
        ]
    )
    return with_sound(work.drop("_typed").with_columns(pl.col("name").fill_null(""))), findings


def with_sound(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `given` and `sound` of `name`."""
    name = pl.col("name")
    plain = name.str.contains(_PLAIN_NAME)
    compound = (name.str.len_chars() > 2) & name.str.slice(0, 2).is_in(sorted(COMPOUND_SURNAMES))
    work = rows.with_columns(
        given=pl.when(plain & compound).then(name.str.slice(2)).when(plain).then(name.str.slice(1)),
        sound=sounds(rows["name"]),
    )
    odd = work.filter(pl.col("given").is_null())["name"].unique().to_list()
    others = {text: split_name(text)[1] for text in odd}
    return work.with_columns(
        pl.coalesce("given", name.replace_strict(others, default="", return_dtype=pl.String)),
        pl.col("sound").fill_null("").str.slice(0, TEXT_LIMIT),
    )


def _documents(rows: pl.DataFrame, today: dt.date) -> tuple[pl.DataFrame, pl.DataFrame]:
    kinds, unknown = coded(rows, "document_type", "document_kind", "document_type_unknown")
    work = rows.with_columns(
        kinds.alias("_declared"), number_expression(pl.col("document_number")).replace("", None).alias("_number")
    )
    work = identity_columns(work, "_number", today=today, declared_kind="_declared", prefix="_d_")
    typed, number, fault = pl.col("document_number"), pl.col("_number"), pl.col("_d_error")
    # A whole number whose end is 000: one wrong digit, or a column that a spreadsheet rounded; the pipeline tells which.
    ends_rounded = ((fault == "looks_rounded") & (number.str.len_chars() == 18)).fill_null(value=False)
    blocking = fault.is_in(_BLOCKING)
    shown = issues.masked(typed)
    changed = (typed != number) & ~blocking.fill_null(value=False)
    findings = pl.concat(
        [
            unknown,
            issues.where(work, blocking & ~ends_rounded, pl.lit("number_") + fault, "document_number", shown),
            issues.where(work, ends_rounded, ENDS_ROUNDED, "document_number", shown),
            issues.where(work, fault.is_not_null() & ~blocking, pl.lit("number_") + fault, "document_number", shown),
            issues.where(work, changed, "number_cleaned", "document_number", shown),
            issues.where(
                work, fault.is_null() & (pl.col("_d_canonical") != number), "number_upgraded", "document_number", shown
            ),
        ]
    )
    none = number.is_null() & (pl.col("_declared").is_null() | (pl.col("_declared") == "none"))
    work = work.with_columns(
        pl.coalesce(
            "_d_kind", "_declared", pl.when(number.is_null()).then(pl.lit("none")).otherwise(pl.lit("resident_id"))
        ).alias("document_kind"),
        pl.coalesce("_d_canonical", "_number").replace("", None).alias("document_number"),
        pl.when(fault.is_not_null()).then(pl.lit("checksum")).otherwise(pl.lit("")).alias("finding"),
        none.alias("_no_number"),
        pl.when(fault.is_null()).then("_d_birth_date").alias("_number_birth"),
        pl.when(fault.is_null()).then("_d_sex").alias("_number_sex"),
    )
    return work.drop(
        [name for name in work.columns if name.startswith("_d_")] + ["_declared", "_number", "document_type"]
    ), findings


def _birth_and_sex(rows: pl.DataFrame, today: dt.date) -> tuple[pl.DataFrame, pl.DataFrame]:
    work = date_columns(rows, "birth_date", today=today, prefix="_b_")
    typed, value, told = pl.col("birth_date"), pl.col("_b_value"), pl.col("_number_birth")
    sex, number_sex = pl.col("sex"), pl.col("_number_sex")
    fault = pl.col("_b_error")
    nothing = typed.is_null() & told.is_null()
    differs = value.is_not_null() & told.is_not_null() & (value != told)
    vaguer = differs & (
        ((pl.col("_b_precision") == "month") & (value == told.dt.truncate("1mo")))
        | ((pl.col("_b_precision") == "year") & (value.dt.year() == told.dt.year()))
    )
    sex_differs = sex.is_in(["1", "2"]) & number_sex.is_not_null() & (sex != number_sex)
    small = parameter("import_checks.number_expected_from_age", on=today)
    age = today.year - pl.coalesce("_b_value", told).dt.year()
    findings = pl.concat(
        [
            issues.where(work, fault.is_not_null(), pl.lit("birth_") + fault, "birth_date", typed),
            issues.where(
                work, pl.col("_b_note").is_not_null(), pl.lit("date_") + pl.col("_b_note"), "birth_date", typed, value
            ),
            issues.where(
                work, fault.is_null() & (typed != value.cast(pl.String)), "date_read", "birth_date", typed, value
            ),
            issues.where(work, fault.is_null() & (pl.col("_b_precision") != "day"), "birth_vague", "birth_date", typed),
            issues.where(work, nothing, "birth_missing", "birth_date"),
            issues.where(work, typed.is_null() & told.is_not_null(), "birth_from_number", "birth_date", detail=told),
            issues.where(work, differs & ~vaguer, "birth_differs", "birth_date", typed),
            issues.where(work, sex_differs, "sex_differs", "sex"),
            issues.where(
                work, sex.is_null() & number_sex.is_not_null() & pl.col("sex_typed").is_null(), "sex_from_number", "sex"
            ),
            issues.where(work, pl.col("sex_typed").is_null() & number_sex.is_null(), "sex_missing", "sex"),
            issues.where(work, pl.col("_no_number") & (age >= small), "number_missing", "document_number"),
        ]
    )
    finding = pl.concat_list(
        pl.when(pl.col("finding") != "").then("finding"),
        pl.when((differs & ~vaguer).fill_null(value=False)).then(pl.lit("birth_date")),
        pl.when(sex_differs.fill_null(value=False)).then(pl.lit("sex")),
    )
    work = work.with_columns(
        pl.when(vaguer.fill_null(value=False)).then(told).otherwise(pl.coalesce("_b_value", told)).alias("birth_date"),
        pl.when(value.is_null() | vaguer.fill_null(value=False))
        .then(pl.lit("day"))
        .otherwise("_b_precision")
        .alias("birth_precision"),
        pl.coalesce("sex", "_number_sex", pl.lit("9")).alias("sex"),
        finding.list.drop_nulls().list.join(",").alias("finding"),
    ).with_columns(
        pl.when(pl.col("birth_date").is_null())
        .then(pl.lit("unknown"))
        .otherwise("birth_precision")
        .alias("birth_precision")
    )
    return work.drop(
        [name for name in work.columns if name.startswith(("_b_", "_number_"))] + ["_no_number", "sex_typed"]
    ), findings


def _inflow(rows: pl.DataFrame, today: dt.date) -> tuple[pl.DataFrame, pl.DataFrame]:
    work = date_columns(rows, "inflow_date", today=today, prefix="_i_")
    typed, value, fault = pl.col("inflow_date"), pl.col("_i_value"), pl.col("_i_error")
    here = pl.col("registered_address").str.contains(_SAME_PLACE)
    findings = pl.concat(
        [
            issues.where(work, fault.is_not_null(), pl.lit("date_") + fault, "inflow_date", typed),
            issues.where(
                work, pl.col("_i_note").is_not_null(), pl.lit("date_") + pl.col("_i_note"), "inflow_date", typed, value
            ),
            issues.where(
                work, fault.is_null() & (typed != value.cast(pl.String)), "date_read", "inflow_date", typed, value
            ),
            issues.where(work, typed.is_null() & ~here, "inflow_missing", "inflow_date"),
            issues.where(work, value < pl.col("birth_date"), "inflow_before_birth", "inflow_date", typed),
        ]
    )
    return work.with_columns(value.alias("inflow_date")).drop(
        [name for name in work.columns if name.startswith("_i_")]
    ), findings


def _phones(rows: pl.DataFrame, today: dt.date) -> tuple[pl.DataFrame, pl.DataFrame]:
    work = phone_columns(rows, "phones", prefix="_p_")
    typed, fault = pl.col("phones"), pl.col("_p_error")
    # A number written with its owner, or several in a cell, is the layout's own way; other spellings are reported.
    first = pl.col("_p_list").list.get(0, null_on_oob=True).struct.field("number")
    respelt = fault.is_null() & (pl.col("_p_list").list.len() == 1) & ~typed.str.contains(first, literal=True)
    findings = pl.concat(
        [
            issues.where(work, fault.is_not_null(), pl.lit("phone_") + fault, "phones", issues.masked(typed)),
            issues.where(work, respelt, "phone_read", "phones", issues.masked(typed)),
        ]
    )
    return work.with_columns(pl.col("_p_list").alias("phones")).drop("_p_list", "_p_error"), findings


def _registered(rows: pl.DataFrame, today: dt.date) -> tuple[pl.DataFrame, pl.DataFrame]:
    folded = fold_width_expression(pl.col("registered_address"))
    work = rows.with_columns(
        pl.col("registered_address").alias("_typed"), folded.str.strip_chars(" ").alias("registered_text")
    )
    text, typed = pl.col("registered_text"), pl.col("_typed")
    findings = pl.concat(
        [
            issues.where(work, typed.is_null(), "registered_missing", "registered_address"),
            issues.where(work, typed != text, "text_cleaned", "registered_address", typed),
            issues.where(
                work,
                text.str.len_chars() > TEXT_LIMIT,
                "text_too_long",
                "registered_address",
                typed,
                pl.lit(str(TEXT_LIMIT)),
            ),
        ]
    )
    here = text.str.contains(_SAME_PLACE).fill_null(value=False)
    work = work.with_columns(
        here.alias("here"),
        pl.when(text.is_null() | text.str.contains(_UNKNOWN))
        .then(pl.lit("unknown"))
        .when(text.str.contains(_ABROAD))
        .then(pl.lit("abroad"))
        .when(text.str.contains(_NOWHERE))
        .then(pl.lit("nowhere"))
        .otherwise(pl.lit("area"))
        .alias("registration"),
        pl.when(here).then(pl.lit("")).otherwise(text.fill_null("").str.slice(0, TEXT_LIMIT)).alias("registered_text"),
    )
    return work.drop("_typed", "registered_address"), findings


def _remark(rows: pl.DataFrame, today: dt.date) -> tuple[pl.DataFrame, pl.DataFrame]:
    found = issues.where(
        rows,
        pl.col("remark").str.len_chars() > REMARK_LIMIT,
        "text_too_long",
        "remark",
        detail=pl.lit(str(REMARK_LIMIT)),
    )
    return rows, found
