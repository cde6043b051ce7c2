"""A person's situation (here, registered here, elsewhere) and the floating population, derived and never typed.

Everything follows from the place of usual residence, the place of registration and the day; the definition of the
floating population is a dated parameter (`core/policy/parameters/floating_population.yaml`) and each result names the
one it used. Nothing depends on sex, age, marriage or origin.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from domicile.core.policy.parameters import PolicyError, parameter
from domicile.core.spells.intervals import add_months

Kind = Literal[
    "here_and_registered",
    "registered_here_living_elsewhere",
    "living_here_registered_elsewhere",
    "living_here_registration_imprecise",
    "registered_nowhere",
    "elsewhere",
]
Distance = Literal["", "same_county", "other_county", "other_prefecture", "other_province", "abroad"]
Ground = Literal[
    "counts",
    "too_short",
    "within_boundary",
    "within_city_districts",
    "reason_excluded",
    "no_registration",
    "registered_abroad",
    "residence_unknown",
    "since_unknown",
    "registration_imprecise",
]

KIND_NAMES: Final = {
    "here_and_registered": ("人户一致", "Lives and is registered here"),
    "registered_here_living_elsewhere": ("有户无人", "Registered here, lives elsewhere"),
    "living_here_registered_elsewhere": ("有人无户", "Lives here, registered elsewhere"),
    "living_here_registration_imprecise": ("户籍地不详细", "Lives here, registration known too roughly"),
    "registered_nowhere": ("无户口", "Lives here, registered nowhere"),
    "elsewhere": ("不在本地", "Neither lives nor is registered here"),
}
DISTANCE_NAMES: Final = {
    "same_county": ("本县其他地方", "in the same county"),
    "other_county": ("本市其他县区", "in another county of the prefecture"),
    "other_prefecture": ("本省其他市", "in another prefecture of the province"),
    "other_province": ("外省", "in another province"),
    "abroad": ("境外", "abroad"),
}
_BOUNDARY_DIGITS: Final = {"township": 9, "county": 6}


@dataclass(frozen=True, slots=True)
class Floating:
    """Whether somebody counts as floating population, by which definition, and on what ground (not)."""

    counts: bool
    ground: Ground
    definition: str
    on: date


@dataclass(frozen=True, slots=True)
class Situation:
    """A person's situation as seen from one area on one day; `distance` is empty where no two places differ."""

    kind: Kind
    distance: Distance
    floating: Floating


def situation(
    *,
    here: str,
    usual: str | None,
    registered: str | None,
    today: date,
    since: date | None = None,
    registered_abroad: bool = False,
    reason: str = "",
    definition: str | None = None,
    city_districts: Container[str] | None = None,
) -> Situation:
    """Derive the situation of a person as seen from the area `here`.

    `here` is a scope (2 to 12 digits), `usual` the place or area code of the usual residence (None: lives nowhere
    known), `registered` the area code of registration as far as known (2 to 12 digits; None: nowhere, or abroad where
    `registered_abroad`). The other arguments are those of `floating`.
    """
    counted = floating(
        usual=usual,
        registered=registered,
        today=today,
        since=since,
        registered_abroad=registered_abroad,
        reason=reason,
        definition=definition,
        city_districts=city_districts,
    )
    home = _significant(registered)
    lives_here = usual is not None and usual.startswith(here)
    if home is not None and home.startswith(here):
        if lives_here:
            return Situation("here_and_registered", "", counted)
        return Situation("registered_here_living_elsewhere", _distance(usual, home, abroad=False), counted)
    if not lives_here:
        return Situation("elsewhere", "", counted)
    if home is None and not registered_abroad:
        return Situation("registered_nowhere", "", counted)
    if home is not None and here.startswith(home):
        return Situation("living_here_registration_imprecise", "", counted)
    return Situation("living_here_registered_elsewhere", _distance(usual, home, abroad=registered_abroad), counted)


def floating(
    *,
    usual: str | None,
    registered: str | None,
    today: date,
    since: date | None = None,
    registered_abroad: bool = False,
    reason: str = "",
    definition: str | None = None,
    city_districts: Container[str] | None = None,
) -> Floating:
    """Tell whether a person counts as floating population on `today`.

    `since` is the first day away from the place of registration; `reason` a code of inflow_reason or a word of the
    parameter `excluded_reasons`; `definition` a key of the parameter `definitions`, or None for the one in force;
    `city_districts` the six-digit codes that are districts of a city, or None to tell by the national structure of
    codes. Raises PolicyError for an unknown definition.
    """
    name = definition if definition is not None else parameter("floating_population.definition_in_force", today)
    lengths = parameter("floating_population.definitions", today)
    if name not in lengths:
        raise PolicyError(f"'{name}' is no definition of the floating population; there are: {', '.join(lengths)}.")
    ground = _standing_ground(usual, _significant(registered), today, registered_abroad, city_districts)
    if ground is None:
        if reason in parameter("floating_population.excluded_reasons", today):
            ground = "reason_excluded"
        elif since is None:
            ground = "since_unknown"
        else:
            ground = "counts" if _long_enough(since, today, lengths[name]) else "too_short"
    return Floating(ground == "counts", ground, name, today)


def _standing_ground(
    usual: str | None, home: str | None, today: date, abroad: bool, districts: Container[str] | None
) -> Ground | None:
    """Return why the two places alone rule it out, or None when they do not."""
    if abroad:
        return "registered_abroad"
    if home is None:
        return "no_registration"
    if usual is None:
        return "residence_unknown"
    digits = _BOUNDARY_DIGITS[parameter("floating_population.boundary", today)]
    if usual[:digits] == home[:digits]:
        return "within_boundary" if len(home) >= digits else "registration_imprecise"
    if len(home) < digits and usual.startswith(home):
        return "registration_imprecise"
    if usual[:4] == home[:4] and _is_district(usual[:6], today, districts) and _is_district(home[:6], today, districts):
        return "within_city_districts"
    return None


def _is_district(county: str, today: date, districts: Container[str] | None) -> bool:
    if len(county) != 6:
        return False
    if districts is not None:
        return county in districts
    first, last = parameter("floating_population.city_district_codes", today)
    return bool(first <= int(county[4:]) <= last)


def _long_enough(since: date, today: date, length: dict[str, int]) -> bool:
    reached = add_months(since, length["months"]) if "months" in length else since + timedelta(days=length["days"])
    return reached <= today


def _distance(usual: str | None, home: str | None, *, abroad: bool) -> Distance:
    if abroad:
        return "abroad"
    if usual is None or home is None:
        return ""
    if len(home) >= 6 and usual[:6] == home[:6]:
        return "same_county"
    if len(home) >= 4 and usual[:4] == home[:4]:
        return "other_county"
    return "other_prefecture" if usual[:2] == home[:2] else "other_province"


def _significant(code: str | None) -> str | None:
    """Drop the zeros that fill a code up below its level: 770101000000 becomes 770101."""
    if code is None or code == "":
        return None
    for digits in (2, 4, 6, 9):
        if not code[digits:].strip("0"):
            return code[:digits]
    return code
