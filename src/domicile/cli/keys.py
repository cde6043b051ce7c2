"""domicile keys: list, rotate."""

import click

from domicile.cli.running import json_option, report, start_django


@click.group(name="keys")
def command() -> None:
    """List the key files and rotate the key that wraps all data keys."""


@command.command(name="list")
@json_option
def list_keys(as_json: bool) -> int:
    """Name the key files, where they stand, and the public key of the seals. No secret is shown."""
    start_django()
    from pathlib import Path

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from django.conf import settings

    from domicile.apps.vault.keyring import seal_signer, wrap_key_numbers

    folder = Path(settings.KEYS)
    public = seal_signer().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    number = wrap_key_numbers()[-1]
    files = sorted(path.name for path in folder.iterdir() if path.is_file())
    data = {"folder": str(folder), "files": files, "wrap_key_in_use": number, "seal_public_key": public}
    report(data, as_json, [f"keys in {folder}", *(f"  {name}" for name in files), f"public key of the seals: {public}"])
    return 0


@command.command()
@json_option
def rotate(as_json: bool) -> int:
    """Make a new wrapping key and wrap every data key anew. May be stopped and run again; others may work meanwhile.

    Old wrapping keys stay on file: backups made before need them.
    """
    start_django()
    from domicile.apps.vault import sealing
    from domicile.apps.vault.keyring import current_wrap_key

    count = sealing.rotate()
    number = current_wrap_key()
    report({"wrapped": count, "wrap_key": number}, as_json, [f"{count} data keys wrapped with wrap-{number:04d}.key"])
    return 0
