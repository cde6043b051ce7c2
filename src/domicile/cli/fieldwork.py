"""domicile fieldwork: play a worker who collects with a phone."""

import datetime as dt
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from domicile.cli.running import Unable, json_option, report

LANGUAGES = {"zh": "中文 (zh)", "en": "English (en)"}
FORM = "dwelling_visit"


@click.group(name="fieldwork")
def command() -> None:
    """Play a worker who collects with a phone."""


@command.command()
@click.option(
    "--code", default="", help="What the QR code of a phone holds, or its address; - reads it from the input."
)
@click.option("--server", default="http://127.0.0.1:8000", show_default=True, help="Where the demonstration is served.")
@click.option("--forms", "count", default=3, show_default=True, type=click.IntRange(1, 200), help="Dwellings to visit.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(min=0), help="Decides which doors, and what is told."
)
@click.option("--language", default="zh", show_default=True, type=click.Choice(sorted(LANGUAGES)))
@json_option
def simulate(code: str, server: str, count: int, seed: int, language: str, as_json: bool) -> int:
    """Play a phone against a running server: fetch the forms and lists, fill forms without a network, send them twice.

    The forms are filled by JavaRosa, the engine of the ODK Collect app: Java 17 with its compiler is needed. Without
    --code the phone of the demonstration is taken (demo-phone.txt in DOMICILE_HOME).
    """
    from domicile.cli.simulating import engine, phone
    from domicile.core.synth.fieldwork import doors

    base = _base(code, server)
    held = phone.fetch(base)
    sizes = ", ".join(f"{len(rows)} {name}" for name, rows in sorted(held.lists.items()))
    report(
        {"step": "fetched", "forms": [form for form, _version, _name in held.forms], "bytes": held.bytes},
        as_json,
        [f"fetched {len(held.forms)} forms, every hash verified; {sizes}"],
    )
    found = doors(held.lists, count, seed, dt.datetime.now().astimezone().date())
    if not found:
        raise Unable("nobody lives in a dwelling of this phone's areas: set a phone up for another worker")
    plan = "$quiet = yes\n$send = 2\n" + "\n---\n".join(_plan(door.answers) for door in found) + "\n"
    with tempfile.TemporaryDirectory(prefix="domicile-phone-") as folder:
        lines = engine.collect(base, FORM, LANGUAGES[language], Path(folder), plan)
    for door in found:
        report({"step": "filled", "at": door.address, "said": door.said}, as_json, [f"  {door.address}: {door.said}"])
    sent = sum(line.startswith("SENT 20") for line in lines)
    report(
        {"step": "sent", "forms": len(found), "sendings": sent},
        as_json,
        [
            f"filled {len(found)} forms without a network, then sent each of them twice: {sent} times received",
            f"the server counts each form once: see {base.partition('/v1/')[0]}/collection/submissions/",
        ],
    )
    return 0


def _plan(answers: Iterable[tuple[str, str]]) -> str:
    """The answers as the engine reads them; the phone itself says on which day it is."""
    several = {"home/confirmed", "home/left"}
    asked = ((path, value) for path, value in answers if path != "visited_on")
    return "\n".join(f"{path} = {value.replace(' ', ' ; ') if path in several else value}" for path, value in asked)


def _base(code: str, server: str) -> str:
    """The address that the phone talks to."""
    from domicile.cli.simulating import phone
    from domicile.site.demo_work import CODE_FILE

    if code == "-":
        return phone.address_of(sys.stdin.read())
    if code:
        return phone.address_of(code)
    file = Path(os.environ.get("DOMICILE_HOME") or "var") / CODE_FILE
    if not file.exists():
        raise Unable(
            f"{file} is not there: give the text of a phone's QR code by --code (Collection, Phones, Set up a phone)"
        )
    return f"{server.rstrip('/')}/v1/key/{file.read_text(encoding='utf-8').strip()}/projects/1"
