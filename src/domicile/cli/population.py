"""domicile population."""

import datetime as dt
from typing import Any

import click

from domicile.cli.running import json_option, report, start_django

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command(name="population")
@click.option("--on", "on", type=DAY, required=True, help="The date, like 2026-06-30.")
@click.option("--known-on", type=DAY, help="The day of knowledge; without it today.")
@click.option("--definition", default="", help="thirty_days, three_months or half_year; without it the one in force.")
@click.option("--scope", default="", help="Area code, shortened to its level; without it, every county on file.")
@json_option
def command(on: dt.datetime, known_on: dt.datetime | None, definition: str, scope: str, as_json: bool) -> int:
    """Count the floating population of communities on a past date, as known on a day. Figures only, small ones as they are."""
    start_django()
    from django.utils import timezone

    from domicile.apps.areas.models import Area
    from domicile.apps.common.viewer import Viewer
    from domicile.apps.moves.population import words
    from domicile.apps.moves.population.selectors import Asked, floating_population

    counties = Area.objects.filter(level=Area.Level.COUNTY).values_list("code", flat=True)
    scopes = (scope,) if scope else tuple(sorted({code[:6] for code in counties}))
    viewer = Viewer(None, "command", "", scopes, "", frozenset({"view_statistics", "view_person"}), "command")
    asked = Asked(on.date(), known_on.date() if known_on else timezone.localdate())
    for figures in floating_population(viewer, [asked], definition=definition):
        if not as_json:
            click.echo(words.told(figures), err=True)
        lines = [(line.code, line.name, line.figures) for line in figures.lines]
        for code, name, found in [*lines, ("", "", figures.total)]:
            data: dict[str, Any] = {**words.facts(figures), "code": code, "name": name, **found}
            written = "  ".join(f"{key} {count:,}" for key, count in found.items() if count)
            report(data, as_json, [f"{code or 'together':12} {name}  {written}"])
    return 0
