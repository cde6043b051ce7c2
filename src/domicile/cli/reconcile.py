"""domicile reconcile."""

import datetime as dt
import sys
from dataclasses import asdict
from pathlib import Path

import click

from domicile.cli.running import Unable, interactive, json_option, report


@click.command(name="reconcile")
@click.argument("left", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("arrived", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
def command(left: Path, arrived: Path, folder: Path, as_json: bool) -> int:
    """Find who is on a list of those who LEFT and on one of those who ARRIVED, and who is on one alone.

    Both are CSV (UTF-8 or GB 18030) or Parquet with the columns id, number, name, birth_date, origin, destination, date, or
    编号, 公民身份号码, 姓名, 出生日期, 迁出地代码, 迁入地代码, 日期. FOLDER takes pairs.csv, undecided.csv, only_left.csv,
    only_arrived.csv and areas.csv, which name rows by their ids alone. Nothing is kept in the register.
    """
    from domicile.engines.reconciliation import ListRefused, reconcile

    with click.progressbar(length=100, label="reconcile", file=sys.stderr, hidden=not interactive()) as bar:

        def tell(stage: str, done: float) -> None:
            bar.label = f"{stage:24}"
            bar.update(max(0, int(done * 100) - bar.pos))

        try:
            found = reconcile(left, arrived, folder, today=dt.date.today(), progress=tell)  # noqa: DTZ011
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
