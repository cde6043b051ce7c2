"""The dated rule of requests: which purposes a role may state, and what each lets be told."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from domicile.core.policy.parameters import parameter

#: All that can ever be told, in the order in which it is told.
PARTICULARS = (
    "registered_here", "registered_address", "lives_here", "living_community", "same_number", "same_birth_date",
    "declared_leaving",
)  # fmt: skip
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What one purpose allows."""

    key: str
    roles: tuple[str, ...]
    may_tell: tuple[str, ...]
    by_rule: tuple[str, ...]


def purposes(day: dt.date) -> Mapping[str, Purpose]:
    """Every purpose of the rule in force. Raises ValueError for a particular that is in no list."""
    found = {}
    for key, says in parameter("outside_requests.purposes", day).items():
        told = set(says["may_tell"])
        if not told <= set(PARTICULARS) or not set(says["by_rule"]) <= told:
            raise ValueError(f"outside_requests.purposes: {key} tells what is not in the list")
        found[key] = Purpose(key, *(tuple(says[name]) for name in ("roles", "may_tell", "by_rule")))
    return found


def purposes_of(role: str, day: dt.date) -> list[Purpose]:
    """Those that a role may state."""
    return [one for one in purposes(day).values() if role in one.roles]


def number(name: str, day: dt.date) -> int:
    """Another value of the rule: a_day, answer_days, wait_days."""
    return int(parameter(f"outside_requests.{name}", day))
