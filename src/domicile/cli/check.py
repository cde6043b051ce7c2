"""domicile check."""

import dataclasses
import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from domicile.cli import FOUND
from domicile.cli.running import Unable, chinese, json_option, language_option, report, start_django

if TYPE_CHECKING:
    from domicile.apps.common.findings import Finding

# what: the module whose run(scope) yields findings
CHECKS = {
    "areas": "domicile.apps.areas.checks",
    "places": "domicile.apps.places.checks",
    "people": "domicile.apps.people.checks",
    "tenure": "domicile.apps.tenure.checks",
    "localfields": "domicile.apps.localfields.checks",
    "collect": "domicile.apps.collect.checks",
    "moves": "domicile.apps.moves.checks",
    "vitals": "domicile.apps.vitals.checks",
}


@click.command(name="check")
@click.argument("what", nargs=-1, type=click.Choice(list(CHECKS)))
@click.option("--scope", default="", help="Area code, shortened to its level; without it, everything.")
@language_option
@json_option
def command(what: tuple[str, ...], scope: str, language: str | None, as_json: bool) -> int:
    """Check areas, grids, places, people, who owns and rents, what phones sent, moves and vital events.

    Exit code 1 for a finding.
    """
    start_django()
    found, zh, here = 0, chinese(language), installed()
    if absent := [name for name in what if name not in here]:
        raise Unable(f"nothing of {', '.join(absent)} is kept here; there is {', '.join(here)} to check")
    for name in what or here:
        for finding in findings(name, scope):
            found += 1
            report({"check": name, **dataclasses.asdict(finding)}, as_json, [line(name, finding, zh=zh)])
    if not as_json:
        click.echo(f"共{found}项" if zh else f"{found} findings", err=True)
    return FOUND if found else 0


def installed() -> list[str]:
    """The checks of the apps of this site."""
    from django.apps import apps

    return [name for name, module in CHECKS.items() if apps.is_installed(module.removesuffix(".checks"))]


def findings(name: str, scope: str) -> "Iterator[Finding]":
    """Findings of one check."""
    yield from importlib.import_module(CHECKS[name]).run(scope=scope)


def line(name: str, finding: "Finding", *, zh: bool) -> str:
    """A finding on one line, in one language: check, rule, severity, place, what is wrong, and the id of the row."""
    message = finding.message_zh if zh else finding.message_en
    parts = (f"{name}:", finding.code, finding.severity, finding.place, message, finding.subject)
    return "  ".join(part for part in parts if part)
