"""The frame check: where what was found is far from what the frame expects. Questions to somebody who can look, no verdicts.

The bounds are the product's own: small differences are no news, and a frame is often older than the houses.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from domicile.apps.census.frame.models import Building
from domicile.apps.census.listing.selectors import Listed

#: People differ by at least so many, and by at least this part of what the frame expects.
PEOPLE, PART = 5, 0.25
#: Of at least so many doors more than this part is empty.
DOORS, EMPTY = 4, 0.5


@dataclass(frozen=True, slots=True)
class Question:
    """A building, and what is to be looked at there."""

    building: Building
    kind: str
    text: str


def questions(found: Iterable[tuple[Building, Listed]]) -> list[Question]:
    """What to ask about buildings, in their order."""
    return [Question(building, kind, text) for building, listed in found for kind, text in about(listed)]


def about(one: Listed) -> list[tuple[str, str]]:
    """The questions about what was found in one building: kind and words."""
    if one.dwellings == 0:
        return [("not_listed", _("Nothing is listed here yet."))] if one.frame_dwellings else []
    told = []
    if one.dwellings < one.frame_dwellings:
        text = _("{found} doors are listed, {expected} were expected. Was one left out?")
        told.append(("fewer", text.format(found=one.dwellings, expected=one.frame_dwellings)))
    elif one.dwellings > one.frame_dwellings > 0:
        text = _(
            "{found} doors are listed, {expected} were expected. Is one on the list twice, or was something built?"
        )
        told.append(("more", text.format(found=one.dwellings, expected=one.frame_dwellings)))
    if abs(one.people - one.frame_people) >= max(PEOPLE, PART * one.frame_people):
        text = _("{found} people are expected by the households, {expected} by the frame. Is that so?")
        told.append(("people", text.format(found=one.people, expected=one.frame_people)))
    if one.dwellings >= DOORS and one.empty > EMPTY * one.dwellings:
        text = _("{empty} of {found} doors are empty. Was anybody asked at another time of day?")
        told.append(("empty", text.format(empty=one.empty, found=one.dwellings)))
    return told
