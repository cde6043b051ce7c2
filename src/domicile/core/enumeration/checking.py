"""Judges the content of an answer: what is wrong with it, and what is asked back.

A fault is something that cannot stand in a form as it is: a value that is none of the choices, an item that is needed and
missing, an answer to what is not asked. A doubt (model.Question) may be true. Conditions have three values: where it cannot
be told whether an item is asked, it may be answered or left empty.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeGuard

from domicile.core.codes.identity import EIGHTEEN, check_char
from domicile.core.editing.expressions import Expression
from domicile.core.editing.judging import Judge, judge
from domicile.core.enumeration.minutes import MINUTES, minutes_told
from domicile.core.enumeration.model import HOUSEHOLD, PERSONS, Form, Item

Content = Mapping[str, Any]
MOST_PERSONS: Final = 200
#: Keys of a content that are no items: the people, the names of questions to which was said that it is so, the minutes it took.
CONFIRMED: Final = "confirmed"
BESIDES: Final = frozenset({PERSONS, CONFIRMED, MINUTES})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one item. `person`: position in the household from 0, None for the household itself.

    `code`: missing, type, range, choice, long, number (no resident number), not_asked, unknown (no such item), persons.
    """

    code: str
    item: str
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question that is asked back, of the household or of one person."""

    question: str
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found. `sound`: nothing is wrong; doubts may remain."""

    faults: tuple[Fault, ...]
    doubts: tuple[Doubt, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def age_at(moment: dt.datetime, year: int, month: int) -> int:
    """Whole years at the moment of somebody born in a month: who was born in the moment's own month has not had the birthday yet.

    As the census reckons it, whose moment is the first instant of a month. Below 0 for births after it.
    """
    return moment.year - year - (1 if month >= moment.month else 0)


def derived(content: Content, moment: dt.datetime) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What conditions read: the household's values with those gathered from its people, and each person's with those derived."""
    people = [_person(one, moment) for one in content.get(PERSONS, ()) if isinstance(one, Mapping)]
    household = {name: value for name, value in content.items() if name not in BESIDES}
    household |= {
        "persons": len(people),
        "heads": sum(one.get("relation") == 0 for one in people),
        "spouses": sum(one.get("relation") == 1 for one in people),
        "here": sum(one.get("present") == 1 for one in people),
        "infants": sum(one.get("age") == 0 for one in people),
    }
    return household, [household | one for one in people]


def _person(person: Content, moment: dt.datetime) -> dict[str, Any]:
    found = dict(person)
    year, month = person.get("birth_year"), person.get("birth_month")
    if _whole(year) and _whole(month):
        found["age"] = age_at(moment, year, month)
    died, in_month = person.get("death_year"), person.get("death_month")
    if _whole(died) and _whole(in_month):
        found["months_dead"] = (moment.year - died) * 12 + moment.month - 1 - in_month
    number = person.get("id_number")
    if isinstance(number, str) and len(number) == 18 and number[:17].isdigit():
        found["number_sex"] = 1 if int(number[16]) % 2 else 2
        found["number_birth"] = int(number[6:12])
    return found


def _whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def judged(form: Form, content: Content, moment: dt.datetime) -> Judged:
    """Judge an answer as of the census moment."""
    people = content.get(PERSONS, [])
    if (
        not isinstance(people, Sequence)
        or isinstance(people, str)
        or not all(isinstance(one, Mapping) for one in people)
    ):
        return Judged((Fault("persons", PERSONS),), ())
    faults: list[Fault] = []
    if not 1 <= len(people) <= MOST_PERSONS:
        faults.append(Fault("persons", PERSONS))
    household, rows = derived(content, moment)
    if MINUTES in content and minutes_told(content[MINUTES]) is None:
        faults.append(Fault("range", MINUTES))
    here = {name: value for name, value in content.items() if name not in BESIDES}
    faults += _faults(form.household_items, here, household, None)
    for position, (person, row) in enumerate(zip(people, rows, strict=True)):
        faults += _faults(form.person_items, person, row, position)
    doubts = [
        Doubt(one.name, position)
        for one in form.questions
        for position, row in ([(None, household)] if one.of == HOUSEHOLD else list(enumerate(rows)))
        if _judge(one.holds)(row.get) is False
    ]
    return Judged(tuple(faults), tuple(doubts))


def _faults(items: Sequence[Item], given: Content, row: Content, person: int | None) -> list[Fault]:
    known = {item.name for item in items}
    found = [Fault("unknown", name, person) for name in given if name not in known]
    for item in items:
        value = given.get(item.name)
        asked = True if item.asked is None else _judge(item.asked)(row.get)
        if value is None or value == "":
            if asked is True and item.needed:
                found.append(Fault("missing", item.name, person))
        elif asked is False:
            found.append(Fault("not_asked", item.name, person))
        elif code := fault_of(item, value):
            found.append(Fault(code, item.name, person))
    return found


def fault_of(item: Item, value: Any) -> str:
    """What is wrong with a value of an item, by itself; '' where nothing is."""
    if item.kind in {"choice", "count"}:
        if not _whole(value):
            return "type"
        if item.kind == "choice":
            return "" if value in item.values else "choice"
        return "" if item.least <= value <= item.most else "range"
    if not isinstance(value, str):
        return "type"
    if item.kind == "id":
        return _number_fault(value)
    return "long" if len(value) > item.most else ""


def _number_fault(value: str) -> str:
    right = re.fullmatch(EIGHTEEN, value, re.ASCII) and check_char(value[:17]) == value[17]
    return "" if right else "number"


@cache
def _judge(expression: Expression) -> Judge:
    return judge(expression, {})
