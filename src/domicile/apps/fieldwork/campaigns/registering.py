"""What campaigns bring to the apps below: their kind of task, words for the logs, codes that move."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.telling import TABLES
from domicile.apps.administration.words import ACTIONS, QUESTIONS
from domicile.apps.areas import registry as areas
from domicile.apps.areas.recoding import Recoding
from domicile.apps.areas.registry import Moved
from domicile.apps.audit.recording import Recorder
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.campaigns import retention
from domicile.apps.fieldwork.campaigns.kind import KIND
from domicile.apps.fieldwork.campaigns.models import Campaign, Door, Figure
from domicile.apps.places.visits import after_visit
from domicile.apps.tasks import registry as tasks
from domicile.apps.tasks.models import Task

TOLD = {
    "campaigns.make": _("campaign made"),
    "campaigns.correct": _("campaign corrected"),
    "campaigns.freeze": _("frame of a campaign frozen"),
    "campaigns.give_out": _("tasks of a campaign given out"),
    "campaigns.take_back": _("step of a campaign taken back"),
    "campaigns.cancel": _("campaign called off"),
    "campaigns.close": _("campaign signed off"),
    "campaigns.found": _("more told about a door of a campaign"),
    "campaigns.ask": _("intentions noted"),
    "campaigns.tell": _("what became of intentions noted"),
    "campaigns.erase": _("who was on file in campaigns erased, their time being over"),
    "tasks.give_out": _("tasks of a whole area given out"),
    "tasks.take_back": _("tasks of a whole area taken back"),
}
HELD = {
    "fieldwork_campaign": _("campaigns"),
    "fieldwork_door": _("doors of campaigns"),
    "fieldwork_onfile": _("who was on file in a campaign"),
    "fieldwork_intention": _("intentions for after the holiday"),
    "fieldwork_figure": _("figures of campaigns"),
}
LOOKS = {
    "campaign_door": _("a door of a campaign"),
    "campaign_sheet": _("a sheet of a campaign"),
    "campaign_list": _("a list of a campaign"),
    "download_campaign": _("download of a list of a campaign"),
}


def after(change: Recorder, actor: Viewer, task: Task, outcome: str, today: dt.date) -> None:
    """A wrong address becomes a task of the community; what was said more of the door before holds no longer."""
    after_visit(change, actor, task, outcome, today)
    door = Door.objects.filter(task=task).exclude(found="").first()
    if door is not None:
        change.update(door, found="")


def move(recoding: Recoding) -> None:
    """Campaigns, their doors and their figures follow their areas to new codes; the frame names dwellings, no codes."""
    recoding.rewrite(Campaign, "scope", rights=True)
    recoding.rewrite(Door, "place_code")
    recoding.rewrite(Figure, "place_code", only="substr(measure, 1, 5) <> 'plan_'")
    recoding.rewrite(Figure, "place_code", rights=True, only="substr(measure, 1, 5) = 'plan_'")


def follow(moved: Sequence[Moved], change: Recorder) -> None:
    """Doors of buildings that go to another grid go along: one statement for each pair of grids."""
    groups: dict[tuple[str, str], list[uuid.UUID]] = {}
    for row in moved:
        groups.setdefault((row.old, row.new), []).append(row.id)
    for (old, new), buildings in groups.items():
        Door.objects.filter(dwelling__building__in=buildings, place_code=old).update(place_code=new)


def register_all() -> None:
    """Called once at start-up."""
    for known, added in ((ACTIONS, TOLD), (TABLES, HELD), (QUESTIONS, LOOKS)):
        for key, label in added.items():
            known.setdefault(key, label)
    tasks.register(
        tasks.Kind(
            KIND, _("Campaign"), {"dwelling": "campaigns:at"}, after=after,
            answered_by=frozenset({tasks.VISIT, tasks.RENTAL}), way=_("Check who lives here"),
            taps=(Task.Outcome.NOT_AT_HOME, Task.Outcome.REFUSED, Task.Outcome.WRONG_ADDRESS),
        )
    )  # fmt: skip
    tasks.register_daily(retention.daily)
    areas.register(areas.Carrier("campaigns", move, follow=follow))
