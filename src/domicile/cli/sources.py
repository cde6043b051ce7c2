"""domicile sources."""

import datetime as dt
from pathlib import Path
from typing import Any

import click

from domicile.cli import FOUND
from domicile.cli.acting import viewer_of
from domicile.cli.running import Unable, json_option, report, start_django

DAY = click.DateTime(["%Y-%m-%d"])


@click.group(name="sources")
def command() -> None:
    """Lists of other offices: hospitals, schools, the police; loaded, compared, worked off in the browser."""


@command.command(name="list")
@click.option("--as", "username", required=True, help="The account that asks; its areas are told.")
@json_option
def listed(username: str, as_json: bool) -> int:
    """Name the sources, when each was compared last, and how many rows wait."""
    start_django()
    from django.utils import timezone

    from domicile.apps.sources.selectors import overview

    rows = overview(viewer_of(username, "import"), timezone.localdate())
    data = [
        {"source": one.source.key, "name": one.source.name("en"), "waiting": one.waiting, "due": one.due,
         "compared": one.last.compared_at.date().isoformat() if one.last and one.last.compared_at else ""}
        for one in rows
    ]  # fmt: skip
    lines = [
        f"{one['source']:14} {one['compared'] or 'never':10} {one['waiting']:>8,} waiting  {one['name']}"
        for one in data
    ]
    report({"sources": data}, as_json, lines)
    return 0


@command.command(name="load")
@click.argument("source")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="The account that loads; its role must allow imports.")
@click.option(
    "--area", default="", help="Code of the area that the list covers (county 6, township 9, community 12 digits)."
)
@click.option(
    "--from", "begin", type=DAY, required=True, help="First day that the list covers, or the day on which it is so."
)
@click.option("--until", type=DAY, help="Last day that the list covers; without it, the first one.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=HEAD",
    help="Which column is which, where it is not recognised.",
)
@click.option("--because", default="", help="Why the list is right, where something about it is odd.")
@json_option
def load(
    source: str, file: Path, username: str, area: str, begin: dt.datetime, until: dt.datetime | None, columns: tuple[str, ...],
    because: str, as_json: bool,
) -> int:  # fmt: skip
    """Load FILE as a list of SOURCE and compare it with the register.

    Exit code 1 where something about it is odd: it waits until somebody says why it is right (--because), or puts it away.
    """
    start_django()
    from domicile.apps.sources.actions import NewList, compare_load, load_list
    from domicile.apps.sources.models import Load

    actor = viewer_of(username, "import")
    last = (until or begin).date()
    new = NewList(
        source=source, scope=area or next(iter(actor.scopes), ""), begin=begin.date(), end=last + dt.timedelta(days=1),
        file_name=file.name, content=file.read_bytes(), columns=_columns(columns),
    )  # fmt: skip
    found = load_list(actor=actor, new=new)
    if found.state == Load.State.READ or because:
        found = compare_load(actor=actor, load_id=found.pk, answer=because)
    return _told(found, as_json)


@command.command(name="compare")
@click.argument("load", type=click.UUID)
@click.option("--as", "username", required=True)
@click.option("--because", default="", help="Why the list is right, where something about it is odd.")
@json_option
def compare(load: Any, username: str, because: str, as_json: bool) -> int:
    """Compare a list that waits, or whose comparison was cut off."""
    start_django()
    from domicile.apps.sources.actions import compare_load

    return _told(compare_load(actor=viewer_of(username, "import"), load_id=load, answer=because), as_json)


def _columns(pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, sign, head = pair.partition("=")
        if not sign:
            raise Unable(f"--column {pair}: write FIELD=HEAD")
        found[name.strip()] = head.strip()
    return found


def _told(found: Any, as_json: bool) -> int:
    from django.utils import translation

    from domicile.apps.sources.words import questions

    with translation.override("en"):
        asked = questions(found) if found.state == "asked" else []
    piles = found.report.get("piles", {})
    lines = [f"list {found.pk}: {found.rows:,} rows, {found.state}"]
    lines += [f"{count:>12,} {pile}" for pile, count in piles.items()]
    lines += [
        f"question: {one} If it is right: domicile sources compare {found.pk} --as … --because …" for one in asked
    ]
    data = {"load": str(found.pk), "state": found.state, "rows": found.rows, "questions": asked, **found.report}
    report(data | {"questions": asked}, as_json, lines)
    return FOUND if asked else 0
