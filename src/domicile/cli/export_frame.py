"""domicile export-frame."""

from pathlib import Path

import click

from domicile.cli.acting import viewer_of
from domicile.cli.running import json_option, report, start_django


@click.command(name="export-frame")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--place", required=True, help="Area code, shortened to its level: 770101.")
@click.option("--as", "username", required=True, help="The account that takes it; its role must allow exports.")
@json_option
def command(file: Path, place: str, username: str, as_json: bool) -> int:
    """Write the FILE that is carried into a census: addresses and expected counts of the buildings of an area, no person."""
    start_django()
    from domicile.apps.exchange import frame_export

    content = frame_export.workbook(viewer_of(username, frame_export.PERMISSION), place)
    file.write_bytes(content)
    report({"file": str(file), "place": place, "bytes": len(content)}, as_json, [f"{file}: {len(content):,} bytes"])
    return 0
