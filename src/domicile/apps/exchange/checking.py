"""Normalise and check a batch, and stage what came out."""

import datetime as dt

from domicile.apps.exchange.models import Batch


def check(
    batch: Batch, column_map: dict[str, str] | None = None, *, layout: str | None = None, today: dt.date | None = None
) -> Batch:
    """Normalise and check all rows, stage them sealed, and write the counts to `batch.report`.

    The state becomes `checked`. `batch.report` then has: rows, errors, warnings, notes (counts), faulty_rows, codes
    ({code: count}), dropped (headers not kept), created, changed, unchanged (persons; what a commit would do), ready
    (bool: commit is possible), same_as (id of an earlier committed batch with the same content, or '').
    Raises ImportRefused when a required column has no header.
    """
    raise NotImplementedError
