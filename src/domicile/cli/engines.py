"""Where a job runs: the options --engine, --master and --folder, the same for every command that may go to a cluster."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from domicile.engines.spark.session import Cluster

ENGINES = ("duckdb", "spark")


def engine_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options; the command gets them as `engine`, `master` and `shared`, for `cluster_of`."""
    return _options(function, ENGINES, "DuckDB on this machine,")


def engine_options_of(own: str, told: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The same for a command that does without an engine by default: `own` names that, `told` says what there is beside Spark."""
    return lambda function: _options(function, (own, *ENGINES), told)


def _options(function: Callable[..., Any], engines: Sequence[str], told: str) -> Callable[..., Any]:
    for option in (
        click.option(
            "--folder", "shared", type=click.Path(path_type=Path),
            help="A folder that all machines of the cluster see at this path; a job's own in it goes when the job ends.",
        ),
        click.option("--master", metavar="URL", help="The cluster: spark://HOST:PORT, or local[2] for this machine."),
        click.option(
            "--engine", type=click.Choice(engines), default=engines[0], show_default=True,
            help=f"{told} or a Spark cluster (with --master and --folder).",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def cluster_of(engine: str, master: str | None, shared: Path | None) -> "Cluster | None":
    """The cluster that the options name, asked whether it is there; None for this machine.

    Raises click.UsageError for options that do not go together, ClusterRefused where something is missing.
    """
    if engine != "spark":
        if master or shared:
            raise click.UsageError("--master and --folder go with --engine spark.")
        return None
    if not master or not shared:
        raise click.UsageError("--engine spark needs --master URL and --folder FOLDER.")
    from domicile.engines.spark.session import Cluster, check

    cluster = Cluster(master, shared.resolve())
    check(cluster)
    return cluster
