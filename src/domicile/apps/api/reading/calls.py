"""What the operations share."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from domicile.apps.access.log import record_look
from domicile.apps.access.scopes import restrict
from domicile.apps.api.models import Token
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.core.codes.areas import AREA_LENGTH, AreaCode


class Call(HttpRequest):
    """A call that came in with a valid token."""

    viewer: Viewer
    auth: Token


def requires(viewer: Viewer, *permissions: str) -> None:
    """Raise NotAllowed unless the token has one of the permissions."""
    if not any(viewer.may(permission) for permission in permissions):
        raise NotAllowed(" / ".join(permissions))


def inside(rows: "QuerySet[Any]", viewer: Viewer, area: str | None, field: str = "place_code") -> "QuerySet[Any]":
    """The rows in the token's areas, and in `area` where one is asked for: its code of any length, 12 digits with zeros too."""
    code = area or ""
    prefix = AreaCode(code).prefix if len(code) == AREA_LENGTH else code
    return restrict(rows, viewer, field).filter(prefix_q(field, prefix))


def note_list(viewer: Viewer, name: str) -> None:
    """Note a list that names nobody in the log of looks, as pages about dwellings do."""
    record_look(viewer, question=f"api_{name}")


def may_keep(request: Any) -> None:
    """Let the program keep the answer and ask whether it still holds: for what is about no person."""
    request.may_keep = True
