"""Records of change for rows written in bulk, in the form of audit.recording."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper

from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange import tables


def quoted(text: pl.Expr) -> pl.Expr:
    """A text as a JSON string; null stays null. Control characters were taken out before."""
    special = text.str.contains(r'["\\]')
    escaped = text.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return pl.lit('"') + pl.when(special).then(escaped).otherwise(text) + pl.lit('"')


def created(frame: pl.DataFrame, table: str) -> pl.Series:
    """For each row of `frame` (columns of the table, `id` first) its entry [table, id, "create", {column: [null, value]}]."""
    pieces = []
    for name, kind in frame.schema.items():
        if name == "id":
            continue
        column = pl.col(name)
        if kind == pl.Binary:
            value = pl.lit('"b64:') + column.bin.encode("base64") + pl.lit('"')
            held = column.is_not_null()
        else:
            value = quoted(column.cast(pl.String))
            held = column.is_not_null() & (column.cast(pl.String) != "")
        pieces.append(pl.when(held).then(pl.lit(f'"{name}":[null,') + value + pl.lit("]")))
    key = quoted(pl.col("id")) if frame.schema["id"] == pl.String else pl.col("id").cast(pl.String)
    fields = pl.concat_str(pieces, separator=",", ignore_nulls=True)
    entry = pl.concat_str(pl.lit(f'["{table}",'), key, pl.lit(',"create",{'), fields, pl.lit("}]"))
    return frame.select(entry.alias("entry")).to_series()


@dataclass(frozen=True)
class Journal:
    """Writes Change rows for one batch."""

    connection: BaseDatabaseWrapper
    actor: Viewer
    batch_id: uuid.UUID
    at: dt.datetime
    insert: Callable[[str, pl.DataFrame], None] | None = None  # None: at once

    def write(self, action: str, kind: str, frame: pl.DataFrame) -> None:
        """One record for each row of `frame`: subject_id, place_code, values (a JSON list)."""
        offset = "" if self.connection.vendor == "sqlite" else "+00"
        who = self.actor.user_id
        rows = frame.select(
            pl.lit(self.at.strftime("%Y-%m-%d %H:%M:%S.%f") + offset).alias("at"),
            pl.lit(None if who is None else who.hex, dtype=pl.String).alias("actor_id"),
            pl.lit(self.actor.role).alias("actor_role"),
            pl.lit(self.actor.purpose).alias("purpose"),
            pl.lit(action).alias("action"),
            pl.lit(kind).alias("subject_kind"),
            "subject_id",
            "place_code",
            pl.lit("").alias("reason"),
            pl.lit("").alias("evidence"),
            pl.lit(self.batch_id.hex).alias("batch_id"),
            "values",
        )
        (self.insert or partial(tables.insert, self.connection))("audit_change", rows)


def listed(*entries: pl.Expr) -> pl.Expr:
    """Entries (null where there is none; already joined by commas where there are several) as one JSON list."""
    return pl.lit("[") + pl.concat_str(entries, separator=",", ignore_nulls=True) + pl.lit("]")
