"""Posts: opened, changed, closed."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing import policies, registry
from domicile.apps.staffing.actions.common import place, post_for_change, text
from domicile.apps.staffing.chain import on_day
from domicile.apps.staffing.models import Holding, Post, PostHouse
from domicile.apps.staffing.words import ABOVE, IN_A_GRID, ROLES

KIND = "staff_post"
OPEN, EDIT, CLOSE = "staffing.open_post", "staffing.edit_post", "staffing.close_post"
LONGEST_NAME = 64
COMMUNITY = 12
MOST_HOUSES = 60

#: (building, entrance), '' for the whole building
House = tuple[uuid.UUID, str]


@dataclass(frozen=True)
class NewPost:
    """A post as it shall be. `place` is a grid for informants and building heads, else the community."""

    role: str
    place: str
    name: str
    above_id: uuid.UUID | None
    shared: bool = False
    houses: tuple[House, ...] = ()


@transaction.atomic
def open_post(*, actor: Viewer, arguments: NewPost, on: dt.date) -> Post:
    """Open a post from a day on. Raises Refused naming the argument."""
    if arguments.role not in ROLES:
        raise Refused(_("Choose one of the list."), "role")
    where = _place(arguments.role, arguments.place)
    policies.check_manage(actor, where)
    name = text(arguments.name, "name", longest=LONGEST_NAME)
    twin = Post.objects.filter(role=arguments.role, place_code=where, name=name).filter(on_day(on))
    if twin.exists():  # a form sent twice
        raise Refused(_("There is a post of this name there already."), "name")
    row = Post(role=arguments.role, place_code=where, name=name, shared=arguments.shared, opened_on=on)
    row.above = _above(row, arguments.above_id, on)
    houses = _houses(row, arguments.houses)
    with recording(actor=actor, action=OPEN, subject_kind=KIND, subject_id=row.pk, place_code=where) as change:
        change.create(row)
        change.create_many([PostHouse(post=row, building_id=house, entrance=door) for house, door in houses])
    return row


@transaction.atomic
def edit_post(
    *,
    actor: Viewer,
    post_id: uuid.UUID,
    name: str,
    above_id: uuid.UUID | None,
    houses: Sequence[House],
    today: dt.date,
) -> Post:
    """Set the name, whom the post answers to, and its buildings. Role and grid stay: those make another post."""
    row = post_for_change(actor, post_id)
    values = {"name": text(name, "name", longest=LONGEST_NAME), "above": _above(row, above_id, today)}
    wanted = set(_houses(row, houses))
    held = {(house.building_id, house.entrance): house for house in row.houses.order_by("pk")}
    with recording(actor=actor, action=EDIT, subject_kind=KIND, subject_id=row.pk, place_code=row.place_code) as change:
        for key, house in held.items():
            if key not in wanted:
                change.delete(house)
        new = sorted(wanted - set(held), key=str)
        change.create_many([PostHouse(post=row, building_id=house, entrance=door) for house, door in new])
        return change.update(row, **values)


@transaction.atomic
def close_post(*, actor: Viewer, post_id: uuid.UUID, on: dt.date) -> Post:
    """Close a post from a day on; those below answer to the one above it. Raises Refused while somebody holds it."""
    row = post_for_change(actor, post_id)
    if row.closed_on is not None:
        raise Refused(_("It is closed already."))
    if on <= row.opened_on:
        raise Refused(_("It was opened on {day}: choose a later day.").format(day=row.opened_on), "on")
    if Holding.objects.filter(post=row).exclude(end__lte=on).exists():
        raise Refused(_("Somebody holds it. End that first, and hand over the work."))
    with recording(
        actor=actor, action=CLOSE, subject_kind=KIND, subject_id=row.pk, place_code=row.place_code
    ) as change:
        _lift(row, change, on)
        return change.update(row, closed_on=on)


def _lift(row: Post, change: Recorder, on: dt.date) -> None:
    for below in row.below.filter(on_day(on)).order_by("pk"):
        change.update(below, above=row.above)


def _place(role: str, typed: str) -> str:
    where = place(typed)
    if role not in IN_A_GRID:
        return where[:COMMUNITY] + "000"
    if role == Post.Role.INFORMANT and where.endswith("000"):
        raise Refused(_("Choose the grid that the informant answers for."), "place")
    return where


def _above(row: Post, above_id: uuid.UUID | None, on: dt.date) -> Post | None:
    """The post above: of the same community, of the role above, or of a higher one where that is left out."""
    if above_id is None:
        return None
    above = Post.objects.filter(on_day(on), pk=above_id).first()
    if above is None or above.place_code[:COMMUNITY] != row.place_code[:COMMUNITY]:
        raise Refused(_("Choose one of the list."), "above")
    if above.role not in higher(row.role):
        raise Refused(_("A post answers to one that stands above it in the chain."), "above")
    return above


def higher(role: str) -> list[str]:
    """The roles above a role, the next one first."""
    found = []
    while role in ABOVE:
        role = ABOVE[role]
        found.append(role)
    return found


def _houses(row: Post, houses: Sequence[House]) -> list[House]:
    """The buildings named, each once, of the same community."""
    if not houses:
        return []
    if row.role != Post.Role.HEAD:
        raise Refused(_("Only building heads answer for single buildings."), "houses")
    if len(houses) > MOST_HOUSES:
        raise Refused(_("At most {count} buildings.").format(count=MOST_HOUSES), "houses")
    known = {house.id: house for house in registry.houses(row.place_code[:COMMUNITY])}
    for building, entrance in houses:
        if building not in known or (entrance and entrance not in known[building].entrances):
            raise Refused(_("Choose buildings of this community."), "houses")
    whole = {building for building, entrance in houses if not entrance}
    kept = dict.fromkeys((building, entrance) for building, entrance in houses if not entrance or building not in whole)
    return list(kept)
