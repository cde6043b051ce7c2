"""Whether declarations and arrivals that many forms tell of could be made: in a few queries, by the judges of people.

An arrival of people who are not on file makes what a household that is added makes, and a declaration asks of those who go what
leaving a household asks. Whatever is more than that is left to a rehearsal.
"""

import uuid
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from django.utils import timezone

from domicile.apps.collect.drafts import UNSURE, Draft, Verdict
from domicile.apps.moves import actions
from domicile.apps.moves.models import MovePerson, Where
from domicile.apps.people import actions as people
from domicile.apps.people.judging import judge_arrivals, judge_leaving
from domicile.apps.people.models import Household, Member
from domicile.core.codes.lists import code_list

MEMBER = {field.name for field in fields(people.AddMember)}


def judge_asked(drafts: Sequence[Draft]) -> list[Verdict]:
    """Arrivals without a declaration. As many queries as people.judging.judge_arrivals."""
    return _by(judge_arrivals, drafts, [_alike(draft.arguments) for draft in drafts])


def _alike(arguments: actions.Ask) -> Any:
    """What adding people does alike; None where more happens: a place is asked, a day lies ahead."""
    new = arguments.people
    if arguments.day > timezone.localdate() or any(
        one.registered == "elsewhere" and one.registered_code for one in new
    ):
        return None
    return as_added(arguments) if not new or arguments.reason_code in {"", new[0].reason_code} else None


def as_added(arguments: actions.Ask) -> Any:
    """The people of an arrival as people.actions would add them; None of somebody who is on file."""
    new = arguments.people
    if arguments.person_id is not None or not new:
        return None
    if arguments.into_id is None:
        return people.AddHousehold(arguments.dwelling_id, new, arguments.day)
    if len(new) > 1:
        return None
    values = {field.name: getattr(new[0], field.name) for field in fields(new[0]) if field.name in MEMBER}
    return people.AddMember(household_id=arguments.into_id, since=arguments.day, **values)


def judge_declared(drafts: Sequence[Draft]) -> list[Verdict]:
    """Declarations to where nobody is told. Two queries more than people.judging.judge_leaving."""
    persons = {one for draft in drafts for one in _going(draft.arguments)}
    moving = set(
        MovePerson.objects.filter(person__in=persons, under_way=True).values_list("person_id", flat=True)
    )  # fmt: skip
    rows = Member.objects.filter(person__in=persons, side=Household.Side.LIVING, left_on=None)
    homes = dict(rows.values_list("person_id", "household_id"))
    return _by(judge_leaving, drafts, [_as_left(draft.arguments, homes, moving) for draft in drafts])


def _going(arguments: actions.Declare) -> list[uuid.UUID]:
    return [arguments.person_id, *arguments.others]


def _as_left(arguments: actions.Declare, homes: dict[uuid.UUID, uuid.UUID], moving: set[uuid.UUID]) -> Any:
    """What leaving would be alike; None where more has to be looked at."""
    who = _going(arguments)
    found = {homes.get(person) for person in who}
    (home,) = found if len(found) == 1 else (None,)
    told = arguments.to_where in {Where.ABROAD, Where.UNKNOWN} or (
        arguments.to_where == Where.ELSEWHERE and arguments.to_text and not arguments.to_code
    )
    coded = not arguments.reason_code or arguments.reason_code in code_list("inflow_reason").codes
    back = arguments.expected_return is None or arguments.expected_return > arguments.day
    if home is None or moving & set(who) or not (told and coded and back):
        return None
    return people.LeaveHousehold(home, tuple(who), arguments.day, arguments.new_head_id)


def _by(judge: Any, drafts: Sequence[Draft], alike: Sequence[Any]) -> list[Verdict]:
    places = [place for place, one in enumerate(alike) if one is not None]
    verdicts = judge([replace(drafts[place], arguments=alike[place]) for place in places])
    found: list[Verdict] = [UNSURE] * len(drafts)
    for place, verdict in zip(places, verdicts, strict=True):
        found[place] = verdict
    return found
