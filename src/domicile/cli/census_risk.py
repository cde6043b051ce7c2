"""domicile census risk."""

import datetime as dt
from pathlib import Path

import click

from domicile.cli.census_publish import names_of
from domicile.cli.census_tabulate import FILE, FOLDER, refused
from domicile.cli.running import json_option, report


@click.command(name="risk")
@click.argument("work", type=FOLDER)
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day of publication, whose rules hold."
)
@click.option("--areas", type=FILE, help="Names of areas: a CSV with the columns code and name.")
@json_option
def command(work: Path, day: dt.datetime, areas: Path | None, as_json: bool) -> int:
    """Reckon what publishing the tables of WORK would give away, as a page to be looked at, printed and signed.

    WORK/risk.html opens in a browser, in Chinese and English. It is made of true figures: it stays there. `publish` asks for what
    stands at its end.
    """
    from domicile.apps.census.release.risk import assess

    with refused():
        found = assess(work, day.date(), names_of(areas))
    lines = [
        f"open {found.page}: secret, like the rest there",
        f"publish with --checked {found.digest}, once somebody looked at it",
    ]
    report({"page": str(found.page), "sha256": found.digest}, as_json, lines)
    return 0
