"""A record as it was known on a day (PE-8): the day that is asked for, and the lines of the answer."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class KnownLine:
    """One fact as known then, in words."""

    label: Any
    value: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The day asked for (None: none, or not a day that can be shown), what was typed, and what is wrong with it."""

    day: dt.date | None
    typed: str = ""
    problem: str = ""

    @property
    def latest(self) -> str:
        """The last day that can be asked for, as a field of a form takes it."""
        return timezone.localdate().isoformat()

    @property
    def status(self) -> int:
        """The answer's HTTP status."""
        return 422 if self.problem else 200


def asked(typed: str) -> Asked:
    """Read a day as it stands in an address (2025-01-31)."""
    if not typed:
        return Asked(None)
    try:
        day = dt.date.fromisoformat(typed)
    except ValueError:
        return Asked(None, typed, _("This is no day. Write it as 2025-01-31."))
    if not 1900 <= day.year <= 9000:
        problem = _("This day is outside the years that can be shown. Write it as 2025-01-31.")
        return Asked(None, typed, problem)
    return Asked(day, typed)
