"""domicile restore."""

from pathlib import Path

import click

from domicile.cli import FOUND
from domicile.cli.running import json_option, report, start_django


@click.command(name="restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--force", is_flag=True, help="Replace the register that is here; SQLite files are moved aside, not deleted."
)
@json_option
def command(file: Path, force: bool, as_json: bool) -> int:
    """Put a backup back, check the keys against it, prove its logs whole. Exit code 1 when a proof fails."""
    start_django()
    from domicile.site import backup
    from domicile.site.migration import pending
    from domicile.site.sealing import verify_all

    manifest = backup.restore(file, force=force)
    waiting = len(pending())
    keys = missing_keys() + ([] if waiting else missing_peer_keys())
    broken = [verdict.problem for verdict in verify_all() if not verdict.whole] if not waiting else []
    data = {
        "file": str(file),
        "made_at": manifest["made_at"],
        "missing_keys": keys,
        "broken": broken,
        "migrations": waiting,
    }
    lines = [f"restored the backup of {manifest['made_at']}"]
    lines += [_missing(key) for key in keys]
    lines += [f"the log is BROKEN: {problem}" for problem in broken]
    lines += ["the logs are proven whole"] if not (broken or waiting) else []
    lines += [f"{waiting} migrations are waiting: domicile migrate, then domicile audit verify"] if waiting else []
    report(data, as_json, lines)
    return FOUND if keys or broken else 0


def _missing(key: str) -> str:
    if key.startswith("peer-"):
        return f"key file {key} is missing: put it back, or run domicile peers rotate and hand out the card again"
    return f"key file {key} is missing: values sealed with it cannot be read"


def missing_peer_keys() -> list[str]:
    """Key files with which this register signs for others and that are not in the key folder; none of a site without peers."""
    from django.apps import apps
    from django.utils import timezone

    if not apps.is_installed("domicile.apps.peers"):
        return []
    from domicile.apps.peers import keys

    return keys.missing(timezone.now())


def missing_keys() -> list[str]:
    """Key files that values in the register need and that are not in the key folder."""
    from domicile.apps.vault import keyring
    from domicile.apps.vault.models import SubjectKey

    used = SubjectKey.objects.order_by("wrap_key").values_list("wrap_key", flat=True).distinct()
    return keyring.missing_keys(used)
