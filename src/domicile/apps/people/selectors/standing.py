"""The situation of a person (PE-4): derived from stays and registration each time, never typed, never stored."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from domicile.apps.people.models import Person

LABELS = {
    "home": gettext_lazy("lives where registered"),
    "same_county": gettext_lazy("registered elsewhere in the county"),
    "other_county": gettext_lazy("registered in another county"),
    "other_province": gettext_lazy("registered in another province"),
    "abroad": gettext_lazy("registered abroad"),
    "nowhere": gettext_lazy("registered nowhere"),
    "away": gettext_lazy("registered here, lives elsewhere"),
    "unknown": gettext_lazy("registration unknown"),
    "died": gettext_lazy("died"),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """One of LABELS, its words and the colour that repeats them."""

    key: str
    label: str
    badge: str


def situation(
    *, registration: str, registered_code: str, residence_code: str, died_on: dt.date | None = None
) -> Situation:
    """The situation from where somebody is registered and where they usually live now ('' for nowhere here)."""
    key = _key(registration, registered_code, residence_code, died_on)
    badges = {"home": "badge-done", "away": "badge-care", "nowhere": "badge-care", "unknown": "badge-care", "died": ""}
    return Situation(key, str(LABELS[key]), badges.get(key, "badge-info"))


def _key(registration: str, registered_code: str, residence_code: str, died_on: dt.date | None) -> str:
    if died_on is not None:
        return "died"
    if registration == Person.Registration.ABROAD:
        return "abroad"
    if registration == Person.Registration.NOWHERE:
        return "nowhere"
    if not registered_code:
        return "unknown"
    if not residence_code:
        return "away"
    if registered_code[:12] == residence_code[:12]:
        return "home"
    if registered_code[:6] == residence_code[:6]:
        return "same_county"
    return "other_county" if registered_code[:2] == residence_code[:2] else "other_province"
