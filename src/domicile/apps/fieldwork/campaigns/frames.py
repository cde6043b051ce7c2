"""What a campaign holds: the dwellings of its area before it is frozen, its frame after, and those that came since."""

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Grid
from domicile.apps.areas.selectors import names_of
from domicile.apps.audit.models import Change
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.campaigns import drawing
from domicile.apps.fieldwork.campaigns.answering import answering
from domicile.apps.fieldwork.campaigns.models import Campaign, Door, OnFile
from domicile.apps.people.models import Spell
from domicile.apps.places.models import Dwelling
from domicile.apps.staffing.models import Worker

#: The action that freezes a frame.
FREEZE = "campaigns.freeze"


@dataclass(slots=True)
class GridPart:
    """What the campaign will hold in one grid."""

    code: str
    name: str
    dwellings: int = 0
    nobody: int = 0


@dataclass(slots=True)
class WorkerPart:
    """What one worker of the chain will have; on the phone where an account gets the tasks."""

    worker: Worker
    dwellings: int = 0
    phone: int = 0


@dataclass(slots=True)
class Preview:
    """What a campaign will hold, before its frame is frozen. It names staff in their duty, no resident."""

    dwellings: int = 0
    people: int = 0
    nobody: int = 0
    grids: list[GridPart] = field(default_factory=list)
    workers: list[WorkerPart] = field(default_factory=list)


def standing(scope: str) -> "QuerySet[Dwelling]":
    """The dwellings in use under a code."""
    return Dwelling.objects.filter(prefix_q("place_code", scope), in_use_to=None)


def living(scope: str, moment: dt.date) -> "QuerySet[Spell]":
    """Who usually lives there at 0:00 of a day, as far as is known now."""
    rows = Spell.objects.filter(
        Q(start=None) | Q(start__lte=moment), Q(end=None) | Q(end__gt=moment), kind=Spell.Kind.USUAL
    )
    return rows.filter(prefix_q("dwelling__place_code", scope), dwelling__in_use_to=None)


def preview(campaign: Campaign, today: dt.date) -> Preview:
    """What the campaign will hold. Seven queries, however many dwellings."""
    answers = answering(campaign.scope, today)
    rows = list(standing(campaign.scope).order_by().values_list("place_code", "building_id", "unit"))
    counted = Counter(rows)
    names = names_of({place for place, _building, _unit in counted})
    grids: dict[str, GridPart] = {}
    workers: dict[uuid.UUID, WorkerPart] = {}
    found = Preview(dwellings=len(rows))
    found.people = living(campaign.scope, campaign.reference_on).values("person").distinct().count()
    for (place, building, unit), count in counted.items():
        part = grids.setdefault(place, GridPart(place, names.get(place, "")))
        part.dwellings += count
        answer = answers.of(place, building, unit)
        if answer.worker is None:
            part.nobody += count
            found.nobody += count
            continue
        own = workers.setdefault(answer.worker.pk, WorkerPart(answer.worker))
        own.dwellings += count
        own.phone += count if answer.account else 0
    found.grids = sorted(grids.values(), key=lambda row: row.code)
    found.workers = sorted(workers.values(), key=lambda row: row.worker.number)
    return found


def ids_of(campaign: Campaign) -> list[uuid.UUID]:
    """The dwellings of the frozen frame."""
    return list(Door.objects.filter(campaign=campaign).order_by("number").values_list("dwelling_id", flat=True))


def text_of(campaign: Campaign) -> str:
    """The frame as the text whose digest is kept."""
    return drawing.frame_text(campaign.seed, campaign.reference_on, ids_of(campaign))


def agrees(campaign: Campaign) -> bool:
    """Whether the frame on file still gives the kept digest, and the seed its order and parts."""
    rows = Door.objects.filter(campaign=campaign).order_by("number").values_list("dwelling_id", "number", "part")
    held = [(dwelling, number, part) for dwelling, number, part in rows]
    ids = [dwelling for dwelling, _number, _part in held]
    text = drawing.frame_text(campaign.seed, campaign.reference_on, ids)
    return drawing.digest(text) == campaign.digest and drawing.drawn(campaign.seed, ids, campaign.parts) == held


def later(viewer: Viewer, campaign: Campaign) -> "QuerySet[Dwelling]":
    """Dwellings that came into the area since the frame was frozen: listed apart, never a part of it."""
    rows = restrict(standing(campaign.scope), viewer).exclude(campaign_doors__campaign=campaign)
    return rows.order_by("place_code", "sort_key", "pk")


def on_file_count(campaign: Campaign) -> int:
    """How many people were on file when the frame was frozen."""
    return OnFile.objects.filter(door__campaign=campaign).count()


def grids_of(scope: str) -> "QuerySet[Grid]":
    """The small grids of an area with their borders, by code."""
    return Grid.objects.filter(prefix_q("code", scope), valid_to=None, tier=Grid.Tier.SMALL).order_by("code")


def stands_on(change_id: int) -> dict[str, list[int]]:
    """Dwellings and people of frames frozen after a change, by their keys as in the log, with the change that froze them.

    The log names a frame by its digest, not door by door; whoever takes an import back has to know of them.
    """
    found: dict[str, list[int]] = {}
    frozen = Change.objects.filter(action=FREEZE, pk__gt=change_id).order_by("pk")
    for campaign, number in frozen.values_list("subject_id", "pk"):
        homes = Door.objects.filter(campaign=campaign).values_list("dwelling_id", flat=True)
        people = OnFile.objects.filter(door__campaign=campaign).values_list("person_id", flat=True)
        for key in (*homes, *people):
            found.setdefault(key.hex, []).append(number)
    return found
