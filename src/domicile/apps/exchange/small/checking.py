"""Check a batch of areas or grids, and stage its rows."""

import datetime as dt
import hashlib
from typing import Any

import polars as pl

from domicile.apps.areas.models import Area, Grid
from domicile.apps.exchange import issues, staging
from domicile.apps.exchange.layouts import LAYOUTS
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.small import areas, grids
from domicile.apps.exchange.small.reading import Row

CHECKS = {"areas": areas.check, "grids": grids.check}


def stage(batch: Batch, today: dt.date) -> tuple[dict[str, Any], list[pl.DataFrame], str]:
    """Counts for the report, findings, and the digest of the content."""
    rows = []
    for part in staging.parts(batch.pk, "raw"):
        for record in part.iter_rows(named=True):
            cells = {name: record.get(header) or "" for name, header in batch.column_map.items()}
            rows.append(Row(record["_sheet"], record["_row"], cells))
    CHECKS[batch.layout](rows, tuple(batch.report.get("scopes", [])), today)
    names = [column.name for column in LAYOUTS[batch.layout].columns]
    columns = sorted({name for row in rows for name in row.values} | set(names))
    frame = pl.DataFrame(
        [
            {"_sheet": row.sheet, "_row": row.number} | {name: row.values.get(name, "") for name in columns}
            for row in rows
        ],
        schema={"_sheet": pl.String, "_row": pl.UInt32} | dict.fromkeys(columns, pl.String),
    )
    staging.write(batch.pk, "part-0000", frame)
    digest = hashlib.sha256(frame.drop("_sheet", "_row").write_csv(include_header=False).encode()).hexdigest()
    found = issues.from_rows(finding for row in rows for finding in row.findings)
    held = _on_file(batch.layout)
    new = sum(row.values.get("code", "") not in held for row in rows)
    return {"rows": len(rows), "created": new, "changed": 0, "unchanged": len(rows) - new}, [found], digest


def _on_file(layout: str) -> set[str]:
    model: Any = Area if layout == "areas" else Grid
    return set(model.objects.filter(valid_to__isnull=True).values_list("code", flat=True))
