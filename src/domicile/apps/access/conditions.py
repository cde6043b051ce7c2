"""What must be done before an account is given a role, told by upper apps; this app knows roles only.

In `AppConfig.ready`: `conditions.tell(check)`, where `check(user, role, day)` says in words why the account cannot have the role on
that day, or ''. It is asked when a role is given or asked for, and again when a second administrator approves it.
"""

import datetime as dt
from collections.abc import Callable

from domicile.apps.accounts.models import User
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer

Check = Callable[[User, str, dt.date], str]
_told: list[Check] = []


def tell(check: Check) -> None:
    """Tell what must be done before. Told twice it is asked once."""
    if check not in _told:
        _told.append(check)


def check(actor: Viewer, user: User, role: str, day: dt.date) -> None:
    """Raise Refused where something stands against the role.

    The machine itself is not asked, as it needs no second administrator either: whoever works on it has everything anyway.
    """
    for one in _told if actor.user_id is not None else ():
        if against := one(user, role, day):
            raise Refused(against, "role")
