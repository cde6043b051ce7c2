"""domicile rules: ask the rules of the whole register, and list them."""

import sys
from pathlib import Path

import click

from domicile.cli import FOUND
from domicile.cli.engines import cluster_of, engine_options
from domicile.cli.running import chinese, interactive, json_option, language_option, report, start_django


@click.group(name="rules")
def command() -> None:
    """Ask the rules of the whole register, and list them."""


@command.command()
@engine_options
@json_option
def run(engine: str, master: str | None, shared: Path | None, as_json: bool) -> int:
    """Check every rule over the whole register and keep the findings. `domicile serve` does it by itself once a day.

    The same finding stays the same one, what was put right closes itself. Exit code 1 when there are open findings.
    """
    cluster = cluster_of(engine, master, shared)
    start_django()
    from django.utils import timezone

    from domicile.apps.quality import definitions, jobs
    from domicile.apps.quality.models import RuleCount, RuleFinding

    with click.progressbar(length=100, label="rules", file=sys.stderr, hidden=not interactive()) as bar:

        def tell(stage: str, done: int, total: int) -> None:
            begins, share = {"reading": (0, 60), "checking": (60, 30), "writing": (90, 10)}[stage]
            bar.label = f"{stage:12}"
            bar.update(max(0, begins + share * done // max(total, 1) - bar.pos))

        made = jobs.run_now(timezone.localdate(), tell, cluster)
    language = "zh" if chinese() else "en"
    for count in RuleCount.objects.filter(run=made).order_by("rule"):
        data = {"rule": count.rule, "asked": count.asked, "failed": count.failed, "undecided": count.undecided}
        name = definitions.by_code()[count.rule].name.said(language)
        line = f"{count.rule:5} {count.failed:>9,} of {count.asked:>10,} ({count.undecided:,} undecided)  {name}"
        report(data, as_json, [line] if count.failed else [])
    still = RuleFinding.objects.filter(state=RuleFinding.State.OPEN).count()
    data = {"opened": made.opened, "solved": made.solved, "open": still}
    report(data, as_json, [f"{made.opened:,} new, {made.solved:,} solved; {still:,} open in all"])
    return FOUND if still else 0


@command.command(name="list")
@language_option
@json_option
def listed(language: str | None, as_json: bool) -> int:
    """List the rules with what they ask, how sure they are and what to do."""
    from domicile.apps.quality import definitions

    spoken = "zh" if chinese(language) else "en"
    for check in definitions.checks():
        data = {
            "rule": check.code, "of": check.of, "severity": check.severity, "name": check.name.said(spoken),
            "explain": check.explain.said(spoken), "cure": check.cure.said(spoken), "source": check.source,
        }  # fmt: skip
        report(
            data, as_json, [f"{check.code:5} {check.of:10} {check.severity:8} {data['name']}", f"      {data['cure']}"]
        )
    return 0
