"""domicile tasks: run the rules that make tasks, list them, load a calendar of working days."""

from pathlib import Path

import click

from domicile.cli import FOUND
from domicile.cli.running import json_option, report, start_django


@click.group(name="tasks")
def command() -> None:
    """Run the rules that make tasks, list them, load a calendar of working days."""


@command.command()
@click.option(
    "--rule", "rules", multiple=True, help="Only this rule; may be given several times. `tasks rules` names them."
)
@json_option
def generate(rules: tuple[str, ...], as_json: bool) -> int:
    """Make the tasks that the rules ask for today, in all areas. `domicile serve` does it by itself once a day.

    Twice makes nothing twice. Exit code 1 when a rule could not run.
    """
    start_django()
    from django.utils import timezone

    from domicile.apps.tasks import generating, registry

    known = {source.rule for source in registry.sources()}
    for name in rules:
        if name not in known:
            raise click.BadParameter(f"{name}: there are {', '.join(sorted(known))}", param_hint="--rule")
    runs = generating.generate(actor=generating.MACHINE, today=timezone.localdate(), rules=rules or None)
    for run in runs:
        data = {"rule": run.rule, "made": run.made, "settled": run.settled, "problem": run.problem}
        line = run.problem or f"{run.made} made, {run.settled} no longer needed"
        report(data, as_json, [f"{run.rule}: {line}"])
    return FOUND if any(run.problem for run in runs) else 0


@command.command()
@json_option
def escalate(as_json: bool) -> int:
    """Raise what is overdue one level. `domicile serve` does it by itself once a day; twice on a day raises nothing twice."""
    start_django()
    from django.utils import timezone

    from domicile.apps.tasks import generating

    run = generating.escalate(actor=generating.MACHINE, today=timezone.localdate())
    report({"raised": run.made, "problem": run.problem}, as_json, [run.problem or f"{run.made} raised a level"])
    return FOUND if run.problem else 0


@command.command()
@json_option
def rules(as_json: bool) -> int:
    """List the rules in force, with their values and their last run."""
    start_django()
    from django.utils import timezone

    from domicile.apps.tasks import policies, registry, selectors

    runs = selectors.latest_runs()
    for source in registry.sources():
        edition = policies.edition(source.rule, timezone.localdate())
        run = runs.get(source.rule)
        data = {
            "rule": source.rule, "kind": source.kind, "since": edition.since, "values": {**edition.values},
            "last_run": run.at if run else None, "made": run.made if run else 0,
        }  # fmt: skip
        values = ", ".join(f"{key} {value}" for key, value in edition.values.items())
        last = f"last run {run.at:%Y-%m-%d %H:%M}, {run.made} made" if run else "never run"
        report(data, as_json, [f"{source.rule:16} since {edition.since}  {values}; {last}"])
    return 0


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def calendar(file: Path, as_json: bool) -> int:
    """Load the days off and make-up days of a year from FILE: CSV with the heads date and kind, or a YAML list.

    A line for each day: 2027-01-01,off for a day off beside the weekends; 2027-02-06,work for a weekend day that is worked.
    """
    start_django()
    from domicile.apps.tasks import calendars, generating

    years = calendars.load(actor=generating.MACHINE, text=file.read_text(encoding="utf-8-sig"))
    report({"years": years}, as_json, [f"calendar of {', '.join(map(str, years))} loaded"])
    return 0
