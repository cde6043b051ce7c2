"""The situation of a person (PE-4) in words: derived from stays and registration each time, never stored."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person
from domicile.core.spells import situation as derive
from domicile.core.spells.situation import DISTANCE_NAMES, KIND_NAMES

COMMUNITY = 12
ELSEWHERE = "living_here_registered_elsewhere"
_BADGES = {
    "here_and_registered": "badge-done",
    "registered_here_living_elsewhere": "badge-care",
    "registered_nowhere": "badge-care",
    "living_here_registration_imprecise": "badge-care",
}
DEFINITIONS = {
    "thirty_days": gettext_lazy("absent for at least 30 days"),
    "three_months": gettext_lazy("absent for at least 3 months"),
    "half_year": gettext_lazy("absent for at least half a year"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A situation in words; `floating` tells whether it counts as floating population, `definition` by which rule."""

    kind: str
    label: str
    badge: str
    floating: bool = False
    definition: str = ""


def standing(
    viewer: Viewer,
    *,
    registration: str,
    registered_code: str,
    residence_code: str,
    today: dt.date,
    since: dt.date | None = None,
    reason: str = "",
    died_on: dt.date | None = None,
) -> Standing:
    """The situation as seen from the viewer's community: that of the residence, else that of the registration.

    `residence_code` is the place code of the usual residence, '' where none is known; codes are place or area codes.
    """
    if died_on is not None:
        return Standing("died", _("died"), "")
    uncoded = registration == Person.Registration.AREA and not registered_code
    if registration == Person.Registration.UNKNOWN or (uncoded and not residence_code):
        return Standing("unknown", _("Registration unknown"), "badge-care")
    english = (get_language() or "").startswith("en")
    if uncoded:  # an address elsewhere is on file, in an area that the register does not know
        label = _("{situation} (area not coded)").format(situation=KIND_NAMES[ELSEWHERE][english])
        return Standing(ELSEWHERE, label, "badge-info")
    home = residence_code if residence_code and viewer.covers(residence_code) else ""
    here = home or (registered_code if registered_code and viewer.covers(registered_code) else "") or residence_code
    seen = derive(
        here=here[:COMMUNITY] or registered_code[:COMMUNITY],
        usual=residence_code or None,
        registered=registered_code[:COMMUNITY] or None,
        today=today,
        since=since,
        registered_abroad=registration == Person.Registration.ABROAD,
        reason=reason,
    )
    label = KIND_NAMES[seen.kind][english]
    if seen.distance:
        where = DISTANCE_NAMES[seen.distance][english]
        label += f" ({where})" if english else f"（{where}）"
    definition = str(DEFINITIONS.get(seen.floating.definition, seen.floating.definition))
    return Standing(seen.kind, label, _BADGES.get(seen.kind, "badge-info"), seen.floating.counts, definition)
