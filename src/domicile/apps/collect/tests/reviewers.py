"""Who reviews in tests, and what waits for them."""

import datetime as dt
from typing import Any

from domicile.apps.collect import actions as review
from domicile.apps.collect.models import Proposal
from domicile.apps.people import actions
from domicile.apps.people.models import Household, Spell
from tests import factories
from tests.cast import COMMUNITY, GRID, TOWNSHIP, ZHAO, Actor, viewer

GU = Actor("gu", "顾协管", "group_coordinator", GRID, "register_maintenance")
FENG = Actor("feng", "冯社区", "community_officer", COMMUNITY, "register_maintenance")
MA = Actor("ma", "马街道", "township_operator", TOWNSHIP, "register_maintenance")
MOVED = dt.date(2026, 5, 1)


def moved_out(household: Household | None = None, *, reason: str = "moved away", by: Actor = ZHAO) -> Proposal:
    """A proposal that a child of a household moved out."""
    home = household or factories.family(registered=False)
    spell = Spell.objects.get(person=home.members.filter(relation="20").first().person, end=None)  # type: ignore[union-attr]
    return proposed(
        "people.end_stay", review.Subject("person", spell.person_id, spell.dwelling.place_code),
        actions.EndStay(spell.pk, MOVED), reason=reason, by=by,
    )  # fmt: skip


def joined(household: Household, name: str = "李新来", *, by: Actor = ZHAO, **particulars: Any) -> Proposal:
    """A proposal that somebody new joins a household."""
    values = {"sex": "2", "birth_date": dt.date(1999, 2, 3), "relation": "97", "since": MOVED, **particulars}
    return proposed(
        "people.add_member", review.Subject("household", household.pk, household.dwelling.place_code),
        actions.AddMember(household_id=household.pk, name=name, **values), by=by,
    )  # fmt: skip


def proposed(
    action: str, subject: review.Subject, arguments: Any, *, reason: str = "told at the door", by: Actor = ZHAO
) -> Proposal:
    return review.propose(actor=viewer(by), action=action, subject=subject, arguments=arguments, reason=reason)


def left_on(proposal: Proposal) -> dt.date | None:
    """The day on file on which the person of `moved_out` no longer lived there."""
    return Spell.objects.get(person_id=proposal.subject_id).end
