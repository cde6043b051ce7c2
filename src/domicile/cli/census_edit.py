"""domicile census edit."""

from pathlib import Path

import click

from domicile.cli import FOUND
from domicile.cli.running import Unable, chinese, json_option, report


@click.command(name="edit")
@click.option(
    "--from", "source", required=True, type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Folder with persons.parquet and households.parquet.",
)  # fmt: skip
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), help="A folder that is not there yet.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Decides what is decided by lot."
)
@click.option(
    "--memory", "memory_mb", type=click.IntRange(min=256), default=6000, show_default=True, help="Of DuckDB, in MB."
)
@click.option("--undo", is_flag=True, help="The other way: from an edited folder to the records as they were.")
@json_option
def command(source: Path, target: Path, seed: int, memory_mb: int, undo: bool, as_json: bool) -> int:
    """Check the records of a census, change what contradicts itself and fill in what is missing; write what was done.

    The originals stay where they are. Every change stands in changes.parquet with the rule, the method and the donor; what is
    unusual and possible is a question in questions.parquet and is not changed. rules.csv and items.csv give the rates before
    and after by area. The same records, seed and version give the same files. Exit code 1 when an error is left.
    """
    from domicile.engines.census_edit_files import save
    from domicile.engines.census_edit_files import undo as put_back
    from domicile.engines.census_edit_records import EditRefused, read
    from domicile.engines.census_edits import edit

    try:
        if undo:
            counts = put_back(source, target)
            report({"put_back": counts}, as_json, [f"{count:>12,} {item} put back" for item, count in counts.items()])
            return 0
        done = edit(read(source), seed=seed, memory_mb=memory_mb)
        told = save(done, target, seed=seed)
    except EditRefused as problem:
        raise Unable(str(problem)) from problem
    language = "zh" if chinese() else "en"
    lines = [
        f"{told['persons']:>12,} persons in {told['households']:,} households, {told['rules']} rules",
        f"{told['errors_before']:>12,} errors before, {told['errors_after']:,} after",
        f"{told['changes']:>12,} cells changed, {told['questions']:,} questions left to people",
    ]
    for check in done.rules:
        before, after = len(done.before.rows[check.code]), len(done.after.rows[check.code])
        if before or after:
            lines.append(
                f"{before:>12,} -> {after:<10,} {check.code:22} {check.severity:8} {check.name.said(language)}"
            )
    report(told, as_json, [*lines, f"written to {target}"])
    return FOUND if told["errors_after"] else 0
