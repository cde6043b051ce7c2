"""A sheet of who left: each row a declaration of somebody who lives in the importer's areas."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from domicile.apps.collect.actions import Subject
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.movers.areas import Areas
from domicile.apps.exchange.movers.plan import Holders, Line, Plan, chunked
from domicile.apps.moves import actions
from domicile.apps.moves.models import Move, MovePerson, Side
from domicile.apps.moves.policies import in_reach
from domicile.apps.people.models import HEAD, Member, Person, Spell

SPOUSE = "1"  # GB/T 4761: 10 to 12
DECLARE = "moves.declare"
GONE = ("away", "arrived", "confirmed")


@dataclass
class Homes:
    """Where the people of a file live, with whom, and which moves of theirs are known."""

    stays: dict[uuid.UUID, Spell] = field(default_factory=dict)
    household: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    members: dict[uuid.UUID, list[Member]] = field(default_factory=lambda: defaultdict(list))
    moves: dict[uuid.UUID, list[Move]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, people: set[uuid.UUID]) -> "Homes":
        """Five queries for every five hundred people."""
        found = cls()
        usual = Spell.objects.filter(kind=Spell.Kind.USUAL, end=None).select_related("dwelling")
        for stay in chunked(people, lambda some: usual.filter(person__in=some)):
            found.stays[stay.person_id] = stay
        living = Member.objects.filter(side="living", left_on=None)
        for row in chunked(people, lambda some: living.filter(person__in=some)):
            found.household[row.person_id] = row.household_id
        together = living.select_related("person").order_by("relation", "pk")
        for row in chunked(set(found.household.values()), lambda some: together.filter(household__in=some)):
            found.members[row.household_id].append(row)
        moving = MovePerson.objects.select_related("move").prefetch_related("move__ends").order_by("move__made_at")
        for row in chunked(people, lambda some: moving.filter(person__in=some)):
            found.moves[row.person_id].append(row.move)
        return found


@dataclass(frozen=True)
class Party:
    """Those of a household who leave together, and the members of it that stay behind then."""

    rows: list[tuple[Line, Person]]
    where: tuple[str, str, str]
    going: tuple[uuid.UUID, ...]
    staying: tuple[Member, ...]
    headed: bool


def plan(viewer: Viewer, lines: list[Line]) -> Plan:
    """What the rows come to. A number of queries that does not grow with every row."""
    made, holders = Plan(), Holders.of(lines)
    homes, areas = Homes.of(set(holders.people)), Areas.load()
    groups: dict[tuple[tuple[str, str, str], tuple[object, ...]], list[tuple[Line, Person]]] = defaultdict(list)
    taken: dict[uuid.UUID, Line] = {}
    for line in lines:
        person = _who(viewer, line, holders, homes, made)
        if person is None:
            continue
        if person.pk in taken:
            made.stands(line, "mover_twice", str(taken[person.pk].number))
            continue
        taken[person.pk] = line
        where = areas.destination(line["to"])
        if where is None:
            made.say(line, "mover_area_ambiguous", "to", line["to"])
            continue
        stay = homes.stays[person.pk]
        if stay.start is not None and line["day"] and line["day"] <= stay.start.isoformat():
            made.leave(line, "mover_too_early", "day", line["day"], stay.start.isoformat())
            continue
        home = homes.household.get(person.pk)
        key = (home or person.pk, stay.dwelling_id, line["day"], line["inflow_reason"], line["back"])
        groups[where, key].append((line, person))
    parties = [
        _together(made, homes, rows, where, taken) for (where, _key), rows in groups.items() if rows[0][0]["day"]
    ]
    gone = _gone_at_once(parties)
    for party in sorted(parties, key=lambda party: party.headed):  # heads last: who succeeds them is still there
        _declare(made, homes, party, gone, set(taken) - gone)
    return made


def _who(viewer: Viewer, line: Line, holders: Holders, homes: Homes, made: Plan) -> Person | None:
    """The one whom the row means, where they live in the viewer's areas and are not gone or going already."""
    if not line["number"]:
        made.leave(line, "mover_number_missing", "document_number")
        return None
    near = [person for person in holders.holding(line) if _is_near(viewer, person, homes)]
    named = [person for person in near if person in holders.named(line)]
    if len(named) != 1:
        code = "mover_several" if len(named) > 1 else "mover_other_name" if near else "mover_not_here"
        made.leave(line, code, "name" if near else "document_number", line["name"] if near else "")
        return None
    (person,) = named
    if person.died_on is not None:
        made.leave(line, "mover_died", "name", line["name"])
        return None
    known = homes.moves.get(person.pk, [])
    open_ = next((move for move in known if move.state in {"declared", "told", "asked"}), None)
    gone = next((move for move in reversed(known) if move.state in GONE and _left_from(viewer, move)), None)
    stay = homes.stays.get(person.pk)
    here = stay is not None and viewer.covers(stay.dwelling.place_code)
    came = stay is not None and stay.start is not None and line["day"] <= stay.start.isoformat()
    if here and open_ is not None:
        made.stands(line, "mover_declared", _day(open_))
    elif gone is not None and (came or not here):  # a later stay in the same areas may be where that move led
        made.stands(line, "mover_gone", _day(gone))
    elif here:
        return person
    else:
        made.leave(line, "mover_not_here", "document_number")
    return None


