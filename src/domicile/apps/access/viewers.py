"""From a signed-in user to a Viewer: one role, all areas granted with it, and the purpose stated for this work."""

import datetime as dt
from typing import TYPE_CHECKING

from domicile.apps.access.grants import grants_on
from domicile.apps.access.models import Grant
from domicile.apps.access.roles import matrix
from domicile.apps.common.viewer import Viewer

if TYPE_CHECKING:
    from domicile.apps.accounts.models import User

NOBODY = Viewer(user_id=None, name="", role="")


def viewer_for(user: "User", purpose: str, today: dt.date, role: str = "") -> Viewer:
    """The viewer that `user` is on `today`.

    Of a user with several roles `role` is taken where it is granted, else the first; all areas granted with one role
    count together. A purpose that the role does not have is dropped. Without a grant there is no role and no right.
    """
    return viewer_from(list(grants_on(user.pk, today)), user, purpose, today, role)


def viewer_from(grants: list[Grant], user: "User", purpose: str, today: dt.date, role: str = "") -> Viewer:
    """As viewer_for, from grants already read."""
    rules = matrix(today)
    roles = list(dict.fromkeys(grant.role for grant in grants if grant.role in rules.roles))
    if not roles:
        return Viewer(user_id=user.pk, name=user.real_name, role="")
    chosen = role if role in roles else roles[0]
    held = purpose if purpose in rules.purposes(chosen) else ""
    return Viewer(
        user_id=user.pk,
        name=user.real_name,
        role=chosen,
        scopes=tuple(dict.fromkeys(grant.scope for grant in grants if grant.role == chosen)),
        purpose=held,
        permissions=rules.permissions(chosen, held),
    )


def machine_viewer(name: str, scope: str) -> Viewer:
    """The viewer of a command that sets up accounts on the machine itself, where nobody has signed in yet."""
    return Viewer(
        user_id=None,
        name=name,
        role="machine",
        scopes=(scope,),
        permissions=frozenset({"manage_accounts", "grant_access"}),
        channel="command",
    )
