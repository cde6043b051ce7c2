"""domicile check."""

import dataclasses
import importlib
from typing import Any

import click

from domicile.cli import FOUND
from domicile.cli.running import json_option, report, start_django

# what: the module whose run(scope) yields findings
CHECKS = {
    "areas": "domicile.apps.areas.checks",
    "places": "domicile.apps.places.checks",
    "people": "domicile.apps.people.checks",
    "tenure": "domicile.apps.tenure.checks",
    "localfields": "domicile.apps.localfields.checks",
}


@click.command(name="check")
@click.argument("what", nargs=-1, type=click.Choice(list(CHECKS)))
@click.option("--scope", default="", help="Area code, shortened to its level; without it, everything.")
@json_option
def command(what: tuple[str, ...], scope: str, as_json: bool) -> int:
    """Check areas with their grids, buildings, people, rentals and local fields; print findings. Exit code 1 when there is one."""
    start_django()
    found = 0
    for name in what or CHECKS:
        for finding in findings(name, scope):
            found += 1
            report(
                {"check": name, **finding}, as_json, [f"{name}: " + "  ".join(str(part) for part in finding.values())]
            )
    if not as_json:
        click.echo(f"{found} findings", err=True)
    return FOUND if found else 0


def findings(name: str, scope: str) -> Any:
    """Findings of one check as plain mappings."""
    for finding in importlib.import_module(CHECKS[name]).run(scope=scope):
        yield {key: str(value) for key, value in dataclasses.asdict(finding).items()}
