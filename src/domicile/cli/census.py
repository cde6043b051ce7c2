"""domicile census: the commands of the census site, which is none of the register's."""

import os

import click

from domicile.cli import COMMANDS, Commands

SETTINGS = "domicile.site.census"
#: The commands that a site of any kind has; the register serves at 8000.
OWN = ("serve", "migrate", "users", "check", "tasks", "audit", "backup", "restore", "keys")
#: Those that the census alone has.
MORE = {
    "frame": ("census_frame", "Load the file of addresses and expected counts."),
    "divide": ("census_divide", "Divide communities into enumeration areas."),
    "extract": ("census_extract", "Write the records of the forms into a folder."),
    "edit": ("census_edit", "Check the records, change what contradicts itself, fill in what is missing."),
    "tabulate": ("census_tabulate", "Make the tables of records in a folder."),
    "risk": ("census_risk", "Write the report of risk of the tables, to be looked at and signed."),
    "publish": ("census_publish", "Protect the tables and write them as files and pages."),
}
PORT = 8001


class CensusCommands(Commands):
    """The commands of the site, imported when they are asked for."""

    commands_here = {name: COMMANDS[name] for name in OWN} | MORE


@click.group(name="census", cls=CensusCommands)
@click.pass_context
def command(context: click.Context) -> None:
    """Serve the census and look after it: a site of its own behind the wall, which knows nothing of the register.

    Data stands in DOMICILE_CENSUS_HOME (else ./var-census), keys in DOMICILE_CENSUS_KEYS (else in DOMICILE_CENSUS_HOME/keys).
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    context.default_map = {"serve": {"port": PORT}}
