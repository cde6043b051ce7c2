"""A campaign of the demonstration, under way since three days: frame, tasks, a few doors, what followed of them in review."""

import datetime as dt
from typing import Any

from django.utils import timezone

from domicile.apps.common.viewer import Viewer

DAY = dt.timedelta(days=1)
#: How the first doors of the drawn order came out, two a day: somebody left the second, the fourth was shut.
OUTCOMES = ("met", "left", "met", "not_at_home", "left", "refused")


def make_campaign(*, officer: Viewer, worker: Viewer, grid: str, seed: int, today: dt.date) -> None:
    """Make a campaign over a grid, visit a few doors of it as the worker, accept and return what followed as the officer."""
    from domicile.apps.fieldwork.campaigns.actions import leading

    begin = today - 3 * DAY
    plan = leading.Plan("年度人口核对", grid, begin, begin, today + 11 * DAY, parts=1)
    campaign = leading.make(actor=officer, plan=plan)
    leading.freeze(actor=officer, campaign_id=campaign.pk, seed=f"demo {seed}")
    leading.give_out(actor=officer, campaign_id=campaign.pk, today=begin)
    proposed = []
    for place, (door, outcome) in enumerate(zip(_doors(campaign), OUTCOMES, strict=False)):
        proposed += _visit(worker, campaign, door, outcome, begin + place // 2 * DAY)
    _review(officer, proposed)


def _doors(campaign: Any) -> list[Any]:
    """Doors with somebody on file at which nobody was before, in the drawn order."""
    from domicile.apps.fieldwork.campaigns.models import Door
    from domicile.apps.fieldwork.visits.models import Visit

    visited = Visit.objects.filter(dwelling__isnull=False).values("dwelling")
    rows = Door.objects.filter(campaign=campaign, on_file__isnull=False).exclude(dwelling__in=visited)
    return list(rows.distinct().order_by("number")[: len(OUTCOMES)])


def _visit(worker: Viewer, campaign: Any, door: Any, outcome: str, day: dt.date) -> list[Any]:
    """Note a door as the worker does on the campaign's page; the proposals that follow."""
    from domicile.apps.fieldwork.campaigns.actions.doors import Checked, check

    people = list(door.on_file.order_by("pk").values_list("person_id", flat=True))
    checked = Checked(outcome)
    if outcome == "met":
        checked = Checked("met", people)
    elif outcome == "left":  # the last of them, a while ago
        checked = Checked("met", people[:-1], left_on=day - 20 * DAY)
    moment = dt.datetime.combine(day, dt.time(15, 30), tzinfo=timezone.get_current_timezone())
    noted = check(actor=worker, campaign_id=campaign.pk, dwelling_id=door.dwelling_id, checked=checked, moment=moment)
    return noted.proposed


def _review(officer: Viewer, proposed: list[Any]) -> None:
    """The first is accepted, the second goes back."""
    from domicile.apps.collect.actions import accept, send_back

    for number, proposal in enumerate(proposed):
        if number % 2 == 0:
            accept(actor=officer, proposal_id=proposal.pk)
        else:
            send_back(actor=officer, proposal_id=proposal.pk, note="请核对搬离日期后重新提交")
