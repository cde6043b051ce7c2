"""domicile backup."""

from pathlib import Path

import click

from domicile.cli.running import json_option, report, start_django


@click.command(name="backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--check", "only_check", is_flag=True, help="Check every byte of an existing backup instead of making one."
)
@json_option
def command(file: Path, only_check: bool, as_json: bool) -> int:
    """Write the databases and the sealed files to FILE, while others work. The keys stay out of it.

    The file is not encrypted as a whole: numbers and phones in it are, names are not.
    """
    start_django()
    from django.utils import timezone

    from domicile.site import backup

    manifest = backup.check(file) if only_check else backup.backup(file, timezone.now())
    size = sum(member["size"] for member in manifest["members"].values())
    data = {"file": str(file), "bytes": size, "members": len(manifest["members"]), "made_at": manifest["made_at"]}
    state = "is whole" if only_check else "written"
    report(
        data, as_json, [f"{file} {state}: {len(manifest['members'])} members, {size:,} bytes; the keys are not in it"]
    )
    return 0
