"""domicile dedupe."""

import sys
from pathlib import Path

import click

from domicile.cli.engines import cluster_of, engine_options
from domicile.cli.running import Unable, interactive, json_option, report, start_django


@click.command(name="dedupe")
@click.argument("username")
@engine_options
@click.option("--scope", "scopes", multiple=True, help="Only areas under this code; may be given several times.")
@json_option
def command(
    username: str, engine: str, master: str | None, shared: Path | None, scopes: tuple[str, ...], as_json: bool
) -> int:
    """Look for people who stand in the register twice, in the name of USERNAME and inside the areas of that account.

    A sealed copy of the register is made for the search and deleted with it. What is found waits in the list of possible
    duplicates for somebody to look at: nothing in the register is changed. The same search again finds the same pairs; what
    was decided stays decided. A search that is killed leaves nothing behind but a line that says so.
    """
    cluster = cluster_of(engine, master, shared)
    start_django()
    from domicile.cli.acting import viewer_of

    actor = viewer_of(username, "merge_person")
    from django.utils import timezone

    from domicile.apps.common.refusals import Refused
    from domicile.apps.common.viewer import NotAllowed
    from domicile.apps.duplicates.finders import FINDERS, on_spark
    from domicile.apps.duplicates.searching import search

    with click.progressbar(length=100, label="dedupe", file=sys.stderr, hidden=not interactive()) as bar:

        def tell(stage: str, done: float) -> None:
            bar.label = f"{stage:24}"
            bar.update(max(0, int(done * 100) - bar.pos))

        try:
            run = search(
                actor=actor, today=timezone.localdate(), find=on_spark(cluster) if cluster else FINDERS[engine], engine=engine,
                scopes=scopes or None, progress=tell,
            )  # fmt: skip
        except (NotAllowed, Refused) as problem:
            raise Unable(str(getattr(problem, "message", problem))) from problem
        bar.update(100 - bar.pos)
    lines = [
        f"{run.records:>12,} people read, {run.compared:,} pairs compared",
        f"{run.found:>12,} pairs that may be one person",
        *([f"{run.left_out:>12,} pairs left out, as there were too many to compare"] if run.left_out else []),
    ]
    data = {
        "run": str(run.pk), "engine": run.engine, "model": run.model, "records": run.records, "compared": run.compared,
        "left_out": run.left_out, "found": run.found,
    }  # fmt: skip
    report(data, as_json, lines)
    return 0
