"""The clock of a demonstration, set ahead: what is late is seen without waiting weeks for it.

Only a data folder that holds a demonstration takes it (`demo.json`): in a register of people a wrong day would be a wrong record.
"""

import datetime as dt
import json
from pathlib import Path

from django.utils import timezone

#: Names the days in the environment of whatever `domicile demo` starts.
VARIABLE = "DOMICILE_DEMO_DAYS_AHEAD"
FURTHEST = 366


class ClockRefused(RuntimeError):
    """The clock cannot be set ahead here."""


def set_ahead(home: Path, told: str) -> None:
    """Let every instant and day of this process be so many days later; `told` is the value of VARIABLE.

    Raises ClockRefused where it is not a number of days up to FURTHEST, or `home` holds no demonstration.
    """
    if not told.isdecimal() or int(told) > FURTHEST:
        raise ClockRefused(f"{VARIABLE} is a number of days, 0 to {FURTHEST}, not {told!r}")
    try:
        ready = json.loads((home / "demo.json").read_text(encoding="utf-8")).get("state") == "ready"
    except (FileNotFoundError, ValueError):
        ready = False
    if not ready:
        raise ClockRefused(f"{VARIABLE} is for a demonstration alone: {home} holds none; take the variable away")
    ahead, plain = dt.timedelta(days=int(told)), timezone.now

    def now() -> dt.datetime:
        return plain() + ahead

    timezone.now = now
