"""What follows from the comparison, line by line: on file and not found, found and not on file, doors without an outcome.

Each line leads to the record or to the proposal that waits. Nothing follows by itself.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domicile.apps.access.log import record_look
from domicile.apps.areas.selectors import names_of
from domicile.apps.collect.models import Proposal
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.campaigns import reckoning, selectors, words
from domicile.apps.fieldwork.campaigns.models import Campaign
from domicile.apps.people.models import Household, Member
from domicile.apps.people.selectors.words import name as person_name

TITLES: dict[str, str | Promise] = {
    "not-found": gettext_lazy("On file, not found"),
    "not-on-file": gettext_lazy("Found, not on file"),
    "unstated": gettext_lazy("Checked without names"),
    "without": gettext_lazy("Dwellings without an outcome"),
}
HELP: dict[str, str | Promise] = {
    "not-found": gettext_lazy(
        "Nobody is struck off by this list. Ask once more where it is not clear; where somebody has left, propose it on the card."
    ),
    "not-on-file": gettext_lazy("People who are on file since, and proposals that wait for review."),
    "unstated": gettext_lazy(
        "The door was done without saying who lives there. They count as neither found nor not found."
    ),
    "without": gettext_lazy("Nobody was met there yet, or nobody has been there. They are missing in the comparison."),
}
#: Lists that name people: they need the permission to see a person, and are noted as a look.
NAMED = ("not-found", "not-on-file", "unstated")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line: who or what, where, and what waits or stands; the pages that both lead to."""

    grid: str
    address: str
    name: str
    url: str
    state: str
    state_url: str = ""
    persons: Sequence[uuid.UUID] = ()


def header(kind: str) -> list[str]:
    """The heads of a list."""
    return [_("Grid"), _("Address"), _("Full name") if kind in NAMED else _("Door number"), _("State")]


def rows(viewer: Viewer, campaign: Campaign, kind: str, start: int = 0, stop: int | None = None) -> list[Row]:
    """The lines of a list from `start` to before `stop`, after the look is recorded. A fixed number of queries."""
    found = _READERS[kind](viewer, campaign, start, stop)
    persons = [person for row in found for person in row.persons]
    if persons:
        record_look(viewer, question="campaign_list", persons=persons)
    return found


def _people(viewer: Viewer, campaign: Campaign, match: str, start: int, stop: int | None) -> list[Row]:
    people = reckoning.compared(viewer, campaign).filter(match=match).select_related("door__dwelling", "person")
    found = list(people.order_by("door__place_code", "door__dwelling__sort_key", "pk")[start:stop])
    grids = names_of({row.door.place_code for row in found})
    waiting = _waiting([(row.person_id, row.door.dwelling_id) for row in found])
    lines = []
    for row in found:
        proposal = waiting.get((row.person_id, row.door.dwelling_id))
        lines.append(
            Row(
                grids.get(row.door.place_code, row.door.place_code), row.door.dwelling.address, person_name(row.person.name),
                reverse("people:person", args=[row.person_id]),
                _("a proposal waits for review") if proposal else _("to be cleared"),
                reverse("collect:proposal", args=[proposal]) if proposal else "",
                (row.person_id,),
            )
        )  # fmt: skip
    return lines


def _waiting(pairs: Sequence[tuple[uuid.UUID, uuid.UUID]]) -> dict[tuple[uuid.UUID, uuid.UUID], uuid.UUID]:
    """A proposal that waits about a person, or about the household in which the person lives at a dwelling."""
    persons, homes = {one for one, _home in pairs}, {home for _one, home in pairs}
    members = Member.objects.filter(
        person__in=persons, household__dwelling__in=homes, left_on=None, side=Household.Side.LIVING
    ).values_list("person_id", "household__dwelling_id", "household_id")
    households = {(person, home): household for person, home, household in members}
    asked = [*persons, *households.values()]
    rows = Proposal.objects.filter(Q(subject_id__in=asked), state=Proposal.State.WAITING).order_by("proposed_at", "pk")
    about = dict(rows.values_list("subject_id", "pk"))
    found = {}
    for person, home in pairs:
        proposal = about.get(person) or about.get(households.get((person, home), person))
        if proposal:
            found[person, home] = proposal
    return found


def _not_found(viewer: Viewer, campaign: Campaign, start: int, stop: int | None) -> list[Row]:
    return _people(viewer, campaign, reckoning.GONE, start, stop)


def _unstated(viewer: Viewer, campaign: Campaign, start: int, stop: int | None) -> list[Row]:
    return _people(viewer, campaign, reckoning.UNSTATED, start, stop)


def _not_on_file(viewer: Viewer, campaign: Campaign, start: int, stop: int | None) -> list[Row]:
    """Proposals first, which somebody has to decide; then who is on file since."""
    waiting = reckoning.coming(viewer, campaign)
    stays = reckoning.come(viewer, campaign).select_related("dwelling", "person")
    skipped = max(start - len(waiting), 0)
    left = None if stop is None else max(stop - len(waiting), 0)
    here = list(islice(waiting, start, stop))
    known = list(stays[skipped:left]) if left is None or left > skipped else []
    grids = names_of({row.place_code for row in here} | {stay.dwelling.place_code for stay in known})
    lines = [
        Row(
            grids.get(row.place_code, row.place_code), row.address,
            _("{count} people, proposed").format(count=row.people), reverse("people:dwelling", args=[row.dwelling_id]),
            _("a proposal waits for review"), reverse("collect:proposal", args=[row.proposal.pk]),
        )
        for row in here
    ]  # fmt: skip
    lines += [
        Row(
            grids.get(stay.dwelling.place_code, stay.dwelling.place_code), stay.dwelling.address,
            person_name(stay.person.name), reverse("people:person", args=[stay.person_id]), _("on file since"), "",
            (stay.person_id,),
        )
        for stay in known
    ]  # fmt: skip
    return lines


def _without(viewer: Viewer, campaign: Campaign, start: int, stop: int | None) -> list[Row]:
    doors = selectors.doors(viewer, campaign).filter(status__in=selectors.WITHOUT).select_related("dwelling")
    found = list(doors.order_by("place_code", "dwelling__sort_key", "pk")[start:stop])
    grids = names_of({row.place_code for row in found})
    return [
        Row(
            grids.get(row.place_code, row.place_code), row.dwelling.address, str(row.number),
            reverse("campaigns:door", args=[campaign.pk, row.dwelling_id]), str(words.STATUSES[row.status]),
        )
        for row in found
    ]  # fmt: skip


_READERS: dict[str, Any] = {
    "not-found": _not_found,
    "not-on-file": _not_on_file,
    "unstated": _unstated,
    "without": _without,
}
