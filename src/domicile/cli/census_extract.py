"""domicile census extract."""

from pathlib import Path

import click

from domicile.cli.acting import viewer_of
from domicile.cli.census_tabulate import FOLDER, progress, refused
from domicile.cli.running import Unable, json_option, report, start_django


@click.command(name="extract")
@click.argument("census")
@click.argument("records", type=FOLDER)
@click.option("--as", "username", required=True, metavar="USER", help="In whose name: somebody who plans the census.")
@json_option
def command(census: str, records: Path, username: str, as_json: bool) -> int:
    """Write the records of CENSUS (its code) into the folder RECORDS: persons.parquet and households.parquet.

    Forms that count become whole numbers, without names, identity numbers and places in words. They tell of single
    households still: the folder is for this user alone. `edit` and `tabulate` read it; delete it when the tables stand.
    """
    start_django()
    from domicile.apps.census.extract.writing import PERMISSION, extract
    from domicile.apps.census.plan.models import Census

    actor = viewer_of(username, PERMISSION)
    found = Census.objects.filter(code=census).first()
    if found is None or not actor.covers(found.scope):
        raise Unable(f"there is no census {census} of the areas of {username}")
    with progress() as tell, refused():
        counts = extract(actor=actor, census=found, folder=records, tell=lambda done, total: tell("forms", done, total))
    lines = [f"{count:>12,} {of}" for of, count in counts.items()]
    report({**counts}, as_json, [*lines, f"secret, in {records}: delete it when the tables stand"])
    return 0
