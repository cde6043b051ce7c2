"""domicile reconcile."""

import datetime as dt
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from domicile.cli.engines import cluster_of, engine_options
from domicile.cli.running import Unable, interactive, json_option, report

if TYPE_CHECKING:
    from domicile.engines.reconciliation import Reconciled
    from domicile.engines.spark.session import Cluster


@click.command(name="reconcile")
@click.argument("left", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("arrived", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@engine_options
@json_option
def command(
    left: Path, arrived: Path, folder: Path, engine: str, master: str | None, shared: Path | None, as_json: bool
) -> int:
    """Find who is on a list of those who LEFT and on one of those who ARRIVED, and who is on one alone.

    Both are CSV (UTF-8 or GB 18030) or Parquet with the columns id, number, name, birth_date, origin, destination, date, or
    编号, 公民身份号码, 姓名, 出生日期, 迁出地代码, 迁入地代码, 日期. FOLDER takes pairs.csv, undecided.csv, only_left.csv,
    only_arrived.csv and areas.csv, which name rows by their ids alone. Nothing is kept in the register.
    """
    cluster = cluster_of(engine, master, shared)
    from domicile.engines.movelists import ListRefused

    with click.progressbar(length=100, label="reconcile", file=sys.stderr, hidden=not interactive()) as bar:

        def tell(stage: str, done: float) -> None:
            bar.label = f"{stage:24}"
            bar.update(max(0, int(done * 100) - bar.pos))

        try:
            found = _reconcile(cluster, left, arrived, folder, today=dt.date.today(), progress=tell)  # noqa: DTZ011
        except ListRefused as problem:
            raise Unable(str(problem)) from problem
        bar.update(100 - bar.pos)
    lines = [
        f"{found.left.rows:>12,} left, {found.arrived.rows:,} arrived",
        f"{found.pairs:>12,} on both lists, {found.differing:,} of them differ",
        f"{found.undecided:>12,} pairs of which none is the better: decide by hand ({found.files['undecided']})",
        f"{found.only_left:>12,} left alone, {found.only_arrived:,} arrived alone",
        f"written to {folder}",
    ]
    unreadable = found.left.unreadable + found.arrived.unreadable
    if unreadable:
        lines.insert(
            1, f"{unreadable:>12,} rows have a date that does not read (YYYY-MM-DD): they are matched without it"
        )
    data = asdict(found) | {"files": {name: str(path) for name, path in found.files.items()}}
    report(data, as_json, lines)
    return 0


def _reconcile(cluster: "Cluster | None", *lists: Path, **options: Any) -> "Reconciled":
    """On this machine, or on the cluster."""
    if cluster is None:
        from domicile.engines.reconciliation import reconcile

        return reconcile(*lists, **options)
    from domicile.engines.spark import reconciliation
    from domicile.engines.spark.session import connected

    with connected(cluster, job="reconcile") as on:
        return reconciliation.reconcile(*lists, on=on, **options)
