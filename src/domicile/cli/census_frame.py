"""domicile census frame."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from domicile.cli import FOUND
from domicile.cli.running import Unable, json_option, report, start_django

if TYPE_CHECKING:
    from domicile.apps.census.plan.models import Census
    from domicile.apps.common.viewer import Viewer

SHOWN = 20


@click.command(name="frame")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--census", "code", required=True, help="The code of the census.")
@click.option("--check", "only_check", is_flag=True, help="Check only; nothing is loaded.")
@json_option
def command(file: Path, code: str, only_check: bool, as_json: bool) -> int:
    """Load FILE, addresses and expected counts, all of it or nothing. Exit code 1 when lines have errors, each told with its cure.

    The areas above the county, which nobody with an account keeps, come in by this command alone.
    """
    start_django()
    from django.utils import timezone

    from domicile.apps.census.frame import actions, words

    census = census_of(code)
    actor = keeper("domicile census frame", census.scope[:2])
    row = actions.read_file(actor=actor, census=census, file_name=file.name, content=file.read_bytes())
    lines = [
        f"{one['sheet']} {one['line'] or ''} {one['column']}: {one['message']} {one['cure']}"
        for one in map(words.finding, row.report["findings"][:SHOWN])
    ]
    if row.report["errors"] or only_check:
        actions.discard_file(actor=actor, file_id=row.pk)
    else:
        row = actions.load_file(actor=actor, file_id=row.pk, today=timezone.localdate())
    figures = row.report.get("written") or row.report["figures"]
    lines += [f"{name}: {one['new']:,} new, {one['changed']:,} changed" for name, one in figures.items()]
    report({"errors": row.report["errors"], "state": row.state, **figures}, as_json, lines)
    return FOUND if row.report["errors"] else 0


def census_of(code: str) -> "Census":
    """The census of a code. Raises Unable."""
    from domicile.apps.census.plan.models import Census

    row = Census.objects.filter(code=code).first()
    if row is None:
        raise Unable(f"there is no census {code}: plan it on the page of the censuses first")
    return row


def keeper(name: str, scope: str) -> "Viewer":
    """The machine itself, which keeps the frame and the areas of a scope."""
    from domicile.apps.common.viewer import Viewer

    return Viewer(None, name, "machine", (scope,), permissions=frozenset({"manage_areas"}), channel="command")
