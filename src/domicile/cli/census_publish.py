"""domicile census publish."""

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from domicile.cli.census_tabulate import FILE, FOLDER, ZONE, progress, refused
from domicile.cli.running import Unable, json_option, report


@click.command(name="publish")
@click.argument("work", type=FOLDER)
@click.argument("release", type=FOLDER)
@click.option(
    "--title", nargs=2, metavar="ZH EN", required=True, help="What the census is called, in Chinese and in English."
)
@click.option(
    "--publisher", nargs=2, metavar="ZH EN", required=True, help="Who publishes it, in Chinese and in English."
)
@click.option("--moment", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), required=True, help="The census moment.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day of publication.")
@click.option("--version", "version", default="1.0", show_default=True, help="The version of the release.")
@click.option("--checked-by", required=True, help="Who looked at the report of risk and lets the release out.")
@click.option(
    "--checked",
    metavar="SHA256",
    default="",
    help="What stands at the end of the page they looked at (domicile census risk).",
)
@click.option("--areas", type=FILE, help="Names of areas: a CSV with the columns code and name.")
@click.option("--polygons", type=FILE, help="Areas for maps: GeoJSON in degrees, each feature with the property code.")
@click.option("--forget", is_flag=True, help="Delete WORK, where the true figures are, once the release stands.")
@json_option
def command(
    work: Path, release: Path, title: tuple[str, str], publisher: tuple[str, str], moment: dt.datetime, day: dt.datetime,
    version: str, checked_by: str, checked: str, areas: Path | None, polygons: Path | None, forget: bool, as_json: bool,
) -> int:  # fmt: skip
    """Protect the tables of WORK and write them into the folder RELEASE: workbooks, CSV, JSON-stat, SDMX, PX, charts, pages.

    First `domicile census risk` writes the report of risk as a page; whoever looked at it signs with --checked-by and --checked.

    Open RELEASE/index.html in a browser; no server is needed. The same words make the same files byte for byte; a
    run that was killed
    goes on where it was.
    """
    from domicile.apps.census.release import tabulating
    from domicile.apps.census.release.publishing import Publication, publish
    from domicile.core.enumeration import Words

    given = Publication(
        Words(*title),
        Words(*publisher),
        moment.replace(tzinfo=ZONE),
        day.date(),
        version,
        checked_by,
        checked,
        names_of(areas),
        _polygons(polygons),
    )
    with progress() as tell, refused():
        made = publish(work, release, given, tell=tell)
        if forget:
            tabulating.forget(work)
    data: dict[str, object] = {"tables": made.tables, "files": made.files, "withheld": made.withheld}
    data |= {"close_pairs": made.close_pairs, "resumed": made.resumed}
    lines = [
        f"{made.tables:>12,} tables",
        f"{made.files:>12,} files in {release}",
        f"{made.withheld:>12,} cells not shown",
    ]
    report(
        data,
        as_json,
        [
            *lines,
            f"open {release / 'index.html'}; who signed what stands in {work / 'signed.json'}, secret like the rest there",
        ],
    )
    return 0


def names_of(path: Path | None) -> dict[str, str]:
    """Names of areas by code of 12 digits, from a CSV. Raises Unable where it has no such columns."""
    if path is None:
        return {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream)
        if not {"code", "name"} <= set(rows.fieldnames or ()):
            raise Unable(f"{path} has no columns code and name.")
        return {row["code"].strip().ljust(12, "0"): row["name"].strip() for row in rows}


def _polygons(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        found = {str(one["properties"]["code"]): one["geometry"] for one in features}
    except (ValueError, KeyError, TypeError) as problem:
        raise Unable(f"{path} is no GeoJSON whose features have the property code.") from problem
    wrong = [code for code, one in found.items() if one.get("type") not in ("Polygon", "MultiPolygon")]
    if wrong:
        raise Unable(f"{path}: {wrong[0]} is no polygon.")
    return found
