"""Check a sheet of moves, and stage its rows."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import polars as pl
from django.db import connections

from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange import issues, staging
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.movers import arriving, leaving
from domicile.apps.exchange.movers.plan import Line, Plan, chunked
from domicile.apps.exchange.movers.reading import NAMES, is_furniture, read, rows_of, staged
from domicile.apps.exchange.movers.taking import rehearse
from domicile.apps.exchange.people.places import inside, on_file
from domicile.apps.exchange.small import addresses
from domicile.apps.exchange.small.reading import Row
from domicile.apps.places.models import Dwelling

LEAVING, COMING = "outflow", "inflow"
LAYOUTS = (LEAVING, COMING)
SCHEMA = {"_sheet": pl.String, "_row": pl.UInt32, "place": pl.UInt32} | dict.fromkeys(NAMES, pl.String)
KEY = ["sheet", "row"]
#: Findings of addresses that matter where dwellings are made, and here they are on file or not.
OF_MAKING = ("grid_none", "grid_from_building", "building_in_two_grids", "address_normalised", "address_filled")


def stage(batch: Batch, today: dt.date) -> tuple[dict[str, Any], list[pl.DataFrame], str]:
    """Counts for the report, findings, and the digest of the content."""
    scopes = tuple(batch.report.get("scopes", []))
    rows = list(rows_of(batch))
    places, found = pl.DataFrame(), list[pl.DataFrame]()
    numbers: addresses.Numbers = {}
    if batch.layout == COMING:
        places, numbers, found = addresses.located_rows(batch, scopes)
        staging.write(batch.pk, "places", places)
    movers: list[Row] = []
    for row in rows:
        row.place = numbers.get((row.sheet, row.number))
        if text := is_furniture(row):
            row.say("row_skipped", "", text)
            continue
        read(row, today, leaving=batch.layout == LEAVING)
        movers.append(row)
    kept = pl.DataFrame([(row.sheet, row.number) for row in movers], schema=dict(zip(KEY, (pl.String, pl.UInt32), strict=True)),
                        orient="row")  # fmt: skip
    found = [one.filter(~pl.col("code").is_in(OF_MAKING)).join(kept, on=KEY, how="semi") for one in found]
    frame = pl.DataFrame([staged(row) for row in movers], schema=SCHEMA)
    staging.write_parts(batch.pk, "part", frame)
    viewer = Viewer(None, "", "", scopes, "")
    lines = lines_of(batch, frame, places, scopes)
    plan = planned(viewer, batch, lines)
    rehearse(replace(viewer, user_id=batch.uploaded_by, name=batch.uploaded_by_name), batch, plan)
    stood = pl.DataFrame([(line.sheet, line.number) for line in lines if line.stood], schema=kept.schema, orient="row")
    found = [one.join(stood, on=KEY, how="anti") for one in found]  # whatever the address lacks, it led to one dwelling
    found += [issues.from_rows(one for row in rows for one in row.findings), issues.from_rows(plan.findings)]
    content = hashlib.sha256(frame.drop("_sheet", "_row", "place").write_csv(include_header=False).encode())
    return {"rows": len(rows)} | plan.counts, found, content.hexdigest()


def lines_of(batch: Batch, frame: pl.DataFrame, places: pl.DataFrame, scopes: tuple[str, ...]) -> list[Line]:
    """The staged rows, each with its dwelling where it stands on file inside the areas."""
    known: dict[int, dict[str, Any]] = {}
    if places.height:
        own = inside(on_file(places, connections["default"]), scopes)
        known = addresses.by_number(own)
    lines = list(_lines(frame.to_dicts(), known))
    _by_words(lines, scopes)
    return lines


def _by_words(lines: list[Line], scopes: tuple[str, ...]) -> None:
    """Dwellings by their address as the register writes it, without their community: where one alone is called so."""
    open_ = {line.values["address"] for line in lines if line.values["address"] and not line.stood}
    own = restrict(Dwelling.objects.filter(in_use_to=None), Viewer(None, "", "", scopes, ""))
    called: dict[str, list[Dwelling]] = {}
    for dwelling in chunked(open_, lambda some: own.filter(address__in=some).only("pk", "address", "place_code")):
        called.setdefault(dwelling.address, []).append(dwelling)
    for line in lines:
        found = called.get(line.values["address"], []) if not line.stood else []
        if len(found) == 1:
            line.dwelling_id, line.place_code = found[0].pk.hex, found[0].place_code
            line.stood = line.inside = True


def _lines(records: Iterable[dict[str, Any]], known: dict[int, dict[str, Any]]) -> Iterable[Line]:
    for record in records:
        place = known.get(record["place"]) or {}
        values = {name: record[name] or "" for name in NAMES}
        yield Line(
            record["_sheet"], record["_row"], values, place.get("dwelling_id") or "", place.get("place_code") or "",
            bool(place.get("stood")), inside=record["place"] is None or bool(place),
        )  # fmt: skip


def planned(viewer: Viewer, batch: Batch, lines: list[Line]) -> Plan:
    """What the rows come to, as the register stands now."""
    return leaving.plan(viewer, lines) if batch.layout == LEAVING else arriving.plan(viewer, lines)
