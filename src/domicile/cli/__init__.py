"""The `domicile` command. Each command is a module beside this one, imported only when it is asked for.

Exit codes, the same for every command:

    0    done, or nothing found
    1    a check found something, or a proof failed
    2    the command was called wrongly
    3    it could not be done here: a key, a file, a database or a port is missing or refuses
    130  interrupted
"""

import importlib
from typing import Any

import click

FOUND, UNABLE = 1, 3

# command: (module, what --help says)
COMMANDS = {
    "demo": ("demo", "Make a synthetic county, load it through the import road and serve it."),
    "serve": ("serve", "Serve the site, run its background work and seal its logs."),
    "migrate": ("migrate", "Make or upgrade the tables of the databases."),
    "users": ("users", "Make, list and close accounts of staff."),
    "synth": ("synth", "Write a synthetic county as files."),
    "import": ("imports", "Load a file of areas, grids or people."),
    "export-frame": ("export_frame", "Write the file of addresses and expected counts that is carried into a census."),
    "check": ("check", "Check areas, grids and people; name every finding."),
    "rules": ("rules", "Check the rules over the whole register; list them."),
    "tasks": ("tasks", "Run the rules that make tasks, list them, load a calendar of working days."),
    "fieldwork": ("fieldwork", "Play a worker who collects with a phone."),
    "month": ("month", "Assess a month of field work, and compute its honoraria."),
    "population": ("population", "Count the floating population of a past date, as known on a day."),
    "indicators": ("indicators", "Reckon the indicators of the register anew."),
    "reconcile": ("reconcile", "Find who is on a list of those who left and on one of those who arrived."),
    "dedupe": ("dedupe", "Look for people who stand in the register twice."),
    "sources": ("sources", "Load lists of other offices, compare them with the register, tell what waits."),
    "peers": ("peers", "Link this register to others; carry messages by hand."),
    "exchange": ("exchange", "Lay the records of two registers side by side."),
    "certificate": ("certificate", "Check certificates without a line; publish and rotate their keys."),
    "audit": ("audit", "Seal the logs, prove them whole, anchor them elsewhere."),
    "census": ("census", "Serve the census, a site of its own behind the wall, and look after it."),
    "backup": ("backup", "Write everything but the keys to one file."),
    "restore": ("restore", "Put a backup back."),
    "keys": ("keys", "List and rotate the keys."),
    "bench": ("bench", "Measure against a baseline in the same run."),
}


class Commands(click.Group):
    """A group that knows its commands' names without importing them."""

    commands_here = COMMANDS

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands_here)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.commands_here:
            return None
        module = importlib.import_module(f"domicile.cli.{self.commands_here[name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.commands_here.items()])


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit codes: 0 done or nothing found; 1 a check found something or a proof failed; 2 wrong call; "
    "3 could not be done here; 130 interrupted.",
)
@click.version_option(package_name="domicile", prog_name="domicile")
def command() -> None:
    """A true register of people, dwellings and grids.

    Data stands in DOMICILE_HOME (else ./var), keys in DOMICILE_KEYS (else in DOMICILE_HOME/keys).
    """


def main(arguments: list[str] | None = None) -> Any:
    """Run the command and exit with its code."""
    from domicile.cli.running import exit_code_of

    raise SystemExit(exit_code_of(command, arguments))
