"""domicile exchange: compare."""

from pathlib import Path

import click

from domicile.cli import FOUND
from domicile.cli.running import Unable, json_option, report

THERE = click.Path(exists=True, dir_okay=False, path_type=Path)
WORDS = {
    "not_received": "sent, but not received",
    "not_sent": "received, but not sent",
    "content": "different content",
    "number": "different kind, subject or number",
    "not_applied": "received, but not applied",
    "not_noted": "received, but its sender does not know",
}
SHOWN = 20


@click.group(name="exchange")
def command() -> None:
    """Lay the records of two registers side by side."""


@command.command()
@click.argument("left", type=THERE)
@click.argument("right", type=THERE)
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path), required=False)
@json_option
def compare(left: Path, right: Path, out: Path | None, as_json: bool) -> int:
    """Compare two journals of one pair of registers (`domicile peers journal` writes them). Exit code 1 when they disagree."""
    from domicile.core.messages import journals

    found = []
    try:
        with left.open(encoding="utf-8", newline="") as one, right.open(encoding="utf-8", newline="") as other:
            read = journals.read(one), journals.read(other)
        found = list(journals.compare(*read))
    except journals.NotAJournal as problem:
        raise Unable(str(problem)) from problem
    if out is not None:
        with out.open("w", encoding="utf-8", newline="") as stream:
            journals.write(stream, found)
    counts = {what: sum(one.what == what for one in found) for what in WORDS}
    messages = sum(len(way) for way in read[0].lines.values())
    lines = [f"{count} {WORDS[what]}" for what, count in counts.items() if count]
    lines += [f"  {one.what}  {one.kind} {one.subject} {one.number}  {one.id}" for one in found[:SHOWN]]
    report({"messages": messages, **counts}, as_json, lines or [f"{messages} messages, no disagreement"])
    return FOUND if found else 0
