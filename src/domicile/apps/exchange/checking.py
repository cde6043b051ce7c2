"""Normalise and check a batch, and stage what came out."""

import datetime as dt

import polars as pl
from django.utils import timezone

from domicile.apps.exchange import locks, staging
from domicile.apps.exchange.layouts import LAYOUTS
from domicile.apps.exchange.messages import ImportRefused, issue, language, refuse, severity_of
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.movers import checking as movers
from domicile.apps.exchange.people import checking as people
from domicile.apps.exchange.small import checking as small
from domicile.apps.exchange.uploading import OPEN_STATES


def check(
    batch: Batch, column_map: dict[str, str] | None = None, *, layout: str | None = None, today: dt.date | None = None
) -> Batch:
    """Normalise and check all rows, stage them sealed, and write the counts to `batch.report`.

    The state becomes `checked`. `batch.report` then has: rows, errors, warnings, notes (counts), faulty_rows, codes
    ({code: count}), dropped (headers not kept), created, changed, unchanged (persons; what a commit would do), ready
    (bool: commit is possible), same_as (id of an earlier committed batch with the same content, or '';
    always '' for moves, which are planned anew).
    Raises ImportRefused when a required column has no header.
    """
    with locks.held(batch.pk):
        choose(batch, column_map, layout=layout)
        return _check(batch, today or timezone.localdate())


def choose(batch: Batch, column_map: dict[str, str] | None = None, *, layout: str | None = None) -> Batch:
    """Settle layout and columns. The batch is `uploaded` until its rows were checked by them, so that nobody commits
    rows while they are staged anew. Raises ImportRefused as `check` does, changing nothing.
    """
    batch.layout = layout or batch.layout
    _choose_columns(batch, column_map)
    chosen = {"layout": batch.layout, "column_map": batch.column_map, "state": Batch.State.UPLOADED}
    if not Batch.objects.filter(pk=batch.pk, state__in=OPEN_STATES).update(**chosen):
        raise refuse("not_ready", detail=Batch.objects.get(pk=batch.pk).state)
    batch.state = Batch.State.UPLOADED
    return batch


def _check(batch: Batch, day: dt.date) -> Batch:
    staging.clear(batch.pk, "part", "places", "issues")
    stage = (
        people.stage if batch.layout == "people" else movers.stage if batch.layout in movers.LAYOUTS else small.stage
    )
    counts, findings, digest = stage(batch, day)
    found = _named(pl.concat([staging.read(batch.pk, "found"), *findings]), batch.column_map)
    staging.write(batch.pk, "issues", found)
    batch.digest = digest
    kept = {key: batch.report[key] for key in ("headers", "dropped", "scopes") if key in batch.report}
    batch.report = kept | _counted(found) | counts | {"same_as": _same_as(batch), "checked_for": day.isoformat()}
    batch.report["ready"] = batch.report["errors"] == 0 and batch.report["rows"] > 0
    batch.state = Batch.State.CHECKED
    batch.save(update_fields=["layout", "column_map", "digest", "report", "state"])
    return batch


def _same_as(batch: Batch) -> str:
    """An earlier batch with this content; '' of moves, where rows left for staff may go in by now."""
    if batch.layout in movers.LAYOUTS:
        return ""
    same = Batch.objects.filter(
        digest=batch.digest, source=batch.source, layout=batch.layout, state=Batch.State.COMMITTED
    )
    return str(same.exclude(pk=batch.pk).values_list("pk", flat=True).first() or "")


def _choose_columns(batch: Batch, column_map: dict[str, str] | None) -> None:
    """Settle the column map; raises ImportRefused for an unknown layout, an unknown header, a required column without one."""
    if batch.layout not in LAYOUTS:
        raise refuse("layout_unknown", detail="、".join(batch.report.get("headers", [])[:12]))
    layout, headers = LAYOUTS[batch.layout], batch.report["headers"]
    if column_map is not None:
        batch.column_map = {name: header for name, header in column_map.items() if header}
    elif not batch.column_map:
        batch.column_map = layout.match(headers)
    lang = language()
    faults = [
        issue("header_missing", column=column.name, label=column.label(lang), detail="、".join(headers[:12]))
        for column in layout.columns
        if column.required and column.name not in batch.column_map
    ]
    faults += [
        issue("header_unknown", column=name, detail=header)
        for name, header in batch.column_map.items()
        if header not in headers or name not in layout.by_name
    ]
    used = list(batch.column_map.values())
    faults += [issue("header_twice", detail=header) for header in sorted({h for h in used if used.count(h) > 1})]
    if faults:
        raise ImportRefused(faults)


def _named(found: pl.DataFrame, column_map: dict[str, str]) -> pl.DataFrame:
    """Findings of the reading know headers only: name the columns they were mapped to."""
    names = {header: name for name, header in column_map.items()}
    column = pl.col("column").replace(list(names), list(names.values())) if names else pl.col("column")
    return found.with_columns(column.alias("column"), pl.col("sheet").fill_null(""))


def _counted(found: pl.DataFrame) -> dict[str, object]:
    codes = dict(found.group_by("code").len().sort("len", descending=True).rows())
    kinds = {code: severity_of(code) for code in codes}
    faulty = found.filter(pl.col("code").is_in([code for code, kind in kinds.items() if kind == "error"]))
    return {
        "errors": sum(count for code, count in codes.items() if kinds[code] == "error"),
        "warnings": sum(count for code, count in codes.items() if kinds[code] == "warning"),
        "notes": sum(count for code, count in codes.items() if kinds[code] == "note"),
        "codes": codes,
        "faulty_rows": faulty.select("sheet", "row").unique().height,
    }
