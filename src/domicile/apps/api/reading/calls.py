"""What the operations share."""

from typing import Any

from django.http import HttpRequest

from domicile.apps.access.log import record_look
from domicile.apps.api.models import Token
from domicile.apps.common.viewer import NotAllowed, Viewer


class Call(HttpRequest):
    """A call that came in with a valid token."""

    viewer: Viewer
    auth: Token


def requires(viewer: Viewer, *permissions: str) -> None:
    """Raise NotAllowed unless the token has one of the permissions."""
    if not any(viewer.may(permission) for permission in permissions):
        raise NotAllowed(" / ".join(permissions))


def note_list(viewer: Viewer, name: str) -> None:
    """Note a list that names nobody in the log of looks, as pages about dwellings do."""
    record_look(viewer, question=f"api_{name}")


def may_keep(request: Any) -> None:
    """Let the program keep the answer and ask whether it still holds: for what is about no person."""
    request.may_keep = True
