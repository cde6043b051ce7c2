"""In whose name a command acts."""

from typing import TYPE_CHECKING

from domicile.cli.running import Unable

if TYPE_CHECKING:
    from domicile.apps.common.viewer import Viewer


def viewer_of(username: str, permission: str) -> "Viewer":
    """The viewer that an account is, with the first purpose of its role that gives `permission`. Raises Unable."""
    import dataclasses

    from django.utils import timezone

    from domicile.apps.access.purposes import that_allow
    from domicile.apps.access.roles import matrix
    from domicile.apps.access.viewers import viewer_for
    from domicile.apps.accounts.models import User

    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise Unable(f"there is no open account {username}: domicile users list names them")
    today = timezone.localdate()
    plain = viewer_for(user, "", today)
    purposes = that_allow(permission, plain, matrix(today))
    if not purposes:
        raise Unable(f"the role of {username} ({plain.role or 'none'}) does not allow: {permission}")
    return dataclasses.replace(viewer_for(user, purposes[0], today, plain.role), channel="command")
