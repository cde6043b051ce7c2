"""domicile census tabulate."""

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from domicile.cli.engines import cluster_of, engine_options
from domicile.cli.running import Unable, interactive, json_option, report

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: China has one time.
ZONE = dt.timezone(dt.timedelta(hours=8))


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """One bar for each part of the work, at a terminal alone."""
    shown: dict[str, Any] = {}

    def tell(part: str, done: int, total: int) -> None:
        if not interactive():
            return
        if part not in shown:
            for bar in shown.values():
                bar.finish()
                bar.render_finish()
            shown.clear()
            shown[part] = click.progressbar(length=max(total, 1), label=part, file=sys.stderr)
            shown[part].__enter__()
        shown[part].update(done - shown[part].pos)

    try:
        yield tell
    finally:
        for bar in shown.values():
            bar.render_finish()


@click.command(name="tabulate")
@click.argument("records", type=FOLDER)
@click.argument("work", type=FOLDER)
@click.option("--only", metavar="CODES", help="Only these tables: P01,P03.")
@click.option("--tables", type=FILE, help="A declaration of one's own in place of the product's.")
@click.option("--recodes", type=FILE, help="Groupings of one's own; with --tables.")
@click.option(
    "--pairs/--no-pairs", default=True, help="Look at every two tables for cells that differ by a few people."
)
@click.option("--sample/--no-sample", default=True, help="Make the protected sample of records.")
@engine_options
@json_option
def command(
    records: Path, work: Path, only: str | None, tables: Path | None, recodes: Path | None, pairs: bool, sample: bool,
    engine: str, master: str | None, shared: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Make the tables of RECORDS, a folder with persons.parquet and households.parquet, in the folder WORK.

    What stands in WORK is true and secret: it is for this user alone, and `publish` alone makes of it what may
    leave. A run that was
    killed goes on where it was when it is started again with the same words.
    """
    if recodes and not tables:
        raise click.UsageError("--recodes goes with --tables.")
    cluster = cluster_of(engine, master, shared)
    from domicile.apps.census.release.tabulating import Wanted, tabulate
    from domicile.core.policy import parameter

    # Only how a sample is drawn and how close is too close is asked for here; what protects figures is that of the
    # day of publication.
    today = dt.datetime.now(ZONE).date()
    wanted = Wanted(
        tables, recodes, tuple(one.strip() for one in only.split(",")) if only else (), pairs, sample,
        parameter("census_tables.close_pairs", today), parameter("census_tables.sample_share", today),
        parameter("census_tables.sample_alike", today),
    )  # fmt: skip
    with progress() as tell, refused():
        made = tabulate(records, work, wanted, cluster=cluster, tell=tell)
    data = {
        "tables": made.tables, "passes": made.cubes, "records": made.records, "close_pairs": made.close_pairs,
        "sample": made.sample, "resumed": made.resumed,
    }  # fmt: skip
    lines = [f"{made.tables:>12,} tables in {made.cubes} passes over the records"]
    lines += [f"{count:>12,} {of}" for of, count in made.records.items()]
    lines += (
        []
        if made.close_pairs is None
        else [f"{made.close_pairs:>12,} pairs of cells that differ by a few people; publish reports them"]
    )
    lines += [] if made.sample is None else [f"{made.sample:>12,} records in the protected sample"]
    lines += [f"secret, in {work}: delete it when the release stands"]
    report(data, as_json, lines)
    return 0


@contextmanager
def refused() -> Iterator[None]:
    from domicile.apps.common.refusals import Refused

    try:
        yield
    except Refused as problem:
        raise Unable(str(problem)) from problem
