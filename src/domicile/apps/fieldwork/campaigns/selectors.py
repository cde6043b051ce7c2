"""Reading campaigns and their doors, inside the viewer's areas."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict, scope_q
from domicile.apps.accounts.models import User
from domicile.apps.areas.selectors import names_of
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.campaigns.models import Campaign, Door, Intention, OnFile
from domicile.apps.people.models import Member, Spell
from domicile.apps.people.selectors import words
from domicile.apps.tasks.models import Task, Try

#: What is told of a door, in the order of the tables: those with an outcome, then those without.
DONE, VACANT, DEMOLISHED = "done", "vacant", "demolished"
REFUSED, WRONG, AWAY, OPEN = "refused", "wrong_address", "not_at_home", "open"
STATUSES = (DONE, VACANT, DEMOLISHED, REFUSED, WRONG, AWAY, OPEN)
#: Somebody was there and it is known who lives behind the door.
KNOWN = (DONE, VACANT, DEMOLISHED)
WITHOUT = (AWAY, OPEN)
LENGTHS = (6, 9, 12)


def status(to: str = "") -> Case:
    """The status of a door as a column, of rows that lead to a Door by `to`: only what its task says, and `found`."""
    outcome, done = f"{to}task__outcome", (Task.Outcome.DONE, Task.Outcome.SETTLED)
    return Case(
        When(**{f"{outcome}__in": done, f"{to}found": Door.Found.VACANT}, then=Value(VACANT)),
        When(**{f"{outcome}__in": done, f"{to}found": Door.Found.DEMOLISHED}, then=Value(DEMOLISHED)),
        When(**{f"{outcome}__in": done}, then=Value(DONE)),
        When(**{outcome: Task.Outcome.REFUSED}, then=Value(REFUSED)),
        When(**{outcome: Task.Outcome.WRONG_ADDRESS}, then=Value(WRONG)),
        When(**{f"{to}task__tries__gt": 0}, then=Value(AWAY)),
        default=Value(OPEN),
        output_field=CharField(),
    )


def campaigns(viewer: Viewer) -> "QuerySet[Campaign]":
    """Campaigns over the viewer's areas or a part of them, and those in whose area the viewer works; the latest first."""
    inside = scope_q(viewer, "scope")
    if inside is None:
        return Campaign.objects.none()
    around = [scope[:digits] for scope in viewer.scopes for digits in LENGTHS if len(scope) > digits]
    return Campaign.objects.filter(inside | Q(scope__in=around)).order_by("-starts_on", "-id")


def campaign(viewer: Viewer, pk: uuid.UUID) -> Campaign:
    """One campaign. Raises OutOfReach."""
    found = campaigns(viewer).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def doors(viewer: Viewer, of: Campaign) -> "QuerySet[Any]":
    """The doors of a campaign inside the viewer's areas, with `status`."""
    return restrict(Door.objects.filter(campaign=of), viewer).annotate(status=status())


def door(viewer: Viewer, of: Campaign, dwelling: uuid.UUID, *, lock: bool = False) -> Any:
    """One door by its dwelling. Raises OutOfReach."""
    rows = doors(viewer, of).select_related("dwelling__building", "task", "campaign")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(dwelling=dwelling).first()
    if found is None:
        raise OutOfReach
    return found


def running_at(viewer: Viewer, dwelling: uuid.UUID) -> Campaign | None:
    """The campaign under way in which a dwelling is; the latest where there are several."""
    rows = campaigns(viewer).filter(doors__dwelling=dwelling, state=Campaign.State.RUNNING)
    return rows.first()


def call_backs(viewer: Viewer, of: Campaign) -> "QuerySet[Any]":
    """Doors where nobody was at home, the earliest next try first."""
    rows = doors(viewer, of).filter(status=AWAY).select_related("dwelling__building", "task")
    return rows.order_by(F("task__next_try_on").asc(nulls_last=True), "place_code", "pk")


def collected(of: Campaign) -> bool:
    """Whether anything has been collected: a try, or an intention."""
    tries = Try.objects.filter(task__campaign_door__campaign=of)
    return tries.exists() or of.doors.filter(intentions__isnull=False).exists()


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody on file behind a door when the frame was frozen."""

    person_id: uuid.UUID
    name: str
    sex: str
    birth_year: str
    relation: str
    here: bool


def residents(doors: Sequence[Door]) -> dict[uuid.UUID, list[Resident]]:
    """Who was on file behind doors, by door, the head of the household first. Three queries. The caller records the look."""
    rows = OnFile.objects.filter(door__in=[door.pk for door in doors]).select_related("person")
    people = [row.person_id for row in rows]
    homes = {door.pk: door.dwelling_id for door in doors}
    members = Member.objects.filter(
        person__in=people, left_on=None, side="living", household__dwelling__in=homes.values()
    )
    relations = {
        (person, home): relation
        for person, home, relation in members.values_list("person_id", "household__dwelling_id", "relation")
    }
    stays = Spell.objects.filter(person__in=people, dwelling__in=homes.values(), end=None, kind=Spell.Kind.USUAL)
    still = set(stays.values_list("person_id", "dwelling_id"))
    found: dict[uuid.UUID, list[tuple[str, Resident]]] = {door.pk: [] for door in doors}
    for row in rows:
        key = (row.person_id, homes[row.door_id])
        code = relations.get(key, "")
        year = str(row.person.birth_date.year) if row.person.birth_date else ""
        told = Resident(
            row.person_id, words.name(row.person.name), words.sex(row.person.sex), year, words.coded("relation", code),
            key in still,
        )  # fmt: skip
        found[row.door_id].append((code or "99", told))
    return {key: [one for _code, one in sorted(there, key=_in_house)] for key, there in found.items()}


def _in_house(row: tuple[str, Resident]) -> tuple[str, str, str]:
    return row[0], row[1].birth_year or "9999", row[1].name


def worker_names(ids: Sequence[uuid.UUID | None]) -> dict[uuid.UUID | None, str]:
    """Real names of accounts. One query."""
    known: dict[uuid.UUID | None, str] = dict(
        User.objects.filter(pk__in=[one for one in ids if one]).values_list("pk", "real_name")
    )
    return known


def area_name(scope: str) -> str:
    """What a campaign's area is called."""
    code = scope if len(scope) == 15 else scope.ljust(12, "0")
    return names_of([code]).get(code, scope)


def intention_counts(viewer: Viewer, of: Campaign) -> list[tuple[str, str, int]]:
    """How many said which plan and what was told after: (plan, kept, count). One query."""
    rows = restrict(Intention.objects.filter(door__campaign=of), viewer, "door__place_code")
    return list(rows.order_by().values_list("plan", "kept").annotate(count=Count("pk")).order_by("plan", "kept"))
