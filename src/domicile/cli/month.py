"""domicile month: assess a month of field work, and compute its honoraria."""

import click

from domicile.cli.running import json_option, report, start_django

MONTH = click.option("--month", default="", help="The month, like 2026-10; without it the one that ended last.")


@click.group(name="month")
def command() -> None:
    """Assess a month of field work, and compute its honoraria. Twice changes nothing."""


@command.command()
@MONTH
@click.option("--community", default="", help="Only the workers of this community (12 digits); without it all.")
@json_option
def assess(month: str, community: str, as_json: bool) -> int:
    """Compute the figures of a month that is over; closed months stand still.

    Each worker sees the own figures at once, the office some days later.
    """
    start_django()
    from django.utils import timezone

    from domicile.apps.staffing import months
    from domicile.apps.staffing.assessment import computing

    today = timezone.localdate()
    asked = month or months.last_month(today)
    done = computing.compute(actor=months.MACHINE, month=asked, today=today, community=community)
    data = {
        "month": asked, "workers": done.workers, "communities": done.communities, "changed": done.changed,
        "closed": done.closed,
    }  # fmt: skip
    line = f"{asked}: {done.workers} workers of {done.communities} communities, {done.changed} figures new or changed"
    report(data, as_json, [line + (f"; {done.closed} communities are closed" if done.closed else "")])
    return 0


@command.command()
@MONTH
@click.option("--community", required=True, help="The community (12 digits) whose workers are paid.")
@json_option
def pay(month: str, community: str, as_json: bool) -> int:
    """Compute the honoraria of a month as a draft that a second person approves; nothing is paid by this."""
    start_django()
    from django.utils import timezone

    from domicile.apps.staffing import months
    from domicile.apps.staffing.pay import computing, selectors
    from domicile.core.policy.honoraria import total

    today = timezone.localdate()
    asked = month or months.last_month(today)
    run = computing.compute(actor=months.MACHINE, month=asked, today=today, community=community)
    rows = selectors.statements(run)
    together = total(row.total for row in rows)
    data = {"month": asked, "community": community, "state": run.state, "statements": len(rows), "total": together}
    report(data, as_json, [f"{asked} {community}: {len(rows)} statements, {together} yuan, {run.state}"])
    return 0
