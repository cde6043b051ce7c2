"""What upper apps have to say before a dwelling is put to another use or closed; this app knows none of them.

In `AppConfig.ready`:

    registry.before_change(rentals_agree)   # rentals_agree(dwelling, use, in_use_to) -> None; raises Refused

Whoever changes the use or the end of a dwelling asks first, with the dwelling locked:

    registry.check_change(dwelling, use=use, in_use_to=day)
"""

import datetime as dt
from collections.abc import Callable

from domicile.apps.places.models import Dwelling

Check = Callable[[Dwelling, str, dt.date | None], None]

_checks: list[Check] = []


def before_change(check: Check) -> None:
    """Have `check` asked before each change. Twice adds once."""
    if check not in _checks:
        _checks.append(check)


def check_change(dwelling: Dwelling, *, use: str, in_use_to: dt.date | None) -> None:
    """Raise Refused where something stands against the dwelling having this use, or being closed on this day."""
    for check in _checks:
        check(dwelling, use, in_use_to)
