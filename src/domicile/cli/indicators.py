"""domicile indicators."""

import click

from domicile.cli.running import json_option, report, start_django


@click.command(name="indicators")
@json_option
def command(as_json: bool) -> int:
    """Reckon the indicators of the register anew, as each night does."""
    start_django()
    from django.utils import timezone

    from domicile.apps.indicators.measuring import measure
    from domicile.apps.tasks.generating import MACHINE

    count = measure(actor=MACHINE, today=timezone.localdate())
    report({"figures": count}, as_json, [f"{count:,} figures reckoned"])
    return 0
