"""domicile audit: seal, verify, anchor."""

import os
from pathlib import Path
from typing import Any

import click

from domicile.cli import FOUND
from domicile.cli.running import Unable, interactive, json_option, report, start_django


@click.group(name="audit")
def command() -> None:
    """Seal the log of changes and the log of looks, prove them whole, anchor them elsewhere."""


@command.command()
@json_option
def seal(as_json: bool) -> int:
    """Seal what came since the last seal. `domicile serve` does it by itself."""
    start_django()
    from domicile.site.sealing import seal_all

    for name, count in seal_all().items():
        report({"log": name, "sealed": count}, as_json, [f"{name}: {count} records sealed"])
    return 0


@command.command()
@json_option
def anchor(as_json: bool) -> int:
    """Print one line for each log, to be kept outside this machine; also append it to the file DOMICILE_ANCHOR names.

    With the line kept elsewhere (on paper, with another county), `audit verify --anchor` shows a log that was cut off.
    """
    start_django()
    from domicile.apps.audit.sealing import anchor as anchor_of
    from domicile.site.sealing import LOGS

    lines = [found.line() for found in (anchor_of(log) for log in LOGS) if found is not None]
    for line in lines:
        report({"anchor": line}, as_json, [line])
    elsewhere = os.environ.get("DOMICILE_ANCHOR")
    if elsewhere and lines:
        with Path(elsewhere).open("a", encoding="utf-8") as stream:
            stream.write("".join(f"{line}\n" for line in lines))
    if not lines:
        click.echo("nothing is sealed yet: domicile audit seal", err=True)
    return 0


@command.command()
@click.option(
    "--anchor",
    "anchor_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of lines that `audit anchor` printed. Without it, the file DOMICILE_ANCHOR names, if there.",
)
@click.option("--public-key", help="The key the seals must be signed with, in hex (`domicile keys list` prints it).")
@json_option
def verify(anchor_file: Path | None, public_key: str | None, as_json: bool) -> int:
    """Prove both logs whole, or name the first broken record and exit with 1."""
    start_django()
    from domicile.site.sealing import verify_all

    anchors, key = _anchors(anchor_file), _public_key(public_key)
    heard = 0

    def tell(records: int) -> None:
        nonlocal heard
        if records - heard >= 500_000:
            heard = records
            click.echo(f"{records} records read", err=True)

    quiet = as_json or not interactive()
    verdicts = verify_all(anchors=anchors, public_key=key, progress=(lambda _: None) if quiet else tell)
    for verdict in verdicts:
        data: dict[str, Any] = {**vars(verdict), "whole": verdict.whole}
        report(data, as_json, [_sentence(data)])
    return 0 if all(verdict.whole for verdict in verdicts) else FOUND


def _sentence(verdict: dict[str, Any]) -> str:
    if verdict["whole"]:
        text = f"{verdict['log']}: whole; {verdict['records']} records under {verdict['seals']} seals"
        return f"{text}, {verdict['unsealed']} not sealed yet"
    return f"{verdict['log']}: BROKEN: {verdict['problem']}"


def _anchors(file: Path | None) -> list[Any]:
    from domicile.apps.audit.sealing import Anchor

    if file is None:
        named = Path(os.environ.get("DOMICILE_ANCHOR") or "/nonexistent")
        if not named.is_file():
            return []
        file = named
    anchors = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                anchors.append(Anchor.read(line))
            except ValueError as problem:
                raise Unable(f"{file}, line {number}: {problem}") from problem
    return anchors


def _public_key(text: str | None) -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if text is None:
        return None
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))
    except ValueError as problem:
        raise click.BadParameter("a public key is 64 hex digits", param_hint="--public-key") from problem
