"""domicile import."""

import sys
from pathlib import Path
from typing import Any

import click

from domicile.cli import FOUND
from domicile.cli.acting import viewer_of
from domicile.cli.running import interactive, json_option, report, start_django

SHOWN = 20


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="The account that imports; its role must allow it.")
@click.option(
    "--layout",
    help="areas, grids, people, dwellings, rentals, units, outflow or inflow; without it, told from the header row.",
)
@click.option("--source", default="command", show_default=True, help="Where the file comes from.")
@click.option("--yes", is_flag=True, help="Commit without asking when nothing is wrong.")
@click.option("--check", "only_check", is_flag=True, help="Check only; nothing is kept.")
@click.option("--errors", type=click.Path(path_type=Path), help="Write the error workbook here when there are errors.")
@json_option
def command(
    file: Path,
    username: str,
    layout: str | None,
    source: str,
    yes: bool,
    only_check: bool,
    errors: Path | None,
    as_json: bool,
) -> int:
    """Load FILE, all of it or nothing. Exit code 1 when rows have errors; each is told with its cure."""
    start_django()
    from domicile.apps.exchange import batches

    actor = viewer_of(username, "import")
    batch = batches.upload(actor, file.name, file, layout=layout, source=source)
    batch = batches.check(batch)
    tell(batch, as_json)
    if not batch.report.get("ready"):
        if errors is not None:
            write_private(errors, batches.error_workbook(batch))
            click.echo(f"errors to correct and send again: {errors}", err=True)
        batches.discard(actor, batch)
        return FOUND
    if only_check or not (yes or (interactive() and click.confirm("commit?", err=True))):
        batches.discard(actor, batch)
        click.echo("nothing was written" if only_check else "nothing was written; --yes commits", err=True)
        return 0
    with click.progressbar(length=1, file=sys.stderr, hidden=as_json or not interactive()) as bar:

        def progress(stage: str, done: int, total: int) -> None:
            bar.label, bar.length = f"{stage:16}", max(total, 1)
            bar.pos = min(done, bar.length)
            bar.update(0)

        batch = batches.commit(actor, batch, progress)
    report(
        {"batch": str(batch.pk), "state": batch.state, **batch.report},
        as_json,
        ["committed: " + ", ".join(f"{key} {batch.report.get(key, 0)}" for key in ("created", "changed", "unchanged"))],
    )
    return 0


def tell(batch: Any, as_json: bool) -> None:
    """Print what the check found: counts, and the first findings with their place and cure."""
    from domicile.apps.exchange import batches

    counts = {key: batch.report.get(key, 0) for key in ("rows", "errors", "warnings", "notes")}
    lines = [f"{batch.layout}: " + ", ".join(f"{key} {count}" for key, count in counts.items())]
    if dropped := batch.report.get("dropped"):
        lines.append(f"columns that may not be held were dropped: {', '.join(dropped)}")
    page = batches.preview(batch, only_errors=True) if counts["errors"] else None
    found = [issue for row in page.rows for issue in row.issues] if page is not None else []
    lines += [f"{issue.severity}: {issue.place}: {issue.message} {issue.cure}" for issue in found[:SHOWN]]
    if not (as_json and batch.report.get("ready")):
        data = {"batch": str(batch.pk), "state": batch.state, **batch.report}
        report({**data, "findings": [issue.as_dict() for issue in found[:SHOWN]]}, as_json, lines)


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner may read."""
    import os

    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
