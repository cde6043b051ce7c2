"""domicile census divide."""

import click

from domicile.cli import FOUND
from domicile.cli.census_frame import census_of, keeper
from domicile.cli.running import json_option, report, start_django


@click.command(name="divide")
@click.option("--census", "code", required=True, help="The code of the census.")
@click.option("--place", default="", help="Only communities inside this area code.")
@click.option("--adopt", is_flag=True, help="Adopt each plan that is sound.")
@json_option
def command(code: str, place: str, adopt: bool, as_json: bool) -> int:
    """Make a plan of enumeration areas for each community. Exit code 1 when one has faults."""
    start_django()
    from django.utils import timezone

    from domicile.apps.census.frame import grounds, plans
    from domicile.apps.census.frame.models import Division

    census, today = census_of(code), timezone.localdate()
    actor = keeper("domicile census divide", census.scope)
    faults = 0
    for community in grounds.communities(census):
        if not community.startswith(place):
            continue
        asked = plans.ask(actor=actor, census=census, community=community, wanted=plans.usual(today))
        made = plans.draw(actor=actor, division_id=asked.pk, today=today)
        sound = made.state == Division.State.READY and bool(made.worth["sound"])
        if adopt and sound:
            made = plans.adopt(actor=actor, division_id=made.pk, today=today)
        faults += not sound
        worth = made.worth
        told = {"community": community, "plan": made.serial, "state": made.state, "sound": sound}
        told |= {name: worth.get(name) for name in ("lightest", "heaviest", "shape", "cut", "least_cut")}
        areas = len(worth.get("areas", []))
        text = made.problem or f"{areas} areas of {worth['lightest']} to {worth['heaviest']} people, {made.state}"
        report({**told, "areas": areas}, as_json, [f"{community}: {text}"])
    return FOUND if faults else 0
