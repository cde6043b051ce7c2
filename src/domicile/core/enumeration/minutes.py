"""How long it took to fill in a form, in whole minutes and no more: no time of day, no order in which things were answered.

It serves one question alone, whether a form was filled in faster than people can be asked, so that it is asked about again. What
cannot be so is not told at all: a phone's clock that was set back meanwhile, a form that lay open overnight, a page of somebody
who sends what they like. Minutes that were begun count as whole ones, so that no form looks faster than it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

#: The key of an answer's content that holds them; no item of a form has this name.
MINUTES: Final = "minutes"
#: A form that was longer on its way than six hours was put aside meanwhile: how long somebody sat at it is not known.
MOST_MINUTES: Final = 360


def minutes_between(start: str, end: str) -> int | None:
    """Whole minutes from one time to the other, both as a phone writes them (ISO 8601 with a time zone), from 1 to 360.

    None where either is missing or none, where the second lies before the first, and above six hours.
    """
    try:
        spent = dt.datetime.fromisoformat(end) - dt.datetime.fromisoformat(start)
    except (ValueError, TypeError):  # none of them, or one of the two has no time zone
        return None
    if spent < dt.timedelta():
        return None
    return minutes_told(max(1, -(-spent // dt.timedelta(minutes=1))))


def minutes_told(value: Any) -> int | None:
    """Minutes that somebody told, as they are kept: a whole number from 1 to 360; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_MINUTES:
        return None
    return value


def with_minutes(content: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """The content with the minutes that were told, where they can be so; whatever stood in their place is taken out."""
    rest = {name: held for name, held in content.items() if name != MINUTES}
    minutes = minutes_told(value)
    return rest if minutes is None else rest | {MINUTES: minutes}
