"""domicile synth."""

import datetime as dt
import sys
from pathlib import Path

import click

from domicile.cli.running import Unable, interactive, json_option, report


@click.command(name="synth")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--people", default=20_000, show_default=True, type=click.IntRange(1, 10_000_000))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), default="2026-11-01", show_default=True, help="The day it stands on."
)
@click.option("--clean", is_flag=True, help="Canonical forms; without it, as messy as people fill them in.")
@click.option("--form", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True)
@click.option("--split", type=click.Choice(["county", "township"]), default="county", show_default=True)
@click.option("--frames", type=click.Choice(["parquet", "csv"]), help="Write the bare frames with the truth instead.")
@json_option
def command(
    folder: Path,
    people: int,
    seed: int,
    today: dt.datetime,
    clean: bool,
    form: str,
    split: str,
    frames: str | None,
    as_json: bool,
) -> int:
    """Write a synthetic county to FOLDER in the official layouts. The same options write the same bytes.

    Besides, FOLDER/lists takes the lists that hospitals, schools and other offices would hand over of it, with their truth.
    """
    from domicile.core.synth import make_county, write_tenure
    from domicile.core.synth.official import write_frames, write_official
    from domicile.core.synth.outside_files import write_outside

    if folder.exists() and any(folder.iterdir()):
        raise Unable(f"{folder} is not empty: name a new folder")
    with click.progressbar(length=100, label="county", file=sys.stderr, hidden=not interactive()) as bar:

        def tell(stage: str, done: float) -> None:
            bar.label = f"{stage:24}"
            bar.update(max(0, int(done * 100) - bar.pos))

        county = make_county(people, seed, today.date(), tell)
        if frames:
            paths = write_frames(county, folder, form=frames)  # type: ignore[arg-type]
        else:
            paths = write_official(county, folder, clean=clean, form=form, split=split)  # type: ignore[arg-type]
            paths += write_tenure(county, folder, clean=clean, form=form)
            paths += write_outside(county, folder)
        bar.update(100 - bar.pos)
    data = {"people": people, "seed": seed, "files": [str(path) for path in paths]}
    report(data, as_json, [str(path) for path in paths])
    return 0
