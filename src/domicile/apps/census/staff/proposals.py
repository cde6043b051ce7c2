"""A proposal for a census area: who asks in which enumeration area without anybody, which areas make a team, who leads it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.picture import Area, Member, Picture
from domicile.apps.census.staff.proposing import Person, Place, assign, metres, teams
from domicile.core.policy.parameters import parameter

Duty = Recruit.Duty


@dataclass(frozen=True, slots=True)
class Proposed:
    """An area, who is proposed for it (None: nobody is left), and the number of its team, from 1."""

    area: Area
    who: Member | None
    team: int
    fixed: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """Areas in the order of their teams, and who is proposed to lead each team."""

    areas: list[Proposed]
    supervisors: list[Member | None]
    fit: list[Member]
    fit_supervisors: list[Member]


def team_size(today: dt.date) -> tuple[int, int]:
    """The fewest and the most enumerators of one supervisor."""
    return (
        int(parameter("census_plan.enumerators_of_a_supervisor_least", today)),
        int(parameter("census_plan.enumerators_of_a_supervisor_most", today)),
    )


def ready(picture: Picture, community: str, duty: str) -> list[Member]:
    """The recruits of a census area to whom an area can be given; reserves stay free."""
    return [
        one for one in picture.recruited(community) if one.fit and one.recruit.duty == duty and not one.recruit.reserve
    ]


def propose(picture: Picture, community: str, today: dt.date) -> Proposal:
    """Areas that somebody asks in stay as they are; teams that are led stay, too. Nothing is written."""
    areas = picture.under(community)
    at = _middle(areas)
    people, leaders = ready(picture, community, Duty.ENUMERATOR), ready(picture, community, Duty.SUPERVISOR)
    bare = [area for area in areas if area.holding is None]
    given = assign([_place(area, at) for area in bare], [_person(one, picture, at) for one in people])
    members = {one.recruit.pk: one for one in people}
    numbers = {pk: number for number, pk in enumerate(_teams(picture, community), start=1)}
    found = {area.code: numbers[area.team.pk] for area in areas if area.team is not None}
    loose = [area for area in areas if area.team is None]
    fresh = teams([_place(area, at) for area in loose], team_size(today)[1])
    for number, team in enumerate(fresh, start=len(numbers) + 1):
        found |= {place.key: number for place in team}
    rows = [
        Proposed(area, members.get(given[area.code]) if area.code in given else area.member, found[area.code],
                 area.holding is not None)
        for area in areas
    ]  # fmt: skip
    rows.sort(key=lambda row: (row.team, row.area.code))
    return Proposal(rows, _leaders(picture, rows, numbers, leaders, at), people, leaders)


def _teams(picture: Picture, community: str) -> list[uuid.UUID]:
    return [pk for pk, (post, _member) in picture.teams.items() if post.place_code.startswith(community)]


def _leaders(
    picture: Picture, rows: Sequence[Proposed], numbers: dict[uuid.UUID, int], leaders: Sequence[Member], at: float
) -> list[Member | None]:
    """Who leads each team: who does already, else who is near and leads none."""
    count = max([*numbers.values(), *(row.team for row in rows)], default=0)
    found: list[Member | None] = [None] * count
    for pk, number in numbers.items():
        found[number - 1] = picture.teams[pk][1]
    bare = [number for number, one in enumerate(found) if one is None]
    free = [one for one in leaders if not one.teams][: len(bare)] if leaders else []
    places = []
    for number in bare:
        own = [_place(row.area, at) for row in rows if row.team == number + 1]
        if own:
            count_of = len(own)
            places.append(
                Place(number, sum(one.x for one in own) / count_of, sum(one.y for one in own) / count_of,
                      sum(one.load for one in own))
            )  # fmt: skip
    given = assign(places[: len(free)], [_person(one, picture, at) for one in free])
    members = {one.recruit.pk: one for one in free}
    for number, who in given.items():
        found[number] = members[who]
    return found


def _middle(areas: Sequence[Area]) -> float:
    known = [area.latitude for area in areas if area.latitude is not None]
    return sum(known) / len(known) if known else 0.0


def _place(area: Area, at: float) -> Place[str]:
    x, y = _point(area.longitude, area.latitude, at)
    return Place(area.code, x, y, float(area.expected))


def _person(one: Member, picture: Picture, at: float) -> Person[uuid.UUID]:
    """From where somebody comes: the area that they know, else the middle of what they hold or of the census area."""
    near = picture.areas.get(one.recruit.near_code)
    known = [near] if near is not None else one.areas or picture.under(one.recruit.near_code[:12])
    spots = [
        (area.longitude, area.latitude) for area in known if area.longitude is not None and area.latitude is not None
    ]
    count = len(spots) or 1
    x, y = _point(
        sum(spot[0] for spot in spots) / count if spots else None,
        sum(spot[1] for spot in spots) / count if spots else None, at,
    )  # fmt: skip
    return Person(one.recruit.pk, x, y, held=len(one.areas), load=float(one.expected))


def _point(longitude: float | None, latitude: float | None, at: float) -> tuple[float, float]:
    return (0.0, 0.0) if longitude is None or latitude is None else metres(longitude, latitude, at=at)