def _is_near(viewer: Viewer, person: Person, homes: Homes) -> bool:
    stay = homes.stays.get(person.pk)
    if stay is not None and viewer.covers(stay.dwelling.place_code):
        return True
    return any(_left_from(viewer, move) for move in homes.moves.get(person.pk, []))


def _left_from(viewer: Viewer, move: Move) -> bool:
    return any(end.side == Side.ORIGIN and end.code and viewer.covers(end.code) for end in move.ends.all())


def _day(move: Move) -> str:
    return next((end.day.isoformat() for end in move.ends.all() if end.side == Side.ORIGIN and end.day), "")


def _together(
    made: Plan, homes: Homes, rows: list[tuple[Line, Person]], where: tuple[str, str, str], taken: dict[uuid.UUID, Line]
) -> Party:
    """Those of some rows, and those named as going along with them."""
    members = homes.members.get(homes.household.get(rows[0][1].pk, uuid.UUID(int=0)), [])
    going = [one.pk for _line, one in rows]
    for line, _one in rows:
        for name in filter(None, line["along"].split("、")):
            same = [row.person for row in members if row.person.name == name]
            if len(same) != 1:
                made.say(line, "mover_along_unknown", "along", name)
            elif same[0].pk not in taken and same[0].died_on is None:
                taken[same[0].pk] = line
                going.append(same[0].pk)
        if line["phone"]:
            made.say(line, "mover_phone_kept", "phone")
    headed = any(row.relation == HEAD and row.person_id in going for row in members)
    return Party(rows, where, tuple(going), tuple(row for row in members if row.person_id not in going), headed)


def _gone_at_once(parties: Sequence[Party]) -> set[uuid.UUID]:
    """Who has left by their declaration alone: nobody at the destination registers the arrival, and the day has come."""
    today, reach = (
        timezone.localdate().isoformat(),
        {code: in_reach(code) for code in {one.where[1] for one in parties}},
    )
    left = [one for one in parties if not reach[one.where[1]] and one.rows[0][0]["day"] <= today]
    return {person for one in left for person in one.going}


def _declare(made: Plan, homes: Homes, party: Party, gone: set[uuid.UUID], going: set[uuid.UUID]) -> None:
    """One declaration of those who leave together; others of the file are `gone` by then, or `going` and still there."""
    first, person = party.rows[0]
    stay = homes.stays[person.pk]
    here = [row for row in party.staying if row.person_id not in gone]
    successor = _successor(here, going) if party.headed else None
    if successor is not None:
        made.say(first, "mover_new_head", "name", first["name"])
    made.step(
        DECLARE, Subject("person", person.pk, stay.dwelling.place_code),
        actions.Declare(
            party.going[0], dt.date.fromisoformat(first["day"]), *party.where, party.going[1:], first["inflow_reason"],
            dt.date.fromisoformat(first["back"]) if first["back"] else None, successor,
        ),
        [line for line, _one in party.rows],
    )  # fmt: skip


def _successor(staying: Sequence[Member], going: set[uuid.UUID]) -> uuid.UUID | None:
    """Who heads the household from then on: the spouse, else the oldest; first of those who do not leave by the same file."""
    ordered = sorted(
        staying,
        key=lambda row: (
            row.person_id in going, not row.relation.startswith(SPOUSE), row.person.birth_date or dt.date.max, row.pk
        ),
    )  # fmt: skip
    return ordered[0].person_id if ordered else None
