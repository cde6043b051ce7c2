"""By what a row is known again in the next list of its source: a keyed hash, so that a mark tells nobody anything."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

import polars as pl

from domicile.apps.sources.preparing import PLACES
from domicile.apps.sources.registry import FIELDS
from domicile.apps.vault.bulk import blind_column
from domicile.apps.vault.keyring import blind

PURPOSE = "list_row"
WHO = tuple(name for name in FIELDS if name not in PLACES)


def of_rows(source: str, rows: pl.DataFrame) -> list[bytes]:
    """The marks of the rows of a list: of all that says who is meant, wherever they live."""
    parts = [pl.lit(source), *(pl.col(name).cast(pl.String).fill_null("") for name in WHO)]
    return blind_column(PURPOSE, rows.select(pl.concat_str(parts, separator="\x1f").alias("mark"))["mark"]).to_list()


def of_person(source: str, key: uuid.UUID | str) -> bytes:
    """The mark of somebody, or of an event, that the register has and the list has not."""
    return blind(PURPOSE, f"{source}\x1fhere\x1f{uuid.UUID(str(key)).hex}")


def packed(facts: Mapping[str, Any]) -> str:
    """What a row says, as it is sealed: filled fields alone."""
    return json.dumps({name: str(value) for name, value in facts.items() if value is not None}, ensure_ascii=False)


def unpacked(text: str) -> dict[str, str]:
    """The fields again; none of ''."""
    return dict(json.loads(text)) if text else {}
