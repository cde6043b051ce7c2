"""A sheet of who came: each row an arrival, by the one declaration that is surely theirs, by one that somebody chooses, or
by asking the place left. None is chosen for anybody."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import replace
from typing import Any

from domicile.apps.collect.actions import Subject
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.movers.areas import Areas
from domicile.apps.exchange.movers.plan import Holders, Line, Plan, chunked
from domicile.apps.moves import actions
from domicile.apps.moves.collected.choosing import CHOOSE, Choose
from domicile.apps.moves.collected.ground import Found, Row, found_for
from domicile.apps.moves.models import MovePerson
from domicile.apps.moves.selectors.candidates import blinds_of, expected
from domicile.apps.people.actions.persons import NewPerson
from domicile.apps.people.models import Person, Spell

ARRIVE, ASK = "moves.arrive", "moves.ask"


class _Here:
    """Who lives in the dwellings of a file by what is on file, also for the time being; who is on the move."""

    def __init__(self, lines: list[Line], people: set[uuid.UUID]) -> None:
        self.by_dwelling: dict[str, list[Person]] = defaultdict(list)
        homes = {uuid.UUID(line.dwelling_id) for line in lines if line.dwelling_id}
        stays = Spell.objects.filter(end=None).select_related("person").order_by("pk")
        for stay in chunked(homes, lambda some: stays.filter(dwelling__in=some)):
            self.by_dwelling[stay.dwelling_id.hex].append(stay.person)
        moving = MovePerson.objects.filter(under_way=True)
        self.moving = {row.person_id for row in chunked(people, lambda some: moving.filter(person__in=some))}
        self.since: dict[uuid.UUID, dt.date] = {}
        begun = Spell.objects.filter(kind=Spell.Kind.USUAL, start__isnull=False).values_list("person_id", "start")
        for person, start in chunked(people, lambda some: begun.filter(person__in=some)):
            self.since[person] = max(start, self.since.get(person, start))

    def lives(self, line: Line, holders: list[Person]) -> bool:
        """Whether the mover of a row lives there already: the holder of the number, or one of this name and birth date."""
        there = self.by_dwelling.get(line.dwelling_id, [])
        known = {person.pk for person in holders}
        return any(
            person.pk in known
            or (person.name == line["name"] and (not line["born"] or str(person.birth_date) == line["born"]))
            for person in there
        )


def plan(viewer: Viewer, lines: list[Line]) -> Plan:
    """What the rows come to. A number of queries that does not grow with every row."""
    made, holders, areas = Plan(), Holders.of(lines), Areas.load()
    here = _Here(lines, set(holders.people))
    found = found_for({(line.sheet, line.number): _asked(viewer, line) for line in lines})
    sure: dict[tuple[Any, ...], list[tuple[Line, MovePerson]]] = defaultdict(list)
    new: list[Line] = []
    seen: dict[str, Line] = {}
    for line in lines:
        if not line.stood or not line["day"] or not line.inside:
            if line["day"] and line["address"] and line.inside:
                made.leave(line, "mover_no_dwelling", "address", line["address"])
            continue
        twice = seen.setdefault(line["number"], line) if line["number"] else line
        if twice is not line:
            made.stands(line, "mover_twice", str(twice.number))
        elif here.lives(line, holders.named(line)):
            made.stands(line, "mover_here")
        else:
            _sort(made, holders, here, line, found[line.sheet, line.number], sure, new, areas)
    for (move, _dwelling, _day), came in sure.items():
        _arrive(made, move, came)
    for group in _together(new):
        _ask_new(made, group, areas)
    return made


def _asked(viewer: Viewer, line: Line) -> Row:
    born = dt.date.fromisoformat(line["born"]) if line["born"] else None
    return Row(viewer, line["name"], born, frozenset(blinds_of(line["number"])) if line["number"] else frozenset())


def _sort(
    made: Plan, holders: Holders, here: _Here, line: Line, found: Found,
    sure: dict[tuple[Any, ...], list[tuple[Line, MovePerson]]], new: list[Line], areas: Areas,
) -> None:  # fmt: skip
    """Which way the row goes."""
    held = [(mover, one) for mover, one in found.declared if one.way == "number"]
    if len(held) == 1 and "name" not in held[0][1].differs:
        sure[held[0][0].move_id, line.dwelling_id, line["day"]].append((line, held[0][0]))
        return
    if found.declared:
        made.say(line, "mover_choose", "name", line["name"], str(len(found.declared)))
        offered = tuple(f"{one.way}:{mover.person_id}" for mover, one in found.declared)
        choice = Choose(uuid.UUID(line.dwelling_id), _day(line), (_newcomer(line, areas),), offered)
        made.step(CHOOSE, _dwelling(line), choice, [line])
        return
    named, holding = holders.named(line), holders.holding(line)
    if len(named) == 1:
        _ask_known(made, here, line, named[0])
    elif holding:
        made.leave(line, "mover_several" if named else "mover_other_name", "name", line["name"])
    else:
        new.append(line)


def _ask_known(made: Plan, here: _Here, line: Line, person: Person) -> None:
    if person.died_on is not None:
        made.leave(line, "mover_died", "name", line["name"])
    elif person.pk in here.moving:
        made.leave(line, "mover_moving", "name", line["name"])
    elif person.pk in here.since and _day(line) <= here.since[person.pk]:  # what somebody else registered stands
        made.leave(line, "mover_too_early", "day", line["day"], here.since[person.pk].isoformat())
    else:
        if line["phone"]:
            made.say(line, "mover_phone_kept", "phone")
        asked = actions.Ask(
            uuid.UUID(line.dwelling_id), _day(line), person.pk, reason_code=line["inflow_reason"],
            document_number=line["number"],
        )  # fmt: skip
        made.step(ASK, _dwelling(line), asked, [line])


def _arrive(made: Plan, move: uuid.UUID, came: list[tuple[Line, MovePerson]]) -> None:
    first = came[0][0]
    arguments = actions.Arrive(
        move, uuid.UUID(first.dwelling_id), _day(first), tuple(dict.fromkeys(mover.person_id for _line, mover in came)),
        document_number=first["number"],
    )  # fmt: skip
    made.step(ARRIVE, Subject("move", move, first.place_code), arguments, [line for line, _mover in came])


def anew(arguments: actions.Arrive) -> actions.Arrive:
    """The arrival by the move of which they are now: an earlier row of the file may have left them in one of their own."""
    mover = expected().filter(person_id=arguments.person_ids[0]).order_by("-move__made_at").first()
    return arguments if mover is None else replace(arguments, move_id=mover.move_id)


def _together(lines: list[Line]) -> list[list[Line]]:
    """Those who come to one dwelling on one day, one naming the other as going along: a household."""
    groups: list[list[Line]] = []
    for line in lines:
        names = set(line["along"].split("、")) - {""}
        for group in groups:
            one = group[0]
            same = (one.dwelling_id, one["day"]) == (line.dwelling_id, line["day"])
            if same and any(line["name"] in other["along"].split("、") or other["name"] in names for other in group):
                group.append(line)
                break
        else:
            groups.append([line])
    return groups


def _ask_new(made: Plan, group: list[Line], areas: Areas) -> None:
    named = {line["name"] for line in group}
    for line in group:
        for name in sorted(set(line["along"].split("、")) - {"", *named}):
            made.say(line, "mover_along_unknown", "along", name)
    first = group[0]
    people = tuple(_newcomer(line, areas) for line in group)
    asked = actions.Ask(
        uuid.UUID(first.dwelling_id), _day(first), people=people, reason_code=first["inflow_reason"]
    )  # fmt: skip
    made.step(ASK, _dwelling(first), asked, group)


def _newcomer(line: Line, areas: Areas) -> NewPerson:
    """Somebody who is not on file, as the sheet tells of them; the place left is asked where it is the place registered."""
    text = line["registered_address"]
    return NewPerson(
        name=line["name"], birth_date=dt.date.fromisoformat(line["born"]) if line["born"] else None,
        document_kind=line["kind"], document_number=line["number"], phone=line["phone"],
        registered="elsewhere" if text else "unknown", registered_code=areas.one(text), registered_text=text,
        reason_code=line["inflow_reason"],
    )  # fmt: skip


def _dwelling(line: Line) -> Subject:
    return Subject("dwelling", uuid.UUID(line.dwelling_id), line.place_code)


def _day(line: Line) -> dt.date:
    return dt.date.fromisoformat(line["day"])
