"""domicile indicators."""

import sys
from pathlib import Path

import click

from domicile.cli.engines import cluster_of, engine_options_of
from domicile.cli.running import Unable, chinese, interactive, json_option, report, start_django


@click.command(name="indicators")
@engine_options_of("register", "The register's own database, DuckDB over a sealed copy of it,")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help="Write the figures of all areas as CSV to this file, whole or not at all; - prints them.",
)  # fmt: skip
@json_option
def command(engine: str, master: str | None, shared: Path | None, output: Path | None, as_json: bool) -> int:
    """Reckon the indicators of the register anew and keep them, as each night does.

    The counts are the same wherever they are made. DuckDB and Spark count a sealed copy, deleted with the job, in which identity
    numbers and telephones stay closed; whether moves were told in time is counted by the register alone. A run that is killed
    leaves the figures that were there: start it again.
    """
    cluster = cluster_of(engine, master, shared)
    if output is not None and not output.resolve().parent.is_dir():
        raise Unable(f"{output.parent} is no folder.")
    start_django()
    from django.utils import timezone

    from domicile.apps.indicators import filing
    from domicile.apps.indicators.measuring import reckon
    from domicile.apps.tasks.generating import MACHINE
    from domicile.core.indicators.counting import uncounted

    language = "zh" if chinese() else "en"
    with click.progressbar(length=100, label="indicators", file=sys.stderr, hidden=not interactive()) as bar:

        def tell(done: int, total: int) -> None:
            bar.update(max(0, 90 * done // max(total, 1) - bar.pos))

        made = reckon(actor=MACHINE, today=timezone.localdate(), engine=engine, cluster=cluster, progress=tell)
        bar.update(100 - bar.pos)
    if output is not None and str(output) == "-":
        filing.write_to(filing.table(made, language), sys.stdout)
        return 0
    left_out = {key: uncounted()[key].of(language) for key in made.uncounted}
    data: dict[str, object] = {"figures": len(made.rows), "engine": engine, "not_counted": left_out}
    lines = [f"{len(made.rows):>12,} figures reckoned"]
    lines += [f"{key} not counted, the figures on file stay: {why}" for key, why in left_out.items()]
    if output is not None:
        data["rows"] = filing.write(filing.table(made, language), output)
        lines.append(f"written to {output}")
    report(data, as_json, lines)
    return 0
